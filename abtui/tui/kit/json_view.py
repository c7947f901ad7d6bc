"""The pane of the payload, and of the config beside it: JSON or YAML to be read, opened where the event is lost."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import ClassVar

from textual import events
from textual.strip import Strip

from abtui.tui.kit import cells
from abtui.tui.kit.code_view import CodeView
from abtui.tui.kit.highlight import Syntax
from abtui.tui.kit.json_lines import GUTTER, JSON_CLASSES, JSON_CSS, Gutter, JSONLines
from abtui.tui.kit.painting import Layer


class JSONView(JSONLines, CodeView):
    """Shows a text with the letters of its threads. Keys and clicks move a cursor, which is drawn while it has the focus.

    `Chosen` is posted for Enter and a double click on a row; on a fold they open it.
    """

    DEFAULT_CSS = f"""
    JSONView {{
        {JSON_CSS}
    }}
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = set(JSON_CLASSES)

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(syntax="text", id=id, classes=classes)
        self.set_reactive(CodeView.walks, True)

    # The interface for the application

    def show(
        self,
        text: str,
        gutter: Mapping[int, Gutter],
        used: Collection[int] | None = None,
        at: int | None = None,
        *,
        syntax: Syntax = "json",
    ) -> None:
        """Show a text with what stands beside its rows, the rows that are used, and the row at fault, which is in sight."""
        self._yaml = syntax == "yaml"
        if text != self.source:
            self._opened = frozenset()
            self.set_text(text)
            self.measure_step()
            if at is not None:
                # The owner knows: it is not told that the cursor moved.
                self.set_reactive(CodeView.cursor, self.validate_cursor(at))
        self.tie(gutter, used, at)
        self.show_fault()

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
        width = self.text_width + GUTTER + 1 if self.has_focus else 0
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

    def action_move(self, rows: int) -> None:
        """Move the cursor by so many lines: a fold is one."""
        line = min(max(0, self._folds.line_of(self.cursor) + rows), self._folds.height - 1)
        self.cursor = self._folds.row_of(line)

    def action_choose(self) -> None:
        """Choose the row at the cursor, or open the fold there."""
        if fold := self._folds.at(self.cursor):
            self.open_fold(fold)
        else:
            super().action_choose()

    async def _on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is not None and (line := self.scroll_offset.y + offset.y) < self._folds.height:
            self.cursor = self._folds.row_of(line)
            if event.chain == 2 or self._folds.at(self.cursor):
                self.action_choose()

    # Drawing

    def render_line(self, y: int) -> Strip:
        """Line `y` of the visible part."""
        line = self.scroll_offset.y + y
        if line >= self._folds.height:
            return self.blank()
        row = self._folds.row_of(line)
        text = self.lines[row]
        current = row == (self.cursor if self.has_focus else self._at)
        if fold := self._folds.at(row):
            return self.draw_fold(fold, text, current=current)
        left = self.scroll_offset.x if self.has_focus else 0
        layers = [*self.code_layers(row, text, ()), *self._selected(row, text)]
        strip = self.draw(row, text, left, layers, current=current)
        if self.painting:
            return strip
        offset = cells.column_at(text, left + self.narrowed(text))
        return Strip.join([strip.crop(0, GUTTER), strip.crop(GUTTER).apply_offsets(offset, row)])

    def _selected(self, row: int, line: str) -> list[Layer]:
        selection = self.text_selection
        if selection is None or (span := selection.get_span(row)) is None:
            return []
        end = span[1] if span[1] >= 0 else len(line) + 1
        return [Layer(span[0], end, self.screen.get_component_rich_style("screen--selection"))]
