"""Which messageIds several events of a corpus have, in bounded memory, with the same result in any order and any split."""

from __future__ import annotations

from array import array
from bisect import bisect_right, insort
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from itertools import compress, groupby, islice
from typing import Final, NamedTuple

from abtui.core.corpus.ways import BEYOND, LINE, Ways
from abtui.core.events import place_of

MOST_IDS: Final = 1_000_000
"""The number of different messageIds that are compared: 24 bytes for each."""
_NO_LIMIT: Final = 1 << 64
_PARTS: Final = 16
"""More than a few numbers are sorted in so many parts: as objects, all at once would take five times their memory."""
_FEW: Final = 50_000
_BITS: Final = 40
"""The bits of a line beside the index of its source, and of a number of events beside that of a way."""
_LOW: Final = (1 << _BITS) - 1

_LINES: Final = (1 << 64) - 1
_HASH_OF: Final = (128).__rrshift__
"""The hash in the number of an event, as `event >> 128` in half the time."""

_Event = tuple[int, int]
"""The place of an event's line, and its way there."""
_Later = tuple[int, int, int]
"""The same of an event that is not the first with its id, and the hash of that: in the order of the input."""


class _Group(NamedTuple):
    """The events with one id: the first, some that are later, and the number of all that are."""

    hashed: int
    first: _Event
    later: list[_Later]
    others: int


class Repeat(NamedTuple):
    """An event that has the messageId of an earlier one: the sources of both."""

    place: str
    earlier: str


