"""The base of the widgets that draw themselves line by line. It caches styles and redraws as little as possible."""

from __future__ import annotations

from rich.style import Style
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar
from textual.strip import Strip

from abtui.tui.kit.private import LateStyles, SelfDrawn, kept_scrollbar, resize_scrollable
from abtui.tui.kit.slim_bar import SlimBar

# The width of a text that is wider than its widget is rounded up to a multiple of this, so that typing at the end of
# the widest line does not resize anything on each key.
_WIDTH_STEP = 32


# A widget has the rules of the first class it inherits.
class LineView(ScrollView, LateStyles, SelfDrawn):
    """A scrollable view that is redrawn row by row. `render_line(y)` draws row `y` of the visible part."""

    _palette: dict[str, Style] | None = None

    def notify_style_update(self) -> None:
        """Drop the cached styles, as colours may have changed."""
        self._palette = None
        super().notify_style_update()

    def style_of(self, component: str) -> Style:
        """The style of a component class, or of the widget itself for an empty name, cached until styles change."""
        if self._palette is None:
            self._palette = {}
        style = self._palette.get(component)
        if style is None:
            style = self.get_component_rich_style(component) if component else self.rich_style
            self._palette[component] = style
        return style

    @property
    def vertical_scrollbar(self) -> ScrollBar:
        """The scrollbar beside the rows, created on first access."""
        return self._bar(vertical=True, thickness=self.scrollbar_size_vertical)

    @property
    def horizontal_scrollbar(self) -> ScrollBar:
        """The scrollbar below the rows, created on first access."""
        return self._bar(vertical=False, thickness=self.scrollbar_size_horizontal)

    def _bar(self, *, vertical: bool, thickness: int) -> ScrollBar:
        kept = kept_scrollbar(self, None, vertical=vertical)
        if kept is not None:
            return kept
        bar = SlimBar(vertical=vertical, name="vertical" if vertical else "horizontal", thickness=thickness)
        kept_scrollbar(self, bar, vertical=vertical)
        return bar

    @property
    def room(self) -> Size:
        """The size of the content area without the scrollbars, in cells and rows."""
        width, height = self.size
        return Size(max(0, width - self.scrollbar_size_vertical), max(0, height - self.scrollbar_size_horizontal))

    def refresh_rows(self, first: int, last: int) -> None:
        """Redraw the visible ones of the rows `first` to `last` (from 0, inclusive) of the content."""
        # Without the scrollbars, which would be drawn again with the rows.
        top, (width, height) = self.scroll_offset.y, self.room
        first, last = max(first - top, 0), min(last - top, height - 1)
        if first <= last:
            self.refresh(Region(0, first, width, last - first + 1))

    def resize_content(self, width: int, height: int, *, keep_bar: bool = False) -> None:
        """Set the size of the scrollable content in cells and rows. This is free if the size did not change.

        Assigning `virtual_size` would lay out the whole screen and repaint this widget. New content needs only an
        update of the scrollbars, which lay out the screen themselves if one appears or disappears. With `keep_bar` the
        horizontal scrollbar, once shown, stays while there is any text, so that another text does not cause a layout.
        """
        room, rows = self.container_size
        bar = self.styles.scrollbar_size_vertical if height > rows else 0
        if width > room - bar:
            width = -(-width // _WIDTH_STEP) * _WIDTH_STEP
        else:
            width = room - bar + 1 if keep_bar and self.show_horizontal_scrollbar and height else 0
        size = Size(width, height)
        if size == self.virtual_size:
            return
        if self.is_mounted and room and rows:
            resize_scrollable(self, size)
        else:
            self.virtual_size = size

    def on_resize(self) -> None:
        """Follow the size."""
        self.resized()

    def resized(self) -> None:
        """Fit the content to a new size. Unlike handlers of one event, of which Textual calls each, a subclass replaces this."""
        self.fit_content()

    def fit_content(self) -> None:
        """Tell the scrollbars how large the content is, after wrapping what is wrapped."""

    def blank(self) -> Strip:
        """A blank row."""
        return Strip.blank(self.size.width, self.style_of(""))
