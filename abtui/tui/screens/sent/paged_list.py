"""A list of any length that requests the pages in view and draws placeholders until they arrive."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import ClassVar, Final, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip

from abtui.tui.kit.cells import cut
from abtui.tui.kit.cursor_list import CursorList
from abtui.tui.kit.marks import signs_of
from abtui.tui.kit.painting import foreground
from abtui.tui.kit.receipt_prose import RECEIPT_LOOKS
from abtui.tui.kit.signs import receipt_sign

PAGE: Final = 100
_PAGES_HELD: Final = 50


class PagedRow(NamedTuple):
    """One row: the state of the receipt, which decides its sign and colour, and its text in columns."""

    state: str
    text: str


class PagedList(CursorList):
    """Shows `count` one-line rows with a cursor. It posts `PageWanted` for a visible page that is not loaded."""

    DEFAULT_CSS = """
    PagedList {
        background: $pane;
        color: $text;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size: 1 1;
        & .paged--cursor { background: $raised; color: $on-raised; }
        &:focus .paged--cursor { text-style: bold; }
        & .paged--bar { color: $accent; }
        & .paged--accepted { color: $unknown; }
        & .paged--refused { color: $refused; }
        & .paged--unknown { color: $unknown; }
        & .paged--waiting, & .paged--empty { color: $soft; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "paged--cursor",
        "paged--empty",
        "paged--bar",
        *(f"paged--{state}" for state in RECEIPT_LOOKS),
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Open", show=False, id="paged.open"),
    ]

    class PageWanted(Message):
        """The page that starts at row `first` is visible, but not loaded."""

        def __init__(self, first: int) -> None:
            super().__init__()
            self.first = first

    class Selected(Message):
        """A row was chosen with Enter or a double click."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self, *, id: str | None = None) -> None:
        self._palette = {}
        super().__init__(id=id)
        self.count = 0
        self.empty_text = ""
        self._pages: OrderedDict[int, Sequence[PagedRow]] = OrderedDict()
        self._asked: set[int] = set()

    def start(self, count: int, empty_text: str = "", cursor: int = 0) -> None:
        """Start over with `count` rows, none of which is loaded."""
        self.count, self.empty_text = count, empty_text
        self._pages.clear()
        self._asked.clear()
        self.put_cursor(cursor)

    def place(self, first: int, rows: Sequence[PagedRow]) -> None:
        """Store a requested page."""
        page = first // PAGE
        self._asked.discard(page)
        self._pages[page] = rows
        while len(self._pages) > _PAGES_HELD:
            self._pages.popitem(last=False)
        self.refresh()

    def row(self, index: int) -> PagedRow | None:
        """A row, or None if it is not loaded."""
        rows = self._pages.get(index // PAGE)
        at = index % PAGE
        return rows[at] if rows is not None and at < len(rows) else None

    @property
    def length(self) -> int:
        """The number of rows."""
        return self.count

    def action_select(self) -> None:
        """Choose the row under the cursor."""
        if self.count:
            self.post_message(self.Selected(self.cursor))

    def _row_clicked(self, chain: int) -> None:
        if chain == 2:
            self.action_select()

    def render_line(self, y: int) -> Strip:
        """Row `y` of the visible part."""
        index, room = self.scroll_offset.y + y, self.room.width
        if index >= self.count:
            text = f"  {self.empty_text}" if y == 0 and not self.count else ""
            return Strip([Segment(cut(text, room), self.style_of("paged--empty"))], room)
        row = self.row(index)
        current = index == self.cursor
        base = self.style_of("paged--cursor" if current else "")
        if row is None:
            page = index // PAGE
            if page not in self._asked:
                self._asked.add(page)
                self.post_message(self.PageWanted(page * PAGE))
            return Strip([Segment(cut("   …", room), base)], room)
        signs = signs_of(self)
        bar = Segment(signs.row if current and self.has_focus else " ", self._on(base, "paged--bar"))
        sign = Segment(f"{receipt_sign(row.state, signs)} ", self._on(base, f"paged--{row.state}"))
        return Strip([bar, sign, Segment(signs.text(cut(row.text, max(0, room - 3))), base)], room)

    def _on(self, base: Style, component: str) -> Style:
        """The colour of a component on a row; with 16 colours the row at the cursor has one for all that is on it."""
        plain = base.color != self.style_of("").color
        return base if plain else base + foreground(self.style_of(component))
