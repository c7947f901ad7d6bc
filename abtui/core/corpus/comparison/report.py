"""The report of `abtui diff`: what changes, how much, and the first examples."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, Literal, TypeVar

from abtui.core.corpus.comparison.model import (
    ChangeClass,
    ComparisonResult,
    GoalChange,
    ReasonChange,
    SettingChange,
    UnitChange,
)
from abtui.core.corpus.comparison.summary import SAYS, crossing_rows, left_out, summary
from abtui.core.fate import FATES
from abtui.core.outcomes import Fate, Verdict
from abtui.core.report import (
    Annotation,
    Block,
    CaseResult,
    Cell,
    Column,
    Differences,
    FieldChange,
    Report,
    Section,
    Sentence,
    Table,
    Tone,
)
from abtui.core.report.builder import RowColumn, code_column, number_cell, number_column, table, text_column
from abtui.core.report.shape import compared, shortened
from abtui.core.text.plain import one_line, plural

Word = TypeVar("Word", Verdict, Fate)
Matrix = Mapping[Word, Mapping[Word, int]]
"""How many events have each pair of words: old word -> new word -> events."""

_MOST_ROWS: Final = 50
_MOST_IDLE: Final = 10
"""The settings that are shown where none of them changes an event."""
_MOST_DETAILS: Final = 20
_CELL: Final = 120
"""Characters of a setting's value in the table."""
_WHOLE_ITEM: Final = 22
"""Characters of a whole item in the table, so that it is one line."""
_VALUE: Final = 300
"""Characters of a value in a line of text."""
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
"""The name of the test case of each class. It passes if no event is in the class."""
_KIND_WORDS: Final = {
    "added": "is added",
    "removed": "is removed",
    "changed": "is changed",
    "order": "has another order",
}
_TONES: Final[dict[str, Tone]] = {
    "renamed": "warning", "uid": "warning", "gained": "good", "lost": "bad", "order": "plain"
}  # fmt: skip
"""The tone of each kind of change of a goal or a unit."""
_KINDS: Final = {"uid": "another id", "order": "another order"}


def comparison_report(result: ComparisonResult, *, file: str | None = None) -> Report:
    """The report of a comparison. `file` is the path of the new config for annotations, or None if it is not a file.

    `ok` means that everything could be read and no event changes. The report lists settings that differ without changing an
    event, but they do not count as a difference.
    """
    return Report(
        title=f"{result.old} compared with {result.new}",
        ok=result.whole and not result.changed,
        verdict="Differs" if result.changed else "No difference" if result.whole else "Incomplete",
        summary=tuple(summary(result)),
        sections=tuple(Section(title, blocks) for title, blocks in _sections(result) if blocks),
        cases=tuple(_cases(result)),
        annotations=tuple(_annotation(item, file) for item in shown_settings(result)),
        data=result,
    )


def _sections(result: ComparisonResult) -> Iterator[tuple[str, tuple[Block, ...]]]:
    """The titles of the sections with their blocks. A section without blocks is not part of the report."""
    yield "Both destinations", tuple(_crossing(result))
    yield "Settings that changed", tuple(_settings(result))
    yield "Verdicts", (_matrix("verdict", result.verdicts, result.events, _verdict_tone), *_reasons(result))
    yield "Fates", (_matrix("fate", result.fates, result.events, move_tone),)
    yield "Goals", tuple(_goals(result))
    yield "Units", tuple(_units(result))
    yield "Requests", tuple(_requests(result))
    yield "Bodies", tuple(_bodies(result))
    yield "Findings", tuple(_findings(result))
    yield "Examples", tuple(_examples(result))


def _crossing(result: ComparisonResult) -> Iterator[Block]:
    """How the events fare at two destinations."""
    if result.crossing is not None:
        yield table(
            tuple(crossing_rows(result.crossing)),
            text_column("an event is", lambda row: row[0]),
            number_column("events", lambda row: number_cell(row[1], row[2], bar=row[1] / result.events)),
        )
        yield Sentence(
            "The same apart from `publishedAt` and `historic`, in which all differ. What both send is sent twice as long as both are connected.",
            "dim",
        )


