"""Rows of pieces drawn as one strip.

A row of 13 pieces takes 38 µs as a strip of segments and 133 µs as Textual's `Content`, so every widget here draws strips. Where a
docstring compares a widget with one of Textual's, it gives the processor time from a change to the painted frame.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.strip import Strip
from textual.widget import Widget

from abtui.tui.kit.pieces import Piece, cut, fit, lay, target_at, targets, width_of
from abtui.tui.kit.private import SelfDrawn

__all__ = [
    "FILLS",
    "Drawn",
    "Piece",
    "cut",
    "draw",
    "fit",
    "lay",
    "readable",
    "style_of",
    "target_at",
    "targets",
    "width_of",
]

FILLS = ("raised", "pane", "bg")
"""The surfaces on which text keeps its own role; on any other it is drawn in `ink`."""


class Drawn(SelfDrawn):
    """A widget that is drawn again only if it says something else."""

    _said: object = None

    def redraw(self, *said: object) -> None:
        """Draw again, unless it says this already."""
        if said != self._said:
            self._said = said
            self.refresh()


def draw(widget: Widget, pieces: Iterable[Piece], *, on: str = "", width: int | None = None) -> Strip:
    """The pieces as one row of the widget, in its width or another. Those without a surface of their own are on the surface `on`."""
    # Textual keeps this style, while it makes `rich_style` anew from all ancestors.
    base, variables = widget.visual_style.rich_style, widget.app.theme_variables
    placed = (piece if piece.on or not on else piece._replace(on=on) for piece in pieces)
    segments = [Segment(piece.text, base + style_of(variables, piece)) for piece in placed if piece.text]
    width = widget.content_size.width if width is None else width
    return Strip(segments).adjust_cell_length(width, base + style_of(variables, Piece("", on=on)))


def readable(widget: Widget, strip: Strip) -> Strip:
    """The strip with the text on `raised` in the one colour that can be read there, if the theme has one."""
    variables = widget.app.theme_variables
    if variables["on-raised"] == variables["text"]:
        return strip
    raised, front = (Color.parse(variables[name]).rich_color for name in ("raised", "on-raised"))
    pieces = ((segment, segment.style) for segment in strip)
    return Strip(
        [
            Segment(segment.text, style + Style(color=front)) if style and style.bgcolor == raised else segment
            for segment, style in pieces
        ],
        strip.cell_length,
    )


def style_of(variables: Mapping[str, str], piece: Piece) -> Style:
    """The style of a piece in the theme with these variables."""
    role, on = piece.role, piece.on
    if on and on not in FILLS:
        role = "ink"
    elif on == "raised" and variables["on-raised"] != variables["text"]:
        # The row is reversed, as 16 colours have none that all roles could be read on.
        role = "on-raised"
    # With 16 colours what is unknown is white, and told from other text by its weight.
    return _style(variables[role], variables[on] if on else "", piece.bold or role == "unknown", piece.strike)


@lru_cache(maxsize=512)
def _style(front: str, back: str, bold: bool, strike: bool) -> Style:
    return Style(
        color=Color.parse(front).rich_color,
        bgcolor=Color.parse(back).rich_color if back else None,
        bold=bold,
        strike=strike or None,
    )
