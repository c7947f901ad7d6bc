"""The pane of the event: an editor while it has the focus, and otherwise a text to be read, opened where the event is lost."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Offset
from textual.strip import Strip

from abtui.tui.kit import cells
from abtui.tui.kit.code_document import CodeDocument, UnwrappedDocument
from abtui.tui.kit.code_editor import CodeEditor
from abtui.tui.kit.folds import Folds
from abtui.tui.kit.json_lines import GUTTER, JSON_CLASSES, JSON_CSS, Gutter, JSONLines, keys_in
from abtui.tui.kit.painting import foreground
from abtui.tui.kit.private import Edit, EditResult, Location


class JSONEditor(JSONLines, CodeEditor):
    """A CodeEditor with the letters of the threads in its gutter.

    It folds nothing while it has the focus, as an edit must never change text that cannot be seen; it folds while it is only
    read, in the same widget: the cursor, the undo history and the row on the screen stay, and no second view has to follow
    each key.
    """

    DEFAULT_CSS = f"""
    JSONEditor {{
        {JSON_CSS}
        & .text-area--placeholder {{ color: $soft; }}
        & .text-area--selection {{ background: $accent; color: $ink; }}
        & .text-area--cursor {{ background: $text; color: $pane; }}
    }}
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = set(JSON_CLASSES)

    _reads = True

    # The interface for the application

    def show(
        self,
        text: str,
        gutter: Mapping[int, Gutter],
        used: Collection[int] | None = None,
        at: int | None = None,
    ) -> None:
        """Show another text, with what stands beside its rows, the rows that are used, and the row at fault, which is in sight.

        The text that is there already is not touched: cursor, undo history and scroll position stay. `tie` sets the rest alone.
        """
        if text != self.text:
            self._opened = frozenset()
            before = self.set_ties(gutter, used, at)
            self.load(text)
            self.redraw_ties(before)
            self._to_fault()
        else:
            self.tie(gutter, used, at)
        if self._reads:
            self.show_fault()

    def _to_fault(self) -> None:
        """Put the cursor where an edit is wanted: on the value at fault."""
        if self._at is not None and self._at < self.document.line_count:
            row = self.document[self._at]
            keys = list(keys_in(row, yaml=False))
            column = keys[0][1] if keys else len(row) - len(row.lstrip())
            self.move_cursor((self._at, min(column + (row[column : column + 1] == " "), len(row))))

    @property
    def reads(self) -> bool:
        """Whether the editor has no focus, so that its text may be folded."""
        return self._reads

    def rows(self) -> list[str]:
        """The rows of the text."""
        return self.document.lines

    # Reading and editing

    def _on_focus(self, event: events.Focus) -> None:
        super()._on_focus(event)
        # A click gives the focus first. It is about the place that was drawn, and has to be dealt with before that moves.
        self.call_later(self._edit)

    def _on_blur(self, event: events.Blur) -> None:
        super()._on_blur(event)
        # Where the terminal itself lost the focus, the text stays as it is.
        if self.app.app_focus and not self._reads:
            self._turn(reads=True)
            self.scroll_to(x=0, animate=False)

    def _edit(self) -> None:
        if self.has_focus and self._reads:
            self._turn(reads=False)

    def _turn(self, *, reads: bool) -> None:
        """Fold or open, with the row at the cursor where it is on the screen."""
        row = self.selection.end[0]
        line = self._folds.line_of(row) - self.scroll_offset.y
        self._reads = reads
        if not self._fold():
            self.fit_rows()
            self.refresh()
        self.scroll_to(y=max(0, self._folds.line_of(row) - line), animate=False, force=True)

    def edit(self, edit: Edit) -> EditResult:
        """Apply an edit. Everything is open before the text changes."""
        self._open_all()
        return super().edit(edit)

    def _open_all(self) -> None:
        if self._folds.folds:
            self._folds = Folds(self.document.line_count)
            self.refresh()

    # Rows

    def rows_of(self, document: CodeDocument) -> UnwrappedDocument:
        """The rows on the screen, some of which may be folded."""
        return _FoldedDocument(document, self)

    def fit_document(self) -> None:
        """Fold a new text, and tell the scrollbars how large it is."""
        self.measure_step()
        if not self._fold():
            self.fit_rows()

    def fit_text(self) -> None:
        """Tell the scrollbars how large the text is."""
        if not self._folds.folds:
            self._folds = Folds(self.document.line_count)
        self.fit_rows()

    def fit_rows(self) -> None:
        """Tell the scrollbars how large the content is. It is no wider than the pane while it is only read."""
        width = 0 if self._reads else self._text_width + GUTTER + 2
        self.resize_content(width, self._folds.height)

    @property
    def gutter_width(self) -> int:
        """The cells left of the text."""
        return GUTTER

    # Drawing

    def render_line(self, y: int) -> Strip:
        """Line `y` of the visible part."""
        number = self.scroll_offset.y + y
        if number >= self._folds.height:
            return self.blank()
        row = self._folds.row_of(number)
        line = self.shown_line(row)
        current = row == (self._at if self._reads else self.selection.end[0])
        if self._reads and (fold := self._folds.at(row)):
            return self.draw_fold(fold, line, current=current)
        if not line and self.placeholder and self.document.line_count == 1:
            return self._draw_placeholder()
        layers = self.code_layers(row, line, ()) if self._reads else self._layers(row, line)
        return self.draw(row, line, 0 if self._reads else self.scroll_offset.x, layers, current=current)

    def _draw_placeholder(self) -> Strip:
        base = self.style_of("")
        room = max(0, self.size.width - GUTTER - 1)
        style = base + foreground(self.style_of("text-area--placeholder"))
        text = cells.cut(str(self.placeholder), room)
        cursor = self.style_of("text-area--cursor") if self.draws_cursor else Style()
        parts = [Segment(" " * GUTTER, base), Segment(text[:1], style + cursor), Segment(text[1:], style)]
        return Strip(parts).adjust_cell_length(self.room.width, base)


class _FoldedDocument(UnwrappedDocument):
    """The rows of an editor's text, where the editor draws them."""

    def __init__(self, document: CodeDocument, editor: JSONEditor) -> None:
        super().__init__(document)
        self._editor = editor

    @property
    def height(self) -> int:
        """The number of lines on the screen."""
        return self._editor.line_of(self.document.line_count - 1) + 1

    def offset_to_location(self, offset: Offset) -> Location:
        """The location at a cell, or the nearest location if the cell is outside the text."""
        row = min(self._editor.row_at(max(0, offset[1])), self.document.line_count - 1)
        line = self.document[row]
        return row, cells.column_at(line, max(0, offset[0] + self._editor.narrowed(line)))

    def location_to_offset(self, location: Location) -> Offset:
        """The cell where the character at a location starts."""
        row = min(max(0, location[0]), self.document.line_count - 1)
        line = self.document[row]
        return Offset(max(0, cells.cell_at(line, location[1]) - self._editor.narrowed(line)), self._editor.line_of(row))
