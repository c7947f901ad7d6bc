"""Rows of pieces: texts with a role of the theme, laid out in cells and drawn as one strip.

A row of 13 pieces takes 38 µs as a strip of segments and 133 µs as Textual's `Content`, so every widget here draws strips. Where a
docstring compares a widget with one of Textual's, it gives the processor time from a change to the painted frame.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.strip import Strip
from textual.widget import Widget

from abtui.tui.kit.marks import Signs

FILLS = ("raised", "pane", "bg")
"""The surfaces on which text keeps its own role; on any other it is drawn in `ink`."""


class Piece(NamedTuple):
    """A text of one line in a role of the theme, on the widget's own surface or on `on`. `target` is what a click on it means."""

    text: str
    role: str = "text"
    bold: bool = False
    on: str = ""
    strike: bool = False
    target: object = None


class Drawn(Widget):
    """A widget that is drawn again only if it says something else."""

    _said: object = None

    def redraw(self, *said: object) -> None:
        """Draw again, unless it says this already."""
        if said != self._said:
            self._said = said
            self.refresh()


def width_of(pieces: Iterable[Piece]) -> int:
    """The number of cells that the pieces take."""
    return sum(cell_len(piece.text) for piece in pieces)


def cut(text: str, room: int, sign: str) -> str:
    """`text` in at most `room` cells, cut with `sign`."""
    # A text of this many characters is too long whatever their widths are, and measuring a huge one takes long.
    if len(text) <= room * 2 and cell_len(text) <= room:
        return text
    return set_cell_size(text[:room], room - 1).rstrip() + sign if room > 0 else ""


def lay(places: Sequence[tuple[int, Piece]], width: int, sign: str, *, gap: int = 1) -> list[Piece]:
    """The pieces at their columns in `width` cells. Each is cut so that `gap` cells are free before the next one."""
    row: list[Piece] = []
    at = 0
    ends = [start - gap for start, _ in places[1:]] + [width] * bool(places)
    for (start, piece), end in zip(places, ends, strict=True):
        text = cut(piece.text, end - start, sign)
        row += [Piece(" " * (start - at)), piece._replace(text=text)]
        at = max(at, start) + cell_len(text)
    return row


def target_at(pieces: Iterable[Piece], x: int) -> object:
    """What a click in column `x` of a row means; None for nothing."""
    for piece in pieces:
        x -= cell_len(piece.text)
        if x < 0:
            return piece.target
    return None


def targets(pieces: Iterable[Piece]) -> Iterator[tuple[int, object]]:
    """Where each target of a row begins, for the labels to jump to."""
    x, last = 0, None
    for piece in pieces:
        if piece.target is not None and piece.target != last:
            yield x, piece.target
        x, last = x + cell_len(piece.text), piece.target


def fit(pieces: Iterable[Piece], width: int, signs: Signs) -> list[Piece]:
    """The pieces one after the other in `width` cells: those that have no room are cut. What they say is made printable."""
    row: list[Piece] = []
    for piece in pieces:
        text = cut(signs.text(piece.text), width, signs.cut)
        row.append(piece._replace(text=text))
        width -= cell_len(text)
    return row


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
