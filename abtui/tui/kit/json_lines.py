"""The shared base of the panes Event, Payload and Config: letters that tie fields together, two weights, and folds.

The weight says what is used; there are no colours of syntax, so that the fate's mark is the one thing that is seen.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

import msgspec
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from abtui.tui.kit.cells import displayed
from abtui.tui.kit.folds import Fold, Folds, find_folds
from abtui.tui.kit.highlight import LONGEST, Spans
from abtui.tui.kit.lights import Lights, Stretch
from abtui.tui.kit.marks import RowFate, signs_of
from abtui.tui.kit.painting import Layer, background, foreground, paint
from abtui.tui.kit.row_strips import FATE_CLASSES, FATE_CSS
from abtui.tui.kit.underlines import reach

if TYPE_CHECKING:
    from abtui.tui.kit.code_lines import CodeLines
else:
    # Textual takes styles and component classes from the first base that is a widget, which has to be the editor or the view.
    CodeLines = object

GUTTER: Final = 2
"""The cells of the letter and of the fate's mark."""
_FREE: Final = 1
"""The free cell at the right, which is the scrollbar's when it is there."""
_STEP_ROWS: Final = 400
"""The rows that tell how far a text is indented at each level."""

_JSON_KEY = re.compile(r'"(?:[^"\\]|\\.)*+"(?P<colon>\s*:)?')
_YAML_KEY = re.compile(r"""\s*(?:- +)*(?:"(?:[^"\\]|\\.)*+"|'[^']*+'|[^\s:#'"][^:#]*+)\s*:(?=\s|$)|\s*#.*""")

JSON_CSS: Final = f"""
        background: $pane;
        color: $text;
        border: none;
        padding: 0;
        scrollbar-size: 0 1;
        scrollbar-color: $raised;
        scrollbar-color-hover: $soft;
        scrollbar-color-active: $accent;
        scrollbar-background: $pane;
        scrollbar-corner-color: $pane;
        &:focus {{ border: none; scrollbar-color: $rule; }}
        & .json--soft {{ color: $soft; }}
        & .json--letter {{ color: $accent; text-style: bold; }}
        & .json--line {{ background: $raised; color: $on-raised; }}
        & .json--error {{ color: $refused; }}
        & .json--warning {{ color: $ignored; }}
        {FATE_CSS}
"""
"""Rules for a widget's DEFAULT_CSS, inside its own block."""
JSON_CLASSES: Final = frozenset(
    {*FATE_CLASSES, "json--soft", "json--letter", "json--line", "json--error", "json--warning"}
)


class Gutter(msgspec.Struct, frozen=True, gc=False):
    """What stands beside a row: the letter of its thread, and the mark of the fate if the row is at fault."""

    letter: str = ""
    fate: RowFate | None = None


Ties = tuple[Mapping[int, Gutter], Collection[int], int | None]
"""What stands beside the rows, which are used, and the row at fault."""
NO_GUTTER: Final[Mapping[int, Gutter]] = {}
_NOTHING: Final = Gutter()
_BOLD: Final = Style(bold=True)
_UNDERLINE: Final = Style(underline=True)


