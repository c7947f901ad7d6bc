"""A set of item indexes that stays small even with a million of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, MutableSet, Sequence


class IndexSet(MutableSet[int]):
    """A set of numbers from 0, one byte for each number up to the largest. Iteration is in order."""

    def __init__(self, indexes: Iterable[int] = ()) -> None:
        self._bits = bytearray()
        self._count = 0
        for index in indexes:
            self.add(index)

    def __len__(self) -> int:
        return self._count

    def __contains__(self, index: object) -> bool:
        return isinstance(index, int) and 0 <= index < len(self._bits) and self._bits[index] == 1

    def __iter__(self) -> Iterator[int]:
        at = self._bits.find(1)
        while at >= 0:
            yield at
            at = self._bits.find(1, at + 1)

    def __repr__(self) -> str:
        return f"IndexSet({self._count} of {len(self._bits)})"

    def add(self, value: int) -> None:
        """Add a number."""
        if value >= len(self._bits):
            self._bits.extend(bytes(value + 1 - len(self._bits)))
        self._count += not self._bits[value]
        self._bits[value] = 1

    def discard(self, value: int) -> None:
        """Remove a number, if it is present."""
        if value in self:
            self._bits[value] = 0
            self._count -= 1

    def remove_place(self, value: int) -> None:
        """Remove a number, and reduce each larger number by one."""
        self.discard(value)
        del self._bits[value : value + 1]

    def clear(self) -> None:
        """Remove all numbers."""
        self._bits, self._count = bytearray(), 0

    def set_all(self, indexes: Sequence[int], there: bool) -> None:
        """Add or remove many numbers. `indexes` are in order and unique."""
        if not indexes:
            return
        first, last = indexes[0], indexes[-1]
        if last >= len(self._bits):
            self._bits.extend(bytes(last + 1 - len(self._bits)))
        if last - first + 1 == len(indexes):
            self._bits[first : last + 1] = (b"\1" if there else b"\0") * len(indexes)
        else:
            for index in indexes:
                self._bits[index] = there
        self._count = self._bits.count(1)

    def has_all(self, indexes: Sequence[int]) -> bool:
        """Whether all of the numbers are present. `indexes` are in order and unique."""
        if not indexes or indexes[-1] >= len(self._bits):
            return not indexes
        if indexes[-1] - indexes[0] + 1 == len(indexes):
            return self._bits.find(0, indexes[0], indexes[-1] + 1) < 0
        return all(self._bits[index] for index in indexes)
