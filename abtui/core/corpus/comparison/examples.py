"""The examples of each kind of change: those that come first in the input."""

from __future__ import annotations

from abtui.core.corpus.comparison.model import Example
from abtui.core.corpus.places import LeastPlaces, Position, Rank


class Examples:
    """Keeps the first `most` events of each kind of change, by their places and not by when they are counted.

    `enough` are the combinations of kinds of which nothing that comes later in the piece is kept.
    """

    def __init__(self, most: int) -> None:
        self.position = Position()
        self.enough: set[tuple[str, ...]] = set()
        self._most = most
        self._of: dict[str, LeastPlaces[Example]] = {}

    def begin(self, piece: tuple[int, int]) -> None:
        """A piece of the input begins, which may come before what was counted."""
        self.position.begin(piece)
        self.enough.clear()

    def wants(self, kinds: tuple[str, ...], rank: Rank) -> bool:
        """Whether an event that changes in these ways is to be kept."""
        if kinds in self.enough:
            return False
        if self._most and any(kind not in self._of or self._of[kind].wants(rank) for kind in kinds):
            return True
        self.enough.add(kinds)
        return False

    def add(self, kinds: tuple[str, ...], rank: Rank, example: Example) -> None:
        """Keep an event that is wanted."""
        for kind in kinds:
            self._places(kind).add(rank, example)

    def merge(self, other: Examples) -> None:
        """Add those of another part of the input."""
        for kind, places in other._of.items():
            self._places(kind).merge(places)

    def listed(self) -> tuple[Example, ...]:
        """All that are kept, each once, in the order of the input."""
        found = {rank: example for places in self._of.values() for rank, example in places.ranked()}
        return tuple(found[rank] for rank in sorted(found))

    def _places(self, kind: str) -> LeastPlaces[Example]:
        places = self._of.get(kind)
        if places is None:
            places = self._of[kind] = LeastPlaces(self._most)
        return places
