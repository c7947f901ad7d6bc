"""The pane of the payload, and of the config beside it: JSON or YAML to be read, opened where the event is lost."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import ClassVar, Final, Literal

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.selection import Selection
from textual.strip import Strip

from abtui.tui.kit import cells
from abtui.tui.kit.code_document import split_lines
from abtui.tui.kit.code_lines import CodeLines
from abtui.tui.kit.json_lines import GUTTER, JSON_CLASSES, JSON_CSS, Gutter, JSONLines
from abtui.tui.kit.painting import Layer

_SIMILAR_DISTANCE: Final = 40
"""The most rows that a line may have moved to count as the same line in two texts."""


class JSONView(JSONLines, CodeLines):
    """Shows a text with the letters of its threads. Keys and clicks move a cursor, which is drawn while it has the focus.

    `Chosen` is posted for Enter and a double click on a row; on a fold they open it. The mouse selects text.
    """

    DEFAULT_CSS = f"""
    JSONView {{
        pointer: text;
        {JSON_CSS}
    }}
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = set(JSON_CLASSES)
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

    cursor: reactive[int] = reactive(0, repaint=False, init=False)

    class LineMessage(Message):
        """A message about one row. `line` counts from 0."""

        def __init__(self, view: JSONView, line: int) -> None:
            super().__init__()
            self.view = view
            self.line = line

        @property
        def control(self) -> JSONView:
            """The view that posted the message."""
            return self.view

    class Moved(LineMessage):
        """The cursor moved to another row."""

    class Chosen(LineMessage):
        """A row was chosen with Enter or a double click."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        self._set_up_drawing("text")
        super().__init__(id=id, classes=classes)
        self._source = ""
        self.lines: list[str] = [""]
        self._text_width = 0

    # The interface for the application

    def show(
        self,
        text: str,
        gutter: Mapping[int, Gutter],
        used: Collection[int] | None = None,
        at: int | None = None,
        *,
        syntax: Literal["json", "yaml", "text"] = "json",
    ) -> None:
        """Show a text with what stands beside its rows, the rows that are used, and the row at fault, which is in sight."""
        self._yaml = syntax == "yaml"
        if text != self.source:
            self._opened = frozenset()
            before = self.set_ties(gutter, used, at)
            self._set_text(text)
            self.measure_step()
            if at is not None:
                # The owner knows: it is not told that the cursor moved.
                self.set_reactive(JSONView.cursor, self.validate_cursor(at))
            self.redraw_ties(before)
        else:
            self.tie(gutter, used, at)
        self.show_fault()

    def _set_text(self, text: str) -> None:
        """Replace the text. The scroll position stays if most visible lines are still nearby."""
        old, top = self.lines, self.scroll_offset.y
        self._source, self.lines = text, split_lines(text)
        self.set_reactive(JSONView.cursor, self.validate_cursor(self.cursor))
        self._text_width = cells.widest(self.lines, cells.is_simple(text))
        self.fit_content()
        if self.is_mounted and not self._shows_similar_lines(old, top):
            self.scroll_to(0, 0, animate=False)
        for row in range(top, top + self.size.height):
            if old[row : row + 1] != self.lines[row : row + 1]:
                self.refresh_rows(row, row)

    def _shows_similar_lines(self, old: list[str], top: int) -> bool:
        height = self.size.height
        seen = [line for line in old[top : top + height] if line.strip()]
        around = set(self.lines[max(0, top - _SIMILAR_DISTANCE) : top + height + _SIMILAR_DISTANCE])
        return 2 * sum(line in around for line in seen) >= len(seen) > 0

    @property
    def text(self) -> str:
        """The current text, with LF between its lines."""
        return "\n".join(self.lines)

    @property
    def source(self) -> str:
        """The text as the caller passed it, with its own line breaks."""
        return self._source

    @property
    def reads(self) -> bool:
        """Always True."""
        return True

    def rows(self) -> list[str]:
        """The rows of the text."""
        return self.lines

    # Size

    def fit_rows(self) -> None:
        """Tell the scrollbars how large the content is. It is no wider than the pane unless the pane has the focus."""
        width = self._text_width + GUTTER + 1 if self.has_focus else 0
        self.resize_content(width, self._folds.height, keep_bar=self.has_focus)

    def fit_content(self) -> None:
        """Fold the text, and tell the scrollbars."""
        if not self._fold():
            self.fit_rows()

    def watch_has_focus(self, has_focus: bool) -> None:
        """Let the text scroll to the side only while the pane has the focus."""
        super().watch_has_focus(has_focus)
        self.fit_rows()
        if not has_focus and self.scroll_offset.x:
            self.scroll_to(x=0, animate=False)
        self.refresh()

    # The cursor

    def validate_cursor(self, cursor: int) -> int:
        """Clamp the cursor to a row that exists."""
        return min(max(0, cursor), len(self.lines) - 1)

    def watch_cursor(self, old: int, new: int) -> None:
        """Redraw both rows, scroll to the new one, and post `Moved`."""
        for row in (old, new):
            self.refresh_rows(row, row)
        line, top, height = self.line_of(new), self.scroll_offset.y, self.room.height
        if not top <= line < top + height:
            self.scroll_to(y=line if line < top else line - height + 1, animate=False)
        self.post_message(self.Moved(self, new))

    def action_move(self, rows: int) -> None:
        """Move the cursor by so many lines: a fold is one."""
        line = min(max(0, self.line_of(self.cursor) + rows), self._folds.height - 1)
        self.cursor = self.row_at(line)

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
        """Choose the row at the cursor, or open the fold there."""
        if fold := self._folds.at(self.cursor):
            self.open_fold(fold)
        else:
            self.post_message(self.Chosen(self, self.cursor))

    async def _on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is not None and (line := self.scroll_offset.y + offset.y) < self._folds.height:
            self.cursor = self.row_at(line)
            if event.chain == 2 or self._folds.at(self.cursor):
                self.action_choose()

    # Drawing

    def render_line(self, y: int) -> Strip:
        """Line `y` of the visible part, with the places in the text that a selection with the mouse asks for."""
        strip, line = self.paint_line(y), self.scroll_offset.y + y
        row = self.row_at(line)
        if line >= self._folds.height or self._folds.at(row):
            return strip
        text, left = self.lines[row], self.scroll_offset.x if self.has_focus else 0
        offset = cells.column_at(text, left + self.narrowed(text))
        return Strip.join([strip.crop(0, GUTTER), strip.crop(GUTTER).apply_offsets(offset, row)])

    def paint_line(self, y: int) -> Strip:
        """Line `y` of the visible part."""
        line = self.scroll_offset.y + y
        if line >= self._folds.height:
            return self.blank()
        row = self.row_at(line)
        text = self.lines[row]
        current = row == (self.cursor if self.has_focus else self._at)
        if fold := self._folds.at(row):
            return self.draw_fold(fold, text, current=current)
        left = self.scroll_offset.x if self.has_focus else 0
        layers = [*self.code_layers(row, text, ()), *self._selected(row, text)]
        return self.draw(row, text, left, layers, current=current)

    # Selecting with the mouse

    def _selected(self, row: int, line: str) -> list[Layer]:
        selection = self.text_selection
        if selection is None or (span := selection.get_span(row)) is None:
            return []
        end = span[1] if span[1] >= 0 else len(line) + 1
        return [Layer(span[0], end, self.screen.get_component_rich_style("screen--selection"))]

    @property
    def allow_select(self) -> bool:
        """Always True: text can be selected."""
        return True

    def get_selection(self, selection: Selection) -> tuple[str, str]:
        """The selected text, and the line break to put after it."""
        spans = ((line, selection.get_span(row)) for row, line in enumerate(self.lines))
        parts = [line[span[0] : span[1] if span[1] >= 0 else None] for line, span in spans if span is not None]
        return "\n".join(parts), "\n"
