"""The work done beside the screen. Each function runs in a thread, touches no widget, and tells by messages."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from textual.message import Message

from abtui.core.checks import RecentIds
from abtui.core.contract import is_valid
from abtui.core.engine import Mapper
from abtui.core.events import Event, SdkDefaults, read_events
from abtui.core.findings import Finding
from abtui.core.outcomes import Outcome
from abtui.services.errors import ServiceError
from abtui.services.files import Source, expand, read_pieces
from abtui.tui.corpus import Stored, map_stored, stored
from abtui.tui.messages import CollectorStarted, EventsRead, RowsMapped
from abtui.tui.widgets.event_list import EventRow

if TYPE_CHECKING:
    from abtui.services.collector.server import LocalCollector

Post = Callable[[Message], bool]
Cancelled = Callable[[], bool]
Observe = Callable[[Event, Outcome], None]

_FIRST_BATCH: Final = 200
_BATCH: Final = 5_000
_WORK_SECONDS: Final = 0.02
_REST_SECONDS: Final = 0.004
"""Between two spells of work the thread leaves the interpreter to the screen."""


def read_files(paths: Sequence[str], sdk: SdkDefaults, post: Post, cancelled: Cancelled) -> None:
    """Read files and folders into items, in batches. A file that cannot be read is told, and the rest goes on."""
    # Loading the validator takes a while, better here than when the first event is shown.
    is_valid({})
    expansion = expand(paths)
    problems = [error.message for error in expansion.errors]
    total, done = expansion.total or 0, 0

    def progress(size: int) -> None:
        nonlocal done
        done += size

    batch: list[Stored] = []
    limit = _FIRST_BATCH
    for source in expansion.sources:
        try:
            for item in _items(source, sdk, progress):
                batch.append(item)
                if len(batch) >= limit:
                    if cancelled():
                        return
                    post(EventsRead(batch, fraction=min(1.0, done / total) if total else None))
                    batch, limit = [], _BATCH
                    time.sleep(_REST_SECONDS)
        except ServiceError as error:
            problems.append(error.message)
    post(EventsRead(batch, problems=tuple(problems), done=True, fraction=1.0))


def _items(source: Source, sdk: SdkDefaults, progress: Callable[[int], None]) -> Iterator[Stored]:
    for item in read_events(read_pieces(source, progress), source.name, sdk):
        yield stored(item)


def map_rows(
    generation: int,
    item: Callable[[int], Stored],
    start: int,
    end: int,
    mapper: Mapper,
    recent: RecentIds,
    post: Post,
    cancelled: Cancelled,
    observe: Observe | None = None,
) -> None:
    """Map the items from `start` to `end` for their rows, in spells of 20 ms. `observe` is called here with each event mapped."""
    at = start
    while at < end and not cancelled():
        rows: list[EventRow] = []
        repeated: dict[int, Finding] = {}
        until = time.monotonic() + _WORK_SECONDS
        while at + len(rows) < end and time.monotonic() < until:
            row, finding = map_stored(item(at + len(rows)), mapper, recent, observe)
            if finding is not None:
                repeated[at + len(rows)] = finding
            rows.append(row)
        post(RowsMapped(generation, at, rows, repeated, last=at + len(rows) >= end))
        at += len(rows)
        time.sleep(_REST_SECONDS)


def start_collector(post: Post) -> LocalCollector | None:
    """Start the local collector in this process; tells its endpoint or why there is none."""
    # Loading the web server takes half a second, which the first paint need not wait for.
    from abtui.services.collector.server import LocalCollector

    collector = LocalCollector()
    try:
        endpoint = collector.start()
    except ServiceError as error:
        post(CollectorStarted("", error.message))
        return None
    post(CollectorStarted(endpoint))
    return collector
