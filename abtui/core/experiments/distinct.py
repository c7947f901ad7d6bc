"""How many different numbers there are of each category, however many they are."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from abtui.core.experiments.shelf import Shelf, encode, in_bytes, in_text

Category = tuple[str, ...]
_PARTS: Final = 8
_FEW: Final = 50_000
"""So many numbers need little memory as objects."""
_decode = msgspec.msgpack.Decoder(tuple[bytes, ...]).decode


class Distinct:
    """Numbers of 64 bits with a sign by category, 8 bytes for each that is added, and none in memory for those put on a shelf."""

    def __init__(self, shelf: Shelf | None = None) -> None:
        self._held: dict[Category, array[int]] = {}
        self._shelf = shelf
        self._counts: Counter[Category] | None = None

    def of(self, category: Category) -> array[int]:
        """The numbers of a category, to which more may be added."""
        self._counts = None
        found = self._held.get(category)
        if found is None:
            found = self._held[category] = array("q")
        return found

    def __len__(self) -> int:
        return sum(map(len, self._held.values()))

    def put_away(self, shelf: Shelf | None = None) -> None:
        """Put all numbers on a shelf, or on the one that there is; what is counted later takes those of the shelf into account."""
        self._shelf = shelf or self._shelf
        if self._shelf is None:
            return
        for category, numbers in self._held.items():
            if numbers:
                self._shelf.note(encode(tuple(map(in_bytes, category))), numbers)
                del numbers[:]

    def close(self) -> None:
        """Remove the numbers of the shelf."""
        if self._shelf is not None:
            self._shelf.close()

    def merge(self, other: Distinct) -> None:
        """Add the numbers that another part has in memory."""
        for category, numbers in other._held.items():
            self.of(category).extend(numbers)

    def counts(self) -> Counter[Category]:
        """The number of different ones by category."""
        if self._counts is None:
            if self._shelf is None:
                self._counts = Counter({category: _distinct(numbers) for category, numbers in self._held.items()})
            else:
                self.put_away()
                self._counts = Counter({_name(data): number for data, number in self._shelf.distinct().items()})
        return self._counts

    def pairs(self, categories: Iterable[Category]) -> Iterator[tuple[int, Category]]:
        """The different numbers of some categories, each with its category; those that differ in the last bit only come together."""
        wanted = list(categories)
        if self._shelf is not None:
            self.put_away()
            named = {encode(tuple(map(in_bytes, category))): category for category in wanted}
            yield from ((number, named[data]) for number, data in self._shelf.pairs(named))
            return
        for part in range(_PARTS):
            yield from sorted(
                {
                    (number, category)
                    for category in wanted
                    for number in self._held.get(category, ())
                    if (number >> 1) % _PARTS == part
                }
            )


def _name(data: bytes) -> Category:
    return tuple(map(in_text, _decode(data)))


def _distinct(numbers: array[int]) -> int:
    """They are taken in parts: as objects, all at once would take five times their memory."""
    if len(numbers) < _FEW:
        return len(set(numbers))
    return sum(len({number for number in numbers if number % _PARTS == part}) for part in range(_PARTS))
