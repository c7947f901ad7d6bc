"""Which messageIds several events of a corpus have, in bounded memory, with the same result in any order and any split."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from hashlib import blake2b
from heapq import nsmallest
from itertools import compress, groupby
from operator import itemgetter
from typing import Final, NamedTuple

from abtui.core.events import place_of

MOST_IDS: Final = 1_000_000
"""The number of different messageIds that are compared: 16 bytes for each of their events."""
_NO_LIMIT: Final = 1 << 64
_PARTS: Final = 16
"""More than a few numbers are sorted in so many parts: as objects, all at once would take five times their memory."""
_FEW: Final = 50_000
_LINE_BITS: Final = 40


class Repeat(NamedTuple):
    """An event that has the messageId of an earlier one: the places of both, each a file and a line."""

    place: str
    earlier: str


class RepeatedIds:
    """The events that have the messageId of an earlier one. Of more than `most` different ids, those whose hashes are least are compared."""

    def __init__(self, most: int | None = None) -> None:
        self._most = MOST_IDS if most is None else most
        self._limit = _NO_LIMIT
        self._hashes, self._places = array("Q"), array("Q")
        self._names: dict[int, str] = {}
        """The names of files, by the index of the source."""
        self._room = self._most

    def add(self, message_id: str, index: int, source: str) -> None:
        """Take note of an event with an id. `index` is that of the source in the order given, `source` the event's."""
        place = place_of(source)
        self._names.setdefault(index, place.file)
        self.add_line(message_id, index, place.line or 0)

    def add_line(self, message_id: str, index: int, line: int) -> None:
        """The same for an event at a line of a source that others were at before, which takes less time."""
        hashed = int.from_bytes(blake2b(message_id.encode("utf-8", "surrogatepass"), digest_size=8).digest())
        if hashed >= self._limit:
            return
        self._hashes.append(hashed)
        self._places.append(index << _LINE_BITS | line)
        if len(self._hashes) > 2 * self._room:
            self._drop()

    def merge(self, other: RepeatedIds) -> None:
        """Add what another part has."""
        self._limit = min(self._limit, other._limit)
        hashes, places = other._below(self._limit)
        self._hashes.extend(hashes)
        self._places.extend(places)
        self._names |= other._names
        if len(self._hashes) > 2 * self._room:
            self._drop()

    def copy(self) -> RepeatedIds:
        """An independent copy."""
        other = RepeatedIds(self._most)
        other.merge(self)
        return other

    @property
    def compared(self) -> int | None:
        """How many different ids are compared; None if all are."""
        self._drop()
        return None if self._limit == _NO_LIMIT else self._most

    def repeats(self, most: int) -> tuple[int, list[Repeat]]:
        """How many events have the id of an earlier one, and the first `most` of them in the order of the input."""
        self._drop()
        number, least = 0, list[tuple[int, int]]()
        for _hashed, group in self._sorted():
            first, *later = sorted(group)
            if later:
                number += len(later)
                least = nsmallest(most, (*least, *((place, first) for place in later)))
        return number, [Repeat(self._place(place), self._place(first)) for place, first in least]

    def _place(self, place: int) -> str:
        line = place & (1 << _LINE_BITS) - 1
        name = self._names[place >> _LINE_BITS]
        return f"{name}:{line}" if line else name

    def _sorted(self) -> Iterator[tuple[int, Iterator[int]]]:
        """Each id that occurs, with the places where it does; the ids in the order of their hashes."""
        limit, count = self._limit, _PARTS if len(self._hashes) > _FEW else 1
        parts = [(array("Q"), array("Q")) for _ in range(count)]
        for hashed, place in zip(self._hashes, self._places, strict=True):
            if hashed < limit:
                hashes, places = parts[hashed * count // limit]
                hashes.append(hashed)
                places.append(place)
        for hashes, places in parts:
            for hashed, group in groupby(sorted(zip(hashes, places, strict=True)), key=itemgetter(0)):
                yield hashed, (place for _hashed, place in group)

    def _drop(self) -> None:
        """Drop the ids with the greatest hashes if there are too many, and all that are beyond the limit."""
        if len(self._hashes) > self._most:
            for different, (hashed, _places) in enumerate(self._sorted()):
                if different == self._most:
                    self._limit = hashed
                    break
        if self._limit != _NO_LIMIT:
            self._hashes, self._places = self._below(self._limit)
        self._room = max(self._most, len(self._hashes))

    def _below(self, limit: int) -> tuple[array[int], array[int]]:
        """The hashes below a limit, and their places."""
        own = self._hashes
        hashes = array("Q", (hashed for hashed in own if hashed < limit))
        if len(hashes) == len(own):
            return own, self._places
        return hashes, array("Q", compress(self._places, map(limit.__gt__, own)))
