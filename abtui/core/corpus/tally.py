"""Counting any number of different things in bounded memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from typing import Final, Generic, Literal, TypeVar

MOST: Final = 10_000
"""The number of different things that are counted by themselves, so that memory does not grow with the corpus."""
ROOM: Final = 1 << 22
"""The characters that all of them may have together, for the same reason. Each is kept whole: two may begin alike."""
Sign = Literal[1, -1]
"""Whether a thing is counted, or removed from the counts after it was counted."""

K = TypeVar("K", bound=Hashable)


class Tally(Generic[K]):
    """How often each thing occurred. A thing is a text, or a tuple of texts.

    After the first 10,000 different ones, or where there is no room for another, further things are only counted in `others`.
    """

    def __init__(self) -> None:
        self.counts: Counter[K] = Counter()
        self.others = 0
        self._room = ROOM

    def add(self, thing: K, sign: Sign = 1) -> bool:
        """Count `thing`. True if it is new and counted by itself. With the sign -1 one that was counted is removed."""
        known = self.counts.get(thing, 0)
        if not known:
            size = _size(thing)
            if sign < 0 or len(self.counts) >= MOST or size > self._room:
                self.others += sign
                return False
            self._room -= size
        if known + sign:
            self.counts[thing] = known + sign
        else:
            del self.counts[thing]
            self._room += _size(thing)
        return not known

    def copy(self) -> Tally[K]:
        """An independent copy."""
        other: Tally[K] = Tally()
        other.counts, other.others, other._room = self.counts.copy(), self.others, self._room
        return other


def count(counter: Counter[K], thing: K, sign: Sign) -> None:
    """Count a thing once more, or once less. A thing with a count of 0 is removed from the counter."""
    counter[thing] += sign
    if not counter[thing]:
        del counter[thing]


def _size(thing: object) -> int:
    """The characters of a text, or of several."""
    if isinstance(thing, str):
        return len(thing)
    return sum(map(_size, thing)) if isinstance(thing, tuple) else 0
