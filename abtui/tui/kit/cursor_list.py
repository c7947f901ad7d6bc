"""The base of the lists: any number of rows of one height, with a cursor on one of them."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.reactive import reactive

from abtui.tui.kit.line_view import LineView


class CursorList(LineView):
    """A list of `length` rows, drawn by `render_line`. `cursor` counts from 0, may be set, and is clamped.

    All rows are `row_height` lines high: where a row stands is a product, however many there are.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False, id="rows.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="rows.down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="rows.page-up"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="rows.page-down"),
        Binding("home", "first", "First", show=False, id="rows.first"),
        Binding("end,G", "last", "Last", show=False, id="rows.last"),
    ]
    ALLOW_SELECT = False

    cursor: reactive[int] = reactive(0, repaint=False, init=False)

    @property
    def length(self) -> int:
        """The number of rows."""
        raise NotImplementedError

    @property
    def row_height(self) -> int:
        """The lines that each row takes."""
        return 1

    def redraw_rows(self, first: int, last: int) -> None:
        """Redraw the visible lines of the rows `first` to `last` (from 0, inclusive)."""
        high = self.row_height
        self.refresh_rows(first * high, (last + 1) * high - 1)

    def fit_content(self) -> None:
        """Tell the scrollbar how long the list is."""
        self.resize_content(0, self.length * self.row_height)

    def row_at(self, y: int) -> int:
        """The row at line `y` of the visible part; there may be none of that number."""
        return (self.scroll_offset.y + y) // self.row_height

    def _cursor_moved(self) -> None:
        """Handle a move of the cursor to another row."""

    def _row_clicked(self, chain: int) -> None:
        """Handle a click on the row under the cursor; `chain` counts clicks in quick succession."""

    def put_cursor(self, cursor: int) -> None:
        """Move the cursor to the nearest existing row without calling `_cursor_moved`, and redraw everything."""
        self.set_reactive(CursorList.cursor, self.validate_cursor(cursor))
        self.fit_content()
        self._show_cursor()
        self.refresh()

    def validate_cursor(self, cursor: int) -> int:
        """Clamp the cursor to the rows that exist, or to 0."""
        return min(max(0, cursor), max(0, self.length - 1))

    def watch_cursor(self, old: int, new: int) -> None:
        """Redraw both rows, scroll to the new one, and call `_cursor_moved`."""
        self.redraw_rows(old, old)
        self.redraw_rows(new, new)
        self._show_cursor()
        self._cursor_moved()

    def _show_cursor(self) -> None:
        top, height, high = self.scroll_offset.y, self.room.height, self.row_height
        first = self.cursor * high
        if height and first < top:
            self.scroll_to(y=first, animate=False)
        elif height and first + high > top + height:
            # Of a row that is higher than the list, the first line matters.
            self.scroll_to(y=min(first, first + high - height), animate=False)

    def _on_resize(self) -> None:
        self.fit_content()
        self._show_cursor()

    def action_move(self, rows: int) -> None:
        """Move the cursor by `rows`."""
        self.cursor += rows

    def action_page(self, pages: int) -> None:
        """Move the cursor by `pages` times the height of the widget."""
        self.cursor += pages * max(1, self.room.height // self.row_height - 1)

    def action_first(self) -> None:
        """Move the cursor to the first row."""
        self.cursor = 0

    def action_last(self) -> None:
        """Move the cursor to the last row."""
        self.cursor = self.length - 1

    async def _on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is not None and (row := self.row_at(offset.y)) < self.length:
            event.stop()
            self.cursor = row
            self._row_clicked(event.chain)
