"""The event counts for the plan of a send, computed in slices that leave time for keys and frames."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from abtui.core.config import Target
from abtui.core.corpus.mapper import Mapper
from abtui.core.delivery.options import Mode
from abtui.core.delivery.plan import UNMAPPED, Plan, Scope
from abtui.core.delivery.shipment import ShipmentBuilder
from abtui.core.events.stored import read_stored
from abtui.tui.corpus import Corpus

_MAPPED_NOW: Final = 500
"""The largest scope that is mapped for its plan; a larger one waits until its rows are mapped."""
_AT_A_TIME: Final = 2048


class Planner:
    """Counts the mapped events of each scope. The scopes are those of the corpus when the planner was made."""

    def __init__(self, corpus: Corpus, mapper: Mapper, selected: int | None) -> None:
        self._corpus = corpus
        self._mapper = mapper
        self.indexes: dict[Scope, Sequence[int]] = {}
        if selected is not None:
            self.indexes["selected"] = (selected,)
        if corpus.marked:
            self.indexes["marked"] = sorted(corpus.marked)
        if corpus.filter:
            self.indexes["filtered"] = array("q", corpus.shown_indexes())
        # Events that the filter has not reached are not sent; the plan says that it is incomplete.
        self._filtering = corpus.filtering
        self.indexes["all"] = range(len(corpus))
        self.builders = {scope: ShipmentBuilder(mapper) for scope in self.indexes}
        self._passes: dict[Scope, Iterator[None]] = {scope: self._count(scope) for scope in self.indexes}
        self._complete: set[Scope] = set()

    @property
    def proposed(self) -> Scope:
        """The most likely scope: the marked events, else the filtered ones, else all."""
        return next(scope for scope in ("marked", "filtered", "all") if scope in self.indexes)

    def more(self, scope: Scope, over: Callable[[], bool]) -> bool:
        """Count further events until `over` is true. Returns True once every event of the scope is counted."""
        while scope not in self._complete and not over():
            try:
                next(self._passes[scope])
            except StopIteration:
                self._complete.add(scope)
        return scope in self._complete

    def _count(self, scope: Scope) -> Iterator[None]:
        """One pass over a scope, in steps."""
        indexes, counts, corpus = self.indexes[scope], self.builders[scope].counts, self._corpus
        if self._mapper.destination.several:
            # Rows do not say how many requests an event makes.
            for index in indexes:
                self.builders[scope].count_item(index, read_stored(corpus.item(index)))
                yield
            return
        if len(indexes) <= _MAPPED_NOW:
            for index in indexes:
                row = corpus.row(index, self._mapper)
                counts.add(row.verdict, "" if row.verdict == UNMAPPED else row.reason, fate=row.fate)
                yield
            return
        # Rows are stored as numbers of their shapes, which are quick to count. Some shapes have only a verdict and a fate.
        for start in range(0, len(indexes), _AT_A_TIME):
            part = indexes[start : start + _AT_A_TIME]
            for number, count in Counter(map(corpus.shapes.ids.__getitem__, part)).items():
                kind = corpus.shapes.shape(number)
                counts.add(kind.verdict, kind.reason, count, fate=kind.fate)
            yield

    def plan(self, scope: Scope, mode: Mode, target: Target) -> Plan:
        """The plan for the events counted so far."""
        complete = scope in self._complete and not (scope == "filtered" and self._filtering)
        return self.builders[scope].plan(target, mode, complete=complete)
