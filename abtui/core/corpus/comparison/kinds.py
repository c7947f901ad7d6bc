"""Two configs over a corpus by kinds of events: of each kind a few are compared, and the others are only counted.

What the kind of an event depends on is up to the destination of both configs (`Destination.compared_by`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec

from abtui.core.config.model import Config
from abtui.core.corpus.comparison.comparison import Comparison
from abtui.core.corpus.comparison.counts import Kinds
from abtui.core.corpus.fast_reader import FieldPart, FieldReader
from abtui.core.corpus.recurring import LONGEST, Kind, Recurring
from abtui.core.destination import JSONObject
from abtui.core.destinations import destination_of
from abtui.core.events import Event
from abtui.core.segment import READ_FIRST, filtered_by
from abtui.core.text.json_parser import parse

_FILLED: Final = {"": None}
"""Stands for what is in an unopened field."""


class _Known(msgspec.Struct):
    """An event that stands for those of its kind, the ways in which they change, and how many were only counted."""

    event: Event
    changes: Kinds
    times: int = 0


class KindComparison:
    """Adds events to comparisons of two configs. The result is the same as if each event was compared by itself."""

    def __init__(self, configs: Sequence[Config]) -> None:
        old, new = (destination_of(config.destination) for config in configs)
        fields = dict.fromkeys([*old.mapped_fields(configs[0]), *new.mapped_fields(configs[1])])
        compared_by = old.compared_by if old is new else None
        self._title = new.title
        self._kind_of = _no_kind if compared_by is None else compared_by(fields)
        self._has_kinds = compared_by is not None
        self._unopened = [] if compared_by is None else [name for name in old.unopened if name not in fields]
        self._kinds: Recurring[_Known] = Recurring()
        self.reader = FieldReader(*configs, unopened=self._unopened)

    def add(self, comparison: Comparison, part: FieldPart) -> None:
        """Compare the events of a part that the reader read; of kinds that are known they are counted by `count`."""
        values = part.values
        if not self._has_kinds or not self._kinds.worth(len(values)):
            self._open(part, range(len(values)))
            comparison.add_part(part)
            return
        known, others = self._kinds.known, []
        for index, value in enumerate(values):
            kind = self._kind(value)
            found = known.get(kind)
            if found is None or comparison.wants(found.changes):
                others.append((index, kind))
            else:
                found.times += 1
        indexes = [index for index, _kind in others]
        self._open(part, indexes)
        changes = {index: kinds for index, kinds, _shape in comparison.add_part(part, indexes)}
        for index, kind in others:
            if kind not in known:
                self._kinds.missed()
                if kind is not None and self._kinds.comes_again(kind):
                    self._remember(kind, values[index], changes.get(index, ()))

    def count(self, comparison: Comparison) -> None:
        """Count the events that were not compared. Only then the comparison has all that were added."""
        for known in self._kinds.known.values():
            if known.times:
                comparison.add_again(known.event, known.times)
                known.times = 0

    def _kind(self, event: JSONObject) -> Kind | None:
        """What the changes of an event depend on; None where they depend on more."""
        kind = self._kind_of(event)
        return (filtered_by(event, self._title), *kind) if kind is not None and event.get(READ_FIRST) else kind

    def _remember(self, kind: Kind, event: JSONObject, changes: Kinds) -> None:
        """Remember a kind by an event without what is large in it."""
        emptied = {name: _FILLED if event[name] else {} for name in self._unopened if name in event}
        event = {**event, **emptied}
        if len(repr(event)) <= LONGEST:
            self._kinds.known[kind] = _Known(Event("", event), changes)

    def _open(self, part: FieldPart, indexes: Iterable[int]) -> None:
        """Read the fields that are text in some events."""
        for index in indexes:
            value = part.values[index]
            for name in self._unopened:
                if type(field := value.get(name)) is msgspec.Raw:
                    value[name] = _opened(field)


def _no_kind(_event: JSONObject) -> None:
    """For destinations without kinds."""


def _opened(field: msgspec.Raw) -> Any:
    try:
        return msgspec.json.decode(field)
    except msgspec.DecodeError:  # a number beyond all doubles
        return parse(bytes(field).decode()).value
