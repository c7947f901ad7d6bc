"""The rows and columns of a text, both counted from 0, and the offsets of its characters: looked up in a table, made once."""

from __future__ import annotations

import re
from bisect import bisect_right
from copy import copy

_BREAK = re.compile("\r\n|\n|\r")


class TextRows:
    """The table of one text. Lines end in `\\n`, `\\r\\n` or `\\r`."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in _BREAK.finditer(text))]
        self._end = len(text)

    def moved(self, offset: int, by: int) -> TextRows:
        """The table of a text that has become longer `by` so many characters of one line, at `offset`."""
        rows = copy(self)
        rows._starts = [start + by if start > offset else start for start in self._starts]
        rows._end += by
        return rows

    def place(self, offset: int) -> tuple[int, int]:
        """The row and column of a character; the nearest one for an offset outside the text."""
        offset = min(max(0, offset), self._end)
        row = bisect_right(self._starts, offset) - 1
        return row, offset - self._starts[row]

    def offset(self, row: int, column: int) -> int:
        """The offset of a place, or of the nearest one there is."""
        if row < 0 or row >= len(self._starts):
            return 0 if row < 0 else self._end
        last = self._end if row + 1 == len(self._starts) else self._starts[row + 1] - 1
        return min(self._starts[row] + max(0, column), last)
