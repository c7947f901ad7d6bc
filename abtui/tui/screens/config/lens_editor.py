"""An editor that says beside each line what it does: new lines, a lens at the line's end, and a note below a mistake."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar, Final, cast

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Offset
from textual.message import Message
from textual.strip import Strip

from abtui.tui.kit import cells
from abtui.tui.kit.action import ActionClicked
from abtui.tui.kit.code_document import CodeDocument
from abtui.tui.kit.code_editor import CodeEditor
from abtui.tui.kit.drawing import Piece, style_of, target_at, width_of
from abtui.tui.kit.marks import signs_of
from abtui.tui.kit.painting import background
from abtui.tui.screens.config.noted_document import Note, NotedDocument

NoteForm = Callable[[int], Note]
"""Returns a note that is wrapped to so many cells."""
Lenses = Mapping[int, tuple[Piece, ...]]
"""What is said at the end of each line (from 1)."""

_NONE: Final[Lenses] = {}
_DIGITS: Final = 3
_LEAST_NOTE: Final = 20
_AROUND_NOTE: Final = 5
"""The cells of a note's branch, and those that stay free."""
_BESIDE_NUMBER: Final = 4
"""Cells of the gutter beside the number: the bar of the cursor, the sign between two spaces."""


class LensEditor(CodeEditor):
    """A code editor with a lens at the end of lines, drawn only where the text leaves room.

    `TextArea` has a gutter on the left only. A label beside each line would be a widget for each; a lens is a few segments of the
    row that is drawn anyway (30 µs).
    """

    DEFAULT_CSS = """
    LensEditor {
        background: $pane;
        border: none;
        padding: 0;
        scrollbar-size: 1 1;
        &:focus { border: none; }
        & .text-area--cursor-line { background: $raised; }
        & .text-area--gutter, & .text-area--cursor-gutter { color: $soft; background: $pane; }
        & .text-area--cursor-gutter { color: $text; background: $raised; text-style: bold; }
        & .code--key, & .code--comment, & .code--punctuation, & .code--name { color: $soft; text-style: none; }
        & .code--string, & .code--number, & .code--constant { color: $text; text-style: none; }
    }
    """
    ONE_LENS: ClassVar[str] = "-one-lens"
    """The class with which only the cursor's line has a lens."""

    class Noted(Message):
        """Something else is told below a line, or nothing any more."""

    _lenses = _NONE
    _new: frozenset[int] = frozenset()
    _note: Note | None = None
    _note_form: NoteForm | None = None

    # What is told

    def set_lenses(self, lenses: Lenses) -> None:
        """Replace the lenses."""
        before, self._lenses = self._lenses, dict(lenses)
        for line in before.keys() | lenses.keys():
            if before.get(line) != lenses.get(line):
                self.refresh_rows(line - 1, line - 1)

    def set_new(self, lines: frozenset[int]) -> None:
        """Replace the lines (from 1) that are marked as new."""
        before, self._new = self._new, lines
        for line in before ^ lines:
            self.refresh_rows(line - 1, line - 1)

    def set_note(self, form: NoteForm | None) -> None:
        """Tell something below a line, in the cells that there are for it, or nothing any more."""
        self._note_form = form
        self.fit_content()

    def fit_content(self) -> None:
        """Wrap the note to the width."""
        room = max(_LEAST_NOTE, self.room.width - self.gutter_width - _AROUND_NOTE)
        note = None if self._note_form is None else self._note_form(room)
        if note != self._note:
            self._note = note
            self._noted.note = note
            self.fit_text()
            self.refresh()
            self.post_message(self.Noted())
            if note is not None and note.line == self.selection.end[0]:
                self.scroll_cursor_visible()

    @property
    def note(self) -> Note | None:
        """What is told below a line."""
        return self._note

    def lens_at(self, line: int) -> str:
        """The words of the lens of a line (from 1), whether there is room for it or not."""
        return "".join(piece.text for piece in self._lenses.get(line, ()))

    # Lines and rows

    def _set_document(self, text: str, language: str | None) -> None:
        self._note, self._note_form, self._lenses = None, None, _NONE
        super()._set_document(text, language)

    def rows_of(self, document: CodeDocument) -> NotedDocument:
        """The rows of a document on the screen."""
        return NotedDocument(document)

    @property
    def _noted(self) -> NotedDocument:
        return cast("NotedDocument", self.wrapped_document)

    def row_of(self, line: int) -> int:
        """The row of a line, both from 0."""
        return self._noted.row_of(line)

    def refresh_rows(self, first: int, last: int) -> None:
        """Redraw the visible ones of the lines `first` to `last` (from 0, inclusive), and what is told below them."""
        rows = self.wrapped_document
        if isinstance(rows, NotedDocument):
            first, last = rows.row_of(first), rows.row_of(last + 1) - 1
        super().refresh_rows(first, last)

    def _lines_replaced(self, first: int, old: list[str], new: list[str]) -> None:
        """Move the lenses with their lines, until they are counted again."""
        moved = len(new) - len(old)
        if moved and self._lenses:
            kept = {line: lens for line, lens in self._lenses.items() if line <= first}
            after = first + len(old)
            kept |= {line + moved: lens for line, lens in self._lenses.items() if line > after}
            self._lenses = kept
        super()._lines_replaced(first, old, new)

    def scroll_cursor_visible(self, center: bool = False, animate: bool = False) -> Offset:
        """Scroll to the cursor, and to what is told below its line."""
        moved = super().scroll_cursor_visible(center, animate)
        line = self.selection.end[0]
        if self._note is not None and self._note.line == line:
            first, last = self.row_of(line), self.row_of(line + 1) - 1
            hidden = last + 1 - self.room.height - self.scroll_offset.y
            if hidden > 0:
                self.scroll_to(y=min(first, self.scroll_offset.y + hidden), animate=False, force=True)
        return moved

    async def _on_click(self, event: events.Click) -> None:
        """Tell that the action below a mistake was clicked."""
        offset, note = event.get_content_offset(self), self._note
        at = None if offset is None else self._noted.note_row(self.scroll_offset.y + offset.y)
        key = None if at is None or offset is None or note is None else target_at(self._row_told(note, at), offset.x)
        if isinstance(key, str):
            event.stop()
            self.post_message(ActionClicked(key))

    # Drawing

    @property
    def gutter_width(self) -> int:
        """The number of cells left of the text."""
        return max(_DIGITS, len(str(self.document.line_count))) + _BESIDE_NUMBER

    def render_line(self, y: int) -> Strip:
        """Row `y` of the visible part: a line with its lens, or a row of the note."""
        row = self.scroll_offset.y + y
        at = self._noted.note_row(row)
        if at is not None and self._note is not None:
            return self._told(self._note, at)
        line = self._noted.line_at(row)
        if row >= self._noted.height:
            return self.blank()
        return self._with_lens(super().render_line(line - self.scroll_offset.y), line)

    def _has_the_cursor(self, line: int) -> bool:
        return line == self.selection.end[0] and self._has_cursor

    def _with_lens(self, strip: Strip, line: int) -> Strip:
        lens = self._lenses.get(line + 1)
        if not lens or (self.has_class(self.ONE_LENS) and line != self.selection.end[0]):
            return strip
        here = self._has_the_cursor(line)
        width = self.room.width
        start = width - width_of(lens) - 1
        if start < self._end_of(line, whole=here) + 2:
            return strip
        shown = strip.crop(0, start)
        if self._end_of(line, whole=True) > start - 2:
            cut = Piece(f" {signs_of(self).cut} ", "soft")
            shown = Strip.join([strip.crop(0, start - 3), self._segments((cut,), "")])
        return Strip.join([shown, self._segments((*lens, Piece(" ")), "raised" if here else "")])

    def _end_of(self, line: int, *, whole: bool) -> int:
        """The cell after the text of a line: after all of it, or else before a comment, for which a lens may stand."""
        text = self.document[line]
        comments = [] if whole else [span.start for span in self._highlighter.spans(text) if span.kind == "comment"]
        if comments:
            text = text[: comments[0]].rstrip() or text
        return self.gutter_width + cells.width(text) - self.scroll_offset.x

    def _segments(self, pieces: tuple[Piece, ...], on: str) -> Strip:
        base, variables = self.style_of(""), self.app.theme_variables
        if on:
            base += background(self.style_of("text-area--cursor-line"))
        return Strip(
            [
                Segment(piece.text, base + style_of(variables, piece if piece.on else piece._replace(on=on)))
                for piece in pieces
            ]
        )

    def _told(self, note: Note, at: int) -> Strip:
        """A row of the note, on the surface of its line."""
        on = "raised" if self._has_the_cursor(note.line) else ""
        width = self.room.width
        strip = self._segments(self._row_told(note, at), on)
        rest = Piece(" " * max(0, width - strip.cell_length))
        return Strip.join([strip, self._segments((rest,), on)]).crop(0, width)

    def _row_told(self, note: Note, at: int) -> tuple[Piece, ...]:
        column, pieces = note.rows[at]
        # All rows are as far left as the widest needs to be to be whole.
        widest = max(width_of(row) for _, row in note.rows)
        start = max(1, min(self.gutter_width + column - self.scroll_offset.x, self.room.width - widest - 1))
        return (Piece(signs_of(self).row, "refused"), Piece(" " * (start - 1)), *pieces)

    def _gutter(self, row: int) -> list[Segment]:
        current = self._has_the_cursor(row)
        style = self.style_of("text-area--cursor-gutter" if current else "text-area--gutter")
        variables, signs = self.app.theme_variables, signs_of(self)
        told = self._note is not None and self._note.line == row
        bar = Piece(signs.row if told or current else " ", "refused" if told else "accent")
        number = f"{row + 1:>{self.gutter_width - _BESIDE_NUMBER}}"
        sign = Piece("+" if row + 1 in self._new else " ", "arrives", bold=True)
        marked = self.sign(row, style)

        def on_row(piece: Piece) -> Style:
            return style + style_of(variables, piece._replace(on="raised" if current else ""))

        middle = marked if marked.text.strip() else Segment(sign.text, on_row(sign))
        return [
            Segment(bar.text, on_row(bar)),
            Segment(number, style),
            Segment(" ", style),
            middle,
            Segment(" ", style),
        ]
