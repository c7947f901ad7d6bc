"""`abtui map`: the outcomes of events on standard output, everything else on standard error."""

from __future__ import annotations

import os
import shutil
from typing import get_args

import click

from abtui.cli.inputs import (
    JOBS_OPTION,
    NOW_OPTION,
    OUTSIDE_OPTION,
    CorpusInput,
    opened_config,
    sdk_defaults,
    texts_of,
    usable,
)
from abtui.cli.narrate import Command, narrate
from abtui.cli.output import Closed, Output, standard_output
from abtui.core.corpus.map_job import Form, MapCounts, MapJob
from abtui.core.fate import corpus_sentence, sending_sentence
from abtui.core.report.outcome import table_header
from abtui.core.text.ascii import needs_ascii

FORMATS: tuple[Form, ...] = get_args(Form)
_TABLE_WIDTH = 200
_HELD_ROWS = 1_000
"""A table of fewer rows is held back until it is complete, so that its summary can be written above it."""


@click.command("map", cls=Command)
@click.argument("config_path", metavar="CONFIG")
@click.argument("paths", metavar="EVENTS...", nargs=-1, required=True)
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="jsonl", show_default=True,
    help="jsonl: one outcome per line; json: a list of them; curl: a command for each request; table: for reading; body: one request body per line.",
)  # fmt: skip
@click.option("--explain", is_flag=True, help="Add the steps of each outcome (jsonl, json, table).")
@JOBS_OPTION
@NOW_OPTION
@OUTSIDE_OPTION
def map_command(
    config_path: str, paths: tuple[str, ...], form: Form, explain: bool, jobs: int | None, now: str | None
) -> int:
    """Map events: show what the destination does with each event, and whether it will arrive.

    EVENTS are files, folders, addresses (s3://), or - for standard input. A summary counts the events by their fate (see `abtui explain
    fates`); with --format body, which does not determine fates, it counts what is sent. Exit code: 0 all mapped, 1 an event
    failed, could not be read or is not one, or there is none, 2 usage or config error.
    """
    sdk = sdk_defaults(now)
    if explain and form in ("curl", "body"):
        raise click.UsageError(f"--explain works with jsonl, json and table; --format {form} has no place for steps.")
    opened = opened_config(config_path)
    config = usable(opened)
    width = shutil.get_terminal_size((_TABLE_WIDTH, 0)).columns
    corpus = CorpusInput(paths, sdk, "mapping", beside_output=True)
    job = MapJob(form, explain, width, needs_ascii(os.environ))
    run = _Run(job, corpus)
    try:
        with Output(standard_output()) as output, corpus:
            writer = _WRITERS.get(form, _Lines)(output, run)
            corpus.fold(job, [config], run.counts, texts=texts_of(opened), jobs=jobs, write=writer.write)
            writer.end()
    except Closed:
        return run.exit_code
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
