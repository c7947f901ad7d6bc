"""What the line-drawing widgets share: colours asked for once, and the least redrawing."""

from __future__ import annotations

from rich.style import Style
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar
from textual.strip import Strip
from textual.widget import Widget

from abtui.tui.widgets.slim_bar import SlimBar

# While a text is wider than its widget, its width is rounded up to this many cells, so that typing at the end of the
# widest line does not resize anything on each key.
_WIDTH_STEP = 32


class LineView(ScrollView):
    """A view whose row `y` of the visible part is drawn by `render_line(y)`, redrawn row by row."""

    _palette: dict[str, Style]

    def notify_style_update(self) -> None:
        """Colours may have changed: ask for them again when they are needed."""
        self._palette = {}
        super().notify_style_update()

    def style_of(self, component: str) -> Style:
        """The style of a component class; of the widget itself for an empty name. Remembered until styles change."""
        style = self._palette.get(component)
        if style is None:
            style = self.get_component_rich_style(component) if component else self.rich_style
            self._palette[component] = style
        return style

    @property
    def vertical_scrollbar(self) -> ScrollBar:
        """The bar beside the rows, made when it is first asked for."""
        if self._vertical_scrollbar is None:
            self._vertical_scrollbar = self._make_scrollbar(vertical=True, thickness=self.scrollbar_size_vertical)
        return self._vertical_scrollbar

    @property
    def horizontal_scrollbar(self) -> ScrollBar:
        """The bar below the rows, made when it is first asked for."""
        if self._horizontal_scrollbar is None:
            self._horizontal_scrollbar = self._make_scrollbar(vertical=False, thickness=self.scrollbar_size_horizontal)
        return self._horizontal_scrollbar

    def _make_scrollbar(self, *, vertical: bool, thickness: int) -> ScrollBar:
        # As Textual starts its own.
        bar = SlimBar(vertical=vertical, name="vertical" if vertical else "horizontal", thickness=thickness)
        bar.display = False
        self.app._start_widget(self, bar)
        return bar

    @property
    def has_plain_cursor(self) -> bool:
        """Whether the cursor's row is drawn in one colour: its background is strong then, and of 16 colours few go with it."""
        return self.has_focus or self.app.native_ansi_color

    @property
    def room(self) -> Size:
        """The visible cells and rows: the content area without the scrollbars."""
        width, height = self.size
        return Size(max(0, width - self.scrollbar_size_vertical), max(0, height - self.scrollbar_size_horizontal))

    def refresh_rows(self, first: int, last: int) -> None:
        """Redraw the rows `first` to `last` (from 0, inclusive) of the whole, as far as they are visible."""
        top = self.scroll_offset.y
        first, last = max(first - top, 0), min(last - top, self.size.height - 1)
        if first <= last:
            self.refresh(Region(0, first, self.size.width, last - first + 1))

    def resize_content(self, width: int, height: int, *, keep_bar: bool = False) -> None:
        """Set how much there is to scroll through: cells and rows. Costs nothing if that did not change.

        Assigning `virtual_size` lays out the whole screen and repaints this widget; what a larger or smaller content needs
        is only its scrollbars, which lay out the screen themselves if one comes or goes. `keep_bar`: the one below, once it
        came, stays as long as there is any text, so that going from text to text does not lay out the screen each time.
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
            self.set_reactive(Widget.virtual_size, size)
            self._scroll_update(size)
        else:
            self.virtual_size = size

    def blank(self) -> Strip:
        """An empty row."""
        return Strip.blank(self.size.width, self.style_of(""))
