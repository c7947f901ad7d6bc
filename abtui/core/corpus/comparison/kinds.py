"""Two configs over a corpus by kinds of events: of each kind a few are compared, and the others are only counted."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from abtui.core.config.model import Config
from abtui.core.corpus.comparison.comparison import Comparison
from abtui.core.corpus.comparison.counts import Kinds
from abtui.core.corpus.event_kinds import EventKinds
from abtui.core.corpus.fast_reader import FieldPart
from abtui.core.corpus.recurring import LONGEST, Kind, Recurring
from abtui.core.destination import JSONObject
from abtui.core.events import Event


class _Known(msgspec.Struct):
    """An event that stands for those of its kind, the ways in which they change, and how many were only counted."""

    event: Event
    changes: Kinds
    times: int = 0


class KindComparison:
    """Adds events to comparisons of two configs. The result is the same as if each event was compared by itself."""

    def __init__(self, configs: Sequence[Config]) -> None:
        self._kinds = EventKinds(*configs)
        self._recurring: Recurring[_Known] = Recurring()
        self.reader = self._kinds.reader

    def add(self, comparison: Comparison, part: FieldPart) -> None:
        """Compare the events of a part that the reader read; of kinds that are known they are counted by `count`."""
        values, kinds, recurring = part.values, self._kinds, self._recurring
        if not kinds.any or not recurring.worth(len(values)):
            kinds.open(part, range(len(values)))
            comparison.add_part(part)
            return
        known, others = recurring.known, []
        for index, value in enumerate(values):
            kind = kinds.of(value)
            found = known.get(kind)
            if found is None or comparison.wants(found.changes):
                others.append((index, kind))
            else:
                found.times += 1
        indexes = [index for index, _kind in others]
        kinds.open(part, indexes)
        changes = {index: ways for index, ways, _shape in comparison.add_part(part, indexes)}
        for index, kind in others:
            if kind not in known:
                recurring.missed()
                if kind is not None and recurring.comes_again(kind):
                    self._remember(kind, values[index], changes.get(index, ()))

    def count(self, comparison: Comparison) -> None:
        """Count the events that were not compared. Only then the comparison has all that were added."""
        for known in self._recurring.known.values():
            if known.times:
                comparison.add_again(known.event, known.times)
                known.times = 0

    def _remember(self, kind: Kind, event: JSONObject, changes: Kinds) -> None:
        """Remember a kind by an event without what is large in it."""
        event = self._kinds.stand_in(event)
        if len(repr(event)) <= LONGEST:
            self._recurring.known[kind] = _Known(Event("", event), changes)
