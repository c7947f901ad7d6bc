"""`abtui map`: outcomes of events on standard output, everything else on standard error."""

from __future__ import annotations

import os
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import click

from abtui.cli.narrate import narrate, narrate_finding
from abtui.cli.output import Closed, Output
from abtui.core.config import Config, read_config
from abtui.core.engine import Mapper
from abtui.core.events import SdkDefaults, Unreadable, read_events
from abtui.core.javascript import parse_date
from abtui.core.light import LightReader
from abtui.core.outcomes import VERDICTS, Outcome
from abtui.core.render import curl, outcome_json, table_header, table_row
from abtui.core.text import plural, printable, single_line
from abtui.services import clock
from abtui.services.errors import ServiceError
from abtui.services.files import STDIN, expand, read_config_file, read_pieces

T = TypeVar("T")
Texts = Iterable[tuple[str, Iterator[bytes]]]
"""Names of sources and their bytes in pieces."""

FORMATS = ("jsonl", "json", "curl", "table", "body")
_TABLE_WIDTH = 200
_TOLD = 100
"""Pieces that cannot be read are told one by one up to so many; the summary counts all."""


@click.command("map")
@click.argument("config_path", metavar="CONFIG")
@click.argument("paths", metavar="EVENTS...", nargs=-1, required=True)
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="jsonl", show_default=True,
    help="jsonl: one outcome a line; json: a list of them; curl: one command for each request; table: for people; body: one request body a line.",
)  # fmt: skip
@click.option("--explain", is_flag=True, help="Add the steps of each outcome (jsonl, json, table).")
@click.option("--now", help="The time to fill into events made from lines of code, ISO 8601. Default: the present.")
def map_command(config_path: str, paths: tuple[str, ...], form: str, explain: bool, now: str | None) -> int:
    """Map events and say what the destination does with each.

    EVENTS are files, folders, or - for standard input. Exit code: 0 all mapped, 1 some event failed or could not be
    read, 2 usage or config error.
    """
    if now is not None and parse_date(now) is None:
        raise click.UsageError(f"--now {now!r} is no time; write it like 2026-01-31T09:15:00.000Z.")
    if explain and form in ("curl", "body"):
        raise click.UsageError(f"--explain goes with jsonl, json and table; --format {form} has no place for steps.")
    config = load_config(config_path)
    expansion = expand(paths)
    sdk = SdkDefaults(now=now or clock.now())
    run = _Run(form, explain)
    for error in expansion.errors:
        run.problem(error)
    try:
        with Output(sys.stdout.buffer) as output, _progress(expansion.total) as progress:
            texts = ((source.name, read_pieces(source, progress)) for source in expansion.sources)
            if form == "body":
                output.lines(run.bodies(config, texts, sdk))
            else:
                run.write(run.outcomes(config, texts, sdk), output)
    except Closed:
        return run.exit_code
    run.summary()
    return run.exit_code


def load_config(path: str) -> Config:
    """The config of a file or standard input; its findings are told. Raises UsageError where it cannot be used."""
    try:
        text = sys.stdin.read() if path == STDIN else read_config_file(path)
    except ServiceError as error:
        raise click.UsageError(f"{error.message} {error.hint}".rstrip()) from error
    reading = read_config(text, os.environ, name=path)
    for finding in reading.findings:
        if finding.severity != "info":
            narrate_finding(path, finding)
    if reading.config is None:
        raise click.UsageError(f"{printable(path)} cannot be used as a config; its errors are above.")
    return reading.config


