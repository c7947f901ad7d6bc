"""The background work. Each function runs in a thread, touches no widget, and reports through messages."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final

from textual.message import Message

from abtui.core.checks import RecentIds
from abtui.core.contract import is_valid
from abtui.core.corpus.mapper import Mapper
from abtui.core.events import Event, SdkDefaults, Stored
from abtui.core.findings import Finding
from abtui.core.outcomes import Outcome
from abtui.services.errors import ServiceError
from abtui.services.event_files import Handles
from abtui.services.event_store import Batch, EventReading
from abtui.services.files import expand
from abtui.tui.corpus import map_stored, message_id_of
from abtui.tui.kit.event_row import EventRow
from abtui.tui.messages import EventsRead, RepeatsFound, RowsMapped

Post = Callable[[Message], bool]
Cancelled = Callable[[], bool]
Observe = Callable[[int, Event, Outcome], None]
"""A function that is called with an event's index in the corpus, the event, and its outcome."""

_FIRST_BATCH: Final = 200
_BATCH: Final = 10_000
_WORK_SECONDS: Final = 0.01
"""The length of a spell of work, during which the thread competes with the screen for the interpreter."""
_REST_SECONDS: Final = 0.002
"""The pause between two spells of work."""


def read_files(paths: Sequence[str], sdk: SdkDefaults, post: Post, cancelled: Cancelled) -> None:
    """Read files and folders in batches. A file that cannot be read is reported, and reading continues with the next."""
    # Loading the contract takes a while, so it is done here and not when the first event is shown.
    is_valid({})
    expansion = expand(paths)
    problems: list[ServiceError] = list(expansion.errors)
    total, done = expansion.total or 0, 0

    def progress(size: int) -> None:
        nonlocal done
        done += size

    reading = EventReading(Handles(), sdk, _FIRST_BATCH)
    batches: list[Batch] = []
    held = 0
    before: EventsRead | None = None
    for source in expansion.sources:
        try:
            for batch in reading.batches(source, progress):
                batches.append(batch)
                held += len(batch)
                if held >= reading.limit:
                    if cancelled():
                        return
                    read = EventsRead(batches, fraction=min(1.0, done / total) if total else None)
                    batches, reading.limit, held = [], _BATCH, 0
                    # At most one batch is in flight, so that results do not queue up before the screen.
                    if before is not None:
                        before.wait(cancelled)
                    post(read)
                    if before is None:
                        # The first are painted before more are read: two busy threads halve each other's speed.
                        read.wait(cancelled)
                    before = read
        except ServiceError as error:
            problems.append(error)
    failures = tuple((error.message, error.hint) for error in problems)
    left_out = expansion.left_out
    note = (left_out.message, left_out.hint) if left_out.count else None
    post(EventsRead(batches, problems=failures, left_out=note, done=True, fraction=1.0))


def map_rows(
    generation: int,
    items: Callable[[int, int], Iterator[Stored]],
    start: int,
    end: int,
    mapper: Mapper,
    recent: RecentIds,
    post: Post,
    cancelled: Cancelled,
    observe: Observe | None = None,
) -> None:
    """Map the items from `start` to `end` to rows, in spells of 10 ms. `observe` is called in this thread for each event."""
    at = start
    coming = items(start, end)
    while at < end and not cancelled():
        rows: list[EventRow] = []
        repeated: dict[int, Finding] = {}
        until = time.monotonic() + _WORK_SECONDS
        for item in coming:
            seen = None if observe is None else partial(observe, at + len(rows))
            row, finding = map_stored(item, mapper, recent, seen)
            if finding is not None:
                repeated[at + len(rows)] = finding
            rows.append(row)
            if time.monotonic() >= until:
                break
        mapped = RowsMapped(generation, at, rows, repeated, last=at + len(rows) >= end)
        at += len(rows)
        post(mapped)
        mapped.wait(cancelled)


def find_repeats(
    state: int, items: Callable[[int, int], Iterator[Stored]], end: int, post: Post, cancelled: Cancelled
) -> None:
    """Search all items for repeated messageIds, in spells of 10 ms."""
    recent, found = RecentIds(), dict[int, Finding]()
    until = time.monotonic() + _WORK_SECONDS
    for index, item in enumerate(items(0, end)):
        message_id = message_id_of(item)
        repeated = None if message_id is None else recent.finding(message_id, item.source)
        if repeated is not None:
            found[index] = repeated
        if time.monotonic() >= until:
            if cancelled():
                return
            time.sleep(_REST_SECONDS)
            until = time.monotonic() + _WORK_SECONDS
    post(RepeatsFound(state, recent, found))
