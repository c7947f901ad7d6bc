"""The editor's text and its rows on the screen: one row per line, never wrapped, with nothing computed in advance."""

from __future__ import annotations

import re
from collections.abc import Callable

from textual.geometry import Offset, Size

from abtui.tui.kit import cells
from abtui.tui.kit.private import Document, EditResult, Location, WrappedDocument

_BREAK = re.compile("\r\n|\n|\r")

Replaced = Callable[[int, list[str], list[str]], None]
"""A callback after each edit. It receives the first changed line (from 0), the old lines and the new lines."""


def split_lines(text: str) -> list[str]:
    """The lines of `text`, at least one. Only CR LF, LF and CR are line breaks.

    Unlike this function, `str.splitlines` would also split a JSON string at U+2028, and joining would change the text.
    """
    return text.split("\n") if "\r" not in text else _BREAK.split(text)


class CodeDocument(Document):
    """A document that caches its whole text and reports which lines an edit replaced.

    As in TextArea, mixed line breaks become one kind (CR LF if there is any). All other characters are kept.
    """

    def __init__(self, text: str, replaced: Replaced | None = None) -> None:
        super().__init__("")
        self._newline = "\r\n" if "\r\n" in text else "\r" if "\r" in text and "\n" not in text else "\n"
        self._lines: list[str] = split_lines(text)
        self._replaced = replaced
        self._text: str | None = None

    @property
    def text(self) -> str:
        """The whole text. It is joined once after each edit, however often it is read."""
        if self._text is None:
            self._text = self._newline.join(self._lines)
        return self._text

    def get_size(self, tab_width: int) -> Size:
        """The width of the widest line in cells, and the number of lines."""
        return Size(cells.widest(self._lines, cells.is_simple(self.text)), len(self._lines))

    def get_text_range(self, start: Location, end: Location) -> str:
        """The text between two locations, in either order."""
        (top, left), (bottom, right) = sorted((start, end))
        part = self._lines[top : bottom + 1]
        if not part:
            return ""
        if bottom < len(self._lines):
            part[-1] = part[-1][:right]
        part[0] = part[0][left:]
        return self._newline.join(part)

    def replace_range(self, start: Location, end: Location, text: str) -> EditResult:
        """Replace the text between two locations, in either order. The document changes in no other way."""
        top, bottom = sorted((start, end))
        old_text = self.get_text_range(top, bottom)
        old = self._lines[top[0] : bottom[0] + 1]
        before = old[0][: top[1]] if old else ""
        after = old[-1][bottom[1] :] if bottom[0] < len(self._lines) else ""
        new = split_lines(text)
        new[0] = before + new[0]
        end_location = (top[0] + len(new) - 1, len(new[-1]))
        new[-1] += after
        self._lines[top[0] : bottom[0] + 1] = new
        self._text = None
        if self._replaced is not None:
            self._replaced(top[0], old, new)
        return EditResult(end_location, old_text)


class UnwrappedDocument(WrappedDocument):
    """The rows of a document whose lines are never wrapped. Row and line are the same number, so nothing is stored."""

    def wrap(self, width: int, tab_width: int | None = None) -> None:
        """Do nothing, as there is no wrapping."""

    def wrap_range(self, start: Location, old_end: Location, new_end: Location) -> None:
        """Do nothing, as there is no wrapping."""

    @property
    def wrapped(self) -> bool:
        """Always False: lines are never wrapped."""
        return False

    @property
    def height(self) -> int:
        """The number of rows."""
        return self.document.line_count

    @property
    def lines(self) -> list[list[str]]:
        """The sections of all lines; each line is its own only section."""
        return [[line] for line in self.document.lines]

    def get_sections(self, line_index: int) -> list[str]:
        """The sections of a line: the line itself."""
        return [self.document[line_index]]

    def get_offsets(self, line_index: int) -> list[int]:
        """The places where the line wraps: always none. Raises ValueError for a line that does not exist."""
        if not 0 <= line_index < self.document.line_count:
            raise ValueError(f"there is no line {line_index!r} among {self.document.line_count!r}")
        return []

    def get_tab_widths(self, line_index: int) -> list[int]:
        """No widths: only the `cells` module measures tabs."""
        return []

    def offset_to_location(self, offset: Offset) -> Location:
        """The location at a cell, or the nearest location if the cell is outside the text."""
        row = min(max(0, offset[1]), self.document.line_count - 1)
        return row, cells.column_at(self.document[row], max(0, offset[0]))

    def location_to_offset(self, location: Location) -> Offset:
        """The cell where the character at a location starts."""
        row = min(max(0, location[0]), self.document.line_count - 1)
        return Offset(cells.cell_at(self.document[row], location[1]), row)

    def get_target_document_column(self, line_index: int, x_offset: int, y_offset: int) -> int:
        """The column at a cell of a line. `y_offset` is the section and is ignored, as each line has only one."""
        return cells.column_at(self.document[line_index], x_offset)
