"""The shared base of the editors and of the view of JSON: highlighted lines with marks, lit parts and dimmed parts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rich.segment import Segment
from rich.style import Style

from abtui.tui.kit.highlight import CODE_CLASSES, CODE_CSS, Highlighter, Spans, Syntax
from abtui.tui.kit.lights import NO_LIGHTS, Lights, LocatedText, Stretch
from abtui.tui.kit.line_view import LineView
from abtui.tui.kit.painting import Layer, background, foreground
from abtui.tui.kit.severities import SEVERITY_CLASSES, SEVERITY_CSS, SEVERITY_LOOKS
from abtui.tui.kit.underlines import Mark, MarksByLine, by_line, changed_lines, gravest, reach

AT_ONCE_CHARACTERS: Final = 64 * 1024
"""The largest text whose values are located during a key press. For a longer text that would take too long."""

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
    """Lines of code. A sign beside the line as well as a colour shows its marks, and a bar its lit or dimmed parts."""

    _highlighter: Highlighter
    _marks: MarksByLine
    _lit: Lights
    _dimmed: Lights
    _located: LocatedText | None

    def _set_up_drawing(self, syntax: Syntax) -> None:
        """Set the attributes that drawing needs. An editor calls this before TextArea's constructor, which draws."""
        self._palette = {}
        self._highlighter = Highlighter(syntax)
        self._marks = {}
        self._lit = self._dimmed = NO_LIGHTS
        self._located = None

    # The interface for the application

    def set_marks(self, marks: Iterable[Mark]) -> None:
        """Replace the marks. A mark outside the text is not shown."""
        old, self._marks = self._marks, by_line(marks)
        for line in changed_lines(old, self._marks):
            self.refresh_rows(line, line)

    @property
    def marks(self) -> list[Mark]:
        """The current marks, sorted by line."""
        return [mark for line in sorted(self._marks) for mark in self._marks[line]]

    def set_lights(self, lit: Iterable[Stretch] = (), dimmed: Iterable[Stretch] | None = ()) -> None:
        """Replace the lit and the dimmed stretches, and redraw the visible rows that changed.

        None as `dimmed` keeps the dimmed stretches as they are.
        """
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

    @property
    def source(self) -> str:
        """The text that is drawn."""
        raise NotImplementedError

    def located(self, text: str | None = None) -> LocatedText | None:
        """The text, or one that is about to be shown, with the places of its values. None for a long text until `set_located` supplies it."""
        source = self.source if text is None else text
        if self._located is None or self._located.text != source:
            known = None if self._located is None else self._located.typed(source)
            if known is None and len(source) > AT_ONCE_CHARACTERS:
                return None
            self._located = known or LocatedText(source)
        return self._located

    def set_located(self, located: LocatedText) -> None:
        """Store a text that a worker has located. If it is no longer the current text, it is ignored."""
        self._located = located

    # Drawing

    def code_layers(self, row: int, line: str, spans: Spans) -> list[Layer]:
        """The layers of a line from bottom to top: syntax, dimmed stretches, lit stretches, marks."""
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
        """One cell with the sign of the line's gravest mark, or a blank. `beside` is the style around it."""
        severity = gravest(self._marks.get(row, ()))
        if severity is None:
            return Segment(" ", beside)
        look = SEVERITY_LOOKS[severity]
        return Segment(look.glyph, beside + foreground(self.style_of(look.style)))

    def bar(self, row: int, beside: Style) -> Segment:
        """One cell that shows whether the line has a lit (`▌`) or a dimmed (`·`) stretch."""
        if self._lit.on(row):
            return Segment("▌", beside + foreground(self.style_of("code--lit")))
        if self._dimmed.on(row):
            return Segment("·", beside + foreground(self.style_of("code--unused")))
        return Segment(" ", beside)
