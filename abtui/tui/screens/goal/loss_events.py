"""The events of a loss: what they are called, when they happened, whose they are, and where they come from."""

from __future__ import annotations

import datetime
from typing import Final

import msgspec

from abtui.core.corpus.funnel import Loss
from abtui.core.events import Stored
from abtui.core.text.javascript import parse_date
from abtui.core.text.secret import excerpt
from abtui.tui.corpus.rows import users_of
from abtui.tui.kit.drawing import Piece, lay
from abtui.tui.kit.drawn_list import DrawnList
from abtui.tui.kit.marks import LOOKS, Signs
from abtui.tui.state import State

_WIDTH: Final = 60
_TIME: Final = len("17 Mar 18:02")
_LEAST: Final = 6
"""The least cells of an id or a source."""
_NAME, _USER = 30, 16
"""The most cells of a name and an id before a column."""
_MEASURED: Final = 20
_MONTHS: Final = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


class _Told(msgspec.Struct, frozen=True):
    """What a row tells of an event."""

    name: str
    time: str
    user: str
    source: str


class _Times(msgspec.Struct, gc=False):
    timestamp: object = None
    originalTimestamp: object = None


class LossEvents(DrawnList):
    """One row for each event of a loss that is remembered. Events are read as they come into view."""

    DEFAULT_CSS = "LossEvents { height: 1fr; }"

    def __init__(self, state: State, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._state = state
        self._loss: Loss | None = None
        self._told: dict[int, _Told] = {}
        self._widest = (0, 0)
        """The cells of the longest name and the longest id, of the first events."""

    @property
    def length(self) -> int:
        """The number of events that are remembered of the loss."""
        return 0 if self._loss is None else len(self._loss.examples)

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

    def event_at(self, row: int) -> int | None:
        """The event of a row."""
        return None if self._loss is None or not row < self.length else self._loss.examples[row]

    def is_current(self, index: int) -> bool:
        """Without the focus only the event that is selected everywhere is shown as chosen."""
        chosen = index == self.cursor
        return chosen and (self.has_focus or self.event_at(index) == self._state.selection.index)

    def lines_of(self, index: int, width: int, signs: Signs, *, current: bool) -> list[list[Piece]]:
        """The row of one event."""
        event, fate = self.event_at(index), None if self._loss is None else self._loss.fate
        mark = Piece(signs.mark(fate) if fate else " ", LOOKS[fate or "unknown"].role)
        columns = [] if event is None else self._columns(self._row(event), width - 3, signs)
        return [[Piece(" "), mark, Piece(" "), *lay(columns, width - 3, signs.cut, gap=2)]]

    def _columns(self, told: _Told, width: int, signs: Signs) -> list[tuple[int, Piece]]:
        """The columns that have room: names and times have it first, then the ids, then the sources."""
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
            if row.mappings:
                shown = excerpt(f"{shown}, {' and '.join(row.mappings)}", _WIDTH, secrets)
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
