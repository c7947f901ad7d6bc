"""The list of findings: groups that open and close. Only visible rows are drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from abtui.core.findings import RULES
from abtui.core.text.plain import plural
from abtui.tui.kit.cells import cut
from abtui.tui.kit.cursor_list import CursorList
from abtui.tui.kit.painting import background, foreground
from abtui.tui.kit.severities import SEVERITY_CLASSES, SEVERITY_CSS, SEVERITY_LOOKS
from abtui.tui.widgets.finding_rows import FindingGroup, FindingPlace, Outline, Row

_CODE_ROOM, _SOURCE_ROOM, _NAME_ROOM, _COUNT_ROOM = 22, 20, 22, 10
_NAME_FROM = 90
"""The least width, in cells, from which a place shows the name of its event."""

Places = Callable[[str, int], FindingPlace]
"""Returns a code's place by number (from 0). It is called each time a visible row is drawn, so it must be fast."""


class FindingList(CursorList):
    """Shows the outline of the findings with a cursor."""

    DEFAULT_CSS = f"""
    FindingList {{
        background: $surface;
        color: $foreground;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size: 1 1;
        & .finding-list--cursor {{
            background: $block-cursor-blurred-background;
            color: $block-cursor-blurred-foreground;
        }}
        &:focus .finding-list--cursor {{
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: bold;
        }}
        & .finding-list--bar {{ color: $primary; }}
        & .finding-list--code {{ color: $foreground; text-style: bold; }}
        & .finding-list--muted {{ color: $text-muted; }}
        {SEVERITY_CSS}
    }}
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *SEVERITY_CLASSES,
        "finding-list--cursor",
        "finding-list--bar",
        "finding-list--code",
        "finding-list--muted",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right", "unfold", "Open", show=False, id="finding-list.open"),
        Binding("left", "fold", "Close", show=False, id="finding-list.close"),
        Binding("enter", "choose", "Go there", show=False, id="finding-list.choose"),
    ]
    empty_text: reactive[str] = reactive("")

    class Highlighted(Message):
        """The cursor moved to another row, or the row under it may have changed."""

    class Chosen(Message):
        """A place was chosen with Enter or a double click."""

        def __init__(self, place: FindingPlace) -> None:
            super().__init__()
            self.place = place

    def __init__(self, places: Places, *, id: str | None = None) -> None:
        self._palette = {}
        super().__init__(id=id)
        self._places = places
        self.outline = Outline()
        self._wanted_row: tuple[Row, tuple[str, ...]] | None = None
        """The row to return the cursor to and the groups to fall back on, while the groups are being rebuilt."""

    # Rows

    def set_groups(self, groups: Iterable[FindingGroup]) -> None:
        """Replace the groups. The cursor stays on its row if that still exists, and otherwise moves to the next group.

        During a new pass over all events the groups come back one by one, and the cursor returns to its old row.
        """
        row = self.current
        if self._wanted_row is None and row is not None:
            self._wanted_row = row, self.outline.from_here(row.group.code)
        self.outline.set_groups(groups)
        self._rows_changed(None if self._wanted_row is None else self.outline.nearest(*self._wanted_row))

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
        self.post_message(self.Highlighted())

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

    def _cursor_moved(self) -> None:
        self._wanted_row = None
        self.post_message(self.Highlighted())

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
        """Open or close a group, or post `Chosen` for a place."""
        row = self.current
        if row is None:
            return
        place = self.current_place
        if row.place is None:
            self._toggle(row.group.code, None)
        elif place is not None:
            self.post_message(self.Chosen(place))

    def _toggle(self, code: str, opened: bool | None) -> None:
        current = self.current
        self.outline.toggle(code, opened)
        self._rows_changed(self._position(current))

    def _row_clicked(self, chain: int) -> None:
        row = self.current
        # One click opens or closes a group; a double click goes to a place.
        if row is not None and chain == (1 if row.place is None else 2):
            self.action_choose()

    # Drawing

    def render_line(self, y: int) -> Strip:
        """Row `y` of the visible part."""
        position = self.scroll_offset.y + y
        if position < len(self.outline):
            return self._row_strip(self.outline.row(position), position == self.cursor)
        if len(self.outline) or y:
            return self.blank()
        return Strip([Segment(cut(f" {self.empty_text}", self.room.width), self.style_of("finding-list--muted"))])

    def _row_strip(self, row: Row, current: bool) -> Strip:
        width = self.room.width
        cursor = self.style_of("finding-list--cursor") if current else self.style_of("")
        # On the strong background of the cursor one colour reads better than many.
        plain = current and self.has_plain_cursor

        def style(component: str) -> Style:
            return cursor if plain else cursor + foreground(self.style_of(component)) if component else cursor

        parts = self._group_parts(row.group, width) if row.place is None else self._place_parts(row, row.place, width)
        segments = [Segment("▌" if current else " ", style("finding-list--bar"))]
        segments += [Segment(text, style(component)) for text, component in parts]
        return Strip(segments).adjust_cell_length(width, cursor + background(cursor))

    def _group_parts(self, group: FindingGroup, width: int) -> list[tuple[str, str]]:
        look = SEVERITY_LOOKS[group.severity]
        count = f" {plural(group.count, group.thing):>{_COUNT_ROOM}} "
        fold = "▾" if group.code in self.outline.open else "▸"
        room = max(0, width - 1 - 2 - 8 - _CODE_ROOM - 1 - len(count))
        return [
            (f"{fold} ", "finding-list--muted"),
            (f"{look.glyph} {look.word:<5} ", look.style),
            (f"{cut(group.code, _CODE_ROOM)} ", "finding-list--code"),
            (cut(RULES[group.code].title, room), ""),
            (count, "finding-list--muted"),
        ]

    def _place_parts(self, row: Row, number: int, width: int) -> list[tuple[str, str]]:
        place = self._places(row.group.code, number)
        named = width >= _NAME_FROM and bool(place.name)
        more = f" (+{place.others:,})" if place.others else ""
        room = max(0, width - 1 - 4 - _SOURCE_ROOM - 1 - (_NAME_ROOM + 1 if named else 0))
        return [
            ("    ", ""),
            (f"{_source_end(place.source)} ", "finding-list--muted"),
            *([(f"{cut(place.name, _NAME_ROOM)} ", "finding-list--code")] if named else []),
            (cut(f"{place.finding.message}{more}", room), ""),
        ]


def _source_end(source: str) -> str:
    """A source cut or padded to its column. A long source keeps its end, which has the line number."""
    return cut(source if len(source) <= _SOURCE_ROOM else f"…{source[1 - _SOURCE_ROOM :]}", _SOURCE_ROOM)
