"""What arrives while the workbench listens: when each event came, what was counted over them, who sent them, and what was refused."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from abtui.tui.corpus import Corpus
from abtui.tui.kit.event_row import EventRow
from abtui.tui.kit.marks import RowFate

SECONDS_SHOWN: Final = 180
"""The seconds before now whose events are drawn as a line."""
LOST: Final[frozenset[RowFate]] = frozenset({"ignored", "never-leaves", "refused", "fails"})
"""The fates of events that do not count."""
_MOST_CAUSES: Final = 1_000
_MOST_NAMES: Final = 3
_COUNTED_AT_ONCE: Final = 5_000


class Cause(NamedTuple):
    """Why events are lost: their fate, and the few words about it ("no id"). What the console ignores has a cause for each name."""

    fate: RowFate
    type: str
    words: str
    name: str = ""


class Loss(NamedTuple):
    """A cause, the number of events that it costs, and the first names of them."""

    cause: Cause
    number: int
    names: tuple[str, ...]


class Arrivals:
    """The events that came, in the order in which they came. `indexes` are their places in the corpus, `times` are in seconds since 1970.

    `counts` and `causes` are about those that are mapped; `others` are lost events whose causes are too many to be told apart.
    """

    def __init__(self) -> None:
        self.indexes, self.times = array("L"), array("d")
        self._per_second: Counter[int] = Counter()
        self.counts: Counter[RowFate] = Counter()
        self.causes: Counter[Cause] = Counter()
        self.others = 0
        self.kept = 0
        """How many of them were written to a file; none was removed before it."""
        self._names: dict[Cause, tuple[str, ...]] = {}
        self._lost: Counter[int] = Counter()
        self._counted = 0

    def __len__(self) -> int:
        return len(self.indexes)

    def add(self, first: int, times: Sequence[float]) -> None:
        """Take note of events that are in the corpus from the index `first` on."""
        self.indexes.extend(range(first, first + len(times)))
        self.times.extend(times)
        self._per_second.update(map(int, times))
        if times:
            _forget(self._per_second, int(times[-1]))

    @property
    def unkept(self) -> int:
        """The number of events that are in no file."""
        return max(0, len(self.indexes) - self.kept)

    def removed(self, index: int) -> None:
        """An event of the corpus was removed; later ones have moved up."""
        at = bisect_left(self.indexes, index)
        if at < len(self.indexes) and self.indexes[at] == index:
            del self.indexes[at], self.times[at]
        for later in range(at, len(self.indexes)):
            self.indexes[later] -= 1
        self.count_again()

    def position(self, index: int | None) -> int | None:
        """The place of an event of the corpus among those that came, from 0; None if it did not come here."""
        if index is None:
            return None
        at = bisect_left(self.indexes, index)
        return at if at < len(self.indexes) and self.indexes[at] == index else None

    # What is counted

    @property
    def unknown(self) -> int:
        """The number of events that are not mapped yet."""
        return len(self.indexes) - self._counted

    def count_again(self) -> None:
        """Forget what was counted: the outcomes may differ now."""
        self.counts.clear()
        self.causes.clear()
        self._names.clear()
        self._lost.clear()
        self._counted = self.others = 0

    def count(self, corpus: Corpus) -> bool:
        """Count events that were mapped meanwhile, at most some thousands at once. True if more of them are left."""
        mapped = bisect_left(self.indexes, corpus.mapped)
        end = min(mapped, self._counted + _COUNTED_AT_ONCE)
        for at in range(self._counted, end):
            self._count(corpus.facts(self.indexes[at]), self.times[at])
        self._counted = end
        return end < mapped

    def _count(self, row: EventRow, time: float) -> None:
        self.counts[row.fate] += 1
        if row.fate not in LOST:
            return
        self._lost[int(time)] += 1
        _forget(self._lost, int(time))
        cause = Cause(row.fate, row.type, row.lost, row.name if row.fate == "ignored" else "")
        if cause not in self.causes and len(self.causes) >= _MOST_CAUSES:
            self.others += 1
            return
        self.causes[cause] += 1
        names = self._names.get(cause, ())
        if row.name not in names and len(names) < _MOST_NAMES:
            self._names[cause] = (*names, row.name)

    def most_lost(self, most: int) -> list[Loss]:
        """The causes that cost the most events, the worst first."""
        return [Loss(cause, number, self._names.get(cause, ())) for cause, number in self.causes.most_common(most)]

    # A line of the last minutes

    def per_second(self, now: int, *, lost: bool = False) -> list[int]:
        """How many events came in each of the last `SECONDS_SHOWN` seconds, the last one being `now`; or how many were lost."""
        counts = self._lost if lost else self._per_second
        return [counts[second] for second in range(now - SECONDS_SHOWN + 1, now + 1)]


def _forget(counts: Counter[int], now: int) -> None:
    """Drop what is too old to be drawn, now and then."""
    if len(counts) > 2 * SECONDS_SHOWN:
        for second in [second for second in counts if second <= now - SECONDS_SHOWN]:
            del counts[second]


class LiveView(NamedTuple):
    """What the Live screen shows of the listener: its address, when it began (seconds since 1970), who sent events, and what was refused.

    `clients` are SDKs with their version and the number of their events, `refused` the reasons with the number of requests, `retries`
    the events that came again, `lines` are those to paste for each SDK. `ended` says why nothing is listened to any more, and is "" while it is.
    """

    address: str
    began: float
    clients: Mapping[str, int] = {}
    refused: Mapping[str, int] = {}
    retries: int = 0
    lines: str = ""
    ended: str = ""
