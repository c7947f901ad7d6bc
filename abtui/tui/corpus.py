"""The corpus on screen: every event as the text it was read from, and one summary row each, made when first needed."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

import msgspec

from abtui.core.checks import RecentIds
from abtui.core.engine import Mapper
from abtui.core.events import Event, Unreadable, compact, read_one
from abtui.core.findings import Finding
from abtui.core.javascript import stringify
from abtui.core.outcomes import Outcome
from abtui.core.query import Query
from abtui.core.segment import event_label
from abtui.tui.widgets.event_list import EventRow

_OF_THE_SOURCE = frozenset({"BATCH-LIMIT", "TEXT-ENCODING", "CODE-COMPLETED"})
"""Findings about what an event came in. The rest is found again when the event's own text is read."""


_TESTED_AT_A_TIME: Final = 64
"""Rows the filter tests between two looks at the clock."""


class Stored(msgspec.Struct, frozen=True, gc=False):
    """One item of the corpus: where it came from, its text, and the findings its text alone would not show."""

    source: str
    text: str | bytes
    notes: tuple[Finding, ...] = ()
    broken: bool = False


def stored(item: Event | Unreadable) -> Stored:
    """What the corpus keeps of an item as it was read."""
    if isinstance(item, Unreadable):
        return Stored(item.source, item.text, (), True)
    notes = tuple(note for note in item.findings if note.code in _OF_THE_SOURCE) if item.findings else ()
    return Stored(item.source, stringify(item.value) if item.text is None else item.text, notes)


def read_stored(item: Stored) -> Event | Unreadable:
    """The item read again, with all its findings."""
    event = read_one(item.text, item.source)
    if item.notes and isinstance(event, Event):
        return msgspec.structs.replace(event, findings=item.notes + event.findings)
    return event


def summary(item: Event | Unreadable, outcome: Outcome | None) -> EventRow:
    """The row of an item in the list."""
    findings = item.findings if outcome is None else outcome.findings
    errors = sum(1 for finding in findings if finding.severity == "error")
    warnings = sum(1 for finding in findings if finding.severity == "warning")
    codes = tuple(dict.fromkeys(finding.code for finding in findings))
    if isinstance(item, Unreadable) or outcome is None:
        return EventRow(
            type="",
            name=item.findings[0].message,
            verdict="unreadable",
            errors=errors,
            warnings=warnings,
            source=item.source,
            codes=codes,
        )
    return EventRow(
        type=outcome.type or "?",
        name=event_label(item.value),
        verdict=outcome.verdict,
        errors=errors,
        warnings=warnings,
        source=item.source,
        reason=outcome.reason.code,
        goal=_goal(outcome),
        codes=codes,
        users=_users(item.value),
    )


def _goal(outcome: Outcome) -> str:
    body = None if outcome.request is None else outcome.request.body
    goals = body.get("goals") if isinstance(body, dict) else None
    name = goals[0].get("name") if isinstance(goals, list) and goals and isinstance(goals[0], dict) else None
    return name if isinstance(name, str) else ""


def _users(event: Mapping[str, object]) -> tuple[str, ...]:
    ids = (event.get("userId"), event.get("anonymousId"))
    return tuple(str(value) for value in ids if isinstance(value, str | int | float))


def map_stored(
    item: Stored,
    mapper: Mapper,
    recent: RecentIds | None = None,
    observe: Callable[[Event, Outcome], None] | None = None,
) -> tuple[EventRow, Finding | None]:
    """Read and map one item for its row, and the finding that tells of a repeated messageId, which it alone would not show.

    `observe` is called with what was mapped.
    """
    event = read_stored(item)
    if isinstance(event, Unreadable):
        return summary(event, None), None
    outcome = mapper.outcome(event, recent=recent)
    if observe is not None:
        observe(event, outcome)
    repeated = next((found for found in outcome.findings if found.code == "EVENT-REPEATED"), None)
    return summary(event, outcome), repeated


