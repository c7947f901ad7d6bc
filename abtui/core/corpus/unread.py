"""What could not be read of a corpus: counts, and the findings to tell of the first pieces."""

from __future__ import annotations

from typing import Final, NamedTuple

from abtui.core.checks import not_event_finding
from abtui.core.corpus.fast_reader import FieldPart
from abtui.core.events import Event, Unreadable, place_of
from abtui.core.fate import others
from abtui.core.findings import Finding
from abtui.core.segment import is_event

MOST_TOLD: Final = 100
"""The number of unreadable pieces, and of objects that are no events, that are told one by one; all are counted."""


class Told(NamedTuple):
    """A finding to tell, with its place in a file. Of those of one `kind` only the first of a file is told."""

    rank: tuple[tuple[int, int], int]
    place: str
    findings: tuple[Finding, ...]
    kind: tuple[str, str] | None = None


class Unread:
    """Unreadable pieces and objects that are no events. Those of several parts of the input are put together by `merge`."""

    def __init__(self) -> None:
        self.unreadable = self.not_events = 0
        self._place = (0, 0)
        self._number = 0
        self._unreadable: list[Told] = []
        self._not_events: list[Told] = []

    def begin(self, place: tuple[int, int]) -> None:
        """A piece of the input begins: `place` is the index of its source and its offset there."""
        self._place, self._number = place, 0

    def add_unreadable(self, item: Unreadable) -> None:
        """Count an unreadable piece."""
        self.unreadable += 1
        if self.unreadable <= MOST_TOLD:
            self.tell(self._unreadable, self._told(place_of(item.source).file, item.findings))

    def add_not_event(self, item: Event) -> None:
        """Count an object that is no event."""
        self.not_events += 1
        if self.not_events > MOST_TOLD:
            return
        found = not_event_finding(item.value)
        kind = (
            None if found is None or item.value.get("type") is not None else (place_of(item.source).file, found.message)
        )
        self.tell(self._not_events, self._told(item.source, () if found is None else (found,), kind))

    def add_not_events(self, part: FieldPart) -> None:
        """Count the objects of a part that are no events. Those that are only counted are not read in full."""
        for index, value in enumerate(part.values):
            if is_event(value):
                continue
            if self.not_events < MOST_TOLD:
                self.add_not_event(part.event(index))
            else:
                self.not_events += 1

    def tell(self, told: list[Told], item: Told) -> None:
        """Keep what is to be told."""
        told.append(item)

    def merge(self, other: Unread) -> None:
        """Add what another part of the input has."""
        self.unreadable += other.unreadable
        self.not_events += other.not_events
        self._unreadable = _least(self._unreadable, other._unreadable)
        self._not_events = _least(self._not_events, other._not_events)

    def told(self) -> list[Told]:
        """What is to be told, in order."""
        kinds: set[tuple[str, str]] = set()
        told = []
        for item in sorted((*self._unreadable, *self._not_events), key=_rank):
            if item.kind not in kinds:
                told.append(item)
            if item.kind is not None:
                kinds.add(item.kind)
        return told

    @property
    def sentence(self) -> str:
        """A sentence on the number of objects that are no events; "" for none."""
        return " ".join(others(0, self.not_events))

    def _told(self, place: str, findings: tuple[Finding, ...], kind: tuple[str, str] | None = None) -> Told:
        self._number += 1
        return Told((self._place, self._number), place, findings, kind)


def _rank(item: Told) -> tuple[tuple[int, int], int]:
    return item.rank


def _least(one: list[Told], other: list[Told]) -> list[Told]:
    return sorted((*one, *other), key=_rank)[:MOST_TOLD]
