"""`abtui map`: the outcomes of events on standard output, everything else on standard error."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

import click

from abtui.cli.inputs import NOW_OPTION, OUTSIDE_OPTION, CorpusInput, load_config, sdk_defaults
from abtui.cli.narrate import Command, narrate
from abtui.cli.output import Closed, Output, standard_output
from abtui.core.checks import RecentIds
from abtui.core.config import Config
from abtui.core.corpus.fast_reader import FieldReader
from abtui.core.corpus.mapper import Mapper
from abtui.core.events import Unreadable
from abtui.core.fate import corpus_sentence, sending_sentence
from abtui.core.outcomes import UNSUBSCRIBED, Fate, MappingOutcome, Outcome, Verdict
from abtui.core.report.outcome import curl, outcome_json, result_row, table_header, table_row
from abtui.core.segment import is_event
from abtui.core.text.ascii import needs_ascii
from abtui.core.text.plain import single_line

FORMATS = ("jsonl", "json", "curl", "table", "body")
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
@NOW_OPTION
@OUTSIDE_OPTION
def map_command(config_path: str, paths: tuple[str, ...], form: str, explain: bool, now: str | None) -> int:
    """Map events: show what the destination does with each event, and whether it will arrive.

    EVENTS are files, folders, or - for standard input. A summary counts the events by their fate (see `abtui explain
    fates`); with --format body, which does not determine fates, it counts what is sent. Exit code: 0 all mapped, 1 an event
    failed, could not be read or is not one, or there is none, 2 usage or config error.
    """
    sdk = sdk_defaults(now)
    if explain and form in ("curl", "body"):
        raise click.UsageError(f"--explain works with jsonl, json and table; --format {form} has no place for steps.")
    config = load_config(config_path)
    corpus = CorpusInput(paths, sdk, "mapping", beside_output=True)
    run = _Run(form, explain, corpus)
    try:
        with Output(standard_output()) as output, corpus:
            if form == "body":
                output.lines(run.bodies(config))
            else:
                run.write(run.outcomes(config), output)
    except Closed:
        return run.exit_code
    run.summary()
    return run.exit_code


class _Run:
    """One run of `map`: writes outcomes, reports problems, and counts."""

    def __init__(self, form: str, explain: bool, corpus: CorpusInput) -> None:
        self._form = form
        self._explain = explain
        self._corpus = corpus
        self._fates: Counter[Fate] = Counter()
        self._verdicts: Counter[Verdict] = Counter()
        """Counted only for bodies, for which fates are not determined."""
        self._summarized = False

    @property
    def exit_code(self) -> int:
        """1 if an event failed, could not be read or is not one, or if there is none at all."""
        failed = self._fates["fails"] or self._verdicts["fail"]
        return 0 if self._corpus.whole and self._any and not failed else 1

    @property
    def _any(self) -> bool:
        """Whether there was an event."""
        return bool(self._fates or self._verdicts)

    def outcomes(self, config: Config) -> Iterator[Outcome]:
        """The outcomes of all events, in order. Unreadable pieces are reported."""
        mapper, recent = Mapper(config), RecentIds()
        for item in self._corpus.items():
            if isinstance(item, Unreadable):
                self._corpus.tell_unreadable(item)
                continue
            outcome = mapper.outcome(item, explain=self._explain, recent=recent)
            if is_event(item.value):
                self._fates[outcome.fate] += 1
            else:
                self._corpus.tell_not_event(item)
            yield outcome

    def bodies(self, config: Config) -> Iterator[bytes]:
        """The bodies of all requests, in order, several lines at a time by the fast reader. Unreadable pieces are reported."""
        mapper, corpus = Mapper(config), self._corpus
        decide, body_bytes = mapper.decide, mapper.body_bytes
        several = mapper.destination.several
        for part in corpus.parts(FieldReader(config)):
            if isinstance(part, Unreadable):
                corpus.tell_unreadable(part)
                continue
            values = part.values
            if not all(map(is_event, values)):
                corpus.tell_not_events(part)
                values = [value for value in values if is_event(value)]
            decisions = [decide(value) for value in values]
            self._verdicts.update([decision.verdict for decision in decisions])
            if several:
                bodies = [body for decision in decisions for body in mapper.bodies(decision)]
            else:
                bodies = [body_bytes(decision) for decision in decisions if decision.verdict == "send"]
            if bodies:
                yield b"\n".join(bodies)

    def write(self, outcomes: Iterator[Outcome], output: Output) -> None:
        """Write outcomes in the chosen form."""
        if self._form == "jsonl":
            output.lines(outcome_json(outcome, explain=self._explain) for outcome in outcomes)
        elif self._form == "json":
            _write_list(outcomes, self._explain, output)
        elif self._form == "curl":
            for outcome in outcomes:
                for result in (outcome,) if outcome.results is None else outcome.results:
                    if result.request is not None:
                        output.line(f"# {single_line(_origin(outcome, result))}\n{curl(result.request)}".encode())
        else:
            self._write_table(outcomes, output)

    def _write_table(self, outcomes: Iterator[Outcome], output: Output) -> None:
        """Write the table. Its summary is above it, unless there are too many events to hold back."""
        width = shutil.get_terminal_size((_TABLE_WIDTH, 0)).columns
        ascii_marks = needs_ascii(os.environ)
        rows = (self._row(outcome, width, ascii_marks=ascii_marks) for outcome in outcomes)
        held = list(islice(rows, _HELD_ROWS)) if self._corpus.ends else []
        if 0 < len(held) < _HELD_ROWS:
            output.line(self._sentence().encode())
            self._summarized = True
        output.line(table_header(width).encode())
        output.lines(held)
        output.lines(rows)

    def _row(self, outcome: Outcome, width: int, *, ascii_marks: bool) -> bytes:
        """The row of an outcome, with its steps, and below it the rows of its results where one row cannot tell all.

        With steps those of all mappings are shown, also why a mapping is not for the event.
        """
        rows = [table_row(outcome, width, ascii_marks=ascii_marks)]
        if outcome.results is None:
            rows += _step_lines(outcome)
        results = list(outcome.results or ())
        if not self._explain:
            ran = [result for result in results if result.verdict not in UNSUBSCRIBED]
            results = ran if len(ran) > 1 else []
        for result in results:
            rows += [result_row(result, width, ascii_marks=ascii_marks), *_step_lines(result)]
        return "\n".join(rows).encode()

    def summary(self) -> None:
        """Write a line that sums up the run, unless it is above a table already."""
        if not self._any and not self._corpus.unreadable:
            narrate(f"There is no event in the input. {self._corpus.not_events_sentence}".rstrip(), severity="error")
        elif not self._summarized:
            narrate(self._sentence())

    def _sentence(self) -> str:
        """The events counted by fate, or, for bodies, by what is sent: determining fates would cost a fifth of the speed."""
        beside = self._corpus.unreadable, self._corpus.not_events
        return sending_sentence(self._verdicts, *beside) if self._verdicts else corpus_sentence(self._fates, *beside)


def _step_lines(part: Outcome | MappingOutcome) -> Iterator[str]:
    return (single_line(f"    {step.result:8} {step.message}") for step in part.steps)


def _origin(outcome: Outcome, result: Outcome | MappingOutcome) -> str:
    """Where a request comes from: the event's source, and the mapping that makes it if there are several."""
    return f"{outcome.source} {result.mapping}" if isinstance(result, MappingOutcome) else outcome.source


def _write_list(outcomes: Iterable[Outcome], explain: bool, output: Output) -> None:
    """Write a JSON list as the outcomes come, one per line."""
    before = b"["
    for outcome in outcomes:
        output.line(before + outcome_json(outcome, explain=explain))
        before = b","
    output.line(b"[]" if before == b"[" else b"]")
