"""One row of the event list: its data, and how it is drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from abtui.core.findings import Severity
from abtui.tui.kit.cells import cut
from abtui.tui.kit.event_row import EventRow, Sign
from abtui.tui.kit.painting import background, foreground
from abtui.tui.kit.severities import SEVERITY_CLASSES, SEVERITY_CSS, SEVERITY_LOOKS
from abtui.tui.kit.signs import CHANGED, MARKED, RECEIPTS
from abtui.tui.widgets.fates import FATE_CLASSES, FATE_CSS, FATE_LOOKS

# The least widths, in cells, from which a row shows the fate in words, the event's type and its source.
_WORD_FROM, _TYPE_FROM, _SOURCE_FROM = 56, 34, 72
_WORD_ROOM, _TYPE_ROOM, _SOURCE_ROOM, _MARKS_ROOM = 13, 9, 22, 8

_SIGN_STYLES: Final = {
    MARKED: "event-list--mark",
    CHANGED: "event-list--change",
    "↑": "event-list--taken",
    "↯": "event-list--refused",
    "¿": "event-list--open",
}

ROW_CLASSES: Final = frozenset(
    {
        *FATE_CLASSES,
        *SEVERITY_CLASSES,
        *(f"event-list--{part}" for part in ("bar", "type", "source", "mark", "change", "taken", "refused", "open")),
    }
)
ROW_CSS: Final = f"""
        & .event-list--bar {{ color: $primary; }}
        & .event-list--type {{ color: $foreground-muted; }}
        & .event-list--source {{ color: $foreground-muted; }}
        & .event-list--mark {{ color: $text-accent; text-style: bold; }}
        & .event-list--change {{ color: $text-warning; text-style: bold; }}
        & .event-list--taken {{ color: $text-success; text-style: bold; }}
        & .event-list--refused {{ color: $text-error; text-style: bold; }}
        & .event-list--open {{ color: $text-warning; text-style: bold; }}
        {FATE_CSS}
        {SEVERITY_CSS}
"""
"""Rules for a widget's DEFAULT_CSS, inside its own block."""


def draw_row(
    row: EventRow,
    width: int,
    signs: tuple[Sign, ...],
    style_of: Callable[[str], Style],
    *,
    current: bool,
    focused: bool,
) -> Strip:
    """A row of `width` cells, with a cell for each of `signs`.

    `current` means that the cursor is on the row, and `focused` that the list has the focus.
    """
    cursor = style_of("event-list--cursor") if current else style_of("")
    # On the strong background of the cursor one colour reads better than many. Fates keep their mark and words there.
    plain = current and focused

    def style(component: str) -> Style:
        return cursor if plain else cursor + foreground(style_of(component)) if component else cursor

    look = FATE_LOOKS[row.fate]
    word = f"{look.words:<{_WORD_ROOM}}" if width >= _WORD_FROM else ""
    left = [Segment("▌" if current else " ", style("event-list--bar"))]
    left += [Segment(sign, style(_SIGN_STYLES.get(sign, ""))) for sign in _signs(row, signs)]
    left.append(Segment(f"{look.glyph} {word}", style(look.style)))
    if width >= _TYPE_FROM:
        left.append(Segment(cut(row.type, _TYPE_ROOM - 1) + " ", style("event-list--type")))
    counts: tuple[tuple[Severity, int], ...] = (("error", row.errors), ("warning", row.warnings))
    right = [
        Segment(f" {count:,}{SEVERITY_LOOKS[severity].glyph}", style(SEVERITY_LOOKS[severity].style))
        for severity, count in counts
        if count
    ]
    if width < _TYPE_FROM:
        right = right[:1]
    if width >= _SOURCE_FROM:
        marks = sum(cell_len(segment.text) for segment in right)
        right.insert(0, Segment(" " * max(0, _MARKS_ROOM - marks), cursor))
        # The end of a long path is its most useful part: the file and the line.
        source = row.source if len(row.source) <= _SOURCE_ROOM else f"…{row.source[1 - _SOURCE_ROOM :]}"
        right.insert(0, Segment(" " + cut(source, _SOURCE_ROOM), style("event-list--source")))
    right.append(Segment(" ", cursor))
    taken = sum(cell_len(segment.text) for segment in (*left, *right))
    name = Segment(cut(row.name, max(0, width - taken)), style(""))
    return Strip([*left, name, *right]).adjust_cell_length(width, cursor + background(cursor))


def _signs(row: EventRow, signs: tuple[Sign, ...]) -> list[str]:
    """The row's sign, or a blank, for each kind of sign."""
    drawn = {
        "mark": MARKED if "marked" in row.flags else " ",
        "change": CHANGED if row.changes else " ",
        "receipt": RECEIPTS.get(row.receipt, " "),
    }
    return [drawn[sign] for sign in signs if sign in drawn]
