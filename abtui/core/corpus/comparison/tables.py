"""The tables of a comparison's report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, TypeVar

from abtui.core.corpus.comparison.model import ComparisonResult
from abtui.core.fate import FATES
from abtui.core.outcomes import Fate, Verdict
from abtui.core.report import Cell, Column, Table, Tone
from abtui.core.text.plain import plural

Word = TypeVar("Word", Verdict, Fate)
Matrix = Mapping[Word, Mapping[Word, int]]
"""Old word -> new word -> events."""

_MOST_ROWS: Final = 50
_NOTHING: Final = Cell("nothing", "dim")
_GOAL_TONES: Final[dict[str, Tone]] = {"renamed": "warning", "gained": "good", "lost": "bad"}
_UNIT_TONES: Final[dict[str, Tone]] = {
    "renamed": "warning", "uid": "warning", "gained": "good", "lost": "bad", "order": "plain"
}  # fmt: skip
_UNIT_WORDS: Final = {"uid": "another id", "order": "another order"}


def setting_table(result: ComparisonResult) -> Table:
    """One row for each setting that differs."""
    return _table(
        (Column("setting"), Column("old"), Column("new"), Column("new line", right=True), Column("what it does")),
        [
            (
                Cell(item.path, code=True),
                _value(item.old),
                _value(item.new),
                Cell("" if item.line is None else str(item.line), "dim"),
                Cell(("another order. " if item.kind == "order" else "") + item.effect),
            )
            for item in result.settings
        ],
    )


def verdict_table(result: ComparisonResult) -> Table:
    """The matrix: a row for each old verdict, a column for each new one. Verdicts that no event has are left out."""
    return _matrix("verdict", result.verdicts, result.events, _tone)


def fate_table(result: ComparisonResult) -> Table:
    """The matrix of fates, made as that of verdicts."""
    return _matrix("fate", result.fates, result.events, move_tone)


def _matrix(what: str, cells: Matrix[Word], events: int, tone: Callable[[Word, Word], Tone]) -> Table:
    used: list[Word] = used_in(cells)
    rows: list[tuple[Cell, ...]] = []
    for old in used:
        counts: list[Cell] = [
            Cell(f"{cells[old][new]:,}", "plain" if old == new or not cells[old][new] else tone(old, new))
            for new in used
        ]
        rows.append((Cell(old), *counts, Cell(f"{sum(cells[old].values()):,}")))
    totals: list[Cell] = [Cell(f"{sum(cells[old][new] for old in used):,}") for new in used]
    rows.append((Cell("all"), *totals, Cell(f"{events:,}")))
    columns = (Column(f"old {what}"), *(Column(f"new: {name}", right=True) for name in used), Column("all", right=True))
    return _table(columns, rows)


def used_in(cells: Matrix[Word]) -> list[Word]:
    """The words of a matrix that some event has under either config, in their order."""
    return [name for name in cells if any(cells[name].values()) or any(row[name] for row in cells.values())]


def reason_table(result: ComparisonResult) -> Table:
    """Verdicts that changed, by reason."""
    return _table(
        (
            Column("old verdict"),
            Column("reason"),
            Column("new verdict"),
            Column("reason"),
            Column("events", right=True),
        ),
        [
            (
                Cell(item.old_verdict),
                Cell(item.old_reason, code=True),
                Cell(item.new_verdict, _tone(item.old_verdict, item.new_verdict)),
                Cell(item.new_reason, code=True),
                _count(item.events, result),
            )
            for item in result.reasons
        ],
    )


def goal_table(result: ComparisonResult) -> Table:
    """Goals renamed, gained and lost."""
    others = result.goals.uncounted
    return _table(
        (Column("goal"), Column("old"), Column("new"), Column("events", right=True)),
        [
            (Cell(item.kind, _GOAL_TONES[item.kind]), _value(item.old), _value(item.new), _count(item.events, result))
            for item in result.goals.changes
        ],
        f"{plural(others, 'change')} of further goals were not told apart." if others else "",
    )


def unit_table(result: ComparisonResult) -> Table:
    """Units of events that both configs send."""
    return _table(
        (Column("unit"), Column("old type"), Column("new type"), Column("events", right=True)),
        [
            (
                Cell(_UNIT_WORDS.get(item.kind, item.kind), _UNIT_TONES[item.kind]),
                _value(item.old),
                _value(item.new),
                _count(item.events, result),
            )
            for item in result.units
        ],
    )


def frame_table(result: ComparisonResult) -> Table:
    """What differs around the body of every request."""
    return _table(
        (Column("address or header"), Column("old"), Column("new")),
        [(Cell(item.name, code=True), _value(item.old), _value(item.new)) for item in result.frame],
    )


def finding_table(result: ComparisonResult) -> Table:
    """Findings gained and lost."""
    return _table(
        (Column("finding"), Column("gained by events", right=True), Column("lost by events", right=True)),
        [
            (
                Cell(item.code, code=True),
                Cell(f"{item.gained:,}", "warning" if item.gained else "dim"),
                Cell(f"{item.lost:,}", "good" if item.lost else "dim"),
            )
            for item in result.findings or ()
        ],
    )


def _table(columns: tuple[Column, ...], rows: Sequence[tuple[Cell, ...]], *notes: str) -> Table:
    left_out = len(rows) - _MOST_ROWS
    said: Iterable[str] = (f"{plural(left_out, 'more row')} in the JSON form." if left_out > 0 else "", *notes)
    return Table(columns, tuple(rows[:_MOST_ROWS]), " ".join(note for note in said if note))


def _value(text: str | None) -> Cell:
    return _NOTHING if text is None else Cell(text, code=True)


def _count(events: int, result: ComparisonResult) -> Cell:
    """A number of events, with a bar for its share of all."""
    return Cell(f"{events:,}", bar=events / result.events)


def _tone(old: str, new: str) -> Tone:
    """Whether it is good news that a verdict changed: what was sent is lost, or the other way round."""
    return "bad" if old == "send" != new else "good" if new == "send" != old else "warning"


def move_tone(old: Fate, new: Fate) -> Tone:
    """Whether it is good news that a fate changed: they are ordered from the best to the worst."""
    order = list(FATES)
    return "good" if order.index(new) < order.index(old) else "bad"
