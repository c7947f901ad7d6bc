"""What the lists share: rows of one line each, as many as there are, and a cursor on one of them."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.reactive import reactive

from abtui.tui.widgets.line_view import LineView


class CursorList(LineView):
    """`length` rows, drawn by `render_line`. `cursor` counts from 0, may be set, and is always on a row there is, or 0."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False, id="rows.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="rows.down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="rows.page-up"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="rows.page-down"),
        Binding("home,g", "first", "First", show=False, id="rows.first"),
        Binding("end,G", "last", "Last", show=False, id="rows.last"),
    ]
    ALLOW_SELECT = False

    cursor: reactive[int] = reactive(0, repaint=False, init=False)

    @property
    def length(self) -> int:
        """How many rows there are."""
        raise NotImplementedError

    def _cursor_moved(self) -> None:
        """The cursor is on another row."""

    def _row_clicked(self, chain: int) -> None:
        """The row under the cursor was clicked, `chain` times in a row."""

    def put_cursor(self, cursor: int) -> None:
        """Put the cursor on a row, the nearest there is, without telling of it; all is drawn again."""
        self.set_reactive(CursorList.cursor, self.validate_cursor(cursor))
        self.resize_content(0, self.length)
        self._show_cursor()
        self.refresh()

    def validate_cursor(self, cursor: int) -> int:
        """A row that exists, or 0."""
        return min(max(0, cursor), max(0, self.length - 1))

    def watch_cursor(self, old: int, new: int) -> None:
        """Redraw the two rows, show the new one, and tell."""
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
        """Move the cursor by so many rows."""
        self.cursor += rows

    def action_page(self, pages: int) -> None:
        """Move the cursor by so many heights of the widget."""
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
