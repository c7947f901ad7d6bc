"""What the kit uses of Textual that is not public, under names of ours: a release of Textual that changes it is met here alone.

Each part has a sentence about why it is needed, and a test of its own (`tests/tui/test_kit_private.py`).
"""

from __future__ import annotations

import sys
from bisect import bisect_left
from codecs import IncrementalDecoder, getincrementaldecoder
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial
from itertools import pairwise
from typing import IO, Any, Self, cast

from rich.console import RenderableType
from textual._compositor import ChopsUpdate, Compositor
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.binding import Binding, BindingsMap
from textual.cache import LRUCache
from textual.css.styles import RenderStyles

# The names of an editor's documents and of their edits are in modules that Textual calls its own; a document that joins its text
# once per edit, and rows that are never wrapped, are why typing in 500 KB takes as long as in 2 KB.
from textual.document._document import Document, EditResult, Location, Selection
from textual.document._document_navigator import DocumentNavigator
from textual.document._edit import Edit
from textual.document._wrapped_document import WrappedDocument
from textual.dom import DOMNode
from textual.driver import Driver
from textual.errors import NoWidget
from textual.events import Key
from textual.filter import ANSIToTruecolor
from textual.geometry import NULL_REGION, Region, Size
from textual.keys import _character_to_key
from textual.screen import Screen
from textual.scrollbar import ScrollBar
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import TextArea

__all__ = [
    "Document",
    "DocumentNavigator",
    "Edit",
    "EditResult",
    "LateStyles",
    "Location",
    "OpenParser",
    "OpenTextArea",
    "Selection",
    "SelfDrawn",
    "WrappedDocument",
    "add_keys",
    "decode_leniently",
    "draw_sparingly",
    "drop_keys",
    "keep_parsed",
    "kept_scrollbar",
    "key_of",
    "keymap_of",
    "own_bindings",
    "paint_held",
    "parse_with",
    "resize_scrollable",
    "wrap_output",
]


class SparingCompositor(Compositor):
    """Draws a widget only where cells are painted anew, and only if no widget in front of it has them.

    Textual draws every widget in the rectangle around all changes, whole: for a key that changes a row at the left and one
    at the right, that was each of 60 widgets with all its rows, 20 ms instead of 3.
    """

    held = False
    """Whether nothing is painted."""
    _changed: Sequence[Region] = ()

    def render_update(
        self, full: bool = False, screen_stack: list[Screen[object]] | None = None, simplify: bool = False
    ) -> RenderableType | None:
        """Render what is to be painted, if anything."""
        return None if self.held else super().render_update(full, screen_stack, simplify)

    def render_partial_update(self) -> ChopsUpdate | None:
        """Render what changed."""
        self._changed = [*self._dirty_regions]
        return super().render_partial_update()

    def _render_chops(self, crop: Region, is_rendered_line: Callable[[int], bool]) -> Sequence[Mapping[int, Strip]]:
        changed, self._changed = self._changed or [crop], ()
        wanted = self._cells_of(changed, crop)
        # They are painted from left to right; what stays None is not painted.
        drawn: list[dict[int, Strip | None]] = [dict.fromkeys(cuts[:-1]) for cuts in self.cuts]
        for widget, (region, clip) in self.visible_widgets.items():
            self._draw(widget, region, region.intersection(clip), wanted, drawn)
        return cast(Sequence[Mapping[int, Strip]], drawn)

    def _draw(
        self,
        widget: Widget,
        region: Region,
        shown: Region,
        wanted: dict[int, list[int]],
        drawn: list[dict[int, Strip | None]],
    ) -> None:
        """Draw the wanted cells of a widget that no widget in front of it has drawn."""
        left, right = shown.column_span
        rows = [
            y
            for y in (wanted if len(wanted) < shown.height else shown.line_range)
            if shown.y <= y < shown.bottom
            and (xs := wanted.get(y))
            and (at := bisect_left(xs, left)) < len(xs)
            and xs[at] < right
        ]
        if not rows:
            return
        x, top, end = shown.x - region.x, min(rows), max(rows) + 1
        if isinstance(widget, SelfDrawn) and not widget.styles.gutter:
            strips = {y: widget.painted(y - region.y, x, x + shown.width) for y in rows}
        else:
            lines = widget.render_lines(Region(x, top - region.y, shown.width, end - top))
            strips = dict(zip(range(top, end), lines, strict=True))
        for y in rows:
            ends = [x for x in self.cuts[y] if left < x <= right]
            parts = strips[y].divide([x - left for x in ends])
            cells = dict(zip([left, *ends], parts, strict=False))
            drawn[y] |= {x: cells[x] for x in wanted[y] if x in cells}
            if rest := [x for x in wanted[y] if x not in cells]:
                wanted[y] = rest
            else:
                del wanted[y]

    def _cells_of(self, regions: Iterable[Region], crop: Region) -> dict[int, list[int]]:
        """Where the stretches begin, row by row, that the regions touch."""
        found: dict[int, set[int]] = {}
        for region in regions:
            part = region.intersection(crop)
            for y in part.line_range:
                touched = (x for x, end in pairwise(self.cuts[y]) if x < part.right and end > part.x)
                found.setdefault(y, set()).update(touched)
        return {y: sorted(xs) for y, xs in found.items() if xs}


