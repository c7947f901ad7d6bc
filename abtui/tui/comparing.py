"""The comparison of the corpus with a baseline in a worker thread: the baseline, and one pass over the events."""

from __future__ import annotations

import time
from array import array
from bisect import bisect_left, insort
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Final, TypeAlias

from textual.message import Message

from abtui.core.config import Config
from abtui.core.corpus.fast_reader import FieldPart, FieldReader
from abtui.core.corpus.mapper import Mapper
from abtui.core.events import Event, Stored, Unreadable, read_stored
from abtui.core.events.model import JSONObject
from abtui.tui.corpus import Corpus
from abtui.tui.messages import WorkerResults

if TYPE_CHECKING:
    # Loaded when the first comparison begins: the workbench opens without it.
    from abtui.core.corpus.comparison import ComparisonResult
    from abtui.core.corpus.comparison.moves import MoveKey, Moves

Counted: TypeAlias = "tuple[ComparisonResult, Moves]"
"""What was counted: the result, and the moves from fate to fate with the lines of the config that do it."""
Classes = tuple[str, ...]
"""The classes of an event's change (`comparison.CLASSES`), () where it does not change."""

_AT_A_TIME: Final = 64
"""The number of events compared between two readings of the clock."""
_AT_ONE_GO: Final = 1024
"""The number of events that are fetched from the corpus at a time."""
_WORK_SECONDS: Final = 0.01
"""A spell of work, after which the thread waits until the screen has handled its results."""
_POST_SECONDS: Final = 0.25
"""How often the counts are posted during a pass."""


class Baseline:
    """A config, and the first `size` events as they were when it was pinned.

    `texts` holds the old text of each event edited since. `name` is used in sentences, `short` where space is limited.
    `text` is the config's text. With `config_only`, only the configs differ: an edited event is compared with itself.
    """

    def __init__(
        self, name: str, short: str, config: Config, size: int, *, text: str = "", config_only: bool = False
    ) -> None:
        self.name, self.short, self.config, self.size, self.config_only = name, short, config, size, config_only
        self.text = text
        self.texts: dict[int, Stored] = {}
        self._read: tuple[int, Event | None] = -1, None

    @cached_property
    def mapper(self) -> Mapper:
        """The mapper of its config."""
        return Mapper(self.config)

    def keep(self, index: int, item: Stored) -> None:
        """Keep the text of an event before its first edit.

        An event added after the baseline is kept too, so that it can be removed from the counts.
        """
        self.texts.setdefault(index, item)

    def remove(self, index: int) -> None:
        """Remove an event; those after it move up."""
        self.texts = {at - (at > index): item for at, item in self.texts.items() if at != index}
        self.size -= index < self.size
        self._read = -1, None

    def before(self, index: int, item: Stored) -> Stored:
        """The event to map with the baseline's config at an index; `item` is the current event."""
        return self.texts.get(index, item) if index < self.size and not self.config_only else item

    def event(self, index: int) -> Event | None:
        """The event before it was edited; None if it was not edited or could not be read. The last result is cached."""
        if index not in self.texts or index >= self.size or self.config_only:
            return None
        if self._read[0] != index:
            event = read_stored(self.texts[index])
            self._read = index, event if isinstance(event, Event) else None
        return self._read[1]


class Members:
    """The events of each move, by their indexes, in order. A million of them take 4 MB."""

    def __init__(self) -> None:
        self._of: dict[MoveKey, array[int]] = {}

    def of(self, key: MoveKey) -> Sequence[int]:
        """The events of a move. The sequence may change while events are compared."""
        return self._of.get(key, ())

    def add(self, index: int, key: MoveKey) -> None:
        """Add an event that is in no move."""
        indexes = self._of.setdefault(key, array("I"))
        if not indexes or index > indexes[-1]:
            indexes.append(index)
        else:
            insort(indexes, index)

    def remove(self, index: int) -> None:
        """Remove an event from its move, if it is in one."""
        for indexes in self._of.values():
            at = bisect_left(indexes, index)
            if at < len(indexes) and indexes[at] == index:
                del indexes[at]


