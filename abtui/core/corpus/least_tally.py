"""Counting any number of different things in bounded memory, with the same result in any order and any split."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable
from hashlib import blake2b
from heapq import heappop, heappush
from typing import Final, Generic, Self, TypeVar

MOST: Final = 4_096
"""The number of different things that are counted by themselves."""
NO_LIMIT: Final = 1 << 64
"""Above every hash."""

K = TypeVar("K", bound=Hashable)
G = TypeVar("G", bound=Hashable)


class LeastTally(Generic[K, G]):
    """How often each thing occurred. Of more than `most` different ones, those whose hashes are least are counted by themselves.

    So are fewer of them, if they have more than `room` characters together. Their counts are exact: a thing that is dropped
    never comes back. The others are counted by their groups in `rest`. Which things are kept depends on the things alone, and
    not on their order. A thing is a text, or a tuple of texts and of such tuples, and `group` gives the group of one.
    """

    def __init__(self, group: Callable[[K], G], most: int = MOST, room: int | None = None) -> None:
        self.counts: Counter[K] = Counter()
        self.rest: Counter[G] = Counter()
        self._group, self._most, self._room = group, most, room
        self._limit = NO_LIMIT
        self._size = 0
        self._hashes: list[tuple[int, K]] = []
        """A heap with the greatest hash first."""
        self._gone: set[K] = set()
        """Things that were removed as often as they were counted. They keep their places on the heap."""

    @property
    def whole(self) -> bool:
        """Whether every thing is counted by itself."""
        return self._limit == NO_LIMIT and not self.rest

    def add(self, thing: K, times: int = 1) -> bool:
        """Count `thing`, and tell whether it is new and counted by itself. Negative `times` remove it after it was counted."""
        counts = self.counts
        if thing in counts:
            counts[thing] += times
            if not counts[thing]:
                del counts[thing]
                self._gone.add(thing)
            return False
        if thing in self._gone:
            self._gone.discard(thing)
            counts[thing] = times
            return True
        size = 0 if self._room is None else _size(thing)
        value = _hash(thing)
        # One that has no room even by itself leaves the room to the others.
        if value >= self._limit or (self._room is not None and size > self._room):
            self.rest[self._group(thing)] += times
            return False
        counts[thing] = times
        self._size += size
        heappush(self._hashes, (-value, thing))
        while len(self._hashes) > self._most or (self._room is not None and self._size > self._room):
            self._drop()
        return thing in counts

    def merge(self, other: LeastTally[K, G]) -> None:
        """Add the counts of another tally of the same kind."""
        self._limit = min(self._limit, other._limit)
        while self._hashes and -self._hashes[0][0] >= self._limit:
            self._drop()
        self.rest.update(other.rest)
        for thing, times in other.counts.items():
            self.add(thing, times)

    def copy(self) -> Self:
        """An independent copy."""
        other = type(self).__new__(type(self))
        vars(other).update(vars(self))
        other.counts, other.rest = self.counts.copy(), self.rest.copy()
        other._hashes, other._gone = self._hashes.copy(), self._gone.copy()
        return other

    def groups(self) -> Counter[G]:
        """The things of each group, exactly."""
        found = Counter(self.rest)
        for thing, times in self.counts.items():
            if times:
                found[self._group(thing)] += times
        return found

    def _drop(self) -> None:
        """Count the thing with the greatest hash by its group, and from now on all with such hashes."""
        value, thing = heappop(self._hashes)
        self._limit = min(self._limit, -value)
        if self._room is not None:
            self._size -= _size(thing)
        if thing in self._gone:
            self._gone.discard(thing)
        else:
            self.rest[self._group(thing)] += self.counts.pop(thing)


def _hash(thing: Hashable) -> int:
    """A hash that is the same in every process."""
    return int.from_bytes(blake2b(repr(thing).encode("utf-8", "surrogatepass"), digest_size=8).digest())


def _size(thing: object) -> int:
    """The characters of a text, or of several."""
    if isinstance(thing, str):
        return len(thing)
    return sum(map(_size, thing)) if isinstance(thing, tuple) else 0
