"""A read-only view of highlighted text that draws only what is visible and redraws only what changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import ClassVar, Literal

from rich.segment import Segment
from textual.geometry import Region
from textual.reactive import reactive
from textual.selection import Selection
from textual.strip import Strip

from abtui.tui.widgets import cells
from abtui.tui.widgets.code_document import split_lines
from abtui.tui.widgets.highlight import CODE_CLASSES, CODE_CSS, Highlighter, Syntax
from abtui.tui.widgets.line_view import LineView
from abtui.tui.widgets.marks import Mark, MarksByLine, by_line, changed_lines
from abtui.tui.widgets.painting import Layer, background, foreground, paint
from abtui.tui.widgets.verdicts import SEVERITY_CLASSES, SEVERITY_CSS

_GUTTER = 2
# How far from its old place a line may have moved and still count as the same, when two texts are compared.
_NEAR = 40

Place = Literal["auto", "keep", "top"]


class CodeView(LineView):
    """Shows JSON, YAML, an HTTP request or plain text. Scrolls with keys and wheel; text can be selected with the mouse.

    `stale` dims it: what is shown is an older result. Say so in words as well, nearby.
    """

    DEFAULT_CSS = f"""
    CodeView {{
        background: $surface;
        color: $foreground;
        pointer: text;
        & .code-view--emphasis {{ background: $primary-muted; color: $text-primary; }}
        &:ansi .code-view--emphasis {{ background: ansi_default; text-style: bold; }}
        &.-stale {{ text-style: dim; }}
        {CODE_CSS}
        {SEVERITY_CSS}
    }}
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {*CODE_CLASSES, *SEVERITY_CLASSES, "code-view--emphasis"}

    stale: reactive[bool] = reactive(False, toggle_class="-stale")

    def __init__(
        self,
        text: str = "",
        syntax: Syntax = "json",
        *,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
        disabled: bool = False,
    ) -> None:
        self._palette = {}
        super().__init__(name=name, id=id, classes=classes, disabled=disabled)
        self._lines: list[str] = [""]
        self._body = 0
        self._width = 0
        self._highlighter = Highlighter(syntax)
        self._marks: MarksByLine = {}
        self._emphasis: frozenset[int] = frozenset()
        self._painting = False
        self.set_text(text, syntax)

    # What the application calls

    @property
    def text(self) -> str:
        """The text shown, with LF between its lines."""
        return "\n".join(self._lines)

    def set_text(self, text: str, syntax: Syntax | None = None, *, place: Place = "auto") -> None:
        """Show another text; `syntax` stays what it was unless given. Marks and emphasis stay: set them after it.

        `place`: `auto` keeps the scroll position if most of the visible lines are still about there and goes to the top
        otherwise; `keep` and `top` do what they say.
        """
        lines = split_lines(text)
        old, top = self._lines, self.scroll_offset.y
        same_syntax = syntax is None or syntax == self._highlighter.syntax
        if lines == old and same_syntax:
            if place == "top":
                self._to_top()
            return
        old_body, self._lines = self._body, lines
        if syntax is not None and not same_syntax:
            self._highlighter = Highlighter(syntax)
        if self._highlighter.syntax == "http":
            self._body = next((at + 1 for at, line in enumerate(self._lines) if not line), len(self._lines))
        self._width = cells.widest(lines, cells.is_simple(text))
        self._fit()
        if place == "top" or (place == "auto" and not self._similar(old, top)):
            self._to_top()
        if not same_syntax or old_body != self._body:
            self.refresh()
        else:
            for row in range(top, top + self.size.height):
                if old[row : row + 1] != self._lines[row : row + 1]:
                    self.refresh_rows(row, row)

    def set_marks(self, marks: Iterable[Mark]) -> None:
        """Show these marks and no others."""
        old, self._marks = self._marks, by_line(marks)
        for line in changed_lines(old, self._marks):
            self.refresh_rows(line, line)

    def emphasize(self, lines: Collection[int]) -> None:
        """Set these lines (from 1) off by a bar and a background, and no others."""
        old, self._emphasis = self._emphasis, frozenset(line - 1 for line in lines)
        for line in old ^ self._emphasis:
            self.refresh_rows(line, line)

    def scroll_to_line(self, line: int) -> None:
        """Scroll as little as needed to show a line (from 1), into the middle if it was not visible."""
        row, top, height = line - 1, self.scroll_offset.y, self.room.height
        if not top <= row < top + height:
            self.scroll_to(y=max(0, row - height // 2), animate=False)

    # Text and size

    def _similar(self, old: list[str], top: int) -> bool:
        height = self.size.height
        seen = [line for line in old[top : top + height] if line.strip()]
        around = set(self._lines[max(0, top - _NEAR) : top + height + _NEAR])
        return 2 * sum(line in around for line in seen) >= len(seen) > 0

    def _to_top(self) -> None:
        if self.is_mounted:
            self.scroll_to(0, 0, animate=False)

    def _fit(self) -> None:
        self.resize_content(self._width + _GUTTER, len(self._lines), keep_bar=True)

    def _on_resize(self) -> None:
        self._fit()

    # Drawing

    def render_lines(self, crop: Region) -> list[Strip]:
        """The visible lines, without the places in the text that only a question of the mouse needs (`render_line`)."""
        self._painting = True
        try:
            return super().render_lines(crop)
        finally:
            self._painting = False

    def render_line(self, y: int) -> Strip:
        """The row `y` of the visible part: sign, bar and text."""
        row, base = self.scroll_offset.y + y, self.style_of("")
        if row >= len(self._lines):
            return self.blank()
        line, left = self._lines[row], self.scroll_offset.x
        marks = self._marks.get(row, ())
        layers = self.code_layers(line, self._highlighter.spans(line, row, self._body), marks)
        bar = Segment(" ", base)
        if row in self._emphasis:
            style = self.style_of("code-view--emphasis")
            base += background(style) + style.without_color
            bar = Segment("▌", base + foreground(style))
        selection = self.text_selection
        if selection is not None and (span := selection.get_span(row)) is not None:
            end = span[1] if span[1] >= 0 else len(line) + 1
            layers.append(Layer(span[0], end, self.screen.get_component_rich_style("screen--selection")))
        text = paint(line, left, max(0, self.room.width - _GUTTER), base, layers)
        if not self._painting:
            text = text.apply_offsets(cells.column_at(line, left), row)
        return Strip.join([Strip([self.sign(marks, base), bar], _GUTTER), text])

    # Selecting with the mouse

    @property
    def allow_select(self) -> bool:
        """Text can be selected."""
        return True

    def get_selection(self, selection: Selection) -> tuple[str, str]:
        """The selected text, and the break after it."""
        spans = ((line, selection.get_span(row)) for row, line in enumerate(self._lines))
        parts = [line[span[0] : span[1] if span[1] >= 0 else None] for line, span in spans if span is not None]
        return "\n".join(parts), "\n"
