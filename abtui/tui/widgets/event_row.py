"""One row of the list: what it tells of an event, and how that is drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

import msgspec
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from abtui.core.findings import Severity
from abtui.core.outcomes import Verdict
from abtui.tui.widgets.cells import cut
from abtui.tui.widgets.fates import FATE_CLASSES, FATE_CSS, FATE_LOOKS, RowFate
from abtui.tui.widgets.painting import background, foreground
from abtui.tui.widgets.severities import SEVERITY_CLASSES, SEVERITY_CSS, SEVERITY_LOOKS

# From which width on a row has the fate's words, the event's type, its source; cells.
_WORD_FROM, _TYPE_FROM, _SOURCE_FROM = 56, 34, 72
_WORD_ROOM, _TYPE_ROOM, _SOURCE_ROOM, _MARKS_ROOM = 13, 9, 22, 8

RowVerdict = Literal[Verdict, "unreadable", "unmapped"]
"""A verdict of the core, `unreadable` for what is no event, `unmapped` for an event not looked at yet."""
Sign = Literal["mark", "change", "receipt"]
MARKED: Final = "*"
EDITED: Final = "~"
"""Before the name of what was edited and is not saved."""
CHANGED: Final = "Δ"
RECEIPTS: Final = {"waiting": "…", "accepted": "↑", "refused": "↯", "unknown": "¿"}
"""How the sending of an event stands. No sign is one of a fate's."""
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


class EventRow(msgspec.Struct, frozen=True):
    """What the list shows of one event. Any text may hold anything: it is shown literally, on one line.

    `errors` and `warnings` count findings. What is not drawn is there to be looked for: the verdict and the code of its reason,
    the goal, the codes of the findings, the user's ids. The fate of what was not mapped yet is unknown.

    `changes` are the classes of its change against the baseline (`core.comparison`), `receipt` is how its sending stands
    (`waiting`, `accepted`, `refused`, `unknown`, or ""), `flags` are `marked` and `edited`.
    """

    type: str
    name: str
    verdict: RowVerdict
    fate: RowFate = "unknown"
    errors: int = 0
    warnings: int = 0
    source: str = ""
    reason: str = ""
    goal: str = ""
    codes: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    receipt: str = ""
    flags: tuple[str, ...] = ()


def draw_row(
    row: EventRow,
    width: int,
    signs: tuple[Sign, ...],
    style_of: Callable[[str], Style],
    *,
    current: bool,
    focused: bool,
) -> Strip:
    """A row of `width` cells, with a cell for each of `signs`. `current`: the cursor is on it; `focused`: the list has the focus."""
    cursor = style_of("event-list--cursor") if current else style_of("")
    # On the cursor's strong background one colour reads better than many; fates keep their mark and words there.
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
        # Of a long path the end tells most: the file, and the line in it.
        source = row.source if len(row.source) <= _SOURCE_ROOM else f"…{row.source[1 - _SOURCE_ROOM :]}"
        right.insert(0, Segment(" " + cut(source, _SOURCE_ROOM), style("event-list--source")))
    right.append(Segment(" ", cursor))
    taken = sum(cell_len(segment.text) for segment in (*left, *right))
    name = Segment(cut(row.name, max(0, width - taken)), style(""))
    return Strip([*left, name, *right]).adjust_cell_length(width, cursor + background(cursor))


def _signs(row: EventRow, signs: tuple[Sign, ...]) -> list[str]:
    """The sign, or a blank, for each thing a row has one for."""
    drawn = {
        "mark": MARKED if "marked" in row.flags else " ",
        "change": CHANGED if row.changes else " ",
        "receipt": RECEIPTS.get(row.receipt, " "),
    }
    return [drawn[sign] for sign in signs]
