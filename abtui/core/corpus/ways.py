"""The ways to events within a line, numbered: few are different, and there is one for each event."""

from __future__ import annotations

from typing import Final

MOST_WAYS: Final = 10_000
"""The number of different ways that are kept: of more of them the least. For the others the line is told alone."""
LINE: Final = 0
"""The number of the way of an event that is all of its line."""
BEYOND: Final = (1 << 24) - 1
"""The number of all ways that are not kept. It is above every other one."""
_SLACK: Final = 1_000

_Order = tuple[int, str]


class Ways:
    """Texts like `#2` and ` $.Records[0].body`, which stand behind the line in the source of an event, and their numbers.

    Which of them are kept does not depend on the order in which they come.
    """

    def __init__(self) -> None:
        self._texts = [""]
        self._numbers = {"": LINE}
        self._limit: _Order | None = None

    @property
    def are_too_many(self) -> bool:
        """Whether it is time to call `tidy`."""
        return len(self._texts) > MOST_WAYS + _SLACK

    def number(self, way: str) -> int:
        """The number of a way."""
        number = self._numbers.get(way)
        if number is not None:
            return number
        if self._limit is not None and _order(way) >= self._limit:
            return BEYOND
        self._texts.append(way)
        number = self._numbers[way] = len(self._texts) - 1
        return number

    def text(self, number: int) -> str:
        """The way with a number, and nothing for those that are not kept."""
        return self._texts[number] if number < len(self._texts) else ""

    def add(self, other: Ways) -> dict[int, int]:
        """Take in the ways of another one. Gives the number that each of them has here."""
        if other._limit is not None and (self._limit is None or other._limit < self._limit):
            self._limit = other._limit
        return {at: self.number(way) for at, way in enumerate(other._texts)}

    def tidy(self) -> dict[int, int]:
        """Number the ways in their order, and drop those that are too many. Gives the new number of each."""
        before = self._texts
        within = sorted(before, key=_order)
        if self._limit is not None:
            limit = self._limit
            within = [way for way in within if _order(way) < limit]
        if len(within) > MOST_WAYS:
            self._limit = _order(within[MOST_WAYS])
            del within[MOST_WAYS:]
        self._texts, self._numbers = within, {way: at for at, way in enumerate(within)}
        return {at: self._numbers.get(way, BEYOND) for at, way in enumerate(before)}


def _order(way: str) -> _Order:
    """By their length first, so that `[9]` is before `[10]`."""
    return len(way), way
