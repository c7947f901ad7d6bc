"""The rows of a text with a note drawn between two of its lines."""

from __future__ import annotations

from typing import NamedTuple

from textual.geometry import Offset

from abtui.tui.kit.code_document import UnwrappedDocument
from abtui.tui.kit.drawing import Piece
from abtui.tui.kit.private import Location


class Note(NamedTuple):
    """What is told below a line (from 0): rows of pieces, each begun at a column of the text."""

    line: int
    rows: tuple[tuple[int, tuple[Piece, ...]], ...]


class NotedDocument(UnwrappedDocument):
    """Rows of the screen are lines of the text, and those of the note, which hold no text: the cursor is never on them."""

    note: Note | None = None

    @property
    def height(self) -> int:
        """The number of rows."""
        return super().height + (0 if self.note is None else len(self.note.rows))

    def row_of(self, line: int) -> int:
        """The row of a line."""
        return line if self.note is None or line <= self.note.line else line + len(self.note.rows)

    def line_at(self, row: int) -> int:
        """The line of a row; a row of the note belongs to the line above it."""
        note = self.note
        if note is None or row <= note.line:
            return row
        return max(note.line, row - len(note.rows))

    def note_row(self, row: int) -> int | None:
        """Which row of the note is at a row, if one is."""
        note = self.note
        at = -1 if note is None else row - note.line - 1
        return at if note is not None and 0 <= at < len(note.rows) else None

    def offset_to_location(self, offset: Offset) -> Location:
        """The location at a cell, or the nearest location if the cell is outside the text."""
        return super().offset_to_location(Offset(offset[0], self.line_at(max(0, offset[1]))))

    def location_to_offset(self, location: Location) -> Offset:
        """The cell where the character at a location starts."""
        place = super().location_to_offset(location)
        return Offset(place.x, self.row_of(place.y))
