"""Running cases: each event through the mapper, alone, and what came of it against what is expected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from abtui.core.corpus.cases.matcher import Mismatch, mismatches
from abtui.core.corpus.cases.model import Case, CaseFile
from abtui.core.corpus.cases.updating import edits_of
from abtui.core.corpus.comparison.fields import value_text
from abtui.core.corpus.comparison.masking import KeyMask
from abtui.core.corpus.mapper import Mapper
from abtui.core.events import Event
from abtui.core.findings import Finding
from abtui.core.outcomes import Outcome
from abtui.core.report import FieldChange
from abtui.core.report.shape import shortened
from abtui.core.text.paths import Path
from abtui.core.text.plain import plural

Status = Literal["passed", "failed", "skipped", "error"]
"""`error`: the event could not be read, or the case file."""

MOST_CHANGES = 100
"""Fields of one case that are told; the rest is counted."""
_SHOWN = 200
_DETAIL = 300
"""Characters of a value in a sentence, and in a line of its own; the changes hold it whole."""


class CaseRun(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one case. `changes` are the fields that differ, expected as old and actual as new, API keys masked.

    `message` is a sentence: what differs, why it was skipped, or why the event could not be read. `outcome` says what
    happens to the event of a case that failed.
    """

    name: str
    line: int
    status: Status
    changes: tuple[FieldChange, ...] = ()
    message: str = ""
    outcome: str = ""


class Updated(msgspec.Struct, frozen=True, kw_only=True):
    """A case whose expectations were brought up to what is so, and the fields that were, and those taken out. `problem` says why not, or is ""."""

    name: str
    line: int
    fields: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    problem: str = ""


class FileRun(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a case file. `findings` are its mistakes, `problem` why it could not be read or written; with an error it has no cases.

    `deselected` cases were not asked for. `updated` are the cases that were changed, or could not be.
    """

    path: str
    cases: tuple[CaseRun, ...] = ()
    findings: tuple[Finding, ...] = ()
    problem: str = ""
    deselected: int = 0
    updated: tuple[Updated, ...] = ()

    def count(self, status: Status) -> int:
        """How many cases have this status."""
        return sum(case.status == status for case in self.cases)


class Runner:
    """Runs cases against one config."""

    def __init__(self, mapper: Mapper) -> None:
        self._mapper = mapper
        self._shown = KeyMask(mapper.config)

    def run(self, case: Case, file: CaseFile, event: Event | str) -> tuple[CaseRun, Mapping[Path, Any]]:
        """Run a case on its event; a text in place of it says why there is none. With it the edits that would make it pass."""
        if isinstance(event, str):
            return CaseRun(name=case.name, line=case.line, status="error", message=event), {}
        outcome = self._mapper.outcome(event)
        found = mismatches(case.expect, file.request, outcome)
        if not found:
            return CaseRun(name=case.name, line=case.line, status="passed"), {}
        return self._failed(case, found, outcome), edits_of(case, found, outcome)

    def _failed(self, case: Case, found: list[Mismatch], outcome: Outcome) -> CaseRun:
        changes = [self._change(item) for item in found[:MOST_CHANGES]]
        first = changes[0]
        message = f"{first.path}: expected {_value(first.old)}, got {_value(first.new)}"
        if len(found) > 1:
            message += f"; and {plural(len(found) - 1, 'more field')}"
        if len(found) > MOST_CHANGES:
            more = f"({plural(len(found) - MOST_CHANGES, 'more field')} differ)"
            changes.append(FieldChange("…", more, more))
        reason = self._shown.text(
            f"{outcome.fate} ({outcome.verdict}, {outcome.reason.code}): {outcome.reason.message}."
        )
        return CaseRun(
            name=case.name,
            line=case.line,
            status="failed",
            changes=tuple(changes),
            message=f"{message}.",
            outcome=reason,
        )

    def _change(self, item: Mismatch) -> FieldChange:
        old, new = self._shown.pair(value_text(item.expected), value_text(item.actual))
        return FieldChange(self._shown.text(item.shown), old, new)


def _value(text: str | None) -> str:
    if text is None:
        return "nothing"
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def skipped(case: Case) -> CaseRun:
    """The run of a case that is not run."""
    return CaseRun(name=case.name, line=case.line, status="skipped", message=case.skip)


def detail(run: CaseRun) -> str:
    """A case that did not pass at length, in lines: each field with what was expected and what there is."""
    if not run.changes:
        return run.message
    lines = [f"The event: {run.outcome}"]
    for change in run.changes:
        lines.append(change.path)
        sides = (("-", change.old), ("+", change.new))
        lines += [f"  {sign} {shortened(text, _DETAIL)}" for sign, text in sides if text is not None]
    lines.append("(- expected, + actual)")
    return "\n".join(lines)
