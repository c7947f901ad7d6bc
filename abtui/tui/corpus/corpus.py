"""The corpus on screen: its items, a row for each, made when first needed, and the filter over them."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice

import msgspec

from abtui.core.checks import REPEATED
from abtui.core.corpus.mapper import Mapper
from abtui.core.corpus.query import Query
from abtui.core.events import Stored, read_stored
from abtui.core.findings import Finding
from abtui.services.event_store import Batch
from abtui.tui.corpus.filtering import Filter
from abtui.tui.corpus.items import Items
from abtui.tui.corpus.rows import map_stored, message_id_of, summary, with_code
from abtui.tui.corpus.shapes import LOOSE, UNKNOWN, Shapes
from abtui.tui.widgets.event_row import EventRow
from abtui.tui.widgets.fates import RowFate

_IDS_COMPARED = 128 * 1024
"""Up to this length of an edited text its messageId is compared with the one before, within the key press."""
_REPEATED_KEPT = 50_000
"""How many findings of repeated messageIds are kept; of the others only the code in their row."""


class Corpus(Items):
    """Items, rows, the filtered view and the counts. Changed only by the screen; a `generation` is one state of the config.

    A row is kept as the number of its shape.
    """

    def __init__(self) -> None:
        super().__init__()
        self.shapes = Shapes()
        self.generation = 0
        self.mapped = 0
        self.repeated: dict[int, Finding] = {}
        self.repeats_known = True
        """False where an edit may have made other events repeat a messageId than `repeated` and the rows tell."""
        self._newer: set[int] = set()
        self._filter = Filter(self)
        self.mapper: Mapper | None = None
        """What rows are made with that are kept, or not kept for want of room."""

    # Items

    def add(self, items: Iterable[Stored] | Batch) -> int:
        """Append items; gives the index of the first. Their rows are made when they are shown, or by `place`."""
        if not isinstance(items, Batch):
            batch = Batch()
            for item in items:
                batch.keep(item)
            items = batch
        self.shapes.grow(len(items))
        return self._store.add(items)

    def announce(self, index: int, item: Stored) -> None:
        """An item is about to be replaced by `item`. It may be told more than once."""
        super().announce(index, item)
        if index >= self.mapped:
            # Whether it repeats another's messageId will not be in the row that it has then.
            self.repeats_known = False
        elif len(item.text) > _IDS_COMPARED:
            self.repeats_known = False
        elif message_id_of(self.item(index)) != message_id_of(item):
            self.repeats_known = False
            self.repeated.pop(index, None)

    def newer(self, start: int, end: int) -> set[int]:
        """The items from `start` up to `end` that were edited since the config changed: their rows are newer than mapped ones."""
        return self._newer.intersection(range(start, end))

    def replace(self, index: int, item: Stored, row: EventRow | None) -> None:
        """An item was edited: take its new text and row (None: there is no usable config)."""
        before, shapes = self.shapes.ids[index], self.shapes
        if index < self.mapped and before != UNKNOWN:
            shapes.count(before, self._shape_of(index), -1)
        self.keep(index, item)
        self.edited.add(index)
        self._newer.add(index)
        shapes.ids[index] = UNKNOWN if row is None else shapes.number(row)
        if index < self.mapped and row is not None:
            shapes.count(shapes.ids[index], row)

    def remove(self, index: int) -> None:
        """Take out an item that is of no file; those behind it move up, and every row is to be made again."""
        self._forget(index)
        del self.shapes.ids[index]
        self._filter.remove(index)
        self.restart()

    # Rows

    @property
    def counts(self) -> Counter[RowFate]:
        """How many mapped items have each fate."""
        return self.shapes.counts

    def finding_counts(self) -> Counter[str]:
        """How many of the mapped items have a finding, by its code."""
        return self.shapes.finding_counts()

    def restart(self) -> None:
        """The config changed: forget every row. Rows in view are made anew at once, the rest as they come in through `place`."""
        self.generation += 1
        self.mapped = 0
        self.shapes.forget()
        self.repeated.clear()
        self.repeats_known = True
        self._newer.clear()
        self._filter.restart()

    def place(self, generation: int, start: int, rows: Sequence[EventRow], repeated: Mapping[int, Finding]) -> bool:
        """Take in mapped rows from `start`, and which of them repeat a messageId. False, and nothing changes, if they are of an older config or out of order."""
        if generation != self.generation or start != self.mapped:
            return False
        shapes = self.shapes
        for index, row in enumerate(rows, start):
            number = shapes.ids[index]
            # Edited while it was being mapped: its row is newer.
            if index not in self._newer or number == UNKNOWN:
                number = shapes.ids[index] = shapes.number(row)
                shapes.count(number, row)
            else:
                shapes.count(number, shapes.shape(number))
        self.mapped = start + len(rows)
        if len(self.repeated) < _REPEATED_KEPT:
            self.repeated.update((index, found) for index, found in repeated.items() if index not in self._newer)
        self._filter.grown(start)
        return True

    def set_repeats(self, before: Iterable[int], found: Mapping[int, Finding]) -> list[int]:
        """Of all items those `found` repeat a messageId; the rows of those `before` told so. Gives those whose row is another now."""
        shapes, changed = self.shapes, sorted(set(before) ^ found.keys())
        for index in changed:
            was = self._shape_of(index)
            shapes.count(shapes.ids[index], was, -1)
            row = with_code(was, REPEATED.code, there=index in found)
            shapes.ids[index] = shapes.number(row)
            shapes.count(shapes.ids[index], row)
        self.repeated = dict(islice(found.items(), _REPEATED_KEPT))
        self.repeats_known = True
        return changed

    def row(self, index: int, mapper: Mapper | None) -> EventRow:
        """The row of an item, mapped now if it was not yet. Without a mapper (no usable config) it has type and name, and its fate is unknown.

        It is kept if it is made with the mapper of the corpus.
        """
        number = self.shapes.ids[index]
        if number == UNKNOWN:
            if mapper is None:
                return self._with_state(index, summary(read_stored(self._store.item(index)), None))
            row, _ = map_stored(self._store.item(index), mapper)
            if mapper is self.mapper:
                # Anyone else asks about another config, such as one that was in use when a dialog was opened.
                self.shapes.ids[index] = self.shapes.number(row)
            return self._with_state(index, row)
        return self.facts(index)

    def facts(self, index: int) -> EventRow:
        """The row of a mapped item."""
        return self._with_state(index, self._shape_of(index))

    def _shape_of(self, index: int) -> EventRow:
        number = self.shapes.ids[index]
        if number <= LOOSE and self.mapper is not None:
            row = map_stored(self._store.item(index), self.mapper)[0]
            return with_code(row, REPEATED.code, there=True) if index in self.repeated else row
        return self.shapes.shape(number)

    def _with_state(self, index: int, row: EventRow) -> EventRow:
        """The row with its source, and with what was done to its item."""
        flags = (("marked",) if index in self.marked else ()) + (("edited",) if index in self.edited else ())
        return msgspec.structs.replace(
            row,
            source=self._store.source_of(index),
            changes=self.changes(index),
            receipt=self.receipts.get(index, ""),
            flags=flags,
        )

    # The filter

    @property
    def filter(self) -> Query:
        """What the list is filtered by."""
        return self._filter.query

    @property
    def shown(self) -> int:
        """How many rows are shown."""
        return self._filter.shown

    @property
    def filtering(self) -> bool:
        """Whether the filter has rows left to test."""
        return self._filter.unfinished

    def set_filter(self, value: Query) -> None:
        """See `Filter.apply`."""
        self._filter.apply(value)

    def filter_more(self, kept: int | None, over: Callable[[], bool]) -> bool:
        """See `Filter.more`."""
        return self._filter.more(kept, over)

    def index_at(self, position: int) -> int | None:
        """The index of the item at a position of the list, or None."""
        return self._filter.index_at(position)

    def position_of(self, index: int) -> int | None:
        """The position in the list of an item, or None if the filter hides it."""
        return self._filter.position_of(index)

    @property
    def shown_all(self) -> Sequence[int]:
        """The indexes of what the list shows, in order, as it is at the moment."""
        return self._filter.indexes

    def shown_indexes(self) -> Iterator[int]:
        """The indexes of what the list shows, in order, as it was when this was called."""
        indexes = self._filter.indexes
        return iter(indexes if isinstance(indexes, range) else array("I", indexes))

    def matching(self, query: Query, limit: int) -> list[int]:
        """The indexes of the first mapped items that `query` admits, `limit` of them at most."""
        filtered = Filter(self)
        filtered.apply(query)
        return list(islice(filtered.admitted(0, self.mapped), limit))
