"""The rows of the event list as strips, in the styles of their list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from abtui.tui.kit.event_row import EventRow, RowLook, row_lines
from abtui.tui.kit.marks import LOOKS
from abtui.tui.kit.painting import foreground

_BOLD: Final = Style(bold=True)
FATE_CLASSES: Final = frozenset(f"fate--{fate}" for fate in LOOKS)
FATE_CSS: Final = "".join(f"        & .fate--{fate} {{ color: ${look.role}; }}\n" for fate, look in LOOKS.items())
ROW_CLASSES: Final = frozenset({*FATE_CLASSES, "event-list--bar", "event-list--soft", "event-list--sign"})
ROW_CSS: Final = f"""
        & .event-list--bar {{ color: $accent; }}
        & .event-list--soft {{ color: $soft; }}
        & .event-list--sign {{ color: $accent; text-style: bold; }}
{FATE_CSS}
"""
"""Rules for a widget's DEFAULT_CSS, inside its own block."""


class RowStyles:
    """The styles of the parts of rows. They are added once: that takes half of the time of drawing a row."""

    def __init__(self, style_of: Callable[[str], Style]) -> None:
        self._style_of = style_of
        self._known: dict[tuple[str, bool, bool], Style] = {}

    def of(self, component: str, current: bool, bold: bool) -> Style:
        """The style of a component class ("" for plain text) on a row, which may be the one at the cursor."""
        key = component, current, bold
        style = self._known.get(key)
        if style is None:
            style = self._known[key] = self._made(component, current) + (_BOLD if bold else Style())
        return style

    def _made(self, component: str, current: bool) -> Style:
        style_of = self._style_of
        base = style_of("event-list--cursor" if current else "")
        # Where text has another colour on that background, as with 16 colours, all text has: the others cannot be read on it.
        plain = not component or base.color != style_of("").color
        return base if plain else base + foreground(style_of(component))


def draw_row(row: EventRow, look: RowLook, styles: RowStyles, *, current: bool, focused: bool) -> tuple[Strip, ...]:
    """The strips of a row. `current` means that the cursor is on it, and `focused` that the list has the focus."""
    strips = []
    for line in row_lines(row, look, current=current, focused=focused):
        segments = [Segment(part.text, styles.of(part.component, current, part.bold)) for part in line]
        # Measuring a strip takes as long as making one.
        strip = Strip(segments, look.width) if look.fits else Strip(segments)
        strips.append(strip if look.fits else strip.adjust_cell_length(look.width, styles.of("", current, False)))
    return tuple(strips)