class _Run:
    """One run of `map`: writes outcomes, tells problems, counts."""

    def __init__(self, form: str, explain: bool) -> None:
        self._form = form
        self._explain = explain
        self._verdicts: Counter[str] = Counter()
        self._unreadable = 0
        self._problems = 0

    @property
    def exit_code(self) -> int:
        """1 if some event failed or could not be read."""
        return 1 if self._unreadable or self._problems or self._verdicts["fail"] else 0

    def problem(self, error: ServiceError) -> None:
        """A file could not be read; the others are."""
        self._problems += 1
        narrate(error.message, error.hint, severity="error")

    def outcomes(self, config: Config, texts: Texts, sdk: SdkDefaults) -> Iterator[Outcome]:
        """The outcomes of all texts in order; what could not be read is told."""
        corpora = (read_events(pieces, name, sdk) for name, pieces in texts)
        for item in Mapper(config).outcomes(self._going_on(corpora), explain=self._explain):
            if isinstance(item, Unreadable):
                self._unreadable_piece(item)
            else:
                self._verdicts[item.verdict] += 1
                yield item

    def bodies(self, config: Config, texts: Texts, sdk: SdkDefaults) -> Iterator[bytes]:
        """The bodies of all requests in order, by the fast lane and several lines at a time; what could not be read is told."""
        mapper, reader = Mapper(config), LightReader(config)
        decide, body_bytes = mapper.decide, mapper.body_bytes
        for part in self._going_on(reader.read(pieces, name, sdk) for name, pieces in texts):
            if isinstance(part, Unreadable):
                self._unreadable_piece(part)
                continue
            decisions = [decide(value) for value in part]
            self._verdicts.update([decision.verdict for decision in decisions])
            if bodies := [body_bytes(decision) for decision in decisions if decision.verdict == "send"]:
                yield b"\n".join(bodies)

    def _going_on(self, corpora: Iterable[Iterable[T]]) -> Iterator[T]:
        """All items; where one text cannot be read to its end, that is told and the next one follows."""
        for corpus in corpora:
            try:
                yield from corpus
            except ServiceError as error:
                self.problem(error)

    def _unreadable_piece(self, item: Unreadable) -> None:
        self._unreadable += 1
        if self._unreadable > _TOLD:
            return
        for finding in item.findings:
            narrate_finding(item.source.rpartition(":")[0], finding)

    def write(self, outcomes: Iterator[Outcome], output: Output) -> None:
        """Write outcomes in the form that was asked for."""
        if self._form == "jsonl":
            output.lines(outcome_json(outcome, explain=self._explain) for outcome in outcomes)
        elif self._form == "json":
            _write_list(outcomes, self._explain, output)
        elif self._form == "curl":
            for outcome in outcomes:
                if outcome.request is not None:
                    output.line(f"# {single_line(outcome.source)}\n{curl(outcome.request)}".encode())
        else:
            self._write_table(outcomes, output)

    def _write_table(self, outcomes: Iterable[Outcome], output: Output) -> None:
        width = shutil.get_terminal_size((_TABLE_WIDTH, 0)).columns
        output.line(table_header(width).encode())
        for outcome in outcomes:
            output.line(table_row(outcome, width).encode())
            for step in outcome.steps:
                output.line(single_line(f"    {step.result:8} {step.message}").encode())

    def summary(self) -> None:
        """One line about the whole."""
        total = self._verdicts.total()
        if not total and not self._unreadable and not self._problems:
            narrate("There is no event in what was given.", severity="warning")
            return
        parts = [f"{self._verdicts[verdict]:,} {verdict}" for verdict in VERDICTS if self._verdicts[verdict]]
        if self._unreadable:
            parts.append(f"{self._unreadable:,} could not be read")
        narrate(f"{plural(total + self._unreadable, 'event')}: {', '.join(parts)}" if parts else plural(total, "event"))


def _write_list(outcomes: Iterable[Outcome], explain: bool, output: Output) -> None:
    """A JSON list, one outcome a line, written as it comes."""
    before = b"["
    for outcome in outcomes:
        output.line(before + outcome_json(outcome, explain=explain))
        before = b","
    output.line(b"[]" if before == b"[" else b"]")


@contextmanager
def _progress(total: int | None) -> Iterator[Callable[[int], None] | None]:
    """A progress bar on standard error, for long work on a terminal."""
    if not sys.stderr.isatty() or sys.stdout.isatty() or total is None:
        yield None
        return
    with click.progressbar(length=total, label="mapping", file=sys.stderr) as bar:
        yield bar.update
