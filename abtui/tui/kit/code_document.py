"""The editor's text and its rows on the screen: one row per line, never wrapped, with nothing computed in advance."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from itertools import accumulate, chain
from typing import Final

from textual.geometry import Offset, Size

from abtui.tui.kit import cells
from abtui.tui.kit.private import Document, EditResult, Location, WrappedDocument

_BREAK: Final = re.compile("(\r\n|\n|\r)")

Replaced = Callable[[int, list[str], list[str]], None]
"""A callback after each edit. It receives the first changed line (from 0), the old lines and the new lines."""


def split_lines(text: str) -> list[str]:
    """The lines of `text`, at least one. Only CR LF, LF and CR are line breaks.

    Unlike this function, `str.splitlines` would also split a JSON string at U+2028, and joining would change the text.
    """
    return _parts(text)[0]


def _parts(text: str) -> tuple[list[str], list[str]]:
    """The lines of `text`, and the break at the end of each; the last has none."""
    if "\r" in text:
        parts = _BREAK.split(text)
        return parts[::2], [*parts[1::2], ""]
    lines = text.split("\n")
    return lines, ["\n"] * (len(lines) - 1) + [""]


def alike(one: str | list[str], other: str | list[str]) -> int:
    """How much two texts, or lists of lines, begin alike."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def difference(old: str, new: str) -> tuple[int, int, str]:
    """The part of `old`, from one offset to another, that has to be replaced to make `new`, and what replaces it.

    It never begins or ends inside a CR LF, because no place in an editor does.
    """
    start = alike(old, new)
    start -= _is_inside_break(old, start) or _is_inside_break(new, start)
    end = min(alike(old[::-1], new[::-1]), len(old) - start, len(new) - start)
    end -= end > 0 and (_is_inside_break(old, len(old) - end) or _is_inside_break(new, len(new) - end))
    return start, len(old) - end, new[start : len(new) - end]


def _is_inside_break(text: str, offset: int) -> bool:
    return text[max(0, offset - 1) : offset + 1] == "\r\n"


class CodeDocument(Document):
    """A document that caches its whole text and reports which lines an edit replaced.

    Each line keeps its own line break, so that a text is changed only where it is edited, and undoing restores it exactly.
    `newline` is the break that is typed: CR LF if there is any.
    """

    def __init__(self, text: str, replaced: Replaced | None = None) -> None:
        super().__init__("")
        self._newline = "\r\n" if "\r\n" in text else "\r" if "\r" in text and "\n" not in text else "\n"
        self._lines, self._breaks = _parts(text)
        self._replaced = replaced
        self._text: str | None = None

    @property
    def text(self) -> str:
        """The whole text. It is joined once after each edit, however often it is read."""
        if self._text is None:
            self._text = "".join(chain.from_iterable(zip(self._lines, self._breaks, strict=True)))
        return self._text

    def get_size(self, tab_width: int) -> Size:
        """The width of the widest line in cells, and the number of lines."""
        return Size(cells.widest(self._lines, cells.is_simple(self.text)), len(self._lines))

    def get_text_range(self, start: Location, end: Location) -> str:
        """The text between two locations, in either order."""
        (top, left), (bottom, right) = sorted((min(start, self.end), min(end, self.end)))
        part = self._lines[top : bottom + 1]
        part[-1] = part[-1][:right]
        part[0] = part[0][left:]
        breaks = [*self._breaks[top:bottom], ""]
        return "".join(chain.from_iterable(zip(part, breaks, strict=True)))

    def get_location_from_index(self, index: int) -> Location:
        """The location of the character at an index in the text, or the nearest location."""
        ends = list(accumulate(map(len, map(str.__add__, self._lines, self._breaks))))
        row = min(bisect_right(ends, index), len(ends) - 1)
        return row, min(index - (ends[row - 1] if row else 0), len(self._lines[row]))

    def get_index_from_location(self, location: Location) -> int:
        """The index in the text of the character at a location."""
        row, column = location
        return sum(map(len, self._lines[:row])) + sum(map(len, self._breaks[:row])) + column

    def replace_range(self, start: Location, end: Location, text: str) -> EditResult:
        """Replace the text between two locations, in either order. The document changes in no other way."""
        top, bottom = sorted((min(start, self.end), min(end, self.end)))
        old_text = self.get_text_range(top, bottom)
        old = self._lines[top[0] : bottom[0] + 1]
        before, after = old[0][: top[1]], old[-1][bottom[1] :]
        new, breaks = _parts(text)
        new[0] = before + new[0]
        end_location = (top[0] + len(new) - 1, len(new[-1]))
        new[-1] += after
        breaks[-1] = self._breaks[bottom[0]]
        self._lines[top[0] : bottom[0] + 1] = new
        self._breaks[top[0] : bottom[0] + 1] = breaks
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
