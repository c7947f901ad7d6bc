"""What is kept of events that are recorded as cases: the same cases, however the input is split and its parts are put together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from operator import attrgetter
from typing import Final, NamedTuple

from abtui.core.corpus.cases.reader import CASES_FORM
from abtui.core.corpus.fold import Fold
from abtui.core.corpus.least_tally import LeastTally
from abtui.core.corpus.places import Piece, Position, Rank
from abtui.core.segment import EVENT_LIMIT_BYTES

MOST_BEHAVIOURS: Final = 10_000
MOST_WHOLE: Final = 1_000
"""The number of events up to which each one is written out where all are recorded; if there are more, each is referred to by file and index."""
MOST_BYTES: Final = CASES_FORM.max_bytes - EVENT_LIMIT_BYTES
"""The bytes that all cases of a file may have together."""

_RANK: Final = attrgetter("rank")


class Draft(NamedTuple):
    """A case without its name, which depends on the cases before it: the name's parts, and the lines below it.

    If it `refers` to its event, the lines that do so are not among them: they depend on the parts of the file that are before it.
    """

    type: str
    label: str
    result: str
    refers: bool
    lines: str


class Entry(NamedTuple):
    """What is recorded of the event at a place, in `file` if that can be referred to.

    If there are two drafts, the first has the event in it, and the second refers to it: which is right depends on the number
    of events. A draft is None if it would hold the API key.
    """

    rank: Rank
    file: str | None
    drafts: tuple[Draft | None, ...]


class EachEvent:
    """An entry for each event, from the least places on, as many as certainly fill a file. The others are counted."""

    more: Final = 0

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.withheld = self.over = 0
        self.refers = False
        """Whether events are referred to if they can be."""
        self._size = 0
        """The least that the entries can take, in characters."""

    def add(self, entry: Entry) -> None:
        """Add an entry whose place is behind those of the others."""
        if self.refers and len(entry.drafts) > 1:
            entry = entry._replace(drafts=entry.drafts[-1:])
        last = entry.drafts[-1]
        if self._size > MOST_BYTES or entry.drafts == (None,):
            self.withheld += last is None
            self.over += last is not None
            return
        self.entries.append(entry)
        self._size += 0 if last is None else len(last.lines)

    def refer(self) -> None:
        """Refer to events from here on, and to those before: there are too many to be written out."""
        if not self.refers:
            self.refers = True
            self._keep(self.entries)

    def merge(self, other: EachEvent) -> None:
        """Add the entries of another part."""
        self.withheld += other.withheld
        self.over += other.over
        if self.entries and other.entries and other.entries[0].rank < self.entries[-1].rank:
            self._keep(sorted((*self.entries, *other.entries), key=_RANK))
        else:
            for entry in other.entries:
                self.add(entry)

    def _keep(self, entries: Iterable[Entry]) -> None:
        self.entries, self._size = [], 0
        for entry in entries:
            self.add(entry)


class EachBehaviour:
    """For each behaviour the entry at the least place.

    Of more behaviours than a file may have, those with the least hashes are kept: of these alone all events are known, in
    whichever part they are, so that the others can be counted.
    """

    withheld: Final = 0
    over: Final = 0

    def __init__(self) -> None:
        self._tally: LeastTally[str, None] = LeastTally(_together, MOST_BEHAVIOURS)
        self._first: dict[str, Entry] = {}

    @property
    def more(self) -> int:
        """The number of events whose behaviours are not kept."""
        return self._tally.rest[None]

    @property
    def entries(self) -> list[Entry]:
        """The entries in the order of their places."""
        return sorted((self._first[behaviour] for behaviour in self._tally.counts), key=_RANK)

    def is_new(self, behaviour: str) -> bool:
        """Count an event, and tell whether it needs an entry: it is the first of a behaviour that is kept."""
        return self._tally.add(behaviour)

    def add(self, behaviour: str, entry: Entry) -> None:
        """Add an entry of a behaviour that is kept."""
        own = self._first.get(behaviour)
        if own is None or entry.rank < own.rank:
            self._first[behaviour] = entry
        if len(self._first) > 2 * MOST_BEHAVIOURS:
            self._first = {name: first for name, first in self._first.items() if name in self._tally.counts}

    def refer(self) -> None:
        """Nothing depends on the number of events."""

    def merge(self, other: EachBehaviour) -> None:
        """Add the behaviours of another part."""
        self._tally.merge(other._tally)
        for behaviour, entry in other._first.items():
            if behaviour in self._tally.counts:
                self.add(behaviour, entry)


class Recording(Fold):
    """What is recorded of a part of the input. `items` is the number of items of each piece, events and others, in the order of the input."""

    counted = ("events", "items", "kept")

    def __init__(self, *, everything: bool) -> None:
        self.events = 0
        self.items: Counter[Piece] = Counter()
        self.kept: EachEvent | EachBehaviour = EachEvent() if everything else EachBehaviour()
        self._at = Position()

    @property
    def rank(self) -> Rank:
        """The place of the item that is recorded now."""
        return self._at.rank

    def begin(self, piece: Piece) -> None:
        """A piece begins, which is behind those before it."""
        self._at.begin(piece)

    def count_item(self) -> None:
        """Count an item of the piece. All count: once those that are no events are mended, the events after them keep their numbers."""
        self._at.number += 1
        self.items[self._at.piece] = self._at.number

    def count_event(self) -> None:
        """Count an event."""
        self.events += 1
        self._refer()

    def merge(self, other: Recording) -> None:
        """Add what was recorded of another part."""
        super().merge(other)
        self._refer()

    def _refer(self) -> None:
        if self.events > MOST_WHOLE:
            self.kept.refer()


def _together(_behaviour: Hashable) -> None:
    """All are one group."""
