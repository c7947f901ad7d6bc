"""The rows of a million events in a few megabytes: most differ only in their source, so each kind of row is stored once."""

from __future__ import annotations

from array import array
from collections import Counter
from itertools import product
from typing import Final

import msgspec

from abtui.core.fate import FATES
from abtui.core.outcomes import VERDICTS
from abtui.tui.kit.event_row import EventRow, RowVerdict
from abtui.tui.kit.marks import RowFate

UNKNOWN: Final = 0
"""The number of a row that has not been made yet."""
_VERDICTS: Final[tuple[RowVerdict, ...]] = (*VERDICTS, "unreadable", "unmapped")
_FATES: Final[tuple[RowFate, ...]] = (*FATES, "unreadable")
_LOOSE: Final = {pair: number for number, pair in enumerate(product(_VERDICTS, _FATES), 1)}
LOOSE: Final = len(_LOOSE)
"""The largest number of a loose row: only its verdict and fate are stored, and it is made again where it is needed."""
_MOST: Final = 40_000
"""The number of shapes stored. A corpus with more, such as one with a name for each event, has loose rows for the rest."""


class Shapes:
    """The shapes of rows by number, and the number of each item's row.

    A shape is a row without source, users and state. `counts` holds the number of items by fate.
    """

    def __init__(self) -> None:
        self.ids = array("I")
        self.counts: Counter[RowFate] = Counter()
        self._rows: list[EventRow] = [
            EventRow("", "", "unmapped"),
            *(EventRow("", "", verdict, fate) for verdict, fate in _LOOSE),
        ]
        self._numbers: dict[EventRow, int] = {}
        self._uses: list[int] = [0] * len(self._rows)
        self._loose_codes: Counter[str] = Counter()

    @property
    def known(self) -> int:
        """The number of shapes."""
        return len(self._rows)

    @property
    def full(self) -> bool:
        """Whether there may be loose rows."""
        return len(self._rows) >= _MOST

    def grow(self, items: int) -> None:
        """Add a number of items whose rows are not known yet."""
        self.ids.frombytes(bytes(self.ids.itemsize * items))

    def forget(self) -> None:
        """Drop all shapes, because no row is valid any more."""
        self.ids = array("I", bytes(self.ids.itemsize * len(self.ids)))
        self.counts.clear()
        self._loose_codes.clear()
        del self._rows[LOOSE + 1 :]
        self._numbers.clear()
        self._uses = [0] * len(self._rows)

    def shape(self, number: int) -> EventRow:
        """The shape with a number; up to `LOOSE` only its verdict and fate are valid."""
        return self._rows[number]

    def number(self, row: EventRow) -> int:
        """The number of a row's shape."""
        if row.source or row.users or row.changes or row.receipt or row.flags:
            row = msgspec.structs.replace(row, source="", users=(), changes=(), receipt="", flags=())
        number = self._numbers.get(row)
        if number is None:
            if self.full:
                return _LOOSE[row.verdict, row.fate]
            number = self._numbers[row] = len(self._rows)
            self._rows.append(row)
            self._uses.append(0)
        return number

    def count(self, number: int, row: EventRow, by: int = 1) -> None:
        """Count an item with this row or, with `by` -1, take it out of the counts."""
        self.counts[row.fate] += by
        self._uses[number] += by
        if number <= LOOSE:
            for code in row.codes:
                self._loose_codes[code] += by

    def finding_counts(self) -> Counter[str]:
        """The number of counted items with a finding, by its code."""
        found = Counter(self._loose_codes)
        for row, uses in zip(self._rows, self._uses, strict=True):
            for code in row.codes if uses else ():
                found[code] += uses
        return +found
