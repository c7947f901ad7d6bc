"""The rows of the impact panel: the numbers of a comparison in blocks, each with the filter for its events."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final, NamedTuple, TypeVar

from abtui.core.corpus.comparison.filters import (
    Filter,
    fate_filter,
    goal_filter,
    reason_filter,
    setting_filter,
    unit_filter,
    verdict_filter,
)
from abtui.core.corpus.comparison.model import ComparisonResult, GoalChange, SettingChange, UnitChange
from abtui.core.corpus.comparison.report import Matrix, Word, move_tone, used_in
from abtui.core.corpus.comparison.summary import unit_words
from abtui.core.destinations import short_reason
from abtui.core.fate import FATES
from abtui.core.outcomes import VERDICTS, Verdict
from abtui.core.text.plain import plural, printable
from abtui.tui.kit import cells

TWO_COLUMNS_FROM: Final = 117
_GAP: Final = 3
_MOST: Final = 50
_CELL: Final = 12
_LEAST_CELL: Final = 7
_CELL_OF_WORDS: Final = 10
_VERDICT: Final = 5
"""The most letters of a verdict in the head of its column."""
_COUNT: Final = 8
_NAME: Final = 20
_MOST_VALUE_ROWS: Final = 3
"""The most rows for the values of one setting. `abtui diff` prints them in full."""
_TONE_SIGNS: Final = {"bad": "-", "good": "+", "warning": "~"}
_GOAL_LOOKS: Final = {"renamed": ("~", "warning"), "gained": ("+", "good"), "lost": ("-", "bad")}
_UNIT_LOOKS: Final = {"gained": ("+", "good"), "lost": ("-", "bad")}

T = TypeVar("T")


class Piece(NamedTuple):
    """A part of a row: its text, its look (a tone, `title` or "") and the filter for its events, if any.

    The text of a piece with a filter starts with a space, which leaves room for the cursor's mark.
    """

    text: str
    look: str = ""
    filter: Filter | None = None


Row = tuple[Piece, ...]
Block = list[Row]


def impact_rows(result: ComparisonResult, width: int) -> list[Row]:
    """The rows below the headline, in two columns of blocks if there is room."""
    if width < TWO_COLUMNS_FROM:
        return [row for block in _blocks(result, width) for row in (*block, ())]
    left_width = (width - _GAP) // 2
    columns: tuple[list[Row], list[Row]] = ([], [])
    for block in _blocks(result, left_width):
        shorter = min(columns, key=len)
        shorter += [*block, ()]
    left, right = columns
    rows = []
    for at in range(max(map(len, columns))):
        first = left[at] if at < len(left) else ()
        room = left_width + _GAP - sum(cells.width(piece.text) for piece in first)
        second = right[at] if at < len(right) else ()
        rows.append((*first, Piece(" " * max(0, room)), *second) if second else first)
    return rows


def _blocks(result: ComparisonResult, width: int) -> Iterator[Block]:
    if not result.events:
        return
    yield list(_fates(result, width))
    yield list(_verdicts(result, width))
    if result.goals.changes or result.goals.same:
        yield list(_goals(result, width))
    if result.settings:
        yield _block("Settings that differ", result.settings, lambda item: _setting(item, width), width)
    if result.reasons:
        yield list(_reasons(result, width))
    if result.units:
        yield _block("Units of events that both send", result.units, lambda item: [_unit(result, item, width)], width)
    if result.frame:
        count = result.count("request")
        title = f"Around the body: {plural(count, 'event')} differ{'s' if count == 1 else ''} in this alone"
        yield _block(
            title,
            result.frame,
            lambda item: [_cut((Piece(f" {item.name}  {item.old or 'none'} → {item.new or 'none'}"),), width)],
            width,
        )


def _block(title: str, items: Sequence[T], rows: Callable[[T], Iterable[Row]], width: int) -> Block:
    block = [_cut((Piece(title, "title"),), width), *(row for item in items[:_MOST] for row in rows(item))]
    if len(items) > _MOST:
        block.append((Piece(f" and {len(items) - _MOST:,} more: abtui diff lists all", "dim"),))
    return block


def _fates(result: ComparisonResult, width: int) -> Iterator[Row]:
    heads = {fate: (words.mark, f"{words.mark} {words.one.removeprefix('is ')}") for fate, words in FATES.items()}
    yield from _matrix("Fates", result.fates, heads, move_tone, partial(fate_filter, result), width)


def _verdicts(result: ComparisonResult, width: int) -> Iterator[Row]:
    heads = {verdict: (verdict[:_VERDICT], verdict) for verdict in VERDICTS}
    yield from _matrix("Verdicts", result.verdicts, heads, _verdict_tone, partial(verdict_filter, result), width)


def _matrix(
    title: str,
    cells: Matrix[Word],
    heads: Mapping[Word, tuple[str, str]],
    tone: Callable[[Word, Word], str],
    filter: Callable[[Word, Word], Filter],
    width: int,
) -> Iterator[Row]:
    """A table with a row for each old word and a column for each new word. `heads` has the titles of both."""
    used: list[Word] = used_in(cells)
    cell = max(_LEAST_CELL, min(_CELL, (width - _NAME) // max(1, len(used))))
    now = "now " if cell >= _CELL_OF_WORDS else "→"
    head = "".join(f"{f'{now}{heads[name][0]}':>{cell}}" for name in used)
    yield _cut((Piece(f"{title:<{_NAME}}", "title"), Piece(head, "dim")), width)
    for old in used:
        row: list[Piece] = [
            _cell(cells[old][new], "" if old == new else tone(old, new), filter(old, new), cell) for new in used
        ]
        yield _cut((Piece(f" {f'was {heads[old][1]}':<{_NAME - 1}}", "dim"), *row), width)


def _cell(count: int, tone: str, filter: Filter, cell: int) -> Piece:
    if not count:
        return Piece(f"{'·':>{cell}}", "dim")
    sign = _TONE_SIGNS.get(tone, "")
    return Piece(f"{f'{sign}{count:,}':>{cell}}", tone or "dim", filter)


def _verdict_tone(old: Verdict, new: Verdict) -> str:
    return "bad" if old == "send" else "good" if new == "send" else "warning"


def _goals(result: ComparisonResult, width: int) -> Iterator[Row]:
    goals = result.goals
    same = f"{plural(goals.same, 'event')} keep{'s' if goals.same == 1 else ''} the goal"
    yield _cut((Piece("Goals  ", "title"), Piece(same, "dim")), width)
    yield from (_goal(result, item, width) for item in goals.changes[:_MOST])
    if more := max(0, len(goals.changes) - _MOST) + goals.uncounted:
        yield (Piece(f" and {more:,} more", "dim"),)


def _goal(result: ComparisonResult, item: GoalChange, width: int) -> Row:
    sign, look = _GOAL_LOOKS[item.kind]
    name = f"{item.old} → {item.new}" if item.kind == "renamed" else item.new or item.old or ""
    return _counted(item.events, f"{sign} {item.kind:<8}{name}", look, goal_filter(result, item), width)


def _unit(result: ComparisonResult, item: UnitChange, width: int) -> Row:
    sign, look = _UNIT_LOOKS.get(item.kind, ("~", "warning"))
    return _counted(
        item.events, f"{sign} {unit_words(item, one=item.events == 1)}", look, unit_filter(result, item), width
    )


def _counted(count: int, text: str, look: str, query: Filter, width: int) -> Row:
    return _cut((Piece(f" {count:>{_COUNT},} {text}", look, query),), width)


def _reasons(result: ComparisonResult, width: int) -> Iterator[Row]:
    yield (Piece("Why", "title"),)
    for item in result.reasons[:_MOST]:
        look = _verdict_tone(item.old_verdict, item.new_verdict)
        old, new = (
            verdict if verdict == "send" else f"{verdict} ({short_reason(code)})"
            for verdict, code in ((item.old_verdict, item.old_reason), (item.new_verdict, item.new_reason))
        )
        if old == new:
            old, new = item.old_reason, item.new_reason
        yield _counted(item.events, f"{old} → {new}", look, reason_filter(result, item), width)


def _setting(item: SettingChange, width: int) -> list[Row]:
    old, new = ("nothing" if text is None else text for text in (item.old, item.new))
    what = f"another order: {new}" if item.kind == "order" else f"{old} → {new}"
    line = "" if item.line is None else f"  line {item.line}"
    look = "dim" if item.events == 0 else "warning"
    path = item.path.removeprefix("settings.")
    setting = Piece(f" {path}  ", look, setting_filter(item))
    whole = sum(map(cells.width, (setting.text, what, line))) <= width
    if whole:
        rows: list[Row] = [(setting, Piece(cells.displayed(what)), Piece(line, "dim"))]
    else:
        rows = [_cut((setting, Piece(line.strip(), "dim")), width)]
        rows += [
            (Piece(f"   {part}"),) for part in textwrap.wrap(printable(what), max(20, width - 4))[:_MOST_VALUE_ROWS]
        ]
    rows += [(Piece(f"   {part}", "dim"),) for part in textwrap.wrap(item.effect, max(20, width - 4))]
    return rows


def _cut(row: Row, width: int) -> Row:
    """The row cut to at most `width` cells and made safe to draw. Text that does not fit ends in an ellipsis."""
    found, room = [], width
    for piece in row:
        text = piece.text
        if room <= 0:
            break
        taken = min(room, cells.width(text))
        found.append(piece._replace(text=cells.cut(text, taken)))
        room -= taken
    return tuple(found)
