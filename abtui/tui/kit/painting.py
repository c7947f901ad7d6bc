"""Draws the visible part of a line of text as a strip, with layers of styles."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from abtui.tui.kit import cells


class Layer(NamedTuple):
    """A style for the columns from `start` to before `end`. A later layer covers an earlier one."""

    start: int
    end: int
    style: Style


@lru_cache(maxsize=1024)
def foreground(style: Style) -> Style:
    """The colour and attributes of `style` without its background, so that it fits any background."""
    return style.without_color + Style(color=style.color)


@lru_cache(maxsize=1024)
def background(style: Style) -> Style:
    """The background of `style` alone."""
    return Style(bgcolor=style.bgcolor)


MORE = "›"
"""The sign in the last cell of a line that continues beyond the border."""


def paint(
    line: str,
    left: int,
    room: int,
    base: Style,
    layers: Sequence[Layer],
    more: Style | None = None,
    sign: str = MORE,
) -> Strip:
    """The cells `left` to `left + room` of `line` as a strip of exactly `room` cells.

    `more` is the style of the `sign` for a line that continues; without it there is no sign. A layer may cover one column
    after the line's end, such as the cursor there.
    """
    simple = cells.is_simple(line)
    first = cells.column_at(line, left)
    behind = left + room if simple else cells.column_at(line, left + room)
    last = min(len(line), first + room if simple else behind + 1)
    start_cell = first if simple else cells.cell_at(line, first)
    visible = [layer for layer in layers if layer.start < last + 1 and layer.end > first]
    end = max([last, *(min(layer.end, len(line) + 1) for layer in visible)]) if last == len(line) else last
    edges = {first, last, end}
    for layer in visible:
        edges.add(min(max(layer.start, first), end))
        edges.add(max(min(layer.end, end), first))
    segments: list[Segment] = []
    at, cell = first, start_cell
    for edge in sorted(edges)[1:]:
        style = base
        for layer in visible:
            if layer.start <= at < layer.end:
                style += layer.style
        text = cells.displayed(line[at:edge], cell) if at < last else " " * (edge - at)
        segments.append(Segment(text, style))
        cell += cells.width(text)
        at = edge
    is_cut = more is not None and behind < len(line) and room > 0
    # Creating a strip takes as long as creating several segments, and most lines need no cropping.
    if start_cell == left and cell <= left + room and not is_cut:
        if cell < left + room:
            segments.append(Segment(" " * (left + room - cell), base))
        return Strip(segments, room)
    strip = Strip(segments).crop(left - start_cell, left - start_cell + room).adjust_cell_length(room, base)
    if not is_cut or more is None:
        return strip
    # A cursor or a light on that cell must stay visible.
    covered = [*strip.crop(room - 1, room)][-1].style or base
    return Strip([*strip.crop(0, room - 1), Segment(sign, covered + foreground(more))], room)