def draw_sparingly(screen: Screen[None]) -> SparingCompositor:
    """Draw a screen with a `SparingCompositor`. It is called before the screen is mounted."""
    screen._compositor = compositor = SparingCompositor()
    return compositor


def paint_held(screen: Screen[None]) -> None:
    """Paint what a screen was held back from painting. If it is laid out first, that paints all; Textual would do so twice."""
    if isinstance(screen._compositor, SparingCompositor):
        screen._compositor.held = False
    screen._repaint_required = not screen._layout_required
    screen.check_idle()


def keep_parsed(app: App[Any]) -> None:
    """Keep all parsed rules. Textual keeps those of 64 classes; with more of them, each new class has all parsed again (30 ms)."""
    app.stylesheet._parse_cache = LRUCache(1024)


def kept_scrollbar(widget: Widget, bar: ScrollBar | None, *, vertical: bool) -> ScrollBar | None:
    """The scrollbar that Textual keeps for a widget, after starting and keeping `bar` if one is given.

    Textual makes its own bars in the same way, but they are redrawn by each change of the content (`slim_bar`).
    """
    if bar is not None:
        bar.display = False
        widget.app._start_widget(widget, bar)
        if vertical:
            widget._vertical_scrollbar = bar
        else:
            widget._horizontal_scrollbar = bar
    return widget._vertical_scrollbar if vertical else widget._horizontal_scrollbar


def resize_scrollable(widget: Widget, size: Size) -> None:
    """Set the size of a mounted widget's content, and update its scrollbars alone.

    Assigning `virtual_size` lays out the whole screen and repaints the widget, for every batch of events that is read.
    """
    widget.set_reactive(Widget.virtual_size, size)
    widget._scroll_update(size)


def drop_keys(widget: Widget, keys: Iterable[str]) -> None:
    """Take keys out of a widget's own bindings: TextArea binds some that belong to the workbench."""
    for key in keys:
        widget._bindings.key_to_bindings.pop(key, None)


def add_keys(widget: Widget, bindings: Iterable[Binding]) -> None:
    """Add to a widget's own bindings: the screens of a workbench are known only when it is made."""
    widget._bindings = BindingsMap.merge([widget._bindings, BindingsMap(bindings)])


def own_bindings(widget: Widget, key: str) -> list[Binding]:
    """A widget's own bindings of a key, so that an editor can run them in order with typed text."""
    return widget._bindings.key_to_bindings.get(key, [])


def keymap_of(app: App[object]) -> Mapping[str, str]:
    """The keys that the user has given to bindings, by their ids: the help tells them where no widget has the binding yet."""
    return app._keymap


def key_of(character: str) -> str:
    """The name of the key of a character. Textual has it for keys that it reads itself."""
    return _character_to_key(character)


class OpenParser(XTermParser):
    """Textual's parser of what a terminal sends, with the reading of one key as a method that a subclass may replace."""

    def keys_of(self, sequence: str, alt: bool) -> Iterable[Key]:
        """The keys of a sequence of characters; `alt` says that the terminal itself named the Alt key."""
        return super()._sequence_to_key_events(sequence, alt)

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[Key]:
        return self.keys_of(sequence, alt)


def parse_with(parser: type[OpenParser]) -> None:
    """Have the loaded drivers read the terminal with a parser of ours: a driver makes its own, by the name in its module."""
    for name, module in list(sys.modules.items()):
        if name.startswith("textual.drivers.") and hasattr(module, "XTermParser"):
            module.XTermParser = parser  # type: ignore[attr-defined]


def _lenient(encoding: str) -> Callable[[], IncrementalDecoder]:
    return partial(getincrementaldecoder(encoding), errors="replace")


def decode_leniently(driver: type[Driver]) -> None:
    """Have a driver replace bytes that are not UTF-8, as old terminals report the mouse: they would end its thread that reads."""
    module = sys.modules[driver.__module__]
    if hasattr(module, "getincrementaldecoder"):
        module.getincrementaldecoder = _lenient  # type: ignore[attr-defined]


def wrap_output(driver: Driver, wrap: Callable[[IO[str]], object]) -> None:
    """Put something of ours around the file that a driver writes to, if it has one: a thread of Textual's writes, and ends with an error."""
    file = getattr(driver, "_file", None)
    if file is not None:
        driver._file = wrap(file)  # type: ignore[attr-defined]


