"""The one list: any number of rows of one height, with a cursor on one of them. Only rows in view are asked for and drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from abtui.tui.kit.drawing import Piece, draw
from abtui.tui.kit.line_view import LineView
from abtui.tui.kit.marks import Signs, signs_of


class DrawnList(LineView):
    """A list of `length` rows, each of which is the pieces that `lines_of` returns for it. `cursor` counts from 0, may be set, and is clamped.

    All rows are `row_height` lines high: where a row stands is a product, however many there are. A move of the cursor redraws two
    rows and posts `Highlighted`; a double click posts `Selected`, and so does Enter where a list binds it.
    """

    DEFAULT_CSS = """
    DrawnList { background: $pane; color: $text; overflow-x: hidden; overflow-y: auto; scrollbar-size: 0 1; }
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

    class RowMessage(Message):
        """A message about one row. `index` counts from 0."""

        def __init__(self, drawn_list: DrawnList, index: int) -> None:
            super().__init__()
            self.drawn_list = drawn_list
            self.index = index

        @property
        def control(self) -> DrawnList:
            """The list that posted the message."""
            return self.drawn_list

    class Highlighted(RowMessage):
        """The cursor moved to another row."""

    class Selected(RowMessage):
        """A row was chosen with Enter or a double click."""

    # What a list says of itself

    @property
    def length(self) -> int:
        """The number of rows."""
        raise NotImplementedError

    @property
    def row_height(self) -> int:
        """The lines that each row takes."""
        return 1

    def lines_of(self, index: int, width: int, signs: Signs, *, current: bool) -> Sequence[Iterable[Piece]]:
        """The lines of a row, right of the cell of the cursor's bar, in `width` cells. It is called for each line that is drawn."""
        raise NotImplementedError

    def is_current(self, index: int) -> bool:
        """Whether a row is drawn as the one at the cursor."""
        return index == self.cursor

    # The cursor

    def put_cursor(self, cursor: int) -> None:
        """Move the cursor to the nearest existing row without posting `Highlighted`, and redraw everything."""
        self.set_reactive(DrawnList.cursor, self.validate_cursor(cursor))
        self.fit_content()
        self._show_cursor()
        self.refresh()

    def validate_cursor(self, cursor: int) -> int:
        """Clamp the cursor to the rows that exist, or to 0."""
        return min(max(0, cursor), max(0, self.length - 1))

    def watch_cursor(self, old: int, new: int) -> None:
        """Redraw both rows, scroll to the new one, and tell that."""
        self.redraw_rows(old, old)
        self.redraw_rows(new, new)
        self._show_cursor()
        self._cursor_moved()

    def _cursor_moved(self) -> None:
        if self.length:
            self.post_message(self.Highlighted(self, self.cursor))

    def _show_cursor(self) -> None:
        top, height, high = self.scroll_offset.y, self.room.height, self.row_height
        first = self.cursor * high
        if height and first < top:
            self.scroll_to(y=first, animate=False)
        elif height and first + high > top + height:
            # Of a row that is higher than the list, the first line matters.
            self.scroll_to(y=min(first, first + high - height), animate=False)

    # Keys and mouse

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

    def action_select(self) -> None:
        """Choose the row under the cursor."""
        if self.length:
            self.post_message(self.Selected(self, self.cursor))

    async def _on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is not None and (row := (self.scroll_offset.y + offset.y) // self.row_height) < self.length:
            event.stop()
            self.cursor = row
            self._row_clicked(event.chain)

    def _row_clicked(self, chain: int) -> None:
        """Handle a click on the row under the cursor; `chain` counts clicks in quick succession."""
        if chain == 2:
            self.action_select()

    # Drawing

    def fit_content(self) -> None:
        """Tell the scrollbar how long the list is."""
        self.resize_content(0, self.length * self.row_height)

    def resized(self) -> None:
        """Keep the cursor in view."""
        super().resized()
        self._show_cursor()

    def on_focus(self) -> None:
        """Draw the bar beside the row at the cursor."""
        self.redraw_rows(self.cursor, self.cursor)

    def on_blur(self) -> None:
        """Draw the row at the cursor without its bar."""
        self.redraw_rows(self.cursor, self.cursor)

    def redraw_rows(self, first: int, last: int) -> None:
        """Redraw the visible lines of the rows `first` to `last` (from 0, inclusive)."""
        high = self.row_height
        self.refresh_rows(first * high, (last + 1) * high - 1)

    def render_line(self, y: int) -> Strip:
        """Line `y` of the visible part."""
        index, line = divmod(self.scroll_offset.y + y, self.row_height)
        return self.strips_of(index)[line] if index < self.length else self.line_below(y)

    def line_below(self, y: int) -> Strip:
        """Line `y` of the visible part where there is no row; without any rows, that may say why."""
        return self.blank()

    def strips_of(self, index: int) -> Sequence[Strip]:
        """The lines of a row as they are drawn."""
        current, signs, width = self.is_current(index), signs_of(self), self.room.width
        bar = Piece(signs.row if current and self.has_focus else " ", "accent")
        lines = self.lines_of(index, width - 1, signs, current=current)
        return [draw(self, (bar, *line), on="raised" if current else "", width=width) for line in lines]
