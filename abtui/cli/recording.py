"""`abtui test --record`: cases from what is true now."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

import click

from abtui.cli.inputs import CorpusInput
from abtui.cli.narrate import narrate
from abtui.cli.output import Closed, Output, standard_output
from abtui.core.config import Config
from abtui.core.corpus.cases import SUFFIX, Reference
from abtui.core.corpus.cases.recording import MOST_BEHAVIOURS, Placed, Recorder
from abtui.core.events import Event, SdkDefaults, Unreadable, read_events
from abtui.core.segment import is_event
from abtui.core.text.plain import file_name, plural
from abtui.core.text.yaml_text import is_writable
from abtui.services.errors import FileError
from abtui.services.files import STDIN, write_pieces
from abtui.services.git import git_place


class Recording(NamedTuple):
    """What is recorded, and where to. `output` is None for standard output."""

    config: str
    events: tuple[str, ...]
    output: str | None
    force: bool
    everything: bool


def record(config: Config, what: Recording, sdk: SdkDefaults) -> int:
    """Write the cases and give the exit code. Raises UsageError where there is no event, and where a file would be written over."""
    if what.output is not None and os.path.isfile(what.output) and not what.force:
        raise click.UsageError(f"{file_name(what.output)} is there already; --force writes over it, --update brings its cases up to date.")  # fmt: skip
    recorder = Recorder(config, everything=what.everything)
    corpus = CorpusInput(what.events, sdk, "recording", beside_output=what.output is None)
    folder = os.path.dirname(what.output or "") or os.curdir
    # A case file is text: a name with a byte that is no character cannot stand in it.
    nameless = what.config == STDIN or git_place(what.config) is not None or not is_writable(what.config)
    named = None if nameless else _relative(what.config, folder)
    with corpus:
        texts = recorder.texts(_placed(corpus, folder))
        first = next(texts, None)
        if first is None:
            raise click.UsageError(_nothing(recorder, corpus))
        head = recorder.head(named, [_shown(path) for path in what.events])
        _write(what.output, (text.encode() for text in chain([head, first], texts)))
    _summary(recorder, what)
    return 0 if corpus.whole and not (recorder.withheld or recorder.over) else 1


def _placed(corpus: CorpusInput, folder: str) -> Iterator[Placed]:
    """All events, each with the way a case file in `folder` names it. What is none is told."""
    files = corpus.files
    for item, reference in corpus.read(
        lambda pieces, name: _numbered(read_events(pieces, name, corpus.sdk), _named(files[name], folder))
    ):
        if isinstance(item, Unreadable):
            corpus.tell_unreadable(item)
        elif is_event(item.value):
            yield item, reference
        else:
            corpus.tell_not_event(item)


def _numbered(
    items: Iterable[Event | Unreadable], file: str | None
) -> Iterator[tuple[Event | Unreadable, Reference | None]]:
    # What is no event counts, too: once it is mended, the events after it keep their numbers.
    for index, item in enumerate(items, 1):
        yield item, None if file is None else Reference(file, index)


def _named(path: str, folder: str) -> str | None:
    """A file as a case file in `folder` names it; None for standard input and what can be read only once."""
    return _relative(path, folder) if os.path.isfile(path) else None


def _relative(path: str, folder: str) -> str:
    try:
        return os.path.relpath(path, folder).replace(os.sep, "/")
    except ValueError:  # another drive
        return os.path.abspath(path)


def _shown(path: str) -> str:
    """The name of what was recorded, without the folders it lies in: these are one machine's."""
    return "standard input" if path == STDIN else os.path.basename(os.path.abspath(path))


def _write(output: str | None, pieces: Iterable[bytes]) -> None:
    if output is not None:
        try:
            write_pieces(output, pieces)
        except FileError as error:
            raise click.UsageError(f"{error.message} {error.hint}".rstrip()) from error
        return
    try:
        with Output(standard_output()) as stdout:
            stdout.lines(piece.removesuffix(b"\n") for piece in pieces)
    except Closed:
        pass


def _nothing(recorder: Recorder, corpus: CorpusInput) -> str:
    if recorder.withheld:
        return "Each event holds the API key, which stands in no file, so no case was recorded."
    return f"There is no event in what was given, so no case was recorded. {corpus.not_events_sentence}".rstrip()


def _summary(recorder: Recorder, what: Recording) -> None:
    where = "" if what.output is None else f" in {file_name(what.output)}"
    narrate(f"{plural(recorder.cases, 'case')}{where}, from {plural(recorder.events, 'event')}.")
    if what.output is not None and not what.output.endswith(SUFFIX):
        narrate(f"In folders, and by pytest, only files ending in {SUFFIX} are found.", severity="warning")
    if recorder.more:
        narrate(
            f"{plural(recorder.more, 'event')} left out: a file of cases has at most {MOST_BEHAVIOURS:,} behaviours.",
            "Record parts of the events into files of their own.",
            severity="warning",
        )
    if recorder.withheld:
        narrate(f"{plural(recorder.withheld, 'event')} left out: the API key is in what is sent.", severity="error")
    if recorder.over:
        narrate(
            f"{plural(recorder.over, 'event')} left out: the file would be larger than a case file may be.",
            "Leave out --all, or record parts of the events into files of their own.",
            severity="error",
        )