class SelfDrawn(Widget):
    """A widget whose `render_line` gives whole lines, in colours of the theme and without a border.

    With Textual's own ways, a key that changes nine widgets took 2 ms more: each of them wakes itself and the screen with a message,
    has its lines styled and kept, and goes up to the screen whenever it asks for its size, which is a hundred times.
    """

    _home: Screen[object] | None = None
    """The screen it is on: a widget never goes to another."""

    @property
    def region(self) -> Region:
        """Where it is on its screen; nowhere while it is hidden."""
        if self._home is None and self.is_attached:
            self._home = self.screen
        try:
            return NULL_REGION if self._home is None else self._home.find_widget(self).region
        except NoWidget:
            return NULL_REGION

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Draw again with the next frame. If another widget has woken the screen for it, no message is needed."""
        screen = self._home
        if not repaint or layout or recompose or screen is None or self not in screen._compositor.visible_widgets:
            return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
        is_awake = bool(screen._dirty_widgets)
        screen._dirty_widgets.add(self)
        if not is_awake:
            return super().refresh(*regions)
        self._set_dirty(*regions)
        return self

    def paint_line(self, y: int) -> Strip:
        """Line `y` for the screen, which may leave out what `render_line` adds for the mouse."""
        return self.render_line(y)

    def painted(self, y: int, start: int, end: int) -> Strip:
        """The cells `start` to `end` of line `y`, as the filters of the app want them."""
        width = self.outer_size.width
        strip = self.paint_line(y).adjust_cell_length(width, self.visual_style.rich_style)
        for line_filter in self.get_line_filters():
            # All colours are those of a theme; only one whose colours are the terminal's has others than true ones.
            if not isinstance(line_filter, ANSIToTruecolor):
                strip = strip.apply_filter(line_filter, self.background_colors[1])
        return strip if (start, end) == (0, width) else strip.crop(start, end)


class LateStyles(Widget):
    """A widget whose component classes get their styles when they are first drawn.

    Textual makes those of all classes whenever styles are applied to the widget: a JSON view has 28 of which few are in view, and
    four such views took two thirds of the styles of the first screen.
    """

    @classmethod
    @cache
    def _get_component_classes(cls) -> frozenset[str]:
        return frozenset()

    def get_component_styles(self, *names: str) -> RenderStyles:
        """The styles of component classes, made if they are not there."""
        for name in {*names} & super()._get_component_classes() - self._component_styles.keys():
            node = DOMNode(classes=name)
            node._attach(self)
            self.app.stylesheet.apply(node)
            self._component_styles[name] = node.styles
        return super().get_component_styles(*names)

    def notify_style_update(self) -> None:
        """Drop the styles, which may be others now."""
        self._component_styles.clear()
        super().notify_style_update()


class OpenTextArea(TextArea):
    """TextArea with the steps of its work as methods that a subclass may replace."""

    def put_document(self, text: str) -> None:
        """Make the document of a text. TextArea's own wraps and highlights all of it, which takes 0.5 s for 500 KB."""
        super()._set_document(text, None)

    def _set_document(self, text: str, language: str | None) -> None:
        self.put_document(text)

    def _build_highlight_map(self) -> None:
        """Do nothing: lines are highlighted, if at all, when they are drawn."""

    def fit_text(self) -> None:
        """Tell the scrollbars how large the text is. TextArea measures all of it after each key."""
        super()._refresh_size()

    def _refresh_size(self) -> None:
        self.fit_text()

    def _rewrap_and_refresh_virtual_size(self) -> None:
        # There is nothing to wrap.
        self.fit_text()
        self.refresh()

    def selection_moved(self, old: Selection, new: Selection, old_partner: Location | None) -> None:
        """Handle a move of the cursor, so that only the rows that it concerns are redrawn. `old_partner` had a bracket's mark."""

    def _watch_selection(self, previous_selection: Selection, selection: Selection) -> None:
        old_partner = self.bracket_partner
        super()._watch_selection(previous_selection, selection)
        self.selection_moved(previous_selection, selection, old_partner)

    def text_edited(self) -> None:
        """Handle an edit at once: TextArea tells it by a message, and results would be painted a frame later."""

    def edit(self, edit: Edit) -> EditResult:
        """Apply an edit and report it."""
        result = super().edit(edit)
        self.text_edited()
        return result

    def _undo_batch(self, edits: Sequence[Edit]) -> None:
        super()._undo_batch(edits)
        self.text_edited()

    def _redo_batch(self, edits: Sequence[Edit]) -> None:
        super()._redo_batch(edits)
        self.text_edited()

    def type_over(self, text: str) -> EditResult | None:
        """Replace the selection as typing does: undo takes it back together with what was typed around it."""
        return self._replace_via_keyboard(text, *self.selection)

    @property
    def bracket_partner(self) -> Location | None:
        """Where the bracket stands that matches the one at the cursor: it is drawn by the widget that draws its own lines."""
        return self._matching_bracket_location

    @bracket_partner.setter
    def bracket_partner(self, place: Location | None) -> None:
        self._matching_bracket_location = place

    @property
    def may_have_cursor(self) -> bool:
        """Whether there is a cursor, drawn or not: a read-only text may have none."""
        return self._has_cursor

    @property
    def draws_cursor(self) -> bool:
        """Whether the cursor is drawn at present."""
        return self._draw_cursor
