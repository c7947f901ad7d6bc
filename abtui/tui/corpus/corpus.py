"""The corpus on screen: its items, a row for each that is made when first needed, and the filter."""

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
from abtui.tui.kit.event_row import EventRow
from abtui.tui.kit.marks import RowFate

_IDS_COMPARED = 128 * 1024
"""The largest edited text, in characters, whose messageId is compared with the previous one during the key press."""
_REPEATED_KEPT = 50_000
"""The number of findings about repeated messageIds that are kept; beyond it only the code in the row is kept."""


class Corpus(Items):
    """The items, their rows, the filtered view and the counts. Only the screen's thread changes them.

    A `generation` is one state of the config. Each row is stored as the number of its shape (see `Shapes`).
    """

    def __init__(self) -> None:
        super().__init__()
        self.shapes = Shapes()
        self.generation = 0
        self.mapped = 0
        self.repeated: dict[int, Finding] = {}
        self.repeats_known = True
        """False if, after an edit, `repeated` and the rows may be wrong about which events repeat a messageId."""
        self._newer: set[int] = set()
        self._filter = Filter(self)
        self.mapper: Mapper | None = None
        """The mapper of the current config, which makes the stored rows."""

    # Items

    def add(self, items: Iterable[Stored] | Batch) -> int:
        """Append items and return the index of the first. Their rows are made when they are shown, or set by `place`."""
        if not isinstance(items, Batch):
            batch = Batch()
            for item in items:
                batch.keep(item)
            items = batch
        self.shapes.grow(len(items))
        return self._store.add(items)

    def announce(self, index: int, item: Stored) -> None:
        """Prepare for the replacement of an item by `item`. Several calls before one replacement are allowed."""
        super().announce(index, item)
        if index >= self.mapped:
            # The row made after the edit will not tell whether the item repeats another's messageId.
            self.repeats_known = False
        elif len(item.text) > _IDS_COMPARED:
            self.repeats_known = False
        elif message_id_of(self.item(index)) != message_id_of(item):
            self.repeats_known = False
            self.repeated.pop(index, None)

    def newer(self, start: int, end: int) -> set[int]:
        """The items from `start` up to `end` edited since the config changed; their rows are newer than the worker's."""
        return self._newer.intersection(range(start, end))

    def replace(self, index: int, item: Stored, row: EventRow | None) -> None:
        """Store the new text and row of an edited item. The row is None if there is no usable config."""
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
        """Remove an item that belongs to no file. Later items move up, and every row has to be made again."""
        self._forget(index)
        del self.shapes.ids[index]
        self._filter.remove(index)
        self.restart()

    # Rows

    @property
    def counts(self) -> Counter[RowFate]:
        """The number of mapped items by fate."""
        return self.shapes.counts

    def finding_counts(self) -> Counter[str]:
        """The number of mapped items with a finding, by its code."""
        return self.shapes.finding_counts()

    def restart(self, held: int | None = None) -> None:
        """Drop every row, because the config changed. Rows in view are made when drawn, the others arrive through `place`.

        The filter keeps the item `held` in view until another one is selected, see `let_go`.
        """
        self.generation += 1
        self.mapped = 0
        self.shapes.forget()
        self.repeated.clear()
        self.repeats_known = True
        self._newer.clear()
        self._filter.restart(held)

    def place(self, generation: int, start: int, rows: Sequence[EventRow], repeated: Mapping[int, Finding]) -> bool:
        """Store mapped rows from `start`, and the findings of those that repeat a messageId.

        Returns False and changes nothing if the rows are from an older config or out of order.
        """
        if generation != self.generation or start != self.mapped:
            return False
        shapes = self.shapes
        for index, row in enumerate(rows, start):
            number = shapes.ids[index]
            # The item was edited while it was being mapped, so its stored row is newer.
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
        """Set which items repeat a messageId to `found`; the rows of the items `before` said so until now.

        Returns the items whose row changed.
        """
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
        """The row of an item, which is mapped now if it was not mapped before.

        Without a mapper (no usable config) the row has a type and a name, but no fate. The row is stored if `mapper` is the
        mapper of the corpus.
        """
        number = self.shapes.ids[index]
        if number == UNKNOWN:
            if mapper is None:
                return self._with_state(index, summary(read_stored(self._store.item(index)), None))
            row, _ = map_stored(self._store.item(index), mapper)
            if mapper is self.mapper:
                # Another mapper has another config, such as the one in use when a dialog was opened.
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
        """The row with the item's source and its state: marks, edits, changes and receipts."""
        flags = {"marked": self.marked, "edited": self.edited, "moved": self.moved}
        return msgspec.structs.replace(
            row,
            source=self._store.source_of(index),
            changes=self.changes(index),
            receipt=self.receipts.get(index, ""),
            flags=tuple(flag for flag, indexes in flags.items() if index in indexes),
        )

    # The filter

    @property
    def filter(self) -> Query:
        """The query that the list is filtered by."""
        return self._filter.query

    @property
    def shown(self) -> int:
        """The number of rows shown."""
        return self._filter.shown

    @property
    def filtering(self) -> bool:
        """Whether the filter still has rows to test."""
        return self._filter.unfinished

    def set_filter(self, value: Query) -> None:
        """Filter the list by a query, see `Filter.apply`."""
        self._filter.apply(value)

    def filter_more(self, kept: int | None, over: Callable[[], bool]) -> bool:
        """Continue the filter's pass, see `Filter.more`."""
        return self._filter.more(kept, over)

    def let_go(self, selected: int | None) -> bool:
        """Hide the held item once another one is selected. True if the list has changed."""
        return self._filter.let_go(selected)

    def index_at(self, position: int) -> int | None:
        """The index of the item at a position of the list, or None."""
        return self._filter.index_at(position)

    def position_of(self, index: int) -> int | None:
        """The position of an item in the list, or None if the filter hides it."""
        return self._filter.position_of(index)

    @property
    def shown_all(self) -> Sequence[int]:
        """The indexes of the items that the list shows, in order. The sequence may change with the list."""
        return self._filter.indexes

    def shown_indexes(self) -> Iterator[int]:
        """The indexes of the items that the list shows at the time of the call, in order."""
        indexes = self._filter.indexes
        return iter(indexes if isinstance(indexes, range) else array("I", indexes))
