"""Drawing one line of text into a strip: only what is visible, with styles laid over one another."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from abtui.tui.widgets import cells


class Layer(NamedTuple):
    """A style over the columns `start` to `end` (exclusive). A later layer lies over an earlier one."""

    start: int
    end: int
    style: Style


@lru_cache(maxsize=1024)
def foreground(style: Style) -> Style:
    """The colour and attributes of `style` without its background, to lay over any background."""
    return style.without_color + Style(color=style.color)


@lru_cache(maxsize=1024)
def background(style: Style) -> Style:
    """The background of `style` alone."""
    return Style(bgcolor=style.bgcolor)


MORE = "›"
"""In the last cell of a line that goes on behind the border."""


def paint(line: str, left: int, room: int, base: Style, layers: Sequence[Layer], more: Style | None = None) -> Strip:
    """The cells `left` to `left + room` of `line` as a strip of exactly `room` cells; `more` is the style of the sign that it goes on.

    A layer may reach one column behind the line's end (a cursor resting there).
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
    # Each strip takes as long to make as several segments: most lines need no other than their own.
    if start_cell == left and cell <= left + room and not is_cut:
        if cell < left + room:
            segments.append(Segment(" " * (left + room - cell), base))
        return Strip(segments, room)
    strip = Strip(segments).crop(left - start_cell, left - start_cell + room).adjust_cell_length(room, base)
    if not is_cut or more is None:
        return strip
    # A cursor or a light on that cell stays to be seen.
    covered = strip.crop(room - 1, room)._segments[-1].style or base
    return Strip([*strip.crop(0, room - 1), Segment(MORE, covered + foreground(more))], room)
