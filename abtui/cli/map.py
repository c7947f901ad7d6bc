"""`abtui map`: the outcomes of events on standard output, everything else on standard error."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from typing import Final, get_args

import click

from abtui.cli.inputs import (
    ENGINE_OPTION,
    JOBS_OPTION,
    NOW_OPTION,
    OUTSIDE_OPTION,
    CorpusInput,
    load_config,
    on_cluster,
    sdk_defaults,
)
from abtui.cli.narrate import Command, narrate
from abtui.cli.output import Closed, Output, standard_output
from abtui.core.config import Config
from abtui.core.corpus.map_job import Form, MapCounts, MapJob
from abtui.core.events import SdkDefaults
from abtui.core.fate import corpus_sentence, sending_sentence
from abtui.core.report.outcome import table_header
from abtui.core.text.ascii import needs_ascii
from abtui.core.text.plain import file_name, plural
from abtui.services.errors import FileError
from abtui.services.object_store import address, is_url
from abtui.services.put_job import PutCounts, PutJob
from abtui.services.targets import Targets, plan_targets

FORMATS: tuple[Form, ...] = get_args(Form)
_TABLE_WIDTH = 200
_HELD_ROWS = 1_000
"""A table of fewer rows is held back until it is complete, so that its summary can be written above it."""


_SUFFIXES: Final = {"jsonl": ".jsonl", "json": ".json", "curl": ".sh", "body": ".jsonl"}
"""The suffix of an output by its format."""


def _folder(_ctx: click.Context, _param: click.Parameter, path: str | None) -> str | None:
    """The callback of -o. Raises BadParameter before any work is done."""
    if path is None:
        return None
    if not path or "\0" in path:
        raise click.BadParameter("it names no folder.")
    if is_url(path):
        try:
            address(path)
        except FileError as error:
            raise click.BadParameter(f"{error.message} {error.hint}") from error
    elif os.path.exists(path) and not os.path.isdir(path):
        raise click.BadParameter(f"{file_name(path)} is a file, not a folder.")
    return path


@click.command("map", cls=Command)
@click.argument("config_path", metavar="CONFIG")
@click.argument("paths", metavar="EVENTS...", nargs=-1, required=True)
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="jsonl", show_default=True,
    help="jsonl: one outcome per line; json: a list of them; curl: a command for each request; table: for reading; body: one request body per line.",
)  # fmt: skip
@click.option("--explain", is_flag=True, help="Add the steps of each outcome (jsonl, json, table).")
@click.option(
    "-o", "--output", metavar="FOLDER", callback=_folder,
    help="Write an output for each file or object of events below this folder, or an address such as s3://bucket/folder/.",
)  # fmt: skip
@click.option("--force", is_flag=True, help="With -o: overwrite what is there.")
@JOBS_OPTION
@ENGINE_OPTION
@NOW_OPTION
@OUTSIDE_OPTION
def map_command(
    config_path: str,
    paths: tuple[str, ...],
    form: Form,
    explain: bool,
    output: str | None,
    force: bool,
    jobs: int | None,
    now: str | None,
) -> int:
    """Map events: show what the destination does with each event, and whether it will arrive.

    EVENTS are files, folders, addresses (s3://), or - for standard input. A summary counts the events by their fate (see `abtui explain
    fates`); with --format body, which does not determine fates, it counts what is sent. Exit code: 0 all mapped, 1 an event
    failed, could not be read or is not one, or there is none, 2 usage or config error.
    """
    sdk = sdk_defaults(now)
    if explain and form in ("curl", "body"):
        raise click.UsageError(f"--explain works with jsonl, json and table; --format {form} has no place for steps.")
    if output is None and (force or on_cluster()):
        raise click.UsageError(f"{'--force' if force else 'map --engine'} goes with -o.")
    config = load_config(config_path)
    width = shutil.get_terminal_size((_TABLE_WIDTH, 0)).columns
    job = MapJob(form, explain, width, needs_ascii(os.environ))
    if output is not None:
        return _map_into(output, _planned(paths, output, form, force=force), job, config, sdk, jobs)
    corpus = CorpusInput(paths, sdk, "mapping", beside_output=True)
    run = _Run(job, corpus)
    try:
        with Output(standard_output()) as stdout, corpus:
            writer = _WRITERS.get(form, _Lines)(stdout, run)
            corpus.fold(job, [config], run.counts, jobs=jobs, write=writer.write)
            writer.end()
    except Closed:
        return run.exit_code
    run.summary()
    return run.exit_code


def _planned(paths: Sequence[str], output: str, form: Form, *, force: bool) -> Targets:
    """Where the output for each source goes. Raises UsageError if not everything can be written there."""
    if form not in _SUFFIXES:
        raise click.UsageError(f"--format {form} is for reading; with -o choose one of {', '.join(_SUFFIXES)}.")
    try:
        return plan_targets(paths, output, _SUFFIXES[form], overwrite=force)
    except FileError as error:
        raise click.UsageError(f"{error.message} {error.hint}".rstrip()) from error


def _map_into(folder: str, plan: Targets, job: MapJob, config: Config, sdk: SdkDefaults, jobs: int | None) -> int:
    """Write the output for each source, and return the exit code."""
    corpus = CorpusInput(plan.expansion, sdk, "mapping")
    run = _Run(job, corpus)
    counts = PutCounts(run.counts)
    into = PutJob(job, tuple(target.path for target in plan.targets), is_list=job.form == "json")
    with corpus:
        corpus.fold(into, [config], counts, jobs=jobs, whole=True)
    narrate(f"{counts.written:,} of {plural(len(plan.targets), 'output')} written below {file_name(folder)}.")
    run.summary()
    return run.exit_code


class _Run:
    """One run of `map`: what was counted, and the summary."""

    def __init__(self, job: MapJob, corpus: CorpusInput) -> None:
        self.job, self.corpus = job, corpus
        self.counts = MapCounts()
        self._summarized = False

    @property
    def exit_code(self) -> int:
        """1 if an event failed, could not be read or is not one, or if there is none at all."""
        failed = self.counts.fates["fails"] or self.counts.verdicts["fail"]
        return 0 if self.corpus.whole and self._any and not failed else 1

    @property
    def _any(self) -> bool:
        """Whether there was an event."""
        return bool(self.counts.fates or self.counts.verdicts)

    def summary(self) -> None:
        """Write a line that sums up the run, unless it is above a table already."""
        if not self._any and not self.corpus.unread.unreadable:
            narrate(f"There is no event in the input. {self.corpus.not_events_sentence}".rstrip(), severity="error")
        elif not self._summarized:
            narrate(self._sentence())

    def sentence_above(self) -> str:
        """The same line, to be written above the output."""
        self._summarized = True
        return self._sentence()

    def _sentence(self) -> str:
        """The events counted by fate, or, for bodies, by what is sent: determining fates would cost a fifth of the speed."""
        beside = self.corpus.unread.unreadable, self.corpus.unread.not_events
        verdicts = self.counts.verdicts
        return sending_sentence(verdicts, *beside) if verdicts else corpus_sentence(self.counts.fates, *beside)


class _Lines:
    """Writes outcomes as they come, each on its lines."""

    def __init__(self, output: Output, run: _Run) -> None:
        self._output, self._run = output, run

    def write(self, data: bytes, count: int = 1) -> None:
        """Write the lines of so many outcomes."""
        self._output.line(data)

    def end(self) -> None:
        """Write what comes at the end."""


class _List(_Lines):
    """Writes a JSON list, one outcome on each line. The comma before the first becomes the bracket."""

    _before = b"["

    def write(self, data: bytes, count: int = 1) -> None:
        self._output.line(self._before + data[len(self._before) :])
        self._before = b""

    def end(self) -> None:
        self._output.line(b"]" if not self._before else b"[]")


class _Table(_Lines):
    """Writes a table. Its summary is above it, unless there are too many events to hold back."""

    def __init__(self, output: Output, run: _Run) -> None:
        super().__init__(output, run)
        self._held: list[bytes] | None = []
        self._count = 0
        if not run.corpus.ends:
            self._begin()

    def write(self, data: bytes, count: int = 1) -> None:
        self._count += count
        if self._held is None:
            self._output.line(data)
            return
        self._held.append(data)
        if self._count >= _HELD_ROWS:
            self._begin()

    def end(self) -> None:
        if self._held is None:
            return
        if self._held:
            self._output.line(self._run.sentence_above().encode())
        self._begin()

    def _begin(self) -> None:
        held, self._held = self._held or [], None
        self._output.line(table_header(self._run.job.width).encode())
        self._output.lines(held)


_WRITERS: dict[Form, type[_Lines]] = {"json": _List, "table": _Table}
