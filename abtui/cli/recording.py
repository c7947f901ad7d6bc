"""`abtui test --record`: writes cases with the present outcomes of events."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

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
from abtui.services.object_store import address, is_url


def record(
    config: Config,
    config_path: str,
    events: Sequence[str],
    output: str | None,
    sdk: SdkDefaults,
    *,
    force: bool,
    everything: bool,
) -> int:
    """Write the cases to `output`, or to standard output if it is None, and return the exit code.

    Raises UsageError if there is no event, and unless `force` is given if the file exists.
    """
    if output is not None and os.path.isfile(output) and not force:
        raise click.UsageError(
            f"{file_name(output)} already exists; --force overwrites it, --update updates its cases."
        )
    names = list(map(_base_name, events))
    recorder = Recorder(config, everything=everything)
    corpus = CorpusInput(tuple(events), sdk, "recording", beside_output=output is None)
    folder = os.path.dirname(output or "") or os.curdir
    # A case file is text, which cannot hold a name with a byte that is not a character.
    nameless = config_path == STDIN or git_place(config_path) is not None or not is_writable(config_path)
    with corpus:
        texts = recorder.texts(_placed(corpus, folder))
        first = next(texts, None)
        if first is None:
            raise click.UsageError(_nothing(recorder, corpus))
        head = recorder.head(None if nameless else _relative(config_path, folder), names)
        _write(output, (text.encode() for text in chain([head, first], texts)))
    _narrate_counts(recorder, output)
    return 0 if corpus.whole and not (recorder.withheld or recorder.over) else 1


def _placed(corpus: CorpusInput, folder: str) -> Iterator[Placed]:
    """All events, each with its reference in a case file in `folder`. Anything else in the files is reported."""
    for item, reference in corpus.read(
        lambda pieces, name: _numbered(read_events(pieces, name, corpus.sdk), corpus.files.get(name, name), folder)
    ):
        if isinstance(item, Unreadable):
            corpus.unread.add_unreadable(item)
        elif is_event(item.value):
            yield item, reference
        else:
            corpus.unread.add_not_event(item)


def _numbered(
    items: Iterable[Event | Unreadable], path: str, folder: str
) -> Iterator[tuple[Event | Unreadable, Reference | None]]:
    """Items with references to them; None for standard input and other streams, which can be read only once."""
    file = _relative(path, folder) if os.path.isfile(path) else None
    # Items that are not events also count: once they are mended, the events after them keep their numbers.
    for index, item in enumerate(items, 1):
        yield item, None if file is None else Reference(file, index)


def _relative(path: str, folder: str) -> str:
    try:
        return os.path.relpath(path, folder).replace(os.sep, "/")
    except ValueError:  # another drive
        return os.path.abspath(path)


def _base_name(path: str) -> str:
    """The name of recorded events without their folders, which differ from machine to machine. Raises FileError for an address with credentials."""
    if is_url(path):
        at = address(path)
        return at.key.rstrip("/").rpartition("/")[2] or at.bucket
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
        return "Each event holds the API key, which must not be in a file, so no case was recorded."
    return f"There is no event in the input, so no case was recorded. {corpus.not_events_sentence}".rstrip()


def _narrate_counts(recorder: Recorder, output: str | None) -> None:
    where = "" if output is None else f" in {file_name(output)}"
    narrate(f"{plural(recorder.cases, 'case')}{where}, from {plural(recorder.events, 'event')}.")
    if output is not None and not output.endswith(SUFFIX):
        narrate(f"In folders, and by pytest, only files ending in {SUFFIX} are found.", severity="warning")
    split = "record parts of the events into files of their own."
    if recorder.more:
        limit = f"a case file has at most {MOST_BEHAVIOURS:,} behaviours."
        narrate(f"{plural(recorder.more, 'event')} left out: {limit}", split.capitalize(), severity="warning")
    if recorder.withheld:
        narrate(f"{plural(recorder.withheld, 'event')} left out: the API key would be in the case.", severity="error")
    if recorder.over:
        limit = "the case file would be larger than the limit."
        narrate(f"{plural(recorder.over, 'event')} left out: {limit}", f"Leave out --all, or {split}", severity="error")
