"""A read-only view of highlighted text that draws only visible lines and redraws only changed ones."""

from __future__ import annotations

from typing import ClassVar, Literal

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive
from textual.selection import Selection
from textual.strip import Strip

from abtui.tui.kit import cells
from abtui.tui.kit.code_document import split_lines
from abtui.tui.kit.code_lines import LINES_CLASSES, LINES_CSS, CodeLines
from abtui.tui.kit.highlight import Highlighter, Syntax
from abtui.tui.kit.painting import Layer, background, foreground, paint

_GUTTER = 2
# The most rows that a line may have moved to count as the same line in two texts.
_SIMILAR_DISTANCE = 40

Place = Literal["auto", "keep", "top"]


class CodeView(CodeLines):
    """Shows JSON, YAML, an HTTP request or plain text. Keys and wheel scroll it; the mouse selects text.

    With `walks`, keys and clicks move a cursor from line to line, which is shown while the view has the focus. The view
    then posts `Moved`, and `Chosen` for Enter and a double click.

    `stale` dims a result that is out of date. The owner must say so in words as well.
    """

    DEFAULT_CSS = f"""
    CodeView {{
        background: $surface;
        color: $foreground;
        pointer: text;
        & .code-view--cursor {{ background: $block-cursor-blurred-background; }}
        &:ansi .code-view--cursor {{ background: ansi_default; text-style: bold; }}
        &.-stale {{ text-style: dim; }}
        {LINES_CSS}
    }}
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {*LINES_CLASSES, "code-view--cursor"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "first", "First line", show=False),
        Binding("end,G", "last", "Last line", show=False),
        Binding(
            "enter",
            "choose",
            "Origin",
            show=False,
            id="trace.origin",
            tooltip="Go from a field of the payload to the event's field it comes from",
        ),
    ]

    stale: reactive[bool] = reactive(False, toggle_class="-stale")
    cursor: reactive[int] = reactive(0, repaint=False, init=False)
    walks: reactive[bool] = reactive(False, init=False)

    class LineMessage(Message):
        """A message about one line. `line` counts from 0."""

        def __init__(self, view: CodeView, line: int) -> None:
            super().__init__()
            self.view = view
            self.line = line

        @property
        def control(self) -> CodeView:
            """The view that posted the message."""
            return self.view

    class Moved(LineMessage):
        """The cursor moved to another line."""

    class Chosen(LineMessage):
        """A line was chosen with Enter or a double click."""

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
        self._set_up_drawing(syntax)
        super().__init__(name=name, id=id, classes=classes, disabled=disabled)
        self._source = ""
        self.lines: list[str] = [""]
        self._body = 0
        self.text_width = 0
        self.painting = False
        self.set_text(text, syntax)

    # The interface for the application

    @property
    def text(self) -> str:
        """The current text, with LF between its lines."""
        return "\n".join(self.lines)

    @property
    def source(self) -> str:
        """The text as the caller passed it, with its own line breaks."""
        return self._source

    def set_text(self, text: str, syntax: Syntax | None = None, *, place: Place = "auto") -> None:
        """Replace the text, and the syntax if one is passed. Marks and lights are kept: set them afterwards.

        `place` controls scrolling. `auto` keeps the position if most visible lines are still nearby, and otherwise goes
        to the top. `keep` always keeps it, and `top` always goes to the top.
        """
        lines = split_lines(text)
        old, top = self.lines, self.scroll_offset.y
        same_syntax = syntax is None or syntax == self._highlighter.syntax
        if lines == old and same_syntax:
            if place == "top":
                self._to_top()
            return
        self._source = text
        old_body, self.lines = self._body, lines
        self.set_reactive(CodeView.cursor, self.validate_cursor(self.cursor))
        if syntax is not None and not same_syntax:
            self._highlighter = Highlighter(syntax)
        if self._highlighter.syntax == "http":
            self._body = next((at + 1 for at, line in enumerate(self.lines) if not line), len(self.lines))
        self.text_width = cells.widest(lines, cells.is_simple(text))
        self.fit_content()
        if place == "top" or (place == "auto" and not self._shows_similar_lines(old, top)):
            self._to_top()
        if not same_syntax or old_body != self._body:
            self.refresh()
        else:
            for row in range(top, top + self.size.height):
                if old[row : row + 1] != self.lines[row : row + 1]:
                    self.refresh_rows(row, row)

    # Text and size

    def _shows_similar_lines(self, old: list[str], top: int) -> bool:
        height = self.size.height
        seen = [line for line in old[top : top + height] if line.strip()]
        around = set(self.lines[max(0, top - _SIMILAR_DISTANCE) : top + height + _SIMILAR_DISTANCE])
        return 2 * sum(line in around for line in seen) >= len(seen) > 0

    def _to_top(self) -> None:
        if self.is_mounted:
            self.scroll_to(0, 0, animate=False)

    def fit_content(self) -> None:
        """Tell the scrollbars how large the text is."""
        self.resize_content(self.text_width + _GUTTER, len(self.lines), keep_bar=True)

    # The cursor

    def validate_cursor(self, cursor: int) -> int:
        """Clamp the cursor to a line that exists."""
        return min(max(0, cursor), len(self.lines) - 1)

    def watch_cursor(self, old: int, new: int) -> None:
        """Redraw both lines, scroll to the new one, and post `Moved`."""
        for row in (old, new):
            self.refresh_rows(row, row)
        line, top, height = self.line_of(new), self.scroll_offset.y, self.room.height
        if not top <= line < top + height:
            self.scroll_to(y=line if line < top else line - height + 1, animate=False)
        self.post_message(self.Moved(self, new))

    def line_of(self, row: int) -> int:
        """The line of the screen, counted from the first, that shows a row of the text."""
        return row

    def watch_walks(self) -> None:
        """Show or hide the cursor."""
        self.refresh_rows(self.cursor, self.cursor)

    def watch_has_focus(self, has_focus: bool) -> None:
        """Show the cursor only while the view has the focus."""
        super().watch_has_focus(has_focus)
        self.refresh_rows(self.cursor, self.cursor)

    def action_move(self, rows: int) -> None:
        """Move the cursor, or without a cursor scroll, by `rows` lines."""
        if self.walks:
            self.cursor += rows
        else:
            self.scroll_relative(y=rows, animate=False)

    def action_page(self, pages: int) -> None:
        """Move by `pages` times the height of the view."""
        self.action_move(pages * max(1, self.room.height - 1))

    def action_first(self) -> None:
        """Move to the first line."""
        self.action_move(-len(self.lines))

    def action_last(self) -> None:
        """Move to the last line."""
        self.action_move(len(self.lines))

    def action_choose(self) -> None:
        """Choose the line under the cursor."""
        if self.walks:
            self.post_message(self.Chosen(self, self.cursor))

    async def _on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if self.walks and offset is not None:
            self.cursor = self.scroll_offset.y + offset.y
            if event.chain == 2:
                self.action_choose()

    # Drawing

    def render_lines(self, crop: Region) -> list[Strip]:
        """The visible lines, without the text offsets that `render_line` adds for the mouse."""
        self.painting = True
        try:
            return super().render_lines(crop)
        finally:
            self.painting = False

    def render_line(self, y: int) -> Strip:
        """Row `y` of the visible part: sign, bar and text."""
        row, base = self.scroll_offset.y + y, self.style_of("")
        if row >= len(self.lines):
            return self.blank()
        line, left = self.lines[row], self.scroll_offset.x
        layers = self.code_layers(row, line, self._highlighter.spans(line, row, self._body))
        bar = self.bar(row, base)
        if row == self.cursor and self.walks and self.has_focus:
            base += background(self.style_of("code-view--cursor"))
            bar = Segment("›", base + foreground(self.style_of("code--lit")))
        selection = self.text_selection
        if selection is not None and (span := selection.get_span(row)) is not None:
            end = span[1] if span[1] >= 0 else len(line) + 1
            layers.append(Layer(span[0], end, self.screen.get_component_rich_style("screen--selection")))
        more = self.style_of("code--more")
        text = paint(line, left, max(0, self.room.width - _GUTTER), base, layers, more)
        if not self.painting:
            text = text.apply_offsets(cells.column_at(line, left), row)
        return Strip([self.sign(row, base), bar, *text], _GUTTER + text.cell_length)

    # Selecting with the mouse

    @property
    def allow_select(self) -> bool:
        """Always True: text can be selected."""
        return True

    def get_selection(self, selection: Selection) -> tuple[str, str]:
        """The selected text, and the line break to put after it."""
        spans = ((line, selection.get_span(row)) for row, line in enumerate(self.lines))
        parts = [line[span[0] : span[1] if span[1] >= 0 else None] for line, span in spans if span is not None]
        return "\n".join(parts), "\n"