class Pass:
    """Compares the events of a corpus in order, and compares edited events again.

    While a thread runs the pass (`busy`) the screen may call `edited` only. Between two spells of work the thread compares
    the events that were edited in the meantime.
    """

    def __init__(self, baseline: Baseline, config: Config, corpus: Corpus, name: str) -> None:
        self.busy = False
        self.compared = 0
        self.members = Members()
        self._baseline, self._corpus = baseline, corpus
        from abtui.core.corpus.comparison import Comparison

        self._comparison = Comparison(baseline.config, config, names=(baseline.name, name), examples=0)
        self._reader = FieldReader(baseline.config, config)
        self._edited: deque[int] = deque()
        self._counted: dict[int, tuple[Event | Unreadable, Event | Unreadable]] = {}
        """The versions before and after the edit that were counted for each edited event."""

    def result(self) -> Counted:
        """The result so far."""
        return self._comparison.result(), self._comparison.moves()

    def edited(self, index: int) -> None:
        """Note that an event was edited; `catch_up` compares it again."""
        self._edited.append(index)

    def compare_until(self, end: int, over: Callable[[], bool]) -> list[Classes]:
        """Compare events up to `end`, or until `over` is true. Returns how each compared event changes."""
        found: list[Classes] = []
        while self.compared < end:
            items = self._corpus.items(self.compared, min(end, self.compared + _AT_ONE_GO))
            while step := self._step(islice(items, _AT_A_TIME)):
                found += step
                if over():
                    return found
        return found

    def _step(self, items: Iterable[Stored]) -> list[Classes]:
        found: list[Classes] = []
        values, places, edited = [], [], []
        for item in items:
            place = len(found)
            found.append(())
            # Look here after fetching: an edit stores the old text before it changes the item.
            if self.compared + place in self._baseline.texts:
                edited.append(place)
            elif (value := self._value(item)) is None:
                event = read_stored(item)
                found[place] = self._add(self.compared + place, event, event)
            else:
                values.append(value)
                places.append(place)
        for at, kinds, shape in self._comparison.add_part(FieldPart(values, "")):
            found[places[at]] = classes(kinds)
            self.members.add(self.compared + places[at], self._comparison.move_key(shape))
        for place in edited:
            found[place] = self.compare_again(self.compared + place)
        self.compared += len(found)
        return found

    def catch_up(self) -> dict[int, Classes]:
        """Compare again the edited events that the pass has already compared. Returns how they change."""
        found: dict[int, Classes] = {}
        while self._edited:
            index = self._edited.popleft()
            if index < self.compared:
                found[index] = self.compare_again(index)
        return found

    def compare_again(self, index: int) -> Classes:
        """Count the current version of an event instead of the one counted before. Returns how it changes."""
        counted = self._counted.get(index)
        if counted is None and index < self.compared:
            first = self._read(self._baseline.texts[index])
            counted = first, first
        if counted is not None:
            self._uncount(*counted)
            self.members.remove(index)
        item = self._corpus.item(index)
        before, now = self._read(self._baseline.before(index, item)), self._read(item)
        # If there was no event before the edit, the new one is compared with itself.
        self._counted[index] = pair = (now if isinstance(before, Unreadable) else before, now)
        return self._add(index, *pair)

    def _read(self, item: Stored) -> Event | Unreadable:
        """The event with only the fields that the configs read; the whole event if these cannot be read separately."""
        value = self._value(item)
        return read_stored(item) if value is None else Event(item.source, value)

    def _value(self, item: Stored) -> JSONObject | None:
        try:
            return self._reader.value(item.text if isinstance(item.text, bytes) else item.text.encode())
        except UnicodeEncodeError:
            return None

    def _add(self, index: int, before: Event | Unreadable, now: Event | Unreadable) -> Classes:
        if isinstance(now, Unreadable):
            self._comparison.add_unreadable()
            return ()
        change = self._comparison.add(now, before if isinstance(before, Event) else None)
        if change is None:
            return ()
        self.members.add(index, self._comparison.move_key(self._comparison.last_shape))
        return classes(change.kinds)

    def _uncount(self, before: Event | Unreadable, now: Event | Unreadable) -> None:
        if isinstance(now, Unreadable):
            self._comparison.add_unreadable(-1)
        else:
            self._comparison.take_back(now, before if isinstance(before, Event) else None)


def changes_of(baseline: Baseline, config: Config, corpus: Corpus, indexes: Iterable[int]) -> dict[int, Classes]:
    """The changes of some events, such as those in view, without counting them."""
    scout = Pass(baseline, config, corpus, "")
    return {index: scout.compare_again(index) for index in indexes}


@lru_cache(maxsize=1024)
def classes(kinds: tuple[str, ...]) -> Classes:
    """The classes of a change's kinds. Events with the same change share one tuple."""
    from abtui.core.corpus.comparison.model import class_of

    return tuple(dict.fromkeys(map(class_of, kinds)))


class Compared(WorkerResults):
    """The changes of the events from `start` on, and of some edited events (`again`). `last` says that the pass is complete.

    `result` holds the counts a few times a second and at the end; otherwise it is None.
    """

    def __init__(
        self,
        work: Pass,
        start: int,
        found: list[Classes],
        again: dict[int, Classes],
        result: Counted | None,
        *,
        last: bool,
    ) -> None:
        super().__init__()
        self.work, self.start, self.found, self.again, self.result, self.last = work, start, found, again, result, last


def _spell() -> Callable[[], bool]:
    """A function that tells whether a spell of work, which begins now, is over."""
    until = time.monotonic() + _WORK_SECONDS
    return lambda: time.monotonic() >= until


def compare(work: Pass, end: int, post: Callable[[Message], bool], cancelled: Callable[[], bool]) -> None:
    """Continue a pass up to `end` in a thread, in spells of 10 ms."""
    posted = time.monotonic()
    while not cancelled():
        start = work.compared
        found = work.compare_until(end, _spell())
        again, last = work.catch_up(), work.compared >= end
        result = None
        if last or time.monotonic() - posted >= _POST_SECONDS:
            posted, result = time.monotonic(), work.result()
        compared = Compared(work, start, found, again, result, last=last)
        post(compared)
        if last:
            return
        compared.wait(cancelled)
