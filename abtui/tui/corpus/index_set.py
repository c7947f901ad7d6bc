"""A set of the numbers of items that stays small when it holds a million of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, MutableSet, Sequence


class IndexSet(MutableSet[int]):
    """Numbers from 0, one byte for each up to the greatest. They come in order."""

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
        """Put a number in."""
        if value >= len(self._bits):
            self._bits.extend(bytes(value + 1 - len(self._bits)))
        self._count += not self._bits[value]
        self._bits[value] = 1

    def discard(self, value: int) -> None:
        """Take a number out, if it is in."""
        if value in self:
            self._bits[value] = 0
            self._count -= 1

    def remove_place(self, value: int) -> None:
        """Take a number out, and make each greater one less by one."""
        self.discard(value)
        del self._bits[value : value + 1]

    def clear(self) -> None:
        """Take all out."""
        self._bits, self._count = bytearray(), 0

    def set_all(self, indexes: Sequence[int], there: bool) -> None:
        """Put many in, or take them out. `indexes` are in order, none of them twice."""
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
        """Whether all of them are in. `indexes` are in order, none of them twice."""
        if not indexes or indexes[-1] >= len(self._bits):
            return not indexes
        if indexes[-1] - indexes[0] + 1 == len(indexes):
            return self._bits.find(0, indexes[0], indexes[-1] + 1) < 0
        return all(self._bits[index] for index in indexes)
