"""Folds: parts of a JSON text that nothing uses, drawn as one line each."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterable, Sequence
from typing import Final, NamedTuple

LEAST: Final = 4
"""A shorter part is not folded: it would save less than it hides."""
MOST_ROWS: Final = 20_000
_NAME_ROOM: Final = 40
_OPENS = re.compile(r'( {1,60})(?:"((?:[^"\\]|\\.)*+)" *: *)?[{\[]')
"""A row that opens a value, not too deep inside, and has nothing else."""


class Fold(NamedTuple):
    """The rows from `first` to `last` (from 0, inclusive) of a value under the key `name`, "" for an item of a list."""

    first: int
    last: int
    name: str

    @property
    def words(self) -> str:
        """`context: 12 lines, not used`."""
        lines = f"{self.last - self.first + 1:,} lines, not used"
        return f"{self.name}: {lines}" if self.name else lines


class Folds:
    """The lines of a text of so many `rows` with `folds` in it. Look-ups are bisections."""

    def __init__(self, rows: int, folds: Sequence[Fold] = ()) -> None:
        self.folds = tuple(folds)
        self._firsts = [fold.first for fold in folds]
        self._hidden = [0]
        for fold in folds:
            self._hidden.append(self._hidden[-1] + fold.last - fold.first)
        self._lines = [fold.first - hidden for fold, hidden in zip(folds, self._hidden, strict=False)]
        self.height = rows - self._hidden[-1]

    def row_of(self, line: int) -> int:
        """The row that a line shows; of a fold it is the first."""
        return line + self._hidden[bisect_left(self._lines, line)]

    def line_of(self, row: int) -> int:
        """The line that shows a row, itself or its fold."""
        before = bisect_right(self._firsts, row)
        if before and row <= self.folds[before - 1].last:
            return self._lines[before - 1]
        return row - self._hidden[before]

    def at(self, row: int) -> Fold | None:
        """The fold that hides a row, or None."""
        before = bisect_right(self._firsts, row)
        return self.folds[before - 1] if before and row <= self.folds[before - 1].last else None


def find_folds(rows: Sequence[str], kept: Iterable[int]) -> tuple[Fold, ...]:
    """The largest values of at least `LEAST` rows that have none of the rows `kept`; never the whole document.

    They are found by their indentation, as an index of a text of 32 KB takes 10 ms and this 1 ms. A value whose last row has
    another indentation than its first is not folded, and no text of more than `MOST_ROWS` rows is.
    """
    shown, folds = set(kept), list[Fold]()
    row = 1
    while row < len(rows) <= MOST_ROWS:
        opened = _OPENS.fullmatch(rows[row]) if rows[row][-1:] in ("{", "[") else None
        last = _last_row(rows, row, len(opened[1]), shown) if opened is not None and row not in shown else row
        if opened is not None and last - row + 1 >= LEAST:
            folds.append(Fold(row, last, (opened[2] or "")[:_NAME_ROOM]))
            row = last
        row += 1
    return tuple(folds)


def _last_row(rows: Sequence[str], first: int, lead: int, shown: Container[int]) -> int:
    """The row that closes the value that begins in the row `first`; `first` itself if it cannot be folded."""
    closes = "}" if rows[first].endswith("{") else "]"
    for row in range(first + 1, len(rows)):
        if row in shown:
            break
        line = rows[row]
        if line[lead : lead + 1] != " ":
            return row if line[:lead].isspace() and line[lead : lead + 1] == closes else first
    return first
