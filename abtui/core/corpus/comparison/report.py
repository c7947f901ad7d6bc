"""A comparison as a report: what changes, how much, and the first examples."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from abtui.core.corpus.comparison.model import ChangeClass, ComparisonResult, SettingChange
from abtui.core.corpus.comparison.summary import SAYS, left_out, summary
from abtui.core.corpus.comparison.tables import (
    fate_table,
    finding_table,
    frame_table,
    goal_table,
    reason_table,
    setting_table,
    unit_table,
    verdict_table,
)
from abtui.core.report import Annotation, Block, CaseResult, Differences, Report, Section, Sentence
from abtui.core.report.shape import shortened
from abtui.core.text.plain import plural

_PASSES: Final[dict[ChangeClass, str]] = {
    "verdict": "no verdict changes",
    "fate": "no fate changes",
    "reason": "no reason changes",
    "goal": "no goal is renamed, gained or lost",
    "units": "no units change",
    "body": "no other part of a body changes",
    "request": "no request changes around the same body",
    "findings": "no findings change",
}
"""Each class as a case, which passes where it has no event."""
_MOST_DETAILS: Final = 20
_VALUE: Final = 300


def comparison_report(result: ComparisonResult, *, file: str | None = None) -> Report:
    """The report of a comparison. `file` is NEW's path for annotations, or None where it is no file.

    `ok` is whether everything could be read and no event changes: settings that differ and change no event are told, and are
    no difference of the outcome.
    """
    return Report(
        title=f"{result.old} compared with {result.new}",
        ok=result.whole and not result.changed,
        verdict="Differs" if result.changed else "No difference" if result.whole else "Incomplete",
        summary=tuple(summary(result)),
        sections=tuple(section for section in _sections(result) if section.blocks),
        cases=tuple(_cases(result)),
        annotations=tuple(_annotation(item, file) for item in result.settings),
    )


def _sections(result: ComparisonResult) -> Iterator[Section]:
    yield Section("Settings that changed", (setting_table(result),) if result.settings else ())
    yield Section("Verdicts", (verdict_table(result), *((reason_table(result),) if result.reasons else ())))
    yield Section("Fates", (fate_table(result),))
    yield Section("Goals", tuple(_goals(result)))
    yield Section("Units", (unit_table(result),) if result.units else ())
    yield Section("Requests", tuple(_requests(result)))
    yield Section("Bodies", tuple(_bodies(result)))
    yield Section("Findings", (finding_table(result),) if result.findings else ())
    yield Section("Examples", tuple(_examples(result)))


def _goals(result: ComparisonResult) -> Iterator[Block]:
    goals = result.goals
    if goals.same or goals.changes:
        verb = "sends its goal" if goals.same == 1 else "send their goal"
        yield Sentence(f"{plural(goals.same, 'event')} {verb} under the same name with both configs.")
    if goals.changes:
        yield goal_table(result)


def _requests(result: ComparisonResult) -> Iterator[Block]:
    if result.frame:
        count = result.count("request")
        yield frame_table(result)
        yield Sentence(
            f"{plural(count, 'event')} {'has' if count == 1 else 'have'} the same body and differ{'s' if count == 1 else ''} in this alone."
        )


def _bodies(result: ComparisonResult) -> Iterator[Block]:
    if count := result.count("body"):
        yield Sentence(
            f"{plural(count, 'event')} {'differs' if count == 1 else 'differ'} in another part of the body than units and goal.",
            "warning",
        )


def _examples(result: ComparisonResult) -> Iterator[Block]:
    for item in result.examples:
        what = " ".join(text for text in (item.type, f'"{item.name}"' if item.name else "") if text)
        title = f"{item.source}: {', '.join(item.kinds)}" + (f" ({what})" if what else "")
        yield Differences(title, item.changes)


def _cases(result: ComparisonResult) -> Iterator[CaseResult]:
    group = f"diff {result.old} {result.new}"
    missing = " ".join(left_out(result))
    yield CaseResult(
        group=group, name="everything could be read", status="failed" if missing else "passed", message=missing
    )
    for item in result.classes:
        name = _PASSES[item.name]
        if not item.events:
            yield CaseResult(group=group, name=name)
            continue
        verb = "changes" if item.events == 1 else "change"
        message = f"{item.events:,} of {plural(result.events, 'event')} {verb} {SAYS[item.name]}."
        yield CaseResult(
            group=group, name=name, status="failed", message=message, detail="\n".join(_details(item.name, result))
        )


def _details(name: ChangeClass, result: ComparisonResult) -> Iterator[str]:
    lines = list(_counted(name, result))
    yield from lines[:_MOST_DETAILS]
    if len(lines) > _MOST_DETAILS:
        yield f"and {len(lines) - _MOST_DETAILS:,} more"
    for item in result.examples:
        if any(kind.startswith(name) for kind in item.kinds):
            yield f"{item.source}: {', '.join(item.kinds)}"
            yield from (f"    {change.path}: {_value(change.old)} -> {_value(change.new)}" for change in item.changes)


def _counted(name: ChangeClass, result: ComparisonResult) -> Iterator[str]:
    """What was counted of a class, one line each."""
    if name in ("verdict", "reason"):
        for change in result.reasons:
            if (change.old_verdict == change.new_verdict) == (name == "reason"):
                yield f"{change.old_verdict} ({change.old_reason}) -> {change.new_verdict} ({change.new_reason}): {change.events:,}"
    elif name == "fate":
        for old, row in result.fates.items():
            yield from (f"{old} -> {new}: {events:,}" for new, events in row.items() if events and old != new)
    elif name == "goal":
        for goal in result.goals.changes:
            yield f"{goal.kind}: {_value(goal.old)} -> {_value(goal.new)}: {goal.events:,}"
    elif name == "units":
        for unit in result.units:
            yield f"{unit.kind}: {_value(unit.old)} -> {_value(unit.new)}: {unit.events:,}"
    elif name == "request":
        for frame in result.frame:
            yield f"{frame.name}: {_value(frame.old)} -> {_value(frame.new)}"
    elif name == "findings":
        for found in result.findings or ():
            yield f"{found.code}: gained {found.gained:,}, lost {found.lost:,}"


def _value(text: str | None) -> str:
    """A value in a line for people."""
    return shortened(text or "nothing", _VALUE)


def _annotation(item: SettingChange, file: str | None) -> Annotation:
    old, new = _value(item.old), _value(item.new)
    return Annotation(
        severity="info" if item.events == 0 else "warning",
        title=f"{item.path} {_KIND_WORDS[item.kind]}",
        message=f"{old} -> {new}. {item.effect}",
        file=file,
        line=item.line,
    )


_KIND_WORDS: Final = {
    "added": "is added",
    "removed": "is removed",
    "changed": "is changed",
    "order": "has another order",
}
