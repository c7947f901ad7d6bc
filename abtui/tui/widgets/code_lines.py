"""What the editor and the view of code share: highlighted lines, marks at places in them, and lights over them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rich.segment import Segment
from rich.style import Style

from abtui.tui.widgets.highlight import CODE_CLASSES, CODE_CSS, Highlighter, Spans, Syntax
from abtui.tui.widgets.lights import NO_LIGHTS, Lights, LocatedText, Stretch
from abtui.tui.widgets.line_view import LineView
from abtui.tui.widgets.marks import Mark, MarksByLine, by_line, changed_lines, gravest, reach
from abtui.tui.widgets.painting import Layer, background, foreground
from abtui.tui.widgets.severities import SEVERITY_CLASSES, SEVERITY_CSS, SEVERITY_LOOKS

AT_ONCE_CHARACTERS: Final = 64 * 1024
"""A text up to this size is located within a key press; in a longer one that takes too long."""

LINES_CSS: Final = f"""
    {CODE_CSS}
    {SEVERITY_CSS}
    & .code--lit {{ background: $primary-muted; color: $text-primary; }}
    &:ansi .code--lit {{ background: ansi_default; color: ansi_default; }}
    & .code--more {{ color: $text-muted; }}
    & .code--unused {{ color: $foreground 38%; }}
    &:ansi .code--unused {{ color: ansi_default; text-style: dim; }}
"""
"""Rules for a widget's DEFAULT_CSS, inside its own block."""
LINES_CLASSES: Final = frozenset({*CODE_CLASSES, *SEVERITY_CLASSES, "code--lit", "code--more", "code--unused"})

_MARK_STYLE = Style(underline=True)
_LIT_STYLE = Style(underline=True, bold=True)


class CodeLines(LineView):
    """Lines of code. Marks and lights are told by a sign or a bar beside the line as well as by colour."""

    _highlighter: Highlighter
    _marks: MarksByLine
    _lit: Lights
    _dimmed: Lights
    _located: LocatedText | None

    def _set_up_drawing(self, syntax: Syntax) -> None:
        """Set up what drawing needs, before the other parent of an editor draws."""
        self._palette = {}
        self._highlighter = Highlighter(syntax)
        self._marks = {}
        self._lit = self._dimmed = NO_LIGHTS
        self._located = None

    # What the application calls

    def set_marks(self, marks: Iterable[Mark]) -> None:
        """Show these marks and no others. A mark outside the text is not shown."""
        old, self._marks = self._marks, by_line(marks)
        for line in changed_lines(old, self._marks):
            self.refresh_rows(line, line)

    @property
    def marks(self) -> list[Mark]:
        """The marks shown, by line."""
        return [mark for line in sorted(self._marks) for mark in self._marks[line]]

    def set_lights(self, lit: Iterable[Stretch] = (), dimmed: Iterable[Stretch] | None = ()) -> None:
        """Light these stretches and dim those, and no others; None leaves dimmed what is. Redraws the rows in view that differ."""
        before = self._lit, self._dimmed
        self._lit = Lights(lit)
        if dimmed is not None:
            self._dimmed = Lights(dimmed)
        changed = [(old, new) for old, new in zip(before, (self._lit, self._dimmed), strict=True) if old is not new]
        top = self.scroll_offset.y
        for row in range(top, top + self.size.height):
            if any(old.on(row) != new.on(row) for old, new in changed):
                self.refresh_rows(row, row)

    @property
    def lit(self) -> tuple[Stretch, ...]:
        """The stretches that are lit, in order."""
        return self._lit.stretches

    @property
    def dimmed(self) -> tuple[Stretch, ...]:
        """The stretches that are dimmed, in order."""
        return self._dimmed.stretches

    def scroll_to_line(self, line: int) -> None:
        """Scroll as little as needed to show a line (from 1), into the middle if it was not visible."""
        row, top, height = line - 1, self.scroll_offset.y, self.room.height
        if not top <= row < top + height:
            self.scroll_to(y=max(0, row - height // 2), animate=False)

    @property
    def source(self) -> str:
        """The text whose rows these are."""
        raise NotImplementedError

    def located(self) -> LocatedText | None:
        """The places of the text; None for a long one, until `keep_located` brings them."""
        source = self.source
        if self._located is None or self._located.text != source:
            if len(source) > AT_ONCE_CHARACTERS:
                return None
            self._located = LocatedText(source)
        return self._located

    def keep_located(self, located: LocatedText) -> None:
        """Remember the places of a text, found beside the screen. Those of another text are of no use and do no harm."""
        self._located = located

    # Drawing

    def code_layers(self, row: int, line: str, spans: Spans) -> list[Layer]:
        """The layers of a line, the lowest first: its syntax, what is dimmed, what is lit, its marks."""
        layers = [Layer(start, end, foreground(self.style_of(f"code--{kind}"))) for start, end, kind in spans]
        if self._dimmed.stretches:
            dim = foreground(self.style_of("code--unused"))
            layers += [Layer(*columns, dim) for columns in self._dimmed.columns(row, len(line))]
        if self._lit.stretches:
            lit = background(self.style_of("code--lit")) + _LIT_STYLE
            layers += [Layer(*columns, lit) for columns in self._lit.columns(row, len(line), heads=True)]
        for mark in self._marks.get(row, ()):
            columns = reach(mark, line)
            if columns is not None:
                style = foreground(self.style_of(SEVERITY_LOOKS[mark.severity].style)) + _MARK_STYLE
                layers.append(Layer(*columns, style))
        return layers

    def sign(self, row: int, beside: Style) -> Segment:
        """One cell for the gravest of a line's marks, a blank one without any. `beside` is the style of what is around it."""
        severity = gravest(self._marks.get(row, ()))
        if severity is None:
            return Segment(" ", beside)
        look = SEVERITY_LOOKS[severity]
        return Segment(look.glyph, beside + foreground(self.style_of(look.style)))

    def bar(self, row: int, beside: Style) -> Segment:
        """One cell that tells what is lit (`▌`) or dimmed (`·`) in a line."""
        if self._lit.on(row):
            return Segment("▌", beside + foreground(self.style_of("code--lit")))
        if self._dimmed.on(row):
            return Segment("·", beside + foreground(self.style_of("code--unused")))
        return Segment(" ", beside)
