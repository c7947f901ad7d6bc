"""The events of a move: each with its fate, its name, and the goal that it had beside the one it has."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from textual.message import Message
from textual.strip import Strip

from abtui.tui.kit.cursor_list import CursorList
from abtui.tui.kit.drawing import Piece, cut, draw, lay, width_of
from abtui.tui.kit.event_row import EventRow
from abtui.tui.kit.marks import LOOKS, Signs, signs_of
from abtui.tui.kit.sentence import Row

_NAME = 3
_KEPT = 512


class Pair(NamedTuple):
    """An event as it was and as it is."""

    was: EventRow
    now: EventRow


def event_row(pair: Pair, width: int, signs: Signs, *, chosen: bool, bar: str = " ") -> Row:
    """`■ screen Home   was Screen: Home`. What is struck has the word `was` before it."""
    now = pair.now
    kind = "" if now.type in ("track", "") else f"{now.type} "
    goal = _NAME + (width - _NAME) * 9 // 20
    left = lay(
        [
            (0, Piece(bar, "accent")),
            (1, Piece(signs.mark(now.fate), LOOKS[now.fate].role)),
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


class MoveEvents(CursorList):
    """The events of one move, however many. It posts `Chosen` when another one is chosen by hand.

    Only the rows in view are mapped, under both configs: 0.2 ms each, and the last 512 are kept.
    """

    DEFAULT_CSS = """
    MoveEvents {
        background: $pane; color: $text; overflow-x: hidden; overflow-y: auto; height: 1fr; scrollbar-size: 0 1;
        scrollbar-color: $raised; scrollbar-background: $pane;
    }
    """

    class Chosen(Message):
        """Another event was chosen."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self) -> None:
        self._palette = {}
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

    def _cursor_moved(self) -> None:
        if self.cursor < len(self._indexes):
            self.post_message(self.Chosen(self._indexes[self.cursor]))

    def on_focus(self) -> None:
        """Show the bar of the focus."""
        self.refresh()

    on_blur = on_focus

    def render_line(self, y: int) -> Strip:
        """Row `y` of the visible part."""
        at = self.scroll_offset.y + y
        # An event may leave the move while the rows are drawn.
        index = next(iter(self._indexes[at : at + 1]), None)
        if index is None or self._pair is None:
            return self.blank()
        signs, chosen, width = signs_of(self), at == self.cursor, self.room.width
        bar, on = signs.row if chosen and self.has_focus else " ", "raised" if chosen else ""
        row = event_row(self._pair(index), width - 1, signs, chosen=chosen, bar=bar)
        return draw(self, row, on=on).crop(0, width)
