"""The filter over the corpus: a pass over the rows in order, in slices that leave time for keys and frames."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import compress
from typing import Final, Protocol

import msgspec

from abtui.core.corpus.query import Query, may_hold
from abtui.core.events import Stored
from abtui.tui.corpus.rows import users_of
from abtui.tui.corpus.shapes import LOOSE, Shapes
from abtui.tui.kit.event_row import EventRow

AT_A_TIME: Final = 2048
FEW_AT_A_TIME: Final = 64
"""Rows tested between two readings of the clock: `AT_A_TIME` by shape, `FEW_AT_A_TIME` if each is tested by itself."""
# The answer for all rows of a shape. `_OPEN`: it depends on the row; `_UNASKED`: the query was not evaluated yet.
_NO, _YES, _OPEN, _UNASKED = range(4)

Needed = tuple[tuple[bytes, ...], ...]
"""The texts that an admitted item has to contain, see `Query.needed`."""


class Rows(Protocol):
    """The parts of the corpus that the filter uses."""

    shapes: Shapes

    def __len__(self) -> int: ...

    @property
    def mapped(self) -> int: ...

    def stretch(self, index: int) -> tuple[str, int]:
        """The name of the file an item comes from, and the index of the first item after that file."""

    def has_state(self, index: int) -> bool:
        """Whether the item has a state of its own: it is marked, edited, sent, or changed against the baseline."""

    def facts(self, index: int) -> EventRow:
        """The complete row of a mapped item, except for its users."""

    def items(self, start: int, end: int) -> Iterator[Stored]:
        """The items from `start` up to `end`, in order."""


class Filter:
    """The items shown by a query.

    The view of the old query stays until the new view has a place for the cursor; from then on the new view only grows.
    """

    def __init__(self, rows: Rows) -> None:
        self.query = Query("")
        self._rows = rows
        # The items shown (None: all), the items the pass has found so far, and the number of rows it has tested.
        self._view: array[int] | None = None
        self._found: array[int] | None = None
        self._tested = 0
        # The view comes from an older config: it stays until the event under the cursor is mapped again.
        self._outdated = False
        self._held: int | None = None
        """An item that stays in the view although the query does not admit it any more."""
        # Answers by shape number: those for the last file, and those for rows without a state, whatever their file.
        self._file = ""
        self._answers = bytearray()
        self._untouched: dict[int, int] = {}
        self._needed: dict[int, Needed] = {}

    @property
    def shown(self) -> int:
        """The number of rows shown: those admitted among the rows tested so far."""
        return len(self._rows) if self._view is None else len(self._view)

    @property
    def unfinished(self) -> bool:
        """Whether mapped rows are left to test, or the view of the new query is not shown yet."""
        waits = self._found is not self._view and not self._outdated
        return self._found is not None and (self._tested < self._rows.mapped or waits)

    @property
    def _reads(self) -> bool:
        """Whether the query reads the items' own texts."""
        return self.query.by_user or self.query.by_text

    @property
    def indexes(self) -> Sequence[int]:
        """The items shown, in order."""
        return range(len(self._rows)) if self._view is None else self._view

    def apply(self, query: Query) -> None:
        """Show only what `query` admits. An empty query takes effect at once, any other through `more`. A running pass ends."""
        self.query = query
        self._tested = 0
        self._forget_answers()
        self._found = array("I") if query else None
        self._outdated = False
        self._held = None
        if not query:
            self._view = None

    def restart(self, held: int | None = None) -> None:
        """Start again, because no row is valid any more. The item `held` stays in the view if it is there, until `let_go`."""
        self._held = held if held is not None and self.position_of(held) is not None else None
        self._tested = 0
        self._forget_answers()
        if self._found is not None:
            self._found = array("I")
            self._outdated = True

    def let_go(self, selected: int | None) -> bool:
        """Hide the held item once another one is selected. True if the view has changed."""
        held = self._held
        if self._found is None or held is None or held == selected:
            return False
        self._held = None
        if held >= self._tested or self._lets_through(held):
            return False
        self._found.remove(held)
        return self._found is self._view

    def remove(self, index: int) -> None:
        """Forget a removed item; later items move up. `restart` is called next."""
        if self._view is not None:
            self._view = array("I", (at - (at > index) for at in self._view if at != index))

    def grown(self, start: int) -> None:
        """Test the rows mapped from `start` on, unless a pass will reach them."""
        if self._tested == start:
            # No pass is running, and these rows are few.
            self._test_until(self._rows.mapped)

    def more(self, kept: int | None, over: Callable[[], bool]) -> bool:
        """Test rows until all mapped rows are tested or `over` is true, but always some. True if the new view is shown now.

        That happens once the cursor's place is known: the item `kept` if the query admits it, else the first admitted item.
        """
        if self._found is None:
            return False
        step = FEW_AT_A_TIME if self._reads or self._rows.shapes.full else AT_A_TIME
        while self._tested < self._rows.mapped:
            self._test_until(min(self._tested + step, self._rows.mapped))
            if over():
                break
        everything = len(self._rows) if self._outdated else self._rows.mapped
        if self._found is self._view or not (self._tested >= everything or self._has_place(kept)):
            return False
        self._view = self._found
        self._outdated = False
        return True

    def index_at(self, position: int) -> int | None:
        """The index of the item at a position of the list, or None."""
        indexes = self.indexes
        return indexes[position] if 0 <= position < len(indexes) else None

    def position_of(self, index: int) -> int | None:
        """The position of an item in the list, or None if it is hidden."""
        if self._view is None:
            return index
        position = bisect_left(self._view, index)
        return position if position < len(self._view) and self._view[position] == index else None

    def admitted(self, start: int, end: int) -> Iterator[int]:
        """The mapped items from `start` up to `end` that the query admits."""
        at = start
        while at < end:
            name, until = self._rows.stretch(at)
            until = min(until, end)
            yield from self._of_one_file(name, at, until)
            at = until

    def _test_until(self, end: int) -> None:
        """Test the next rows, up to `end`."""
        if self._found is not None:
            found: Iterable[int] = self.admitted(self._tested, end)
            if self._held is not None and self._tested <= self._held < end:
                found = sorted({*found, self._held})
            self._found.extend(found)
        self._tested = end

    def _of_one_file(self, name: str, start: int, end: int) -> Iterator[int]:
        ids = self._rows.shapes.ids[start:end]
        answers = self._answered(name, set(ids))
        wanted = [answers[number] for number in ids]
        if self.query.by_state:
            wanted = [
                _OPEN if answer == _OPEN and self._rows.has_state(index) else self._without_state(number, answer)
                for index, number, answer in zip(range(start, end), ids, wanted, strict=True)
            ]
        if _OPEN not in wanted:
            return compress(range(start, end), wanted)
        return self._tested_one_by_one(name, start, wanted)

    def _without_state(self, number: int, answer: int) -> int:
        """The answer for a row without a state of its own."""
        if answer != _OPEN or self._reads or self.query.by_source or number <= LOOSE:
            return answer
        known = self._untouched.get(number)
        if known is None:
            known = self._untouched[number] = _YES if self.query.admits(self._rows.shapes.shape(number)) else _NO
        return known

    def _tested_one_by_one(self, name: str, start: int, wanted: list[int]) -> Iterator[int]:
        """The admitted rows of a stretch in which some rows have to be tested one by one."""
        texts = self._rows.items(start, start + len(wanted)) if self._reads else None
        for index, answer in enumerate(wanted, start):
            item = None if texts is None else next(texts)
            if answer == _YES or (answer == _OPEN and self._admits(name, index, item)):
                yield index

    def _admits(self, name: str, index: int, item: Stored | None) -> bool:
        if item is None:
            return self.query.admits(self._rows.facts(index))
        if isinstance(item.text, bytes) and not may_hold(item.text, self._needed_in(name, index)):
            return False
        row = self._rows.facts(index)
        if self.query.by_user:
            row = msgspec.structs.replace(row, users=users_of(item))
        return self.query.admits(row, item.text)

    def _needed_in(self, name: str, index: int) -> Needed:
        """The texts that an item has to contain to be admitted."""
        number = self._rows.shapes.ids[index]
        needed = self._needed.get(number)
        if needed is None:
            decidable = number > LOOSE and (name or not self.query.by_source)
            row = msgspec.structs.replace(self._rows.shapes.shape(number), source=f"{name}:")
            needed = self._needed[number] = self.query.needed(row) if decidable else ()
        return needed

    def _answered(self, name: str, numbers: set[int]) -> bytearray:
        """The query's answers by shape for one file, complete for the shapes in `numbers`."""
        shapes = self._rows.shapes
        if self.query.by_source and name != self._file:
            self._forget_answers()
            self._file = name
        answers = self._answers
        answers.extend(bytes([_UNASKED]) * (shapes.known - len(answers)))
        for number in numbers:
            if answers[number] == _UNASKED:
                row = msgspec.structs.replace(shapes.shape(number), source=f"{name}:")
                # Pasted events have no file, and each has a source of its own.
                decidable = number > LOOSE and (name or not self.query.by_source)
                answer = self.query.outright(row) if decidable else None
                answers[number] = _OPEN if answer is None else _YES if answer else _NO
        return answers

    def _has_place(self, kept: int | None) -> bool:
        if kept is not None and kept >= self._rows.mapped and self._outdated:
            return False
        if kept is None or kept >= self._rows.mapped or not (kept == self._held or self._lets_through(kept)):
            return bool(self._found)
        return kept < self._tested

    def _forget_answers(self) -> None:
        self._answers = bytearray()
        self._untouched = {}
        self._needed = {}

    def _lets_through(self, index: int) -> bool:
        return next(self.admitted(index, index + 1), None) is not None
