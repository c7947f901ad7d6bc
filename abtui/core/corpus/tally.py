"""Counting names in bounded memory: the tally of which the names beyond its bound are only counted together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from typing import Final, TypeVar

from abtui.core.corpus.least_tally import LeastTally

MOST: Final = 10_000
"""The number of different things that are counted by themselves, so that memory does not grow with the corpus."""
ROOM: Final = 1 << 22
"""The characters that all of them may have together, for the same reason. Each is kept whole: two may begin alike."""

K = TypeVar("K", bound=Hashable)


class Tally(LeastTally[K, None]):
    """How often each thing occurred. A thing is a text, or a tuple of texts.

    Of more than 10,000 different ones, or of more than there is room for, those whose hashes are least are counted by
    themselves, and the others in `others`.
    """

    def __init__(self) -> None:
        super().__init__(_together, MOST, ROOM)

    @property
    def others(self) -> int:
        """How often the things occurred that are not counted by themselves."""
        return self.rest[None]


def count(counter: Counter[K], thing: K, times: int) -> None:
    """Count a thing some times more, or less. A thing with a count of 0 is removed from the counter."""
    counter[thing] += times
    if not counter[thing]:
        del counter[thing]


def _together(_thing: Hashable) -> None:
    """All are one group."""
