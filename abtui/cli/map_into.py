"""`abtui map -o`: the output for each file or object of events in one of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import BinaryIO, Final, cast

import click

from abtui.cli.inputs import CorpusInput
from abtui.cli.narrate import narrate
from abtui.cli.output import Output
from abtui.core.events import SdkDefaults
from abtui.core.text.plain import file_name, plural
from abtui.services.errors import FileError, ServiceError
from abtui.services.spool import Spool
from abtui.services.targets import Targets, plan_targets, put

SUFFIXES: Final = {"jsonl": ".jsonl", "json": ".json", "curl": ".sh", "body": ".jsonl"}
"""The suffix of an output by its format."""


class _Spooled:
    """A spool as a stream to write to. Its failures are FileErrors."""

    def __init__(self) -> None:
        self.spool = Spool()

    def isatty(self) -> bool:
        return False

    def write(self, data: bytes) -> int:
        self.spool.write(data)
        return len(data)

    def flush(self) -> None:
        pass


class MapInto:
    """The outputs of one run below a folder. `failed` counts those that were not written, and what could not be looked at."""

    def __init__(self, paths: Sequence[str], folder: str, form: str, *, force: bool) -> None:
        """Raises UsageError if not everything can be written there."""
        if form not in SUFFIXES:
            raise click.UsageError(f"--format {form} is for reading; with -o choose one of {', '.join(SUFFIXES)}.")
        try:
            self._plan: Targets = plan_targets(paths, folder, SUFFIXES[form], overwrite=force)
        except FileError as error:
            raise click.UsageError(f"{error.message} {error.hint}".rstrip()) from error
        self._folder = folder
        self.failed = len(self._plan.errors)
        for problem in self._plan.errors:
            narrate(problem.message, problem.hint, severity="error")

    def corpus(self, sdk: SdkDefaults) -> CorpusInput:
        """The events of all sources."""
        return CorpusInput(self._plan.expansion, sdk, "mapping")

    def write(self, corpus: CorpusInput, write: Callable[[Output], None]) -> None:
        """Have `write` write the output for each source, and put it in its place if the source could be read to its end."""
        written = 0
        for target in self._plan.targets:
            stream, problems = _Spooled(), corpus.problems
            corpus.only(target.source)
            try:
                with Output(cast(BinaryIO, stream)) as output:
                    write(output)
                if corpus.problems > problems:
                    name = target.source.name
                    raise FileError(
                        f"{file_name(target.path)} was not written, as {name} could not be read to its end."
                    )
                put(target.path, stream.spool)
                written += 1
            except ServiceError as error:
                self.failed += 1
                narrate(error.message, error.hint, severity="error")
        sources = len(self._plan.targets)
        narrate(f"{written:,} of {plural(sources, 'output')} written below {file_name(self._folder)}.")
