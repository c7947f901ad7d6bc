"""Running cases: each event is mapped alone, and its outcome compared with what the case expects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from abtui.core.corpus.cases.matching import Mismatch, compared_attribution, edits_of, field_text, mismatches
from abtui.core.corpus.cases.model import Case, CaseFile
from abtui.core.corpus.comparison.fields import value_text
from abtui.core.corpus.comparison.masking import KeyMask
from abtui.core.corpus.experiments.count import why_not_attributed
from abtui.core.corpus.mapper import Mapper
from abtui.core.events import Event
from abtui.core.findings import Finding
from abtui.core.outcomes import Outcome
from abtui.core.report import FieldChange
from abtui.core.report.shape import shortened
from abtui.core.text.paths import Path
from abtui.core.text.plain import plural

Status = Literal["passed", "failed", "skipped", "error"]
"""`error`: the event of the case could not be read."""

MOST_CHANGES = 100
"""Fields of one case that are listed; the others are counted."""
_IN_SENTENCE = 200
_IN_LINE = 300
"""Characters of a value that are shown in a sentence, and in a line of its own. The changes hold whole values."""


class CaseRun(msgspec.Struct, frozen=True, kw_only=True):
    """The result of one case. `changes` are the fields that differ, from expected (old) to actual (new), with API keys masked.

    `message` is a sentence about what differs, why the case was skipped, or why its event could not be read. `outcome` says
    what happens to the event of a case that failed.
    """

    name: str
    line: int
    status: Status
    changes: tuple[FieldChange, ...] = ()
    message: str = ""
    outcome: str = ""


class Updated(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of a case that `--update` set and removed. `problem` says why the case could not be updated, or is ""."""

    name: str
    line: int
    fields: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    problem: str = ""


class FileRun(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a case file. If its `findings` have an error, or if it could not be read, it has no cases.

    `problem` says why the file could not be read or written, or is "". `deselected` counts cases that were not selected.
    `updated` are the cases that were updated, or could not be.
    """

    path: str
    cases: tuple[CaseRun, ...] = ()
    findings: tuple[Finding, ...] = ()
    problem: str = ""
    deselected: int = 0
    updated: tuple[Updated, ...] = ()

    def count(self, status: Status) -> int:
        """The number of cases with this status."""
        return sum(case.status == status for case in self.cases)


class Runner:
    """Runs cases against one config."""

    def __init__(self, mapper: Mapper) -> None:
        self._mapper = mapper
        self._shown = KeyMask(mapper.config)

    def run(self, case: Case, file: CaseFile, event: Event | str) -> tuple[CaseRun, Mapping[Path, Any]]:
        """The result of a case, and the edits of its file after which it passes, if it failed.

        `event` is the case's event, or a sentence about why it could not be read.
        """
        if case.skip:
            return CaseRun(name=case.name, line=case.line, status="skipped", message=case.skip), {}
        if isinstance(event, str):
            return CaseRun(name=case.name, line=case.line, status="error", message=event), {}
        outcome = self._mapper.outcome(event)
        found = mismatches(case.expect, file.request, outcome)
        why = ""
        if "attributed" in case.expect:
            why = why_not_attributed(self._mapper.config, case.before, event)
            found += compared_attribution(case.expect["attributed"], not why)
        if not found:
            return CaseRun(name=case.name, line=case.line, status="passed"), {}
        return self._failed(case, found, outcome, why), edits_of(case, found, outcome)

    def _failed(self, case: Case, found: list[Mismatch], outcome: Outcome, why: str) -> CaseRun:
        changes = [self._change(item) for item in found[:MOST_CHANGES]]
        first = changes[0]
        message = f"{first.path}: expected {_in_sentence(first.old)}, got {_in_sentence(first.new)}"
        if len(found) > 1:
            message += f"; and {plural(len(found) - 1, 'more field')}"
        if len(found) > MOST_CHANGES:
            more = f"({plural(len(found) - MOST_CHANGES, 'more field')} differ)"
            changes.append(FieldChange("…", more, more))
        sentence = f"{outcome.fate} ({outcome.verdict}, {outcome.reason.code}): {outcome.reason.message}."
        return CaseRun(
            name=case.name,
            line=case.line,
            status="failed",
            changes=tuple(changes),
            message=self._shown.text(f"{message}. {why}".rstrip()),
            outcome=self._shown.text(f"{sentence} {why}".rstrip()),
        )

    def _change(self, item: Mismatch) -> FieldChange:
        old, new = self._shown.pair(value_text(item.expected), value_text(item.actual))
        return FieldChange(self._shown.text(field_text(item.path)), old, new)


def _in_sentence(text: str | None) -> str:
    if text is None:
        return "nothing"
    return text if len(text) <= _IN_SENTENCE else f"{text[: _IN_SENTENCE - 1]}…"


def detail(run: CaseRun) -> str:
    """A case that did not pass, in lines: each field with the expected and the actual value."""
    if not run.changes:
        return run.message
    lines = [f"The event: {run.outcome}"]
    for change in run.changes:
        lines.append(change.path)
        sides = (("-", change.old), ("+", change.new))
        lines += [f"  {sign} {shortened(text, _IN_LINE)}" for sign, text in sides if text is not None]
    lines.append("(- expected, + actual)")
    return "\n".join(lines)
