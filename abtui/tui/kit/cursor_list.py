"""The base of the lists: any number of one-line rows with a cursor on one of them."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.reactive import reactive

from abtui.tui.kit.line_view import LineView


class CursorList(LineView):
    """A list of `length` rows, drawn by `render_line`. `cursor` counts from 0, may be set, and is clamped."""

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

    def _cursor_moved(self) -> None:
        """Handle a move of the cursor to another row."""

    def _row_clicked(self, chain: int) -> None:
        """Handle a click on the row under the cursor; `chain` counts clicks in quick succession."""

    def put_cursor(self, cursor: int) -> None:
        """Move the cursor to the nearest existing row without calling `_cursor_moved`, and redraw everything."""
        self.set_reactive(CursorList.cursor, self.validate_cursor(cursor))
        self.resize_content(0, self.length)
        self._show_cursor()
        self.refresh()

    def validate_cursor(self, cursor: int) -> int:
        """Clamp the cursor to the rows that exist, or to 0."""
        return min(max(0, cursor), max(0, self.length - 1))

    def watch_cursor(self, old: int, new: int) -> None:
        """Redraw both rows, scroll to the new one, and call `_cursor_moved`."""
        self.refresh_rows(old, old)
        self.refresh_rows(new, new)
        self._show_cursor()
        self._cursor_moved()

    def _show_cursor(self) -> None:
        top, height = self.scroll_offset.y, self.room.height
        if height and self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False)
        elif height and self.cursor >= top + height:
            self.scroll_to(y=self.cursor - height + 1, animate=False)

    def _on_resize(self) -> None:
        self.resize_content(0, self.length)
        self._show_cursor()

    def action_move(self, rows: int) -> None:
        """Move the cursor by `rows`."""
        self.cursor += rows

    def action_page(self, pages: int) -> None:
        """Move the cursor by `pages` times the height of the widget."""
        self.cursor += pages * max(1, self.room.height - 1)

    def action_first(self) -> None:
        """Move the cursor to the first row."""
        self.cursor = 0

    def action_last(self) -> None:
        """Move the cursor to the last row."""
        self.cursor = self.length - 1

    async def _on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is not None and self.scroll_offset.y + offset.y < self.length:
            event.stop()
            self.cursor = self.scroll_offset.y + offset.y
            self._row_clicked(event.chain)
