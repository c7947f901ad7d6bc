"""The events of a loss: what they are called, when they happened, whose they are, and where they come from."""

from __future__ import annotations

import datetime
from typing import Final

import msgspec
from textual.message import Message
from textual.strip import Strip

from abtui.core.corpus.funnel import Loss
from abtui.core.events import Stored
from abtui.core.text.javascript import parse_date
from abtui.core.text.secret import excerpt
from abtui.tui.corpus.rows import users_of
from abtui.tui.kit.cursor_list import CursorList
from abtui.tui.kit.drawing import Piece, draw, lay
from abtui.tui.kit.marks import LOOKS, signs_of
from abtui.tui.state import State

_WIDTH: Final = 60
_TIME: Final = len("17 Mar 18:02")
_LEAST: Final = 6
"""The least cells of an id or a source."""
_NAME, _USER = 30, 16
"""The most cells of a name and an id before a column."""
_MEASURED: Final = 20
_MONTHS: Final = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


class EventChosen(Message):
    """An event was selected by hand."""

    def __init__(self, index: int) -> None:
        super().__init__()
        self.index = index


class _Told(msgspec.Struct, frozen=True):
    """What a row tells of an event."""

    name: str
    time: str
    user: str
    source: str


class _Times(msgspec.Struct, gc=False):
    timestamp: object = None
    originalTimestamp: object = None


class LossEvents(CursorList, can_focus=True):
    """One row for each event of a loss that is remembered. Events are read as they come into view."""

    DEFAULT_CSS = """
    LossEvents {
        height: 1fr; background: $pane; color: $text; scrollbar-size: 0 1; overflow-x: hidden;
        scrollbar-color: $rule; scrollbar-background: $pane; scrollbar-color-hover: $soft; scrollbar-color-active: $accent;
        scrollbar-background-hover: $pane; scrollbar-background-active: $pane;
    }
    """

    def __init__(self, state: State, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._palette = {}
        self._state = state
        self._loss: Loss | None = None
        self._told: dict[int, _Told] = {}
        self._widest = (0, 0)
        """The cells of the longest name and the longest id, of the first events."""

    @property
    def length(self) -> int:
        """The number of events that are remembered of the loss."""
        return 0 if self._loss is None else len(self._loss.examples)

    @property
    def index(self) -> int | None:
        """The event at the cursor."""
        return None if self._loss is None or not self.length else self._loss.examples[self.cursor]

    def show(self, loss: Loss | None) -> None:
        """Show the events of a loss, with the cursor at the one that is selected everywhere, or at the first."""
        self._loss = loss
        self._told.clear()
        measured = [self._row(index) for index in (() if loss is None else loss.examples[:_MEASURED])]
        self._widest = (
            min(_NAME, max((len(told.name) for told in measured), default=0)),
            min(_USER, max((len(told.user) for told in measured), default=0)),
        )
        examples, selected = () if loss is None else loss.examples, self._state.selection.index
        self.put_cursor(examples.index(selected) if selected is not None and selected in examples else 0)

    def _cursor_moved(self) -> None:
        if self.index is not None:
            self.post_message(EventChosen(self.index))

    def on_focus(self) -> None:
        """Draw the bar beside the row of the cursor."""
        self.redraw_rows(self.cursor, self.cursor)

    def on_blur(self) -> None:
        """Draw the row of the cursor without its bar."""
        self.redraw_rows(self.cursor, self.cursor)

    def render_line(self, y: int) -> Strip:
        """The row of one event."""
        at = self.row_at(y)
        if self._loss is None or at >= self.length:
            return draw(self, ())
        index, signs = self._loss.examples[at], signs_of(self)
        current = at == self.cursor and (self.has_focus or index == self._state.selection.index)
        on = "raised" if current else ""
        told = self._row(index)
        fate = self._loss.fate
        look = LOOKS["unknown" if fate is None else fate]
        mark = Piece(signs.mark(fate) if fate else " ", look.role)
        bar = Piece(signs.row if current and self.has_focus else " ", "accent")
        pieces = lay(self._columns(told), self.room.width - 4, signs.cut, gap=2)
        return draw(self, [bar, Piece(" "), mark, Piece(" "), *pieces], on=on)

    def _columns(self, told: _Told) -> list[tuple[int, Piece]]:
        """The columns that have room: names and times have it first, then the ids, then the sources."""
        signs, width = signs_of(self), self.room.width - 4
        names, users = self._widest
        name = min(names, width - _TIME) + 2
        row = [(0, Piece(signs.text(told.name))), (name, Piece(told.time, "soft"))]
        user, source = name + _TIME + 2, name + _TIME + users + 4
        if width > user + _LEAST:
            row.append((user, Piece(signs.text(told.user), "soft")))
        return [*row, (source, Piece(signs.text(told.source), "soft"))] if width > source + _LEAST else row

    def _row(self, index: int) -> _Told:
        told = self._told.get(index)
        if told is None:
            corpus, secrets = self._state.corpus, self._state.session.known_keys
            row, item = corpus.row(index, self._state.session.mapper), corpus.item(index)
            user = next(iter(users_of(item)), "no id")
            name = excerpt(row.name, _WIDTH, secrets)
            shown = name if name == name.strip() else f'"{name}"'
            told = _Told(shown, _time(item), excerpt(user, _WIDTH, secrets), excerpt(row.source, _WIDTH, secrets))
            self._told[index] = told
        return told


def _time(item: Stored) -> str:
    """`17 Mar 18:02`, in UTC; "" if the event does not say when it happened."""
    try:
        read = msgspec.json.decode(item.text, type=_Times)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return ""
    text = read.originalTimestamp if isinstance(read.originalTimestamp, str) else read.timestamp
    at = parse_date(text) if isinstance(text, str) else None
    return "" if at is None else _said(at)


def _said(milliseconds: float) -> str:
    try:
        at = datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.UTC)
    except (OverflowError, OSError, ValueError):
        return ""
    return f"{at.day:>2} {_MONTHS[at.month - 1]} {at.hour:02}:{at.minute:02}"