def shown_settings(result: ComparisonResult) -> tuple[SettingChange, ...]:
    """The settings that differ; of two destinations only those that both have, since all others do."""
    if result.crossing is None:
        return result.settings
    return tuple(
        item
        for item in result.settings
        if None not in (item.old, item.new) or item.path.startswith(("experiments", "catalog", "targets", "check"))
    )


def _settings(result: ComparisonResult) -> Iterator[Block]:
    if shown := shown_settings(result):
        yield table(
            shown,
            code_column("setting", lambda item: item.path),
            code_column("old", lambda item: _cut(item, 0)),
            code_column("new", lambda item: _cut(item, 1)),
            text_column("new line", lambda item: Cell("" if item.line is None else str(item.line), "dim"), right=True),
            text_column("what it does", lambda item: ("another order. " if item.kind == "order" else "") + item.effect),
            most=_MOST_ROWS if result.changed else _MOST_IDLE,
        )


def _cut(item: SettingChange, side: Literal[0, 1]) -> str | None:
    """A value in the table: the start of a whole item of a list, which the other side does not have, or else what differs."""
    value = compared(FieldChange(item.path, item.old, item.new), _CELL)[side]
    if value is not None and None in (item.old, item.new) and value.text.startswith("{"):
        return one_line(value.text, _WHOLE_ITEM)
    return None if value is None else value.text


def _matrix(what: str, cells: Matrix[Word], events: int, tone: Callable[[Word, Word], Tone]) -> Table:
    """A table with a row for each old word and a column for each new one. Words that no event has are left out."""
    used: list[Word] = used_in(cells)
    rows: list[tuple[Cell, ...]] = []
    for old in used:
        counts = cells[old]
        row: list[Cell] = [
            number_cell(counts[new], "plain" if old == new or not counts[new] else tone(old, new)) for new in used
        ]
        rows.append((Cell(old), *row, number_cell(sum(counts.values()))))
    totals: list[Cell] = [number_cell(sum(cells[old][new] for old in used)) for new in used]
    rows.append((Cell("all"), *totals, number_cell(events)))
    news: list[Column] = [Column(f"new: {name}", right=True) for name in used]
    return Table((Column(f"old {what}"), *news, Column("all", right=True)), tuple(rows))


def used_in(cells: Matrix[Word]) -> list[Word]:
    """The words of a matrix that some event has under either config, in their order."""
    return [name for name in cells if any(cells[name].values()) or any(row[name] for row in cells.values())]


def _verdict_tone(old: str, new: str) -> Tone:
    """The tone of a changed verdict: bad if the event is no longer sent, good if it is now."""
    return "bad" if old == "send" != new else "good" if new == "send" != old else "warning"


def move_tone(old: Fate, new: Fate) -> Tone:
    """The tone of a changed fate: fates are ordered from the best to the worst."""
    order = list(FATES)
    return "good" if order.index(new) < order.index(old) else "bad"


def _reasons(result: ComparisonResult) -> Iterator[Block]:
    if result.reasons:
        yield table(
            result.reasons,
            text_column("old verdict", lambda item: item.old_verdict),
            code_column("reason", lambda item: item.old_reason),
            text_column(
                "new verdict", lambda item: Cell(item.new_verdict, _verdict_tone(item.old_verdict, item.new_verdict))
            ),
            code_column("reason", lambda item: item.new_reason),
            _events_column(result),
            most=_MOST_ROWS,
        )


def _events_column(result: ComparisonResult) -> RowColumn[ReasonChange | GoalChange | UnitChange]:
    """Numbers of events, with a bar for their share of all events."""
    return number_column("events", lambda item: number_cell(item.events, bar=item.events / result.events))


def _goals(result: ComparisonResult) -> Iterator[Block]:
    goals = result.goals
    if goals.same or goals.changes:
        same = plural(goals.same, "event sends its goal", "events send their goal")
        yield Sentence(f"{same} under the same name with both configs.")
    if goals.changes:
        yield _changes(result, goals.changes, ("goal", "old", "new"), goals.uncounted)


