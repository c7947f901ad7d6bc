"""The scrollbars of the line-drawing widgets. They are redrawn only if they look different, and bypass Rich."""

from __future__ import annotations

from math import ceil
from typing import Final, Self

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.scrollbar import ScrollBar, ScrollBarRender
from textual.strip import Strip

_PARTS: Final = len(ScrollBarRender.VERTICAL_BARS)
"""The number of parts of a cell by which the thumb can move."""

_BarLook = tuple[int, int, int, int, Style]
"""Length and thickness in cells, start and end of the thumb in parts of a cell (0 and 0 without one), colours."""


class SlimBar(ScrollBar):
    """A scrollbar that skips needless redraws.

    Each change of the content sets three of its attributes, but rarely moves its thumb.
    """

    _drawn: _BarLook | None = None
    _rows: tuple[Strip, ...] = ()

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Redraw only if the bar would look different."""
        if repaint and not (regions or layout or recompose) and self.is_mounted and self._drawn is not None:
            bar = self.render()
            if isinstance(bar, ScrollBarRender) and self._look_of(bar) == self._drawn:
                return self
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Update the rows that `render_line` returns, and then render them."""
        bar = self.render()
        if isinstance(bar, ScrollBarRender):
            look = self._look_of(bar)
            if look != self._drawn:
                self._drawn, self._rows = look, self._strips(bar, look)
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """Row `y` of the bar."""
        return self._rows[y] if y < len(self._rows) else Strip.blank(self.size.width)

    def _look_of(self, bar: ScrollBarRender) -> _BarLook:
        width, height = self.size
        length, thickness = (height, width) if self.vertical else (width, height)
        style = bar.style if isinstance(bar.style, Style) else Style.parse(bar.style)
        whole, window = bar.virtual_size, bar.window_size
        if not (whole and window and length) or length == whole or window >= whole:
            return length, thickness, 0, 0, style
        thumb = max(1.0, window * length / whole)
        start = int((length - thumb) * bar.position / (whole - window) * _PARTS)
        return length, thickness, start, start + ceil(thumb * _PARTS), style

    def _strips(self, bar: ScrollBarRender, look: _BarLook) -> tuple[Strip, ...]:
        length, thickness, _, _, style = look
        drawn = bar.render_bar(
            size=length,
            virtual_size=bar.virtual_size,
            window_size=bar.window_size,
            position=bar.position,
            thickness=thickness,
            vertical=self.vertical,
            **{key: colour for key, colour in (("back_color", style.bgcolor), ("bar_color", style.color)) if colour},
        )
        around = self.visual_style.rich_style
        cells = [cell for cell in Segment.apply_style(drawn.segments, around) if cell.text != "\n"]
        if self.vertical:
            return tuple(Strip([cell], thickness) for cell in cells)
        return (Strip(cells[:length], length),) * thickness