class JSONLines(CodeLines):
    """Draws rows with their gutter in two weights. Rows count from 0, as those of `LocatedText` do.

    While it is read, unused parts are folded, each level is indented by one cell, and what is too long is cut: more of what
    matters is in sight. Rows of the text and lines of the screen are then different numbers.
    """

    _beside: Mapping[int, Gutter] = NO_GUTTER
    _used: Collection[int] = frozenset()
    _at: int | None = None
    _fault_waits = False
    _folds = Folds(0)
    _opened: frozenset[int] = frozenset()
    _step = 1
    _yaml = False

    # What the panes tell

    @property
    def gutter_rows(self) -> Mapping[int, Gutter]:
        """What stands beside the rows."""
        return self._beside

    @property
    def folds(self) -> tuple[Fold, ...]:
        """The parts that are folded at present."""
        return self._folds.folds

    @property
    def reads(self) -> bool:
        """Whether the text is only read, so that it may be folded and its indentation drawn narrower."""
        raise NotImplementedError

    def rows(self) -> list[str]:
        """The rows of the text."""
        raise NotImplementedError

    # Ties

    def tie(self, gutter: Mapping[int, Gutter], used: Collection[int] | None = None, at: int | None = None) -> None:
        """Set what stands beside the rows, which are used (those with a letter, if it is left out), and the row at fault."""
        before = self.set_ties(gutter, used, at)
        if not self._fold():
            self.redraw_ties(before)

    def set_ties(self, gutter: Mapping[int, Gutter], used: Collection[int] | None, at: int | None) -> Ties:
        """Set the ties and return those of before. A new text gets them before it is folded, so that its height changes once."""
        before = self._beside, self._used, self._at
        used = frozenset(row for row, beside in gutter.items() if beside.letter) if used is None else used
        self._beside, self._used, self._at = gutter, used, at
        return before

    def redraw_ties(self, before: Ties) -> None:
        """Redraw the rows whose ties are others than before."""
        now = self._beside, self._used, self._at
        for row in self._visible_rows():
            old, new = ((gutter.get(row), row in used, row == at) for gutter, used, at in (before, now))
            if old != new:
                self.refresh_rows(row, row)

    def _visible_rows(self) -> Iterator[int]:
        top = self.scroll_offset.y
        return (self._folds.row_of(line) for line in range(top, min(top + self.size.height, self._folds.height)))

    def _fold(self) -> bool:
        """Fold what is not used, or open everything. Returns whether that changed anything; then all is drawn again."""
        rows = self.rows()
        found: tuple[Fold, ...] = ()
        if self.reads and not self._yaml and len(self._used) < len(rows) > 1:
            kept = {*self._used, *self._beside, *(() if self._at is None else (self._at,))}
            found = tuple(fold for fold in find_folds(rows, kept) if fold.first not in self._opened)
        if found == self._folds.folds and self._folds.height + sum(f.last - f.first for f in found) == len(rows):
            return False
        self._folds = Folds(len(rows), found)
        self.fit_rows()
        self.refresh()
        return True

    def fit_rows(self) -> None:
        """Tell the scrollbars how large the content is."""
        raise NotImplementedError

    def open_fold(self, fold: Fold) -> None:
        """Show all rows of a fold, until another text is shown."""
        self._opened |= {fold.first}
        self._fold()

    def resized(self) -> None:
        """Keep the row at fault in sight, unless somebody moves in the text; it may have been asked for when this had no size."""
        super().resized()
        if self._fault_waits or not self.has_focus:
            self.show_fault()

    def show_fault(self) -> None:
        """Scroll to the row at fault unless it is in sight, so that a third of what is seen stands above it."""
        if self._at is None:
            return
        self._fault_waits = not self.size.height
        if self._fault_waits:
            # While it is hidden it has no size; `resized` is called when it is shown.
            return
        line, top, height = self._folds.line_of(self._at), self.scroll_offset.y, self.room.height
        if not top <= line < top + height:
            self.scroll_to(y=max(0, line - height // 3), animate=False)

    # Rows and lines

    def row_at(self, line: int) -> int:
        """The row that a line of the screen, counted from the first of the text, shows; of a fold it is the first."""
        return self._folds.row_of(line)

    def line_of(self, row: int) -> int:
        """The line that shows a row, itself or its fold."""
        return self._folds.line_of(row)

    def refresh_rows(self, first: int, last: int) -> None:
        """Redraw the visible ones of the rows `first` to `last` (from 0, inclusive) of the text."""
        if self._folds.folds:
            first, last = self._folds.line_of(first), self._folds.line_of(last)
        super().refresh_rows(first, last)

    def measure_step(self) -> None:
        """Find how many cells each level of the text is indented by."""
        leads = (len(row) - len(row.lstrip(" ")) for row in self.rows()[:_STEP_ROWS])
        self._step = min((lead for lead in leads if lead), default=1)

    def narrowed(self, row: str) -> int:
        """The cells by which the indentation of a row is drawn narrower."""
        if not self.reads or self._step < 2:
            return 0
        lead = len(row) - len(row.lstrip(" "))
        return lead - lead // self._step

    # Drawing

    def code_layers(self, row: int, line: str, spans: Spans) -> list[Layer]:
        """The weights of a line: its keys and what is not used are soft, the value at fault is bold. What is lit or marked is underlined."""
        return [*self._weights(row, line), *self._lines_below(row, line)]

    def _weights(self, row: int, line: str) -> list[Layer]:
        soft = foreground(self.style_of("json--soft"))
        if row not in self._used and row != self._at:
            return [Layer(0, len(line), soft)]
        layers = [Layer(0, len(line), _BOLD)] if row == self._at else []
        return layers + [Layer(start, end, soft + Style(bold=False)) for start, end in keys_in(line, yaml=self._yaml)]

    def _lines_below(self, row: int, line: str) -> Iterator[Layer]:
        lit = foreground(self.style_of("json--letter")) + _UNDERLINE
        for start, end in self._lit.columns(row, len(line), heads=True) if self._lit.stretches else ():
            yield Layer(start, end, lit)
        for mark in self._marks.get(row, ()):
            if (columns := reach(mark, line)) is not None:
                style = self.style_of("json--error" if mark.severity == "error" else "json--warning")
                yield Layer(*columns, foreground(style) + _UNDERLINE)

    def set_lights(self, lit: Iterable[Stretch] = (), dimmed: Iterable[Stretch] | None = ()) -> None:
        """Replace the lit stretches. Rows and lines differ where something is folded, so all that is in view is drawn again."""
        before, self._lit = self._lit.stretches, Lights(lit)
        if self._lit.stretches != before:
            self.refresh()

    def draw(self, row: int, line: str, left: int, layers: list[Layer], *, current: bool) -> Strip:
        """A row of the text: gutter, text from the cell `left` on, and a free cell."""
        base = self.style_of("json--line") if current else self.style_of("")
        plain = self._plain(base)
        if plain:
            layers = [Layer(start, end, _shape(style)) for start, end, style in layers]
        shift = self.narrowed(line)
        if shift:
            line = line[shift:]
            layers = [Layer(max(0, start - shift), max(0, end - shift), style) for start, end, style in layers]
        more = _shape(base) if plain else self.style_of("json--soft")
        room = max(0, self.size.width - GUTTER - _FREE)
        text = paint(line, left, room, base, layers, more, signs_of(self).cut)
        strip = Strip([*self.beside(row, base), *text], GUTTER + room)
        return strip.adjust_cell_length(self.room.width, base + background(base))

    def _plain(self, base: Style) -> bool:
        """Whether a row has one colour: where text has another one on the row's background, as with 16 colours, all has."""
        return base.color != self.style_of("").color

    def beside(self, row: int, base: Style) -> list[Segment]:
        """The gutter of a row: the letter of its thread, and the mark of the fate."""
        gutter = self._beside.get(row, _NOTHING)
        plain = self._plain(base)
        letter = base + _BOLD if plain else base + foreground(self.style_of("json--letter"))
        mark, style = " ", base
        if gutter.fate is not None:
            mark = signs_of(self).mark(gutter.fate)
            style = base if plain else base + foreground(self.style_of(f"fate--{gutter.fate}"))
        return [Segment(displayed(gutter.letter[:1]) or " ", letter), Segment(mark, style)]

    def draw_fold(self, fold: Fold, row: str, *, current: bool) -> Strip:
        """The line of a fold."""
        base = self.style_of("json--line") if current else self.style_of("")
        style = base if self._plain(base) else base + foreground(self.style_of("json--soft"))
        lead = len(row) - len(row.lstrip(" ")) - self.narrowed(row)
        text = f"{' ' * lead}{signs_of(self).folded} {fold.words}"
        room = max(0, self.size.width - GUTTER - _FREE)
        line = paint(text, 0, room, style, (), style, signs_of(self).cut)
        strip = Strip([Segment(" " * GUTTER, base), *line], GUTTER + room)
        return strip.adjust_cell_length(self.room.width, base + background(base))


def keys_in(line: str, *, yaml: bool) -> Iterator[tuple[int, int]]:
    """The columns of the keys of a line, and of a comment."""
    if len(line) > LONGEST:
        return
    if yaml:
        if found := _YAML_KEY.match(line):
            yield found.span()
        return
    for found in _JSON_KEY.finditer(line):
        if found["colon"] is not None:
            yield found.span()


def _shape(style: Style) -> Style:
    """The weight and the shape of a style without its colours, but with a background of its own, as a cursor has."""
    return style if style.bgcolor is not None else style.without_color
