"""A list of any number of events: it asks for the rows that are visible and draws only those that changed."""

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

from abtui.tui.widgets.cells import cut
from abtui.tui.widgets.cursor_list import CursorList
from abtui.tui.widgets.event_row import ROW_CLASSES, ROW_CSS, EventRow, Sign, draw_row

__all__ = ["EventList", "EventRow", "RowProvider"]

RowProvider = Callable[[int], EventRow]
"""The row at a position (from 0). Called for visible rows only, as often as they are drawn: it must be quick."""


_STRIPS_KEPT: Final = 512
"""Rows that are kept as they were drawn: scrolling shows most of them again."""


def _no_rows(index: int) -> EventRow:
    raise IndexError(f"an event list without a provider was asked for row {index}")


class EventList(CursorList):
    """Shows `count` rows of a provider, one line each, with a cursor.

    `count` may be set at any time: the cursor and the scroll position stay. `cursor` may be set too; both are clamped.
    A filter is the provider's business: set the rows anew with `set_rows`.
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
    """What a row has a sign for. A sign that no row can have is left out, as it takes the name's room."""

    class RowMessage(Message):
        """About one row. `index` counts from 0."""

        def __init__(self, event_list: EventList, index: int) -> None:
            super().__init__()
            self.event_list = event_list
            self.index = index

        @property
        def control(self) -> EventList:
            """The list."""
            return self.event_list

    class Highlighted(RowMessage):
        """The cursor is on another row, or on the first one there is."""

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

    # What the application calls

    def set_rows(self, provider: RowProvider, count: int, cursor: int = 0) -> None:
        """Show other rows, with the cursor on one of them. Posts `Highlighted`, as the row under it may be another."""
        self._provider = provider
        self.set_reactive(EventList.count, max(0, count))
        self.put_cursor(cursor)
        self._cursor_moved()

    def refresh_row(self, index: int) -> None:
        """Ask for one row again, if it is visible."""
        self.refresh_rows(index, index)

    # State

    @property
    def length(self) -> int:
        """How many rows there are."""
        return self.count

    def validate_count(self, count: int) -> int:
        """Not below 0."""
        return max(0, count)

    def watch_count(self, old: int, new: int) -> None:
        """Redraw the rows that came or went, as far as they are visible; the others stay as they are."""
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
        """The row `y` of the visible part."""
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
        """Other colours: what was drawn with the old ones is of no use."""
        self._strips = {}
        super().notify_style_update()
