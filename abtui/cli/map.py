"""`abtui map`: outcomes of events on standard output, everything else on standard error."""

from __future__ import annotations

import os
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click

from abtui.cli.narrate import narrate, narrate_finding
from abtui.cli.output import Closed, Output
from abtui.core.config import Config, read_config
from abtui.core.engine import Mapper
from abtui.core.events import Event, SdkDefaults, Unreadable, read_events
from abtui.core.outcomes import VERDICTS, Outcome
from abtui.core.render import curl, outcome_json, table_header, table_row
from abtui.core.text import plural, printable
from abtui.services.errors import ServiceError
from abtui.services.files import STDIN, expand, read_pieces, read_text_file

FORMATS = ("jsonl", "json", "curl", "table", "body")
CONFIG_LIMIT = 16 << 20
_TABLE_WIDTH = 200


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
    config = load_config(config_path)
    expansion = expand(paths)
    sdk = SdkDefaults(now=now or datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"))
    run = _Run(form, explain)
    for error in expansion.errors:
        run.problem(error)
    try:
        with Output(sys.stdout.buffer) as output, _progress(expansion.total) as progress:
            corpora = (read_events(read_pieces(source, progress), source.name, sdk) for source in expansion.sources)
            run.write(config, corpora, output)
    except Closed:
        return run.exit_code
    run.summary()
    return run.exit_code


def load_config(path: str) -> Config:
    """The config of a file or standard input; its findings are told. Raises UsageError where it cannot be used."""
    try:
        text = sys.stdin.read() if path == STDIN else read_text_file(path, CONFIG_LIMIT)
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

    def write(self, config: Config, corpora: Iterable[Iterable[Event | Unreadable]], output: Output) -> None:
        """Write all outcomes in input order."""
        mapper = Mapper(config)
        events = self._readable(corpora)
        if self._form == "body":
            for event in events:
                decision = mapper.decide(event)
                self._verdicts[decision.verdict] += 1
                if decision.verdict == "send":
                    output.line(mapper.body_bytes(decision))
            return
        outcomes = self._counted(mapper.outcomes(events, explain=self._explain))
        if self._form == "jsonl":
            for outcome in outcomes:
                output.line(outcome_json(outcome, explain=self._explain))
        elif self._form == "json":
            _write_list(outcomes, self._explain, output)
        elif self._form == "curl":
            for outcome in outcomes:
                if outcome.request is not None:
                    output.line(f"# {printable(outcome.source)}\n{curl(outcome.request)}".encode())
        else:
            self._write_table(outcomes, output)

    def _write_table(self, outcomes: Iterable[Outcome], output: Output) -> None:
        width = shutil.get_terminal_size((_TABLE_WIDTH, 0)).columns
        output.line(table_header(width).encode())
        for outcome in outcomes:
            output.line(table_row(outcome, width).encode())
            for step in outcome.steps:
                output.line(printable(f"    {step.result:8} {step.message}").encode())

    def _readable(self, corpora: Iterable[Iterable[Event | Unreadable]]) -> Iterator[Event]:
        for corpus in corpora:
            try:
                for item in corpus:
                    if isinstance(item, Event):
                        yield item
                    else:
                        self._unreadable += 1
                        for finding in item.findings:
                            narrate_finding(item.source.partition(":")[0], finding)
            except ServiceError as error:
                self.problem(error)

    def _counted(self, outcomes: Iterable[Outcome | Unreadable]) -> Iterator[Outcome]:
        for outcome in outcomes:
            if isinstance(outcome, Outcome):
                self._verdicts[outcome.verdict] += 1
                yield outcome

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
