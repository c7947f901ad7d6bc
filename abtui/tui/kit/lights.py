"""Lights: parts of a text that are lit as they belong to the field at the cursor, or dimmed as they are unused."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from copy import copy
from typing import Final, NamedTuple

from abtui.core.text.json_index import JSONIndex, Place, index_json
from abtui.core.text.rows import TextRows

Spot = tuple[int, int]
"""Row and column, from 0."""


class Stretch(NamedTuple):
    """A range of text from `start` to before `end` over any number of rows.

    If it is lit, only its first part, up to `head`, is drawn in the lit style.
    """

    start: Spot
    end: Spot
    head: Spot


class Lights:
    """Sorted, non-overlapping stretches, looked up by row."""

    def __init__(self, stretches: Iterable[Stretch] = ()) -> None:
        self.stretches: tuple[Stretch, ...] = ()
        separate: list[Stretch] = []
        for stretch in sorted(set(stretches), key=lambda stretch: (stretch.start, [-at for at in stretch.end])):
            if not separate or stretch.start >= separate[-1].end:
                separate.append(stretch)
        self.stretches = tuple(separate)
        self._starts = [stretch.start for stretch in separate]

    def on(self, row: int) -> list[Stretch]:
        """The stretches that touch a row."""
        at = bisect_right(self._starts, (row + 1, -1))
        found: list[Stretch] = []
        while at > 0 and self.stretches[at - 1].end >= (row, 0):
            at -= 1
            found.append(self.stretches[at])
        return found[::-1]

    def columns(self, row: int, length: int, *, heads: bool = False) -> list[tuple[int, int]]:
        """The columns (end exclusive) of a row of `length` characters in a stretch or, with `heads`, in its head."""
        found = []
        for start, end, head in self.on(row):
            end = head if heads else end
            if start[0] <= row <= end[0]:
                span = (start[1] if start[0] == row else 0, end[1] if end[0] == row else length)
                if span[0] < span[1]:
                    found.append(span)
        return found


NO_LIGHTS = Lights()
_STRUCTURE: Final = re.compile(r'["\\\n\r]')
"""What has a meaning inside a string, or ends it."""


class LocatedText:
    """A JSON text with the rows and columns of its values. Creating it takes linear time; look-ups are fast."""

    def __init__(self, text: str, index: JSONIndex | None = None) -> None:
        self.text = text
        self.index: JSONIndex = index_json(text) if index is None else index
        self._rows = TextRows(text)

    def typed(self, text: str) -> LocatedText | None:
        """`text` with its places, if all that differs is inside one string value, as while it is typed; else None.

        Of 32 KB it takes 0.2 ms, and locating all of it anew 2.5 ms.
        """
        before, by = self.text, len(text) - len(self.text)
        start = _same_until(before, text)
        end = len(before) - _same_until(before[: start - 1 : -1], text[: start - 1 : -1])
        place = self.index.at(start)
        if place is None or not place.value[0] < start <= end < place.value[1] or before[place.value[0]] != '"':
            return None
        if (
            before[start - 1] in "\\\r"
            or _STRUCTURE.search(before, start, end)
            or _STRUCTURE.search(text, start, end + by)
        ):
            return None
        located = copy(self)
        located.text, located.index = text, self.index.moved(start, by)
        located._rows = self._rows.moved(start, by)
        return located

    def spot(self, offset: int) -> Spot:
        """The row and column of the character at an offset."""
        return self._rows.place(offset)

    def stretch(self, place: Place, *, key: bool = False) -> Stretch:
        """The stretch of a value with its key or, with `key`, of the key alone."""
        start, end = place.key if key and place.key is not None else place.whole
        at, until = self._rows.place(start), self._rows.place(end)
        head = until
        if at[0] != until[0]:
            # The head of a value on several rows is its key or its opening bracket.
            head = self._rows.place(place.key[1] if place.key is not None else start + 1)
        return Stretch(at, until, head)

    def field_at(self, spot: Spot) -> Place | None:
        """The innermost field at a place or just before it. On blank parts of a row it is the row's first field."""
        offset = self._rows.offset(*spot)
        found = self.index.at(offset)
        before = self.index.at(offset - 1) if spot[1] else None
        if before is not None and (found is None or len(before.path) > len(found.path)):
            found = before
        if found is None or self._rows.place(found.whole[0])[0] != spot[0]:
            start, end = self._rows.offset(spot[0], 0), self._rows.offset(spot[0] + 1, 0)
            row = self.text[start:end]
            first = self.index.at(start + len(row) - len(row.lstrip()))
            if first is not None and (found is None or len(first.path) > len(found.path)):
                return first
        return found


def _same_until(one: str, other: str) -> int:
    """The number of characters that two texts begin with alike."""
    least, most = 0, min(len(one), len(other))
    while least < most:
        middle = (least + most + 1) // 2
        if one[least:middle] == other[least:middle]:
            least = middle
        else:
            most = middle - 1
    return least
