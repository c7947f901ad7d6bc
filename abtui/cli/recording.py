"""`abtui test --record`: writes cases with the present outcomes of events."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import chain

import click

from abtui.cli.inputs import CorpusInput
from abtui.cli.narrate import narrate
from abtui.cli.output import Closed, Output, standard_output
from abtui.core.config import Config
from abtui.core.corpus.cases import SUFFIX
from abtui.core.corpus.cases.kept import MOST_BEHAVIOURS
from abtui.core.corpus.cases.recording import RecordJob
from abtui.core.corpus.cases.writing import CaseWriter
from abtui.core.events import SdkDefaults
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
    jobs: int | None,
) -> int:
    """Write the cases to `output`, or to standard output if it is None, and return the exit code.

    Raises UsageError if there is no event, and unless `force` is given if the file exists.
    """
    if output is not None and os.path.isfile(output) and not force:
        raise click.UsageError(
            f"{file_name(output)} already exists; --force overwrites it, --update updates its cases."
        )
    names = list(map(_base_name, events))
    job = RecordJob(everything)
    recording = job.recording()
    corpus = CorpusInput(tuple(events), sdk, "recording", beside_output=output is None)
    folder = os.path.dirname(output or "") or os.curdir
    # A case file is text, which cannot hold a name with a byte that is not a character.
    nameless = config_path == STDIN or git_place(config_path) is not None or not is_writable(config_path)
    with corpus:
        corpus.fold(job, [config], recording, jobs=jobs)
    writer = CaseWriter(recording, config, partial(_relative, folder=folder), corpus.broken)
    texts = writer.texts()
    first = next(texts, None)
    if first is None:
        raise click.UsageError(_nothing(writer, corpus))
    head = writer.head(None if nameless else _relative(config_path, folder), names)
    _write(output, (text.encode() for text in chain([head, first], texts)))
    _narrate_counts(writer, output)
    return 0 if corpus.whole and not (writer.withheld or writer.over) else 1


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


def _nothing(writer: CaseWriter, corpus: CorpusInput) -> str:
    if writer.lost or writer.over:
        _narrate_left_out(writer)
        return "No case was recorded."
    if writer.withheld:
        return "Each event holds the API key, which must not be in a file, so no case was recorded."
    return f"There is no event in the input, so no case was recorded. {corpus.not_events_sentence}".rstrip()


def _narrate_counts(writer: CaseWriter, output: str | None) -> None:
    where = "" if output is None else f" in {file_name(output)}"
    narrate(f"{plural(writer.cases, 'case')}{where}, from {plural(writer.recording.events, 'event')}.")
    if output is not None and not output.endswith(SUFFIX):
        narrate(f"In folders, and by pytest, only files ending in {SUFFIX} are found.", severity="warning")
    _narrate_left_out(writer)


def _narrate_left_out(writer: CaseWriter) -> None:
    split = "record parts of the events into files of their own."
    if more := writer.recording.kept.more:
        limit = f"a case file has at most {MOST_BEHAVIOURS:,} behaviours."
        narrate(f"{plural(more, 'event')} left out: {limit}", split.capitalize(), severity="warning")
    if writer.withheld:
        narrate(f"{plural(writer.withheld, 'event')} left out: the API key would be in the case.", severity="error")
    if writer.lost:
        limit = "their cases would have their numbers in the file, of which a part before them was not read."
        narrate(f"{plural(writer.lost, 'event')} left out: {limit}", "Record once more.", severity="error")
    if writer.over:
        limit = "the case file would be larger than the limit."
        narrate(f"{plural(writer.over, 'event')} left out: {limit}", f"Leave out --all, or {split}", severity="error")
