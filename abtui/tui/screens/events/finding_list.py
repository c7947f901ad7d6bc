"""The list of what is worth a look: groups of findings that open and close, each in two lines. Only visible rows are drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar, Final, NamedTuple

from textual.binding import Binding, BindingType
from textual.message import Message

from abtui.core.findings import RULES
from abtui.core.text.plain import one_line
from abtui.tui.finding_rows import FindingGroup, FindingPlace, Outline, Row
from abtui.tui.kit.drawing import Piece, fit
from abtui.tui.kit.drawn_list import DrawnList
from abtui.tui.kit.marks import LOOKS, RowFate, Signs

_LINES: Final = 2
_WIDTH: Final = 200


class Beside(NamedTuple):
    """What is told of a group beside its count: what becomes of its first event, and names or the place."""

    fate: RowFate | None
    words: str


Places = Callable[[str, int], FindingPlace]
"""Returns a code's place by number (from 0). It is called each time a visible row is drawn, so it must be fast."""


class FindingList(DrawnList):
    """Shows the outline of the findings with a cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right", "unfold", "Open", show=False, id="finding-list.open"),
        Binding("left", "fold", "Close", show=False, id="finding-list.close"),
        Binding("enter", "choose", "Go there", show=False, id="finding-list.choose"),
    ]

    class Chosen(Message):
        """A row was chosen with Enter or a double click: a group, or one of its places."""

        def __init__(self, group: FindingGroup, place: FindingPlace | None) -> None:
            super().__init__()
            self.group = group
            self.place = place

    def __init__(self, places: Places, beside: Callable[[FindingGroup], Beside], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._places, self._beside = places, beside
        self.outline = Outline()
        self._wanted_row: tuple[Row, tuple[str, ...]] | None = None
        """The row to return the cursor to and the groups to fall back on, while the groups are being rebuilt."""

    # Rows

    def set_groups(self, groups: Iterable[FindingGroup]) -> None:
        """Replace the groups. The cursor stays on its row if that still exists, and otherwise moves to the next group.

        During a new pass over all events the groups come back one by one, and the cursor returns to its old row.
        """
        row = self.current if self.has_focus else None
        if self._wanted_row is None and row is not None:
            self._wanted_row = row, self.outline.from_here(row.group.code)
        self.outline.set_groups(groups)
        # While somebody is elsewhere, the gravest is what they shall see.
        self._rows_changed(0 if self._wanted_row is None else self.outline.nearest(*self._wanted_row))

    def next_least(self) -> None:
        """Switch to the next choice of the least severity."""
        current = self.current
        self.outline.next_least()
        self._rows_changed(self._position(current))

    def _position(self, row: Row | None) -> int | None:
        self._wanted_row = None
        return None if row is None else self.outline.position(row.group.code, row.place)

    def _rows_changed(self, position: int | None) -> None:
        self.put_cursor(self.cursor if position is None else position)
        self._tell()

    @property
    def current(self) -> Row | None:
        """The row under the cursor, or None if there are no rows."""
        return self.outline.row(self.cursor) if self.cursor < len(self.outline) else None

    @property
    def current_place(self) -> FindingPlace | None:
        """The place under the cursor, or the first place of a group."""
        row = self.current
        return None if row is None else self._places(row.group.code, row.place or 0)

    @property
    def length(self) -> int:
        """The number of rows."""
        return len(self.outline)

    @property
    def row_height(self) -> int:
        """The lines of each row."""
        return _LINES

    def _cursor_moved(self) -> None:
        self._wanted_row = None
        self._tell()

    def _tell(self) -> None:
        """Tell that the cursor moved to another row, or that the row under it may have changed."""
        self.post_message(self.Highlighted(self, self.cursor))

    # Keys and mouse

    def action_unfold(self) -> None:
        """Open the group or, if it is open, move to its first place."""
        row = self.current
        if row is None:
            return
        if row.group.code in self.outline.open:
            self.cursor += row.place is None
        else:
            self._toggle(row.group.code, True)

    def action_fold(self) -> None:
        """Move from a place to its group, or close the group."""
        row = self.current
        if row is not None and row.place is not None:
            self.cursor -= row.place + 1
        elif row is not None:
            self._toggle(row.group.code, False)

    def action_choose(self) -> None:
        """Post `Chosen` for the group or the place."""
        row = self.current
        if row is not None:
            self.post_message(self.Chosen(row.group, None if row.place is None else self.current_place))

    def _toggle(self, code: str, opened: bool | None) -> None:
        current = self.current
        self.outline.toggle(code, opened)
        self._rows_changed(self._position(current))

    def _row_clicked(self, chain: int) -> None:
        row = self.current
        # One click opens or closes a group; a double click is Enter.
        if row is not None and chain == 2:
            self.action_choose()
        elif row is not None and row.place is None:
            self._toggle(row.group.code, None)

    # Drawing

    def lines_of(self, index: int, width: int, signs: Signs, *, current: bool) -> list[list[Piece]]:
        """The two lines of a group or of a place."""
        row = self.outline.row(index)
        lines = self._group(row.group, signs) if row.place is None else self._place(row, row.place)
        return [fit(line, width - 1, signs) for line in lines]

    def _group(self, group: FindingGroup, signs: Signs) -> tuple[list[Piece], list[Piece]]:
        beside = self._beside(group)
        mark = Piece(" ") if beside.fate is None else Piece(signs.mark(beside.fate), LOOKS[beside.fate].role)
        count = Piece(f" {group.count:,} ", mark.role if beside.fate is not None else "text", bold=True)
        title = RULES[group.code].title
        return [mark, count, Piece(title)], [Piece(f"    {beside.words}", "soft")]

    def _place(self, row: Row, number: int) -> tuple[list[Piece], list[Piece]]:
        place = self._places(row.group.code, number)
        more = f" (+{place.others:,})" if place.others else ""
        name = Piece(f"    {one_line(place.name, _WIDTH)}  " if place.name else "    ", bold=True)
        said = one_line(place.finding.message, _WIDTH)
        return [name, Piece(place.source, "soft")], [Piece(f"    {said}{more}", "soft")]
