"""The events of a move: each with its fate, its name, and the goal that it had beside the one it has."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from abtui.tui.kit.drawing import Piece, cut, lay, width_of
from abtui.tui.kit.drawn_list import DrawnList
from abtui.tui.kit.event_row import EventRow
from abtui.tui.kit.marks import LOOKS, Signs
from abtui.tui.kit.sentence import Row

_NAME = 2
_KEPT = 512


class Pair(NamedTuple):
    """An event as it was and as it is."""

    was: EventRow
    now: EventRow


def _event_row(pair: Pair, width: int, signs: Signs, *, chosen: bool) -> Row:
    """`■ screen Home   was Screen: Home`. What is struck has the word `was` before it."""
    now = pair.now
    kind = "" if now.type in ("track", "") else f"{now.type} "
    goal = _NAME + (width - _NAME) * 9 // 20
    left = lay(
        [
            (0, Piece(signs.mark(now.fate), LOOKS[now.fate].role)),
            (_NAME, Piece(kind.strip(), "soft")),
            (_NAME + len(kind), Piece(signs.text(now.name), bold=chosen)),
        ],
        goal - 1,
        signs.cut,
        gap=0,
    )
    return [*left, Piece(" " * (goal - width_of(left))), *_goals(pair, width - goal, signs)]


def _goals(pair: Pair, room: int, signs: Signs) -> Row:
    """What the event becomes, and what it became; both are cut where there is too little room for both."""
    was, now = signs.text(pair.was.becomes), signs.text(pair.now.becomes)
    struck = was if was != now else ""
    lead = Piece("" if not struck else ", was " if now else "was ", "soft")
    taken = width_of([lead, Piece(struck)])
    row: Row = []
    if now:
        arrow = Piece(f"{signs.becomes} ", "soft")
        row = [arrow, Piece(cut(now, max(room - taken, room // 3) - width_of([arrow]), signs.cut))]
    if struck:
        row += [lead, Piece(cut(struck, room - width_of([*row, lead]), signs.cut), "soft", strike=True)]
    return row


class MoveEvents(DrawnList):
    """The events of one move, however many. Only the rows in view are mapped, under both configs: 0.2 ms each, and the last 512 are kept."""

    DEFAULT_CSS = "MoveEvents { height: 1fr; }"

    def __init__(self) -> None:
        super().__init__(id="move-events")
        self._indexes: Sequence[int] = ()
        self._pair: Callable[[int], Pair] | None = None

    @property
    def length(self) -> int:
        """The number of events."""
        return len(self._indexes)

    def show(self, indexes: Sequence[int], pair: Callable[[int], Pair], selected: int | None) -> None:
        """Show these events; `pair` gives each as it was and as it is."""
        self._indexes, self._pair = indexes, lru_cache(_KEPT)(pair)
        self.put_cursor(self._position(selected) or 0)

    def refit(self) -> None:
        """Take note that events have joined the move or left it."""
        self.fit_content()
        self.refresh()

    def holds(self, index: int | None) -> bool:
        """Whether an event is among them."""
        return index is not None and self._position(index) is not None

    def select(self, index: int | None) -> None:
        """Put the cursor on an event, if it is among them."""
        at = self._position(index)
        if at is not None and at != self.cursor:
            self.put_cursor(at)

    def _position(self, index: int | None) -> int | None:
        at = 0 if index is None else bisect_left(self._indexes, index)
        return at if at < len(self._indexes) and self._indexes[at] == index else None

    def event_at(self, row: int) -> int | None:
        """The event of a row. It may have left the move meanwhile."""
        return next(iter(self._indexes[row : row + 1]), None)

    def lines_of(self, index: int, width: int, signs: Signs, *, current: bool) -> list[Row]:
        """The row of one event."""
        event = self.event_at(index)
        if event is None or self._pair is None:
            return [[]]
        return [_event_row(self._pair(event), width - 1, signs, chosen=current)]
