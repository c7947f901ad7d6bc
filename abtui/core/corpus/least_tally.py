"""Counting any number of different things in bounded memory, with the same result in any order and any split."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable
from hashlib import blake2b
from heapq import heappop, heappush
from typing import Final, Generic, TypeVar

MOST: Final = 4_096
"""The number of different things that are counted by themselves."""
_NO_LIMIT: Final = 1 << 64

K = TypeVar("K", bound=Hashable)
G = TypeVar("G", bound=Hashable)


class LeastTally(Generic[K, G]):
    """How often each thing occurred. Of more than `most` different ones, those whose hashes are least are counted by themselves.

    Their counts are exact: a thing that is dropped never comes back. The others are counted by their groups in `rest`.
    Which things are kept depends on the things alone, and not on their order. A thing is a tuple of texts and of such
    tuples, and `group` gives the group of one.
    """

    def __init__(self, group: Callable[[K], G], most: int = MOST) -> None:
        self.counts: dict[K, int] = {}
        self.rest: Counter[G] = Counter()
        self._group, self._most = group, most
        self._limit = _NO_LIMIT
        self._hashes: list[tuple[int, K]] = []
        """A heap with the greatest hash first."""

    @property
    def whole(self) -> bool:
        """Whether every thing is counted by itself."""
        return self._limit == _NO_LIMIT

    def add(self, thing: K, times: int = 1) -> None:
        """Count `thing`. Negative `times` remove it after it was counted."""
        counts = self.counts
        if thing in counts:
            # One that is gone keeps its place with a count of 0: its hash stays on the heap.
            counts[thing] += times
            return
        value = _hash(thing)
        if value >= self._limit:
            self.rest[self._group(thing)] += times
            return
        counts[thing] = times
        heappush(self._hashes, (-value, thing))
        if len(counts) > self._most:
            self._drop()

    def merge(self, other: LeastTally[K, G]) -> None:
        """Add the counts of another tally of the same kind."""
        self._limit = min(self._limit, other._limit)
        while self._hashes and -self._hashes[0][0] >= self._limit:
            self._drop()
        self.rest.update(other.rest)
        for thing, times in other.counts.items():
            self.add(thing, times)

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
        self.rest[self._group(thing)] += self.counts.pop(thing)


def _hash(thing: Hashable) -> int:
    """A hash that is the same in every process."""
    return int.from_bytes(blake2b(repr(thing).encode("utf-8", "surrogatepass"), digest_size=8).digest())
