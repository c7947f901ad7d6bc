"""Counting things of which there may be any number, in bounded memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from typing import Final, Generic, TypeVar

MOST: Final = 10_000
"""How many different things are told apart, so that memory does not grow with the corpus."""
LONGEST: Final = 200
"""Characters of a name that are kept, for the same reason."""

K = TypeVar("K", bound=Hashable)


class Tally(Generic[K]):
    """How often each thing came. After the first 10,000 different ones further things are only counted, in `others`."""

    def __init__(self) -> None:
        self.counts: Counter[K] = Counter()
        self.others = 0

    def add(self, thing: K) -> bool:
        """Count one; whether it is the first of its kind that is told apart."""
        known = self.counts.get(thing)
        if known is None and len(self.counts) >= MOST:
            self.others += 1
            return False
        self.counts[thing] = (known or 0) + 1
        return known is None

    def take_back(self, thing: K) -> None:
        """Count one less, of what was counted before."""
        if thing in self.counts:
            count(self.counts, thing, -1)
        else:
            self.others -= 1

    def copy(self) -> Tally[K]:
        """A tally that goes on by itself from here."""
        other: Tally[K] = Tally()
        other.counts, other.others = self.counts.copy(), self.others
        return other


def count(counter: Counter[K], thing: K, times: int) -> None:
    """Count a thing so many times more, or less; what is left at 0 is not in the counter."""
    counter[thing] += times
    if not counter[thing]:
        del counter[thing]


def cut(name: str) -> str:
    """A name, or the start of a long one."""
    return name if len(name) <= LONGEST else f"{name[:LONGEST]}…"
