"""A list of any length that requests the pages in view and draws placeholders until they arrive."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import ClassVar, Final, NamedTuple

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip

from abtui.tui.kit.drawing import Piece, draw, fit
from abtui.tui.kit.drawn_list import DrawnList
from abtui.tui.kit.marks import Signs, signs_of
from abtui.tui.kit.signs import receipt_sign

PAGE: Final = 100
_PAGES_HELD: Final = 50
_LEAST: Final = 12
"""The cells from which a column that is cut still tells something."""
_ROLES: Final = {"accepted": "text-secondary", "refused": "refused", "unknown": "text-secondary", "waiting": "soft"}
"""The colours of the signs. Those of `unknown` have its colour, but not the weight by which a fate is told from other text."""


class PagedRow(NamedTuple):
    """One row: the state of the receipt, which decides its sign and colour, and its text in columns."""

    state: str
    text: str


class PagedList(DrawnList):
    """Shows `count` one-line rows with a cursor. It posts `PageWanted` for a visible page that is not loaded."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Open", show=False, id="paged.open"),
    ]

    class PageWanted(Message):
        """The page that starts at row `first` is visible, but not loaded."""

        def __init__(self, first: int) -> None:
            super().__init__()
            self.first = first

    def __init__(self, *, id: str | None = None) -> None:
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

    def line_below(self, y: int) -> Strip:
        """Why there are no rows."""
        if self.count or y:
            return self.blank()
        return draw(self, fit((Piece("  "), Piece(self.empty_text, "soft")), self.room.width, signs_of(self)))

    def lines_of(self, index: int, width: int, signs: Signs, *, current: bool) -> list[list[Piece]]:
        """A row, or a sign of one that is not loaded yet."""
        row, page, bold = self.row(index), index // PAGE, current and self.has_focus
        if row is not None:
            sign = Piece(f"{receipt_sign(row.state, signs)} ", _ROLES[row.state], bold)
            return [[sign, *fit((Piece(_whole_columns(row.text, width - 2), bold=bold),), width - 2, signs)]]
        if page not in self._asked:
            self._asked.add(page)
            self.post_message(self.PageWanted(page * PAGE))
        return [[Piece(f"  {signs.cut}", bold=bold)]]


def _whole_columns(text: str, room: int) -> str:
    """The columns that have room, without one of which only a few letters would be left."""
    before, _, last = text[:room].rpartition("  ")
    return before.rstrip() if len(text) > room and before.strip() and len(last) < _LEAST else text
