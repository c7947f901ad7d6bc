"""A list of any number of events. It requests only visible rows and draws only changed ones."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import ClassVar, Final

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from abtui.tui.kit.cells import cut
from abtui.tui.kit.cursor_list import CursorList
from abtui.tui.kit.event_row import ROW_CLASSES, ROW_CSS, EventRow, RowLook, RowStyles, Sign, draw_row
from abtui.tui.kit.marks import signs_of

__all__ = ["EventList", "EventRow", "RowProvider"]

RowProvider = Callable[[int], EventRow]
"""Returns the row at a position (from 0). It is called each time a visible row is drawn, so it must be fast."""


_KEPT: Final = 512
"""The most drawn rows in the cache: scrolling shows most of them again."""
_MARGIN: Final = 2


def _no_rows(index: int) -> EventRow:
    raise IndexError(f"an event list without a provider was asked for row {index}")


class EventList(CursorList):
    """Shows `count` rows of a provider, on one line each or on two, with a cursor.

    `two_lines` is the height of all rows: a list of a million rows finds a row by a product, which rows of different heights
    would not let it. `choose_height` sets it to what fits; a list that outgrows its place goes to one line by itself, and
    never back: rows that come and go with a filter do not change their height. `count` may be set at any time without moving the cursor or the scroll position; `cursor` may be set too. Both are
    clamped. To filter the list, pass another provider to `set_rows`.
    """

    DEFAULT_CSS = f"""
    EventList {{
        background: $pane;
        color: $text;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size: 0 1;
        scrollbar-color: $raised;
        scrollbar-color-hover: $soft;
        scrollbar-color-active: $accent;
        scrollbar-background: $pane;
        &:focus {{ scrollbar-color: $rule; }}
        & .event-list--cursor {{ background: $raised; color: $on-raised; }}
        {ROW_CSS}
    }}
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *ROW_CLASSES,
        "event-list--cursor",
    }
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "select", "Open", show=False, id="rows.open")]

    count: reactive[int] = reactive(0, repaint=False, init=False)
    empty_text: reactive[str] = reactive("")
    two_lines: reactive[bool] = reactive(False, repaint=False, init=False)
    signs: reactive[tuple[Sign, ...]] = reactive(())
    """The kinds of signs that rows have room for. A sign that no row has is left out to make room for the name."""

    class RowMessage(Message):
        """A message about one row. `index` counts from 0."""

        def __init__(self, event_list: EventList, index: int) -> None:
            super().__init__()
            self.event_list = event_list
            self.index = index

        @property
        def control(self) -> EventList:
            """The list that posted the message."""
            return self.event_list

    class Highlighted(RowMessage):
        """The cursor moved to another row, or the list got its first row."""

    class Selected(RowMessage):
        """A row was chosen with Enter or a double click."""

    def __init__(
        self,
        provider: RowProvider = _no_rows,
        count: int = 0,
        *,
        empty_text: str = "",
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
        disabled: bool = False,
    ) -> None:
        self._palette = {}
        self._drawn: dict[tuple[EventRow, RowLook, bool, bool], tuple[Strip, ...]] = {}
        self._styles = RowStyles(self.style_of)
        super().__init__(name=name, id=id, classes=classes, disabled=disabled)
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
            self.set_reactive(CursorList.cursor, 0)
        elif self.cursor >= new:
            self.cursor = new - 1
        elif not old:
            self._cursor_moved()

    def _cursor_moved(self) -> None:
        if self.count and self.is_running:
            self.post_message(self.Highlighted(self, self.cursor))

    def _on_mount(self, event: events.Mount) -> None:
        self.fit_content()
        self._cursor_moved()

    # Keys and mouse

    def action_select(self) -> None:
        """Choose the row under the cursor."""
        if self.count:
            self.post_message(self.Selected(self, self.cursor))

    def _row_clicked(self, chain: int) -> None:
        if chain == 2:
            self.action_select()

    # Drawing

    def render_line(self, y: int) -> Strip:
        """Line `y` of the visible part."""
        index, line = divmod(self.scroll_offset.y + y, self.row_height)
        if index < self.count:
            return self._strips_of(self._provider(index), index == self.cursor)[line]
        return self.blank() if self.count else self._empty_strip(y)

    def _empty_strip(self, y: int) -> Strip:
        room = self.room.width
        lines = [part for line in self.empty_text.split("\n") for part in textwrap.wrap(line, max(1, room - 2)) or [""]]
        text = f" {lines[y - 1]}" if 0 < y <= len(lines) else ""
        return Strip([Segment(cut(text, room), self.style_of("event-list--soft"))], room)

    def _strips_of(self, row: EventRow, current: bool) -> tuple[Strip, ...]:
        room = self.room.width
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
