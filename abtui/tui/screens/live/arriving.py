"""The list of what arrives, the newest first: when, what, what it becomes, and its fate."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.strip import Strip

from abtui.tui.kit.drawing import Piece, draw, fit, lay, width_of
from abtui.tui.kit.drawn_list import DrawnList
from abtui.tui.kit.event_row import EventRow
from abtui.tui.kit.marks import LOOKS, Signs, signs_of
from abtui.tui.live import Arrivals

_MARK_AT: Final = 9
_NAME_AT: Final = 11
_FATE_ROOM: Final = 13
_GOAL_FROM: Final = 26
_NEW_SECONDS: Final = 3
"""How long a row is drawn as new."""


class Arriving(DrawnList):
    """The events that came, of which the first `shown` are in the list: it keeps its place while somebody looks at a row of it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("home", "newest", "Newest", show=False, tooltip="Go to the newest, and follow what arrives", id="live.newest"),
    ]  # fmt: skip
    DEFAULT_CSS = "Arriving { height: 1fr; }"

    def __init__(
        self,
        arrivals: Callable[[], Arrivals | None],
        row: Callable[[int], EventRow],
        paste: Callable[[], Sequence[str]],
    ) -> None:
        super().__init__(id="arriving-list")
        self._arrivals, self._row, self._paste = arrivals, row, paste
        self.shown = 0
        self.held = False
        """Whether the list keeps what it shows, as the person asked."""
        self._faded = 0.0

    @property
    def length(self) -> int:
        """The number of rows."""
        return self.shown

    @property
    def follows(self) -> bool:
        """Whether new events come into view: nobody looks at an older one, and the list is not held."""
        return self.cursor == 0 and not self.held

    @property
    def waiting(self) -> int:
        """The number of events that came and are not in the list yet."""
        arrivals = self._arrivals()
        return 0 if arrivals is None else len(arrivals) - self.shown

    def grow(self, *, at_once: bool = False) -> bool:
        """Take in what came, if the list follows, or `at_once`. True if the row at the cursor is another event now."""
        arrivals = self._arrivals()
        number = 0 if arrivals is None else len(arrivals)
        if number < self.shown:
            # Events were removed, or another listening began.
            self.shown = number
            self.put_cursor(self.cursor)
            return True
        if number == self.shown or not (at_once or self.follows or not self.shown):
            return False
        self.shown = number
        self.put_cursor(0)
        return True

    def fade(self) -> None:
        """Redraw the rows that may have been drawn as new since the last call."""
        arrivals, since = self._arrivals(), self._faded
        self._faded = time.time()
        if arrivals is not None:
            self.redraw_rows(0, self.shown - 1 - bisect_left(arrivals.times, since - _NEW_SECONDS))

    def event_at(self, row: int) -> int | None:
        """The index in the corpus of the event in a row."""
        arrivals, at = self._arrivals(), self.shown - 1 - row
        return None if arrivals is None or not 0 <= at < len(arrivals) else arrivals.indexes[at]

    def go_to(self, index: int | None) -> None:
        """Put the cursor on an event, if it came here."""
        arrivals = self._arrivals()
        at = None if arrivals is None else arrivals.position(index)
        if at is not None and at < self.shown:
            self.put_cursor(self.shown - 1 - at)

    def action_newest(self) -> None:
        """Go to the newest event, and follow what arrives."""
        self.held = False
        self.grow(at_once=True)
        self.put_cursor(0)
        self._cursor_moved()

    def line_below(self, y: int) -> Strip:
        """How an SDK is pointed here, until the first event comes."""
        lines = () if self.shown else self._paste()
        if y >= len(lines):
            return self.blank()
        piece = Piece(f"  {lines[y]}", "soft" if y or not lines[y] else "text")
        return draw(self, fit((piece,), self.room.width, signs_of(self)))

    def lines_of(self, index: int, width: int, signs: Signs, *, current: bool) -> list[list[Piece]]:
        """A row: time, mark, name, what it becomes, and its fate."""
        arrivals, event = self._arrivals(), self.event_at(index)
        if arrivals is None or event is None:
            return [[]]
        came, row = arrivals.times[self.shown - 1 - index], self._row(event)
        look = LOOKS[row.fate]
        room = width - 1
        fate_at = max(_NAME_AT + 1, room - _FATE_ROOM)
        goal_at = _NAME_AT + (fate_at - _NAME_AT) * 11 // 20
        new = "text" if time.time() - came < _NEW_SECONDS else "soft"
        kind = "" if row.type in ("track", "") else f"{signs.text(row.type)} "
        places = [
            (0, Piece(time.strftime("%H:%M:%S", time.localtime(came)), new)),
            (_MARK_AT, Piece(signs.mark(row.fate), look.role)),
            (_NAME_AT, Piece(kind, "soft")),
            (_NAME_AT + len(kind), Piece(signs.text(row.name), bold=current)),
        ]
        if fate_at - _NAME_AT < _GOAL_FROM:
            before = lay(places, fate_at - 1, signs.cut, gap=0)
            return [fit([*before, Piece(" " * (fate_at - width_of(before))), Piece(look.word, look.role)], room, signs)]
        before = lay(places, goal_at - 1, signs.cut, gap=0)
        head = f"{signs.becomes} " if row.becomes else "  "
        goal = [
            (0, Piece(head, "soft")),
            (len(head), Piece(signs.text(row.becomes or row.lost), "text" if row.becomes else "soft", bold=current)),
        ]
        middle = lay(goal, fate_at - goal_at - 1, signs.cut, gap=0)
        gap = Piece(" " * (fate_at - goal_at - width_of(middle)))
        line = [
            *before,
            Piece(" " * (goal_at - width_of(before))),
            *middle,
            gap,
            Piece(look.word, look.role, bold=current),
        ]
        return [line]