def _units(result: ComparisonResult) -> Iterator[Block]:
    if result.units:
        yield _changes(result, result.units, ("unit", "old type", "new type"), result.uncounted_units)


def _changes(
    result: ComparisonResult, items: Sequence[GoalChange | UnitChange], titles: tuple[str, str, str], further: int
) -> Table:
    """A table of changed goals or units. `further` changes were not counted by name."""
    return table(
        items,
        text_column(titles[0], lambda item: Cell(_KINDS.get(item.kind, item.kind), _TONES[item.kind])),
        code_column(titles[1], lambda item: item.old),
        code_column(titles[2], lambda item: item.new),
        _events_column(result),
        most=_MOST_ROWS,
        note=f"{plural(further, 'change')} of further {titles[0]}s were not counted by name." if further else "",
    )


def _requests(result: ComparisonResult) -> Iterator[Block]:
    if result.frame:
        count = result.count("request")
        yield table(
            result.frame,
            code_column("address or header", lambda item: item.name),
            code_column("old", lambda item: item.old),
            code_column("new", lambda item: item.new),
            most=_MOST_ROWS,
        )
        events = plural(count, "event has the same body and differs", "events have the same body and differ")
        yield Sentence(f"{events} only in this.")


def _bodies(result: ComparisonResult) -> Iterator[Block]:
    if count := result.count("body"):
        events = plural(count, "event differs", "events differ")
        yield Sentence(f"{events} in a part of the body other than units and goal.", "warning")


def _findings(result: ComparisonResult) -> Iterator[Block]:
    if result.findings:
        yield table(
            result.findings,
            code_column("finding", lambda item: item.code),
            number_column(
                "gained by events", lambda item: number_cell(item.gained, "warning" if item.gained else "dim")
            ),
            number_column("lost by events", lambda item: number_cell(item.lost, "good" if item.lost else "dim")),
            most=_MOST_ROWS,
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
        verb = "changes" if item.events == 1 else "change"
        message = f"{item.events:,} of {plural(result.events, 'event')} {verb} {SAYS[item.name]}."
        yield CaseResult(
            group=group,
            name=_PASSES[item.name],
            status="failed" if item.events else "passed",
            message=message if item.events else "",
            detail="\n".join(_details(item.name, result)) if item.events else "",
        )


def _details(name: ChangeClass, result: ComparisonResult) -> Iterator[str]:
    """The lines of a failed case: what was counted for its class, and the examples."""
    lines = list(_counted(name, result))
    yield from lines[:_MOST_DETAILS]
    if len(lines) > _MOST_DETAILS:
        yield f"and {len(lines) - _MOST_DETAILS:,} more"
    for item in result.examples:
        if any(kind.startswith(name) for kind in item.kinds):
            yield f"{item.source}: {', '.join(item.kinds)}"
            yield from (f"    {change.path}: {_value(change.old)} -> {_value(change.new)}" for change in item.changes)


def _counted(name: ChangeClass, result: ComparisonResult) -> Iterator[str]:
    """The changes that were counted for a class, each in one line."""
    if name in ("verdict", "reason"):
        for change in result.reasons:
            if (change.old_verdict == change.new_verdict) == (name == "reason"):
                yield f"{change.old_verdict} ({change.old_reason}) -> {change.new_verdict} ({change.new_reason}): {change.events:,}"
    elif name == "fate":
        for old, row in result.fates.items():
            yield from (f"{old} -> {new}: {events:,}" for new, events in row.items() if events and old != new)
    elif name in ("goal", "units"):
        for item in result.goals.changes if name == "goal" else result.units:
            yield f"{item.kind}: {_value(item.old)} -> {_value(item.new)}: {item.events:,}"
    elif name == "request":
        for frame in result.frame:
            yield f"{frame.name}: {_value(frame.old)} -> {_value(frame.new)}"
    elif name == "findings":
        for found in result.findings or ():
            yield f"{found.code}: gained {found.gained:,}, lost {found.lost:,}"


def _value(text: str | None) -> str:
    """A value as part of a line."""
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
