"""What is kept of the kinds of events that occur again: a corpus has many events and few kinds of them."""

from __future__ import annotations

from typing import Any, Final, Generic, TypeVar

MOST: Final = 1_000
LONGEST: Final = 2_000
"""The characters that the names in a kind of event may have, so that what is kept takes little memory."""
_MOST_SEEN: Final = 10_000
_LOOKED_UP: Final = 2_000
_MOST_UNKNOWN: Final = 1_500
_PAUSE: Final = 50_000
"""If more than 1,500 of 2,000 events are of kinds that are not known, the kinds of the next 50,000 are not worth looking up."""

Kind = tuple[Any, ...]
T = TypeVar("T")


class Recurring(Generic[T]):
    """What is `known` of each kind. Who looks kinds up tells of those that are not known by `missed`."""

    def __init__(self) -> None:
        self.known: dict[Kind | None, T] = {}
        """None, which is looked up for events of no kind, is not among them."""
        self._seen: set[int] = set()
        """The hashes of kinds that occurred once: most of those that are not kept never come again."""
        self._looked_up = self._unknown = self._pause = 0

    def worth(self, events: int) -> bool:
        """Whether to look up the kinds of the next so many events, which it takes note of."""
        if self._pause > 0:
            self._pause -= events
            return False
        if self._looked_up >= _LOOKED_UP:
            self._pause = _PAUSE if self._unknown > _MOST_UNKNOWN else 0
            self._looked_up = self._unknown = 0
        self._looked_up += events
        return True

    def missed(self, events: int = 1) -> None:
        """So many events are of kinds that are not known, or of none."""
        self._unknown += events

    def comes_again(self, kind: Kind) -> bool:
        """Whether a kind that is not known is to be kept: it occurred before, and there is room for it."""
        shape = hash(kind)
        if shape not in self._seen:
            if len(self._seen) >= _MOST_SEEN:
                self._seen.clear()
            self._seen.add(shape)
            return False
        return len(self.known) < MOST and size_of(kind) <= LONGEST


def no_kind(_event: dict[str, Any]) -> None:
    """The kind of an event for a destination without kinds."""


def size_of(kind: Kind) -> int:
    """The characters of all names in a kind of event."""
    return sum(len(part) if type(part) is str else size_of(part) for part in kind if type(part) in (str, tuple))
