"""Folds: parts of a JSON text that nothing uses, drawn as one line each."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from abtui.core.text.rows import TextRows
from abtui.tui.kit.lights import LocatedText

LEAST: Final = 4
"""A shorter part is not folded: it would save less than it hides."""
_NAME_ROOM: Final = 40


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


def find_folds(located: LocatedText, kept: Iterable[int]) -> tuple[Fold, ...]:
    """The largest values of at least `LEAST` rows that have none of the rows `kept`; never the whole document."""
    text, rows, shown = located.text, TextRows(located.text), sorted(set(kept))
    folds: list[Fold] = []
    folded_to = 1
    for begin, start, end in located.index.spans():
        if begin < folded_to or text[start] not in "{[":
            continue
        first, column = rows.place(begin)
        last = rows.place(end - 1)[0]
        # Parts that begin in the middle of a row share it with something else.
        if last - first + 1 < LEAST or text[begin - column : begin].strip() or _any(shown, first, last) or not begin:
            continue
        if folds and folds[-1].last >= first:
            continue
        folds.append(
            Fold(first, last, text[begin : min(start, begin + _NAME_ROOM)].strip().rstrip(":").strip().strip('"'))
        )
        folded_to = end
    return tuple(folds)


def _any(shown: Sequence[int], first: int, last: int) -> bool:
    at = bisect_left(shown, first)
    return at < len(shown) and shown[at] <= last
