"""Counting in bounded memory so that every split of the events, merged in any order, gives the same."""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence
from heapq import nsmallest
from itertools import chain
from typing import Final

Detail = tuple[str, ...]
EXAMPLES: Final = 200
"""Indexes that are kept of the events of a loss: the least, so that it does not matter which was counted first."""
DETAILS: Final = 200
_LONGEST: Final = 1_000


class Count:
    """A number of events, the least of their indexes, and how many of them have each detail.

    Kept are the details that are least in an order of their own. What was left out once is never among the least again,
    so the counts of those that are kept are exact. `others` are the events of all the rest, and those whose detail is too long.
    """

    def __init__(self) -> None:
        self.events = 0
        self.indexes: list[int] = []
        self.details: dict[Detail, int] = {}
        self.others = 0

    def add(self, events: int, indexes: Sequence[int], detail: Detail) -> None:
        """Count events that share a detail; () is none. `indexes` are theirs, or the least of them."""
        self.events += events
        self._keep_indexes(indexes)
        if not detail:
            return
        if sum(map(len, detail)) > _LONGEST:
            self.others += events
            return
        self.details[detail] = self.details.get(detail, 0) + events
        if len(self.details) > DETAILS:
            self._drop_largest()

    def merge(self, other: Count) -> None:
        """Count what another one counted."""
        self.events += other.events
        self.others += other.others
        self._keep_indexes(other.indexes)
        for detail, events in other.details.items():
            self.details[detail] = self.details.get(detail, 0) + events
        while len(self.details) > DETAILS:
            self._drop_largest()

    def ranked(self) -> list[tuple[Detail, int]]:
        """The details, the most frequent first."""
        return sorted(self.details.items(), key=lambda item: (-item[1], _order(item[0])))

    def _keep_indexes(self, more: Sequence[int]) -> None:
        if len(more) != 1:
            self.indexes = nsmallest(EXAMPLES, chain(self.indexes, more))
        elif len(self.indexes) < EXAMPLES or more[0] < self.indexes[-1]:
            insort(self.indexes, more[0])
            del self.indexes[EXAMPLES:]

    def _drop_largest(self) -> None:
        self.others += self.details.pop(max(self.details, key=_order))


def _order(detail: Detail) -> tuple[int, Detail]:
    return sum(map(len, detail)), detail
