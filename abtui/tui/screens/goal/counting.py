"""Counting over the events in slices: where those of a goal end, and what a change of the config would do to them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from itertools import islice
from typing import Final, NamedTuple

from abtui.core.checks import REPEATED
from abtui.core.corpus.funnel import EXAMPLES, Funnel, FunnelResult, Look
from abtui.core.corpus.mapper import Mapper
from abtui.core.corpus.query import Facts
from abtui.core.events import Event, read_stored
from abtui.core.remedy import Line, Remedy
from abtui.tui.corpus import Corpus
from abtui.tui.corpus.shapes import LOOSE
from abtui.tui.state import Progress

_TOGETHER: Final = 4_096
"""Events that are counted at once: a million take a tenth of a second, a stretch of them less than a millisecond."""
Over = Callable[[], bool]
"""Tells whether the time of a slice is over."""


class Counting:
    """Counts the mapped events for one goal and one state of the config and the corpus.

    With the mapper of a changed config, `changed` are the events that it makes others of: their rows tell nothing any more.
    """

    def __init__(self, goal: str, corpus: Corpus, mapper: Mapper, changed: Collection[int] = ()) -> None:
        self.funnel = Funnel(goal, mapper.config)
        self.counted = 0
        """The number of events whose rows were looked at."""
        self._corpus, self._mapper, self._changed = corpus, mapper, changed
        self._looks: dict[int, Look] = {}
        self._unread: list[int] = []

    def more(self, over: Over) -> bool:
        """Count further events until `over` is true. True once all events that are mapped so far are counted."""
        while self._unread or self.counted < self._corpus.mapped:
            if self._unread:
                self._read(self._unread.pop())
            else:
                self._count_rows()
            if over():
                return False
        return True

    def named(self, names: Collection[str]) -> list[int]:
        """The first track calls with one of these names, as far as their rows tell their names."""
        shapes = self._corpus.shapes
        numbers = {at for at in range(LOOSE + 1, shapes.known) if names and _is_track(shapes.shape(at), names)}
        return list(islice((at for at, number in enumerate(shapes.ids) if number in numbers), EXAMPLES if names else 0))

    def _count_rows(self) -> None:
        """Count the next stretch of events by their rows. Those whose row does not tell all are read afterwards."""
        start, shapes = self.counted, self._corpus.shapes
        numbers = shapes.ids[start : min(start + _TOGETHER, self._corpus.mapped)]
        meant = {number for number in set(numbers) if self._look(number) != "no"}
        places: dict[int, list[int]] = {number: [] for number in meant}
        if meant:
            for index, number in enumerate(numbers, start):
                if number in meant and index not in self._changed:
                    places[number].append(index)
        for number, indexes in places.items():
            if self._looks[number] == "row":
                self.funnel.add_rows(shapes.shape(number), indexes[:EXAMPLES], len(indexes))
            else:
                self._unread += indexes
        if self._changed:
            self._unread += [index for index in range(start, start + len(numbers)) if index in self._changed]
        self.counted += len(numbers)

    def _look(self, number: int) -> Look:
        look = self._looks.get(number)
        if look is None:
            shape = self._corpus.shapes.shape(number)
            if number <= LOOSE:
                # Such a row has no name, but it tells whether there is an event at all.
                look = "no" if shape.verdict in ("unreadable", "unmapped") else "event"
            else:
                look = self.funnel.look(shape)
            self._looks[number] = look
        return look

    def _read(self, index: int) -> None:
        event = read_stored(self._corpus.item(index), self._mapper.config.secrets)
        if isinstance(event, Event):
            shape = self._corpus.shapes.shape(self._corpus.shapes.ids[index])
            repeated = REPEATED.code in shape.codes or index in self._corpus.repeated
            self.funnel.add(index, event, self._mapper.outcome(event), repeated=repeated)


def _is_track(row: Facts, names: Collection[str]) -> bool:
    return row.type == "track" and row.name in names


class Trial(NamedTuple):
    """The change of a loss: the lines of the config that it changes, the way of the goal's events with it, None until that is
    known, and how many further events it changes."""

    remedy: Remedy
    lines: tuple[Line, ...]
    result: FunnelResult | None = None
    others: int = 0

    @property
    def is_under_way(self) -> bool:
        """Whether its result is still to come."""
        return self.result is None

    def with_result(self, result: FunnelResult, before: FunnelResult, measured: Progress) -> Trial:
        """The trial with the way of the events with the change and `before` it; `measured` compares all events."""
        changed = 0 if measured.result is None else measured.result.changed
        return self._replace(result=result, others=max(0, changed - (result.through - before.through)))
