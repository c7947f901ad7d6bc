"""The work of `abtui map`: the outcome of each event in a form for output, and the events counted by fate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final, Literal

import msgspec

from abtui.core.config.model import Config
from abtui.core.corpus.fast_reader import FieldReader
from abtui.core.corpus.job import Text, Write
from abtui.core.corpus.lines_by_kind import LinesByKind
from abtui.core.corpus.mapper import Mapper
from abtui.core.corpus.unread import Unread
from abtui.core.events import SdkDefaults, Unreadable, read_together
from abtui.core.outcomes import UNSUBSCRIBED, Fate, MappingOutcome, Outcome, Verdict
from abtui.core.report.outcome import curl, outcome_json, result_row, table_row
from abtui.core.report.outcome_lines import OutcomeLines
from abtui.core.segment import is_event
from abtui.core.text.javascript import stringify_lines
from abtui.core.text.plain import single_line

Form = Literal["jsonl", "json", "curl", "table", "body"]
_LINES: Final[dict[Form, bytes]] = {"jsonl": b"", "json": b","}
"""The forms that have one line of JSON for each outcome, with what stands before it."""


class MapCounts:
    """The events by fate; by verdict where only bodies are wanted, for which fates are not determined."""

    def __init__(self) -> None:
        self.fates: Counter[Fate] = Counter()
        self.verdicts: Counter[Verdict] = Counter()

    def merge(self, other: MapCounts) -> None:
        """Add what was counted elsewhere."""
        self.fates.update(other.fates)
        self.verdicts.update(other.verdicts)


class MapJob(msgspec.Struct, frozen=True):
    """What `abtui map` is to write. A table is as wide as `width`. Of a JSON list the items are written, each behind a comma."""

    form: Form
    explain: bool = False
    width: int = 0
    ascii_marks: bool = False

    def begin(self, configs: Sequence[Config], sdk: SdkDefaults) -> Mapping:
        """The work with one config."""
        return Mapping(self, configs[0], sdk)


class Mapping:
    """Maps the events of texts."""

    def __init__(self, job: MapJob, config: Config, sdk: SdkDefaults) -> None:
        self._job, self._sdk = job, sdk
        self._mapper = Mapper(config)
        self._reader = FieldReader(config, as_written=True) if job.form == "body" else None
        lines = OutcomeLines()
        line = partial(outcome_json, explain=True) if job.explain else lines.line
        forms: dict[Form, Callable[[Outcome], bytes | None]] = {
            "json": lambda outcome: b"," + line(outcome),
            "curl": _curls,
            "table": self._row,
        }
        self._form = forms.get(job.form, line)
        self._by_kind = LinesByKind(self._mapper, lines) if job.form in _LINES and not job.explain else None

    def empty(self) -> MapCounts:
        """Counts of nothing."""
        return MapCounts()

    def add(self, fold: MapCounts, text: Text, unread: Unread, write: Write) -> None:
        """Map the events of a text, in order."""
        if self._reader is not None:
            self._add_bodies(fold, text, unread, write, self._reader)
            return
        mapper, form, explain, fates = self._mapper, self._form, self._job.explain, fold.fates
        by_kind, before = self._by_kind, _LINES.get(self._job.form, b"")
        for read in read_together(text.pieces, text.name, self._sdk, stretch=text.stretch):
            if isinstance(read, list) and by_kind is not None and by_kind.apply_to(read):
                write(before + (b"\n" + before).join(by_kind.lines(read, fates)))
                continue
            for item in read if isinstance(read, list) else (read,):
                if isinstance(item, Unreadable):
                    unread.add_unreadable(item)
                    continue
                outcome = mapper.outcome(item, explain=explain)
                if is_event(item.value):
                    fates[outcome.fate] += 1
                else:
                    unread.add_not_event(item)
                if (line := form(outcome)) is not None:
                    write(line)

    def _add_bodies(self, fold: MapCounts, text: Text, unread: Unread, write: Write, reader: FieldReader) -> None:
        """Write the bodies of all requests, several lines at a time by the fast reader."""
        mapper = self._mapper
        decide, several = mapper.decider, mapper.destination.several
        for part in reader.parts(text.pieces, text.name, self._sdk, stretch=text.stretch):
            if isinstance(part, Unreadable):
                unread.add_unreadable(part)
                continue
            if part.has_other:
                unread.add_not_events(part)
                continue
            decisions = [decide(value) for value in part.values]
            fold.verdicts.update([decision.verdict for decision in decisions])
            if several:
                decisions = [sent for decision in decisions for _mapping, sent in mapper.sent(decision)]
            bodies = [decision.body for decision in decisions if decision.verdict == "send"]
            if bodies:
                write(stringify_lines(bodies, plain_numbers=part.plain_numbers))

    def _row(self, outcome: Outcome) -> bytes:
        """The row of an outcome, with its steps, and below it the rows of its results where one row cannot tell all.

        With steps those of all mappings are shown, also why a mapping is not for the event.
        """
        width, ascii_marks = self._job.width, self._job.ascii_marks
        rows = [table_row(outcome, width, ascii_marks=ascii_marks)]
        if outcome.results is None:
            rows += _step_lines(outcome)
        results = list(outcome.results or ())
        if not self._job.explain:
            ran = [result for result in results if result.verdict not in UNSUBSCRIBED]
            results = ran if len(ran) > 1 else []
        for result in results:
            rows += [result_row(result, width, ascii_marks=ascii_marks), *_step_lines(result)]
        return "\n".join(rows).encode()


def _curls(outcome: Outcome) -> bytes | None:
    """The commands for the requests of an outcome, if it has any."""
    commands = [
        f"# {single_line(_origin(outcome, result))}\n{curl(result.request)}"
        for result in ((outcome,) if outcome.results is None else outcome.results)
        if result.request is not None
    ]
    return "\n".join(commands).encode() if commands else None


def _step_lines(part: Outcome | MappingOutcome) -> Iterator[str]:
    return (single_line(f"    {step.result:8} {step.message}") for step in part.steps)


def _origin(outcome: Outcome, result: Outcome | MappingOutcome) -> str:
    """Where a request comes from: the event's source, and the mapping that makes it if there are several."""
    return f"{outcome.source} {result.mapping}" if isinstance(result, MappingOutcome) else outcome.source
