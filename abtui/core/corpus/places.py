"""Places in the input by which counts of its parts can be put together: the least ones are kept, whatever the order of the parts."""

from __future__ import annotations

from bisect import insort
from operator import itemgetter
from typing import Final, Generic, TypeVar

T = TypeVar("T")

Piece = tuple[int, int]
"""A part of the input that is read by itself: the index of its source, and where in the source it starts."""
Rank = tuple[Piece, int]
"""A place in the order of the input: a piece, and the number of the item in it. No two items have the same."""

BEFORE: Final[Piece] = (-1, 0)
"""Before every event."""
AFTER: Final[Piece] = (1 << 62, 0)
"""After every event."""
WHOLE: Final[Piece] = (0, 0)
"""The piece of an input that is read as one."""

_RANK: Final = itemgetter(0)


class Position:
    """Where the reading of the input is."""

    __slots__ = ("number", "piece")

    def __init__(self) -> None:
        self.piece, self.number = WHOLE, 0

    def begin(self, piece: Piece) -> None:
        """A piece begins; its items are numbered in order from 1."""
        self.piece, self.number = piece, 0

    @property
    def rank(self) -> Rank:
        """The place of the item that is counted now."""
        return self.piece, self.number


class LeastPlaces(Generic[T]):
    """What is at the least `most` places of those that were added."""

    __slots__ = ("_items", "_most")

    def __init__(self, most: int) -> None:
        self._most = most
        self._items: list[tuple[Rank, T]] = []

    def wants(self, rank: Rank) -> bool:
        """Whether what is at a place would be kept. If not, nothing that comes later in its piece is, either."""
        return len(self._items) < self._most or rank < self._items[-1][0]

    def add(self, rank: Rank, value: T) -> None:
        """Add what is at a place, after what is at the same place already."""
        insort(self._items, (rank, value), key=_RANK)
        del self._items[self._most :]

    def merge(self, other: LeastPlaces[T]) -> None:
        """Add what another part kept."""
        self._items = sorted((*self._items, *other._items), key=_RANK)[: self._most]

    def copy(self) -> LeastPlaces[T]:
        """An independent copy."""
        other: LeastPlaces[T] = LeastPlaces(self._most)
        other._items = self._items.copy()
        return other

    def ranked(self) -> list[tuple[Rank, T]]:
        """What is kept, with its places, in order."""
        return self._items.copy()

    def values(self) -> list[T]:
        """What is kept, in order."""
        return [value for _rank, value in self._items]
