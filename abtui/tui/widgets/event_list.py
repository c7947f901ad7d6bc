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
from abtui.tui.kit.event_row import EventRow, Sign
from abtui.tui.widgets.event_row import ROW_CLASSES, ROW_CSS, draw_row

__all__ = ["EventList", "EventRow", "RowProvider"]

RowProvider = Callable[[int], EventRow]
"""Returns the row at a position (from 0). It is called each time a visible row is drawn, so it must be fast."""


_STRIPS_KEPT: Final = 512
"""The most drawn rows in the cache: scrolling shows most of them again."""


def _no_rows(index: int) -> EventRow:
    raise IndexError(f"an event list without a provider was asked for row {index}")


class EventList(CursorList):
    """Shows `count` rows of a provider, one line per row, with a cursor.

    `count` may be set at any time without moving the cursor or the scroll position; `cursor` may be set too. Both are
    clamped. To filter the list, pass another provider to `set_rows`.
    """

    DEFAULT_CSS = f"""
    EventList {{
        background: $surface;
        color: $foreground;
        overflow-x: hidden;
        overflow-y: auto;
        & .event-list--cursor {{
            background: $block-cursor-blurred-background;
            color: $block-cursor-blurred-foreground;
        }}
        &:focus .event-list--cursor {{
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: bold;
        }}
        & .event-list--empty {{ color: $foreground-muted; }}
        {ROW_CSS}
    }}
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *ROW_CLASSES,
        "event-list--cursor",
        "event-list--empty",
    }
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "select", "Open", show=False, id="rows.open")]

    count: reactive[int] = reactive(0, repaint=False, init=False)
    empty_text: reactive[str] = reactive("")
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
        self._strips: dict[tuple[EventRow, int, tuple[Sign, ...], bool, bool], Strip] = {}
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
        self.refresh_rows(index, index)

    # State

    @property
    def length(self) -> int:
        """The number of rows."""
        return self.count

    def validate_count(self, count: int) -> int:
        """Clamp the count to 0 or more."""
        return max(0, count)

    def watch_count(self, old: int, new: int) -> None:
        """Redraw the visible rows that were added or removed; the others do not change."""
        self.resize_content(0, new)
        if not old or not new:
            self.refresh()
        else:
            self.refresh_rows(min(old, new), max(old, new))
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
        self.resize_content(0, self.count)
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
        """Row `y` of the visible part."""
        index = self.scroll_offset.y + y
        if index < self.count:
            return self._row_strip(self._provider(index), index == self.cursor)
        return self.blank() if self.count else self._empty_strip(y)

    def _empty_strip(self, y: int) -> Strip:
        room = self.room.width
        lines = [part for line in self.empty_text.split("\n") for part in textwrap.wrap(line, max(1, room - 2)) or [""]]
        text = f" {lines[y - 1]}" if 0 < y <= len(lines) else ""
        return Strip([Segment(cut(text, room), self.style_of("event-list--empty"))], room)

    def _row_strip(self, row: EventRow, current: bool) -> Strip:
        width, focused = self.room.width, current and self.has_plain_cursor
        key = row, width, self.signs, current, focused
        strip = self._strips.get(key)
        if strip is None:
            strip = draw_row(row, width, self.signs, self.style_of, current=current, focused=focused)
            if len(self._strips) >= _STRIPS_KEPT:
                self._strips.clear()
            self._strips[key] = strip
        return strip

    def notify_style_update(self) -> None:
        """Drop the cached rows, which were drawn in the old colours."""
        self._strips = {}
        super().notify_style_update()
