"""A text area that draws itself line by line. It highlights visible lines only, and redraws only changed lines."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Offset, Region
from textual.reactive import Reactive, reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from abtui.tui.kit import cells
from abtui.tui.kit.brackets import partner_of
from abtui.tui.kit.code_document import CodeDocument, UnwrappedDocument, split_lines
from abtui.tui.kit.code_lines import CodeLines
from abtui.tui.kit.drawing import readable
from abtui.tui.kit.highlight import Highlighter, Syntax
from abtui.tui.kit.painting import Layer, background, foreground, paint
from abtui.tui.kit.private import DocumentNavigator, EditResult, Location, OpenTextArea, Selection


class DrawnTextArea(OpenTextArea, CodeLines):
    """A TextArea with lines that are never wrapped and are drawn only while visible. It is the base of `CodeEditor`."""

    selection: Reactive[Selection] = reactive(Selection(), init=False, always_update=True, repaint=False)
    syntax: Reactive[Syntax] = reactive("json", init=False)

    _text_width = 0
    _drawn_gutter = 0

    # Text and size

    def put_document(self, text: str) -> None:
        """Make the document of a text, and move the cursor to its start."""
        document = CodeDocument(text, self._lines_replaced)
        self.document = document
        self.wrapped_document = self.rows_of(document)
        self.navigator = DocumentNavigator(self.wrapped_document)
        self._text_width = document.get_size(cells.TAB_SIZE).width
        self.bracket_partner = None
        self.move_cursor((0, 0))
        self.fit_document()

    def fit_document(self) -> None:
        """Tell the scrollbars how large a new text is."""
        self.fit_text()

    def rows_of(self, document: CodeDocument) -> UnwrappedDocument:
        """The rows of a document on the screen."""
        return UnwrappedDocument(document)

    def _replace_via_keyboard(self, insert: str, start: Location, end: Location) -> EditResult | None:
        # What is typed or pasted gets the line breaks of the text.
        return super()._replace_via_keyboard(self.document.newline.join(split_lines(insert)), start, end)

    def _lines_replaced(self, first: int, old: list[str], new: list[str]) -> None:
        added = cells.widest(new)
        if added >= self._text_width:
            self._text_width = added
        elif cells.widest(old) >= self._text_width:
            self._text_width = self.document.get_size(cells.TAB_SIZE).width
        # Resize now rather than after the edit: TextArea scrolls to the cursor in between, within the current size.
        self.fit_text()
        if len(old) == len(new):
            self.refresh_rows(first, first + len(new) - 1)
        else:
            self.refresh_rows(first, self.document.line_count + len(old))

    @property
    def wrap_width(self) -> int:
        """Always 0: lines are not wrapped."""
        return 0

    @property
    def gutter_width(self) -> int:
        """The number of cells left of the text, for a mark's sign and the line number, if any, between spaces."""
        digits = max(2, len(str(self.document.line_count - 1 + self.line_number_start)))
        return digits + 3 if self.show_line_numbers else 2

    def fit_text(self) -> None:
        """Tell the scrollbars how large the text is."""
        # One extra cell for the cursor after the longest line.
        gutter = self.gutter_width
        self.resize_content(self._text_width + gutter + 1, self.wrapped_document.height)
        if gutter != self._drawn_gutter:
            self._drawn_gutter = gutter
            self.refresh()

    def get_column_width(self, row: int, column: int) -> int:
        """The cell of a column, counted from the start of its line."""
        return cells.cell_at(self.document[row], column)

    def scroll_cursor_visible(self, center: bool = False, animate: bool = False) -> Offset:
        """Scroll to the cursor, and to the start of its line if both fit."""
        moved = super().scroll_cursor_visible(center, animate)
        row, column = self.selection.end
        room = self.room.width - self.gutter_width
        if self.scroll_offset.x and self.may_have_cursor and self.get_column_width(row, column) < room - 1:
            self.scroll_to(x=0, animate=False, force=True)
        return moved

    # Redrawing

    def selection_moved(self, old: Selection, new: Selection, old_partner: Location | None) -> None:
        """Redraw the rows that the cursor, the selection or the mark of a bracket left or came to."""
        rows = [old.start[0], old.end[0], new.start[0], new.end[0]]
        if old.is_empty and new.is_empty:
            for row in {rows[0], rows[2]}:
                self.refresh_rows(row, row)
        else:
            self.refresh_rows(min(rows), max(rows))
        for partner in {old_partner, self.bracket_partner}:
            if partner is not None:
                self.refresh_rows(partner[0], partner[0])

    def watch_syntax(self, syntax: Syntax) -> None:
        """Replace the highlighter."""
        self._highlighter = Highlighter(syntax)

    def find_matching_bracket(self, bracket: str, search_from: Location) -> Location | None:
        """The location of the matching bracket, or None if none is near enough to be visible."""
        document = self.document
        return partner_of(bracket, search_from, document.__getitem__, document.line_count)

    # Drawing

    def render_lines(self, crop: Region) -> list[Strip]:
        """The visible lines. This skips TextArea's own method, which computes its theme on each call."""
        return ScrollView.render_lines(self, crop)

    def render_line(self, y: int) -> Strip:
        """Row `y` of the visible part: gutter and text."""
        base = self.style_of("")
        row = self.scroll_offset.y + y
        if row >= self.document.line_count:
            return self.blank()
        line = self.shown_line(row)
        room = max(0, self.room.width - self.gutter_width)
        layers = self._layers(row, line)
        if not line and self.placeholder and self.document.line_count == 1:
            line = str(self.placeholder)
            layers.insert(0, Layer(0, len(line), foreground(self.style_of("text-area--placeholder"))))
        if row == self.selection.end[0] and self.highlight_cursor_line and self.may_have_cursor:
            base += background(self.style_of("text-area--cursor-line"))
        more = self.style_of("code--more")
        text = paint(line, self.scroll_offset.x, room, base, layers, more)
        return readable(self, Strip([*self._gutter(row), *text], self.gutter_width + room))

    def shown_line(self, row: int) -> str:
        """The text to draw for a line. It must have as many characters as the line."""
        return self.document[row]

    def _layers(self, row: int, line: str) -> list[Layer]:
        """The layers over the text of a line from bottom to top: syntax, lights, marks, selection, brackets, cursor."""
        layers = self.code_layers(row, line, self._highlighter.spans(line))
        (top, left), (bottom, right) = sorted(self.selection)
        if (top, left) != (bottom, right) and top <= row <= bottom:
            # A selected line break is drawn as one selected cell.
            end = right if row == bottom else len(line) + 1
            layers.append(Layer(left if row == top else 0, end, self.style_of("text-area--selection")))
        cursor_row, column = self.selection.end
        partner = self.bracket_partner
        if partner is not None and self.match_cursor_bracket and self.may_have_cursor and self.selection.is_empty:
            for at, bracket in ((cursor_row, column), partner):
                if at == row:
                    style = background(self.style_of("text-area--matching-bracket")) + Style(bold=True)
                    layers.append(Layer(bracket, bracket + 1, style))
        if row == cursor_row and self.draws_cursor:
            layers.append(Layer(column, column + 1, self.style_of("text-area--cursor")))
        return layers

    def _gutter(self, row: int) -> list[Segment]:
        current = row == self.selection.end[0] and self.highlight_cursor_line and self.may_have_cursor
        style = self.style_of("text-area--cursor-gutter" if current else "text-area--gutter")
        width = self.gutter_width
        number = f"{row + self.line_number_start:>{width - 2}}" if self.show_line_numbers else ""
        return [self.sign(row, style), Segment(number, style), self.bar(row, style)]
