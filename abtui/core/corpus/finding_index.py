"""The events that have each finding, in order, at four bytes each."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence


class FindingIndex:
    """Events by the codes of their findings. An event is its index in the corpus; its codes are distinct."""

    def __init__(self) -> None:
        self._events: dict[str, array[int]] = {}

    def add(self, start: int, codes: Iterable[tuple[str, ...]]) -> None:
        """Add the codes of the events from the index `start` on, which come after all that were added."""
        events = self._events
        for index, of_event in enumerate(codes, start):
            for code in of_event:
                known = events.get(code)
                if known is None:
                    known = events[code] = array("I")
                known.append(index)

    def replace(self, index: int, codes: tuple[str, ...]) -> None:
        """Replace the codes of an event."""
        for code in {*self._events, *codes}:
            events = self._events.setdefault(code, array("I"))
            at = bisect_left(events, index)
            there = at < len(events) and events[at] == index
            if there and code not in codes:
                del events[at]
            elif not there and code in codes:
                events.insert(at, index)

    def events(self, code: str) -> Sequence[int]:
        """The events that have a code, in order. The sequence is no copy."""
        return self._events.get(code, array("I"))

    def counts(self) -> dict[str, int]:
        """The number of events that have each code."""
        return {code: len(events) for code, events in self._events.items() if events}
