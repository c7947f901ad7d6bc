"""Counting over the events in slices: where those of a goal end, and what a change of the config would do to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from abtui.core.checks import REPEATED
from abtui.core.config import Config
from abtui.core.corpus.funnel import EXAMPLES, Funnel, FunnelResult, Look
from abtui.core.corpus.mapper import Mapper
from abtui.core.destinations import destination_of
from abtui.core.events import Event, Stored, read_stored
from abtui.core.findings import Fix
from abtui.core.remedy import Line, preview
from abtui.core.text.yaml_edit import edit_yaml
from abtui.tui.corpus import Corpus
from abtui.tui.corpus.shapes import LOOSE
from abtui.tui.session import Session

_TOGETHER: Final = 4_096
"""Events that are counted at once: a million take a tenth of a second, a stretch of them less than a millisecond."""
Over = Callable[[], bool]
"""Tells whether the time of a slice is over."""


class Counting:
    """Counts the mapped events for one goal and one state of the config and the corpus."""

    def __init__(self, goal: str, corpus: Corpus, mapper: Mapper) -> None:
        self.funnel = Funnel(goal, mapper.config)
        self.counted = 0
        """The number of events whose rows were looked at."""
        self._corpus, self._mapper = corpus, mapper
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

    def _count_rows(self) -> None:
        """Count the next stretch of events by their rows. Those whose row does not tell all are read afterwards."""
        start, shapes = self.counted, self._corpus.shapes
        numbers = shapes.ids[start : min(start + _TOGETHER, self._corpus.mapped)]
        meant = {number for number in set(numbers) if self._look(number) != "no"}
        places: dict[int, list[int]] = {number: [] for number in meant}
        if meant:
            for index, number in enumerate(numbers, start):
                if number in meant:
                    places[number].append(index)
        for number, indexes in places.items():
            if self._looks[number] == "row":
                self.funnel.add_rows(shapes.shape(number), indexes[:EXAMPLES], len(indexes))
            else:
                self._unread += indexes
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


class Trial:
    """A change of the config, tried on a copy of its text: the lines that it changes, and its result over all events.

    `after` is the changed text, None if it cannot be changed so. `result` is the way of the goal's events under it, and
    `others` the number of further events that change; both are known once `more` is true.
    """

    def __init__(self, goal: str, fix: Fix, session: Session, corpus: Corpus) -> None:
        self.fix, self.before = fix, session.text
        self.after = edit_yaml(session.text, fix.edits).text
        config = None if self.after is None else session.read(self.after).config
        self.lines: tuple[Line, ...] = ()
        if self.after is not None:
            self.lines = preview(self.before, self.after, session.secrets())
        self.result: FunnelResult | None = None
        self.others = 0
        self._old, self._new = session.mapper, None if config is None else Mapper(config)
        self._funnel = None if config is None else Funnel(goal, config)
        self._corpus, self._looks = corpus, dict[int, Look]()
        self._same_frame = (
            config is not None and session.mapper is not None and _frame(session.mapper.config) == _frame(config)
        )
        self._coming: Iterator[tuple[int, Stored]] = enumerate(corpus.items(0, len(corpus)))
        self._changed = 0

    @property
    def possible(self) -> bool:
        """Whether the text can be changed so, and read after that."""
        return self._funnel is not None

    @property
    def is_under_way(self) -> bool:
        """Whether its result will be known, and is not yet."""
        return self.possible and self.result is None

    def more(self, before: FunnelResult, over: Over) -> bool:
        """Map further events under both configs until `over` is true. True once the result is known."""
        if self._funnel is None:
            return True
        for index, item in self._coming:
            self._add(index, item)
            if over():
                return False
        self.result = self._funnel.result()
        self.others = max(0, self._changed - (self.result.through - before.through))
        return True

    def _add(self, index: int, item: Stored) -> None:
        event = read_stored(item)
        old, new, funnel = self._old, self._new, self._funnel
        if old is None or new is None or funnel is None or not isinstance(event, Event):
            return
        was, now = old.decide(event.value), new.decide(event.value)
        alike = was == now and old.fate(was) == new.fate(now) and (self._same_frame or now.verdict != "send")
        self._changed += not alike
        # The row of an event that does not change tells as much as it did, and making an outcome takes most of the time.
        if not alike or not self._add_row(funnel, index):
            funnel.add(index, event, new.outcome(event), repeated=index in self._corpus.repeated)

    def _add_row(self, funnel: Funnel, index: int) -> bool:
        """Count an event by its row. False if that does not tell enough."""
        shapes = self._corpus.shapes
        number = shapes.ids[index]
        look = self._looks.get(number)
        if look is None:
            look = self._looks[number] = "event" if number <= LOOSE else funnel.look(shapes.shape(number))
        if look == "row":
            funnel.add_rows(shapes.shape(number), (index,))
        return look != "event"


def _frame(config: Config) -> object:
    """What is the same in every request."""
    return destination_of(config.destination).frame(config.default_target)
