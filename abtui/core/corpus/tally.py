"""Counting things of which there may be any number, in bounded memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from typing import Final, Generic, TypeVar

MOST: Final = 10_000
"""How many different things are told apart, so that memory does not grow with the corpus."""
ROOM: Final = 1 << 22
"""How many characters all of them may have together, for the same reason: each is kept whole, as two that begin alike are two."""

K = TypeVar("K", bound=Hashable)


class Tally(Generic[K]):
    """How often each thing, a text or some texts, came.

    After the first 10,000 different ones, or where there is no room for another, further things are only counted, in `others`.
    """

    def __init__(self) -> None:
        self.counts: Counter[K] = Counter()
        self.others = 0
        self._room = ROOM

    def add(self, thing: K) -> bool:
        """Count one; whether it is the first of its kind that is told apart."""
        known = self.counts.get(thing)
        if known is None:
            size = _size(thing)
            if len(self.counts) >= MOST or size > self._room:
                self.others += 1
                return False
            self._room -= size
        self.counts[thing] = (known or 0) + 1
        return known is None

    def take_back(self, thing: K) -> None:
        """Count one less, of what was counted before."""
        if thing in self.counts:
            count(self.counts, thing, -1)
            if thing not in self.counts:
                self._room += _size(thing)
        else:
            self.others -= 1

    def copy(self) -> Tally[K]:
        """A tally that goes on by itself from here."""
        other: Tally[K] = Tally()
        other.counts, other.others, other._room = self.counts.copy(), self.others, self._room
        return other


def count(counter: Counter[K], thing: K, times: int) -> None:
    """Count a thing so many times more, or less; what is left at 0 is not in the counter."""
    counter[thing] += times
    if not counter[thing]:
        del counter[thing]


def _size(thing: object) -> int:
    """The characters of a text, or of several."""
    if isinstance(thing, str):
        return len(thing)
    return sum(map(_size, thing)) if isinstance(thing, tuple) else 0