class Corpus:
    """Items, rows, the filtered view and the counts. Changed only by the screen; a `generation` is one state of the config.

    A filter is a pass over the rows in order, made in slices by `filter_more`. The view of the old filter stays until the new
    one's has a place for the cursor; from then on it only grows.
    """

    def __init__(self) -> None:
        self._items: list[Stored] = []
        self.counts: Counter[str] = Counter()
        self.filter = Query("")
        self.generation = 0
        self.mapped = 0
        self.edited: set[int] = set()
        self.repeated: dict[int, Finding] = {}
        self.marked: set[int] = set()
        self.receipts: dict[int, str] = {}
        """How the sending of an item stands: waiting, accepted, refused or unknown."""
        self._changes: dict[int, tuple[str, ...]] = {}
        self._rows: list[EventRow | None] = []
        # What is shown (None: everything), what the pass has found so far, and how many rows it has tested.
        self._view: list[int] | None = None
        self._found: list[int] | None = None
        self._tested = 0

    def __len__(self) -> int:
        return len(self._items)

    def item(self, index: int) -> Stored:
        """The item at an index, from 0."""
        return self._items[index]

    def keep(self, index: int, item: Stored) -> None:
        """Put another text in an item's place, without its row: `replace` follows when that is known."""
        self._items[index] = item

    @property
    def shown(self) -> int:
        """How many rows are shown: those the filter lets through, of those tested so far."""
        return len(self._items) if self._view is None else len(self._view)

    @property
    def filtering(self) -> bool:
        """Whether there are mapped rows left to test, or the view of the new filter is not the one shown yet."""
        return self._found is not None and (self._tested < self.mapped or self._found is not self._view)

    def add(self, items: Iterable[Stored]) -> int:
        """Append items; gives the index of the first. Their rows are made when they are shown, or by `place`."""
        first = len(self._items)
        self._items.extend(items)
        self._rows.extend([None] * (len(self._items) - first))
        return first

    def restart(self) -> None:
        """The config changed: forget every row. Rows in view are made anew at once, the rest as they come in through `place`."""
        self.generation += 1
        self._rows = [None] * len(self._items)
        self.mapped = 0
        self.counts.clear()
        self.repeated.clear()
        self._tested = 0
        if self._found is not None:
            self._view = self._found = []

    def place(self, generation: int, start: int, rows: list[EventRow], repeated: Mapping[int, Finding]) -> bool:
        """Take in mapped rows from `start`, and which of them repeat a messageId. False, and nothing changes, if they are of an older config or out of order."""
        if generation != self.generation or start != self.mapped:
            return False
        for index in self.edited.intersection(range(start, start + len(rows))):
            # Edited while it was being mapped: its row is newer.
            rows[index - start] = self._rows[index] or rows[index - start]
        self._rows[start : start + len(rows)] = rows
        self.mapped = start + len(rows)
        if self._tested == start:
            # No pass is on its way here; these are few.
            self._test_until(self.mapped)
        self.repeated.update((index, found) for index, found in repeated.items() if index not in self.edited)
        self.counts.update(row.verdict for row in rows)
        return True

    def set_filter(self, value: Query) -> None:
        """Show only what `value` admits: everything at once, anything less with `filter_more`. A pass on its way ends."""
        self.filter = value
        self._tested = 0
        self._found = [] if value else None
        if not value:
            self._view = None

    def filter_more(self, kept: int | None, over: Callable[[], bool]) -> bool:
        """Test rows until all mapped ones are or it is `over`, but always some. True if the view became the new filter's.

        It does once it is known where the cursor goes: to the item `kept` if that is let through, else to the first that is.
        """
        if self._found is None:
            return False
        while self._tested < self.mapped:
            self._test_until(min(self._tested + _TESTED_AT_A_TIME, self.mapped))
            if over():
                break
        if self._found is self._view or not (self._tested >= self.mapped or self._has_place(kept)):
            return False
        self._view = self._found
        return True

    def _test_until(self, end: int) -> None:
        """Test the rows that are next, up to `end`."""
        if self._found is not None:
            admits = self.filter.admits
            rows = enumerate(self._rows[self._tested : end], self._tested)
            self._found += [index for index, row in rows if row is not None and admits(self._decorated(index, row))]
        self._tested = end

    def _has_place(self, kept: int | None) -> bool:
        row = None if kept is None else self._rows[kept]
        if kept is None or row is None or kept >= self.mapped or not self.filter.admits(self._decorated(kept, row)):
            return bool(self._found)
        return kept < self._tested

    def index_at(self, position: int) -> int | None:
        """The index of the item at a position of the list, or None."""
        view = self._view
        if view is None:
            return position if 0 <= position < len(self._items) else None
        return view[position] if 0 <= position < len(view) else None

    def position_of(self, index: int) -> int | None:
        """The position in the list of an item, or None if the filter hides it."""
        view = self._view
        if view is None:
            return index
        position = bisect_left(view, index)
        return position if position < len(view) and view[position] == index else None

    def row(self, index: int, mapper: Mapper | None) -> EventRow:
        """The row of an item, mapped now if it was not yet. Without a mapper (no usable config) the verdict stays open."""
        row = self._rows[index]
        if row is None:
            item = self._items[index]
            if mapper is None:
                return EventRow(
                    type="",
                    name=item.source,
                    verdict="unreadable" if item.broken else "unmapped",
                    errors=0,
                    warnings=0,
                    source=item.source,
                )
            row, _ = map_stored(item, mapper)
            self._rows[index] = row
        return self._decorated(index, row)

    def _decorated(self, index: int, row: EventRow) -> EventRow:
        """The row with what the person and the program did to its item since it was mapped."""
        changes, receipt = self._changes.get(index, ()), self.receipts.get(index, "")
        marked, edited = index in self.marked, index in self.edited
        if not (changes or receipt or marked or edited):
            return row
        flags = (("marked",) if marked else ()) + (("edited",) if edited else ())
        return msgspec.structs.replace(row, changes=changes, receipt=receipt, flags=flags)

    def items(self, start: int, end: int) -> Iterator[Stored]:
        """The items from `start` up to `end`, in order: the quick way to many of them."""
        yield from self._items[start:end]

    def place_changes(self, start: int, kinds: Sequence[tuple[str, ...]]) -> None:
        """Take in how the items from `start` on change against the baseline: the classes of each, () where it does not."""
        for index, classes in enumerate(kinds, start):
            if classes:
                self._changes[index] = classes
            else:
                self._changes.pop(index, None)

    def clear_changes(self) -> None:
        """There is no baseline any more."""
        self._changes.clear()

    def shown_indexes(self) -> Iterator[int]:
        """The indexes of what the list shows, in order."""
        return iter(range(len(self._items)) if self._view is None else tuple(self._view))

    def matching(self, query: Query, limit: int) -> list[int]:
        """The indexes of the first mapped items that `query` admits, `limit` of them at most."""
        rows = enumerate(self._rows[: self.mapped])
        admitted = (i for i, row in rows if row is not None and query.admits(self._decorated(i, row)))
        return list(islice(admitted, limit))

    def finding_counts(self) -> Counter[str]:
        """How many of the mapped events have a finding, by its code."""
        return Counter(code for row in self._rows[: self.mapped] if row is not None for code in row.codes)

    def as_json_lines(self) -> str:
        """Every item as one line: JSON compacted, other text as it is."""
        return "".join(f"{compact(item.text)}\n" for item in self._items)

    def replace(self, index: int, item: Stored, row: EventRow | None) -> None:
        """An item was edited: take its new text and row (None: there is no usable config)."""
        self._items[index] = item
        self.edited.add(index)
        self.repeated.pop(index, None)
        if row is None:
            self._rows[index] = None
            return
        before, self._rows[index] = self._rows[index], row
        if index < self.mapped:
            if before is not None:
                self.counts[before.verdict] -= 1
            self.counts[row.verdict] += 1