class RepeatedIds:
    """The events that have the messageId of an earlier one, of which the first `places` are told.

    Of more than `most` different ids, those whose hashes are least are compared. Of many events with the same ids only those
    are kept that may be told in the end; the others are counted.
    """

    def __init__(self, places: int, most: int | None = None) -> None:
        self._told, self._most = places, MOST_IDS if most is None else most
        self._limit = _NO_LIMIT
        self._hashes, self._places, self._more = array("Q"), array("Q"), array("Q")
        """The ids of events, where they are, and their ways together with the number of other events that each stands for."""
        self._names: dict[int, str] = {}
        """The names of files, by the index of the source."""
        self._ways = Ways()
        self._room = self._most

    def add(self, message_id: str, index: int, source: str) -> None:
        """Take note of an event with an id. `index` is that of the source in the order given, `source` the event's."""
        file, line, _way = place_of(source)
        self._names.setdefault(index, file)
        line = line or 0
        way = source.removeprefix(f"{file}:{line}") if file else source
        if way and self._ways.are_too_many:
            self._tidy_ways()
        self._put(message_id, index, line, self._ways.number(way) << _BITS if way else LINE)

    def add_line(self, message_id: str, index: int, line: int) -> None:
        """The same for an event that is a line of a source that others were in before, which takes less time."""
        self._put(message_id, index, line, LINE)

    def _put(self, message_id: str, index: int, line: int, more: int) -> None:
        hashed = int.from_bytes(blake2b(message_id.encode("utf-8", "surrogatepass"), digest_size=8).digest())
        if hashed >= self._limit:
            return
        self._hashes.append(hashed)
        self._places.append(index << _BITS | line)
        self._more.append(more)
        if len(self._hashes) > 2 * self._room:
            self._drop()

    def merge(self, other: RepeatedIds) -> None:
        """Add what another part has."""
        self._limit = min(self._limit, other._limit)
        numbers = self._ways.add(other._ways)
        hashes, places, more = other._below(self._limit)
        self._hashes.extend(hashes)
        self._places.extend(places)
        self._more.extend(_renumbered(more, numbers))
        self._names |= other._names
        if self._ways.are_too_many:
            self._tidy_ways()
        if len(self._hashes) > 2 * self._room:
            self._drop()

    @property
    def compared(self) -> int | None:
        """How many different ids are compared; None if all are."""
        self._drop()
        return None if self._limit == _NO_LIMIT else self._most

    def repeats(self) -> tuple[int, list[Repeat]]:
        """How many events have the id of an earlier one, and the first of them in the order of the input."""
        self._drop()
        number = 0
        firsts: dict[int, _Event] = {}
        least: list[_Later] = []
        for group in self._groups():
            number += group.others
            if group.later:
                firsts[group.hashed] = group.first
                least += group.later
                if len(least) > _FEW:
                    least = sorted(least)[: self._told]
                    firsts = {hashed: firsts[hashed] for _place, _way, hashed in least}
        found = sorted(least)[: self._told]
        return number, [Repeat(self._source(*later[:2]), self._source(*firsts[later[2]])) for later in found]

    def _source(self, place: int, way: int) -> str:
        line, name = place & _LOW, self._names[place >> _BITS]
        return f"{name}:{line}{self._ways.text(way)}" if line else self._ways.text(way) or name

    def _groups(self) -> Iterator[_Group]:
        """The events with each id, the ids in the order of their hashes. The ways must be in order."""
        limit, count = self._limit, _PARTS if len(self._hashes) > _FEW else 1
        parts = [(array("Q"), array("Q"), array("Q")) for _ in range(count)]
        for hashed, place, more in zip(self._hashes, self._places, self._more, strict=True):
            if hashed < limit:
                of_hashes, of_places, of_more = parts[hashed * count // limit]
                of_hashes.append(hashed)
                of_places.append(place)
                of_more.append(more)
        for part in parts:
            # One number for each event takes a third of the memory of a tuple.
            ordered = sorted([hashed << 128 | place << 64 | more for hashed, place, more in zip(*part, strict=True)])
            for hashed, group in groupby(ordered, key=_HASH_OF):
                yield _group(hashed, group, self._told)

    def _drop(self) -> None:
        """Drop the ids with the greatest hashes if there are too many, and all that are beyond the limit.

        If there are still many events, those that are not to be told are counted together.
        """
        self._tidy_ways()
        if len(self._hashes) > self._most:
            beyond = next(islice(self._groups(), self._most, None), None)
            self._limit = self._limit if beyond is None else beyond.hashed
        if self._limit != _NO_LIMIT:
            self._hashes, self._places, self._more = self._below(self._limit)
        if len(self._hashes) > self._most:
            self._count_together()
        self._room = max(self._most, len(self._hashes))

    def _count_together(self) -> None:
        """Keep of each id the first event, which stands for the rest, and of the others those that may be told."""
        hashes, places, more, numbers = array("Q"), array("Q"), array("Q"), array("Q")
        kept: list[_Later] = []
        for group in self._groups():
            place, way = group.first
            hashes.append(group.hashed)
            places.append(place)
            more.append(way << _BITS)
            numbers.append(group.others)
            kept += group.later
            if len(kept) > _FEW:
                kept = _that_may_be_least(kept, self._told)
        kept = _that_may_be_least(kept, self._told)
        own = Counter(hashed for _place, _way, hashed in kept)
        for at, number in enumerate(numbers):
            if number:
                more[at] |= number - own[hashes[at]]
        for place, way, hashed in kept:
            hashes.append(hashed)
            places.append(place)
            more.append(way << _BITS)
        self._hashes, self._places, self._more = hashes, places, more

    def _below(self, limit: int) -> tuple[array[int], array[int], array[int]]:
        """The hashes below a limit, their places, and the rest."""
        own = self._hashes
        hashes = array("Q", (hashed for hashed in own if hashed < limit))
        if len(hashes) == len(own):
            return own, self._places, self._more
        return (
            hashes,
            array("Q", compress(self._places, map(limit.__gt__, own))),
            array("Q", compress(self._more, map(limit.__gt__, own))),
        )

    def _tidy_ways(self) -> None:
        self._more = _renumbered(self._more, self._ways.tidy())


def _renumbered(more: array[int], numbers: dict[int, int]) -> array[int]:
    """Ways, with what stands beside them, by other numbers."""
    if all(before == after for before, after in numbers.items()):
        return more
    return array("Q", (numbers.get(item >> _BITS, BEYOND) << _BITS | item & _LOW for item in more))


def _group(hashed: int, events: Iterator[int], most: int) -> _Group:
    """The events with an id, of which all but the first `most` behind the first one are only counted: they are never told."""
    first = next(events)
    others = first & _LOW
    later: list[_Later] = []
    for event in events:
        others += 1 + (event & _LOW)
        if len(later) < most:
            later.append((*_place_of(event), hashed))
    return _Group(hashed, _place_of(first), later, others)


def _place_of(event: int) -> _Event:
    return event >> 64 & _LINES, event >> _BITS & BEYOND


def _that_may_be_least(events: Iterable[_Later], most: int) -> list[_Later]:
    """Those that can be among the first `most` in the end, however many ids are dropped later.

    An id is dropped after those with greater hashes. So one is kept if fewer than `most` before it have such a hash or a smaller one.
    """
    least: list[int] = []
    kept = []
    for event in sorted(events):
        if bisect_right(least, event[2]) < most:
            kept.append(event)
            insort(least, event[2])
            del least[most:]
    return kept
