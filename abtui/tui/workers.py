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
from abtui.tui.corpus import map_stored, message_id_of
from abtui.tui.file_reads import FileRead, file_reads
from abtui.tui.kit.event_row import EventRow
from abtui.tui.messages import EventsRead, RepeatsFound, RowsMapped

Post = Callable[[Message], bool]
Cancelled = Callable[[], bool]
Observe = Callable[[int, Event, Outcome], None]
"""A function that is called with an event's index in the corpus, the event, and its outcome."""

_WORK_SECONDS: Final = 0.01
"""The length of a spell of work, during which the thread competes with the screen for the interpreter."""
_REST_SECONDS: Final = 0.002
"""The pause between two spells of work."""


def read_files(
    paths: Sequence[str], sdk: SdkDefaults, post: Post, cancelled: Cancelled, begun: Iterator[FileRead] | None = None
) -> None:
    """Read files and folders in pieces, or the rest of what was `begun`."""
    # Loading the contract takes a while, so it is done here and not when the first event is shown.
    is_valid({})
    before: EventsRead | None = None
    for read in begun or file_reads(paths, sdk):
        message = EventsRead(read)
        if not read.done:
            if cancelled():
                return
            # At most one piece is in flight, so that results do not queue up before the screen.
            if before is not None:
                before.wait(cancelled)
        post(message)
        if before is None and not read.done:
            # The first are painted before more are read: two busy threads halve each other's speed.
            message.wait(cancelled)
        before = message


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
