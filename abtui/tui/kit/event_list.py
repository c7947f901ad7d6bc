"""The list of events: it grows while files are read, and draws an event on one line or on two."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from functools import partial
from typing import ClassVar, Final

from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.reactive import reactive
from textual.strip import Strip

from abtui.tui.kit.cells import cut
from abtui.tui.kit.drawn_list import DrawnList
from abtui.tui.kit.event_row import EventRow, RowLook, Sign
from abtui.tui.kit.jump_labels import JumpSpot
from abtui.tui.kit.marks import signs_of
from abtui.tui.kit.row_strips import ROW_CLASSES, ROW_CSS, RowStyles, draw_row

__all__ = ["EventList", "EventRow", "RowProvider"]

RowProvider = Callable[[int], EventRow]
"""Returns the row at a position (from 0). It is called each time a visible row is drawn, so it must be fast."""


_KEPT: Final = 512
"""The most drawn rows in the cache: scrolling shows most of them again."""
_MARGIN: Final = 2


def _no_rows(index: int) -> EventRow:
    raise IndexError(f"an event list without a provider was asked for row {index}")


class EventList(DrawnList):
    """Shows `count` rows of a provider, on one line each or on two.

    `two_lines` is the height of all rows. `choose_height` sets it to what fits; a list that outgrows its place goes to one line by
    itself, and never back: rows that come and go with a filter do not change their height. `count` may be set at any time without
    moving the cursor or the scroll position; it is clamped. To filter the list, pass another provider to `set_rows`.
    """

    DEFAULT_CSS = f"""
    EventList {{
        & .event-list--cursor {{ background: $raised; color: $on-raised; }}
        {ROW_CSS}
    }}
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {*ROW_CLASSES, "event-list--cursor"}
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "select", "Open", show=False, id="rows.open")]

    count: reactive[int] = reactive(0, repaint=False, init=False)
    empty_text: reactive[str] = reactive("")
    two_lines: reactive[bool] = reactive(False, repaint=False, init=False)
    signs: reactive[tuple[Sign, ...]] = reactive(())
    """The kinds of signs that rows have room for. A sign that no row has is left out to make room for the name."""

    class Highlighted(DrawnList.Highlighted):
        """The cursor moved to another row, or the list got its first row."""

    class Selected(DrawnList.Selected):
        """An event was chosen with Enter or a double click."""

    def __init__(
        self, provider: RowProvider = _no_rows, count: int = 0, *, empty_text: str = "", id: str | None = None
    ) -> None:
        self._drawn: dict[tuple[EventRow, RowLook, bool, bool], tuple[Strip, ...]] = {}
        self._styles = RowStyles(self.style_of)
        super().__init__(id=id)
        self._provider = provider
        self.set_reactive(EventList.count, max(0, count))
        self.set_reactive(EventList.empty_text, empty_text)

    # The interface for the application

    def set_rows(self, provider: RowProvider, count: int, cursor: int = 0) -> None:
        """Replace the rows and place the cursor. It posts `Highlighted`, as the current row may have changed."""
        self._provider = provider
        self.set_reactive(EventList.count, max(0, count))
        self.put_cursor(cursor)
        self._cursor_moved()

    def refresh_row(self, index: int) -> None:
        """Redraw one row if it is visible."""
        self.redraw_rows(index, index)

    def choose_height(self) -> None:
        """Give every row two lines if all of them fit, and one otherwise. To be called once events are loaded."""
        self.two_lines = self._fits(2)

    def _fits(self, lines: int) -> bool:
        return 0 < self.count * lines <= self.room.height

    # State

    @property
    def row_height(self) -> int:
        """The lines of a row."""
        return 2 if self.two_lines else 1

    def watch_two_lines(self, was_two: bool) -> None:
        """Draw all rows at their new height; the row at the cursor stays at its line of the screen as far as it can."""
        before = self.cursor * (2 if was_two else 1) - self.scroll_offset.y
        self.fit_content()
        self.scroll_to(y=max(0, self.cursor * self.row_height - before), animate=False)
        self._show_cursor()
        self.refresh()

    @property
    def length(self) -> int:
        """The number of rows."""
        return self.count

    def validate_count(self, count: int) -> int:
        """Clamp the count to 0 or more."""
        return max(0, count)

    def watch_count(self, old: int, new: int) -> None:
        """Redraw the visible rows that were added or removed; the others do not change."""
        if self.two_lines and new > old and not self._fits(2):
            self.two_lines = False
        self.fit_content()
        if not old or not new:
            self.refresh()
        else:
            self.redraw_rows(min(old, new), max(old, new))
        if not new:
            self.set_reactive(DrawnList.cursor, 0)
        elif self.cursor >= new:
            self.cursor = new - 1
        elif not old:
            self._cursor_moved()

    def _cursor_moved(self) -> None:
        if self.is_running:
            super()._cursor_moved()

    def on_mount(self) -> None:
        """Tell the first row."""
        self.fit_content()
        self._cursor_moved()

    def jump_spots(self) -> Iterator[JumpSpot]:
        """The rows that begin in view."""
        top, high = self.scroll_offset.y, self.row_height
        for row in range(-(-top // high), min((top + self.room.height - 1) // high + 1, self.count)):
            yield JumpSpot(0, row * high - top, partial(self._go_to, row))

    def _go_to(self, row: int) -> None:
        self.cursor = row
        self.screen.set_focus(self)

    # Drawing

    def line_below(self, y: int) -> Strip:
        """A line of the words about an empty list."""
        if self.count:
            return self.blank()
        room = self.room.width
        lines = [part for line in self.empty_text.split("\n") for part in textwrap.wrap(line, max(1, room - 2)) or [""]]
        text = f" {lines[y - 1]}" if 0 < y <= len(lines) else ""
        return Strip([Segment(cut(text, room), self.style_of("event-list--soft"))], room)

    def strips_of(self, index: int) -> tuple[Strip, ...]:
        """The lines of a row, from the cache if it was drawn alike before."""
        row, current, room = self._provider(index), index == self.cursor, self.room.width
        # The scrollbar takes one of the free cells, so that the columns stay where they are.
        margin = max(0, _MARGIN - (self.size.width - room))
        look = RowLook(room, margin, self.signs, self.two_lines, signs_of(self).plain)
        key = row, look, current, current and self.has_focus
        strips = self._drawn.get(key)
        if strips is None:
            strips = draw_row(row, look, self._styles, current=current, focused=self.has_focus)
            if len(self._drawn) >= _KEPT:
                self._drawn.clear()
            self._drawn[key] = strips
        return strips

    def notify_style_update(self) -> None:
        """Drop the cached rows, which were drawn in the old colours."""
        self._drawn = {}
        self._styles = RowStyles(self.style_of)
        super().notify_style_update()
