"""The answer about the first events, painted into the frame before the libraries of the screen are loaded.

The config is read and the first events are mapped as the workbench would do it; it takes over what was read. Their rows, the plate
and what the systems say stand in the cells in which the workbench paints them. A test compares the two.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import chain
from typing import Final, NamedTuple

import msgspec
from rich.cells import cell_len

from abtui.core.events import Event
from abtui.core.journey import Journey, journey
from abtui.core.outcomes import Outcome
from abtui.core.text.ascii import needs_ascii
from abtui.services import clock
from abtui.services.event_store import EventStore
from abtui.tui.corpus.rows import map_stored
from abtui.tui.file_reads import FileRead, file_reads
from abtui.tui.kit.answer_rows import PlateWords, plate_row, said_row
from abtui.tui.kit.event_row import EventRow, RowLook, row_lines
from abtui.tui.kit.marks import ASCII, UNICODE, Signs
from abtui.tui.kit.pieces import cut
from abtui.tui.opening import Beginning, begin
from abtui.tui.skeleton import LISTS, Skeleton, size_class

_MOST_BYTES: Final = 1 << 20
"""The most that is read of the files before the workbench is there: more would keep it waiting."""
_MARGIN: Final = 2
_SOFT: Final = "event-list--soft"
_LEAST_HEIGHT: Final = 3
Text = tuple[str, bool, bool]
Line = tuple[int, int, list[Text]]
"""A row, a column, and the texts there, each with whether it is bold, and soft."""


class _TooLong(Exception):
    """The first events are too long to be read before the workbench is there."""


class Places(NamedTuple):
    """Where the workbench has its parts, as its stylesheet says: the list, and beside or below it the plate."""

    left: int
    top: int
    width: int
    height: int
    right: int
    plate_at: int
    plate_height: int
    says_at: tuple[int, int] | None

    @classmethod
    def at(cls, columns: int, rows: int, *, demo: bool) -> Places:
        """The places in a terminal of this size. The list of the demo has a line below it."""
        name = size_class(columns, rows)
        if name == "-tiny":
            return cls(0, 2, columns, min(4, rows - 3), 0, 7, 1, None)
        width = LISTS[name]
        if name == "-small":
            right = 1 + width + 1
            return cls(1, 4, width, rows - 5 - demo, right, 3, 1, (4, right + 1))
        right, body = 2 + width + 2, rows - 7
        # Below the list of the largest are a gap and what is worth a look.
        panel = body if name == "-medium" else body - body * 40 // 100 - 1
        return cls(2, 6, width, panel - 1 - demo, right, 6, 3, (9, right + 3))

    def two_lines(self, count: int) -> bool:
        """Whether so many rows have two lines each."""
        return 0 < count * 2 <= self.height


def begin_on(skeleton: Skeleton, config: str | None, events: Sequence[str]) -> Beginning | None:
    """Begin to read what the arguments name, and paint the answer about it; None if that is left to the workbench."""
    # Whatever cannot be read or painted is met again by the workbench, which can say so.
    with suppress(Exception):
        if all(_is_on_disk(path) for path in (config, *events) if path is not None):
            begun = begin(config, events, dict(os.environ), clock.now())
            with suppress(_TooLong):
                return _answered(skeleton, begun)
            return begun
    return None


def _is_on_disk(path: str) -> bool:
    """Whether reading a path waits for nobody."""
    mode = os.stat(path).st_mode
    return stat.S_ISREG(mode) or stat.S_ISDIR(mode)


def _answered(skeleton: Skeleton, begun: Beginning) -> Beginning:
    if begun.session.mapper is None or not begun.opening.event_paths:
        return begun
    waited_for = True

    def check(size: int) -> None:
        if waited_for and size > _MOST_BYTES:
            raise _TooLong

    reads = file_reads(begun.opening.event_paths, begun.sdk, check)
    first = next(reads)
    waited_for = False
    opening = msgspec.structs.replace(begun.opening, begun=chain((first,), reads))
    signs = ASCII if needs_ascii(os.environ) else UNICODE
    with suppress(Exception):
        skeleton.add(list(answer(first, begun, skeleton.size, signs)))
    return begun._replace(opening=opening)


def answer(first: FileRead, begun: Beginning, size: tuple[int, int], signs: Signs) -> Iterator[Line]:
    """The lines about the first events that were read, as far as they are in the terminal."""
    columns, rows = size
    places = Places.at(columns, rows, demo=begun.opening.demo)
    count = sum(map(len, first.batches))
    two_lines = places.two_lines(count)
    shown, found = _mapped(first, begun, places.height // (2 if two_lines else 1))
    look = RowLook(places.width, _MARGIN, (), two_lines, signs.plain)
    lines = list(_rows(shown, look, places))
    if found is not None:
        lines += _plate(found, places, columns, signs)
    for row, column, texts in lines:
        if row < rows - 1:
            yield row, column, list(_fitting(texts, columns - column))


def _mapped(first: FileRead, begun: Beginning, count: int) -> tuple[list[EventRow], Journey | None]:
    """The first rows, and the journey of the first event if it is one."""
    mapper = begun.session.mapper
    if mapper is None:
        return [], None
    config, journeys = mapper.config, list[Journey]()
    store = EventStore()
    for batch in first.batches:
        store.add(batch)

    def observe(_event: Event, outcome: Outcome) -> None:
        journeys.append(journey(outcome, config))

    items = list(store.items(0, count))
    rows = [map_stored(item, mapper, observe=None if at else observe)[0] for at, item in enumerate(items)]
    return rows, journeys[0] if journeys else None


def _rows(shown: Sequence[EventRow], look: RowLook, places: Places) -> Iterator[Line]:
    at = places.top
    for index, row in enumerate(shown):
        for parts in row_lines(row, look, current=not index, focused=True):
            yield at, places.left, [(part.text, part.bold, part.component == _SOFT) for part in parts]
            at += 1


def _plate(found: Journey, places: Places, columns: int, signs: Signs) -> Iterator[Line]:
    width = columns - places.right - places.left
    row = plate_row(found.fate, PlateWords.of(found), width, places.plate_height, signs)
    yield places.plate_at, places.right, [(piece.text, True, False) for piece in row]
    if places.says_at is not None:
        at, left = places.says_at
        inset = left - places.right
        room = width - inset - (inset if places.plate_height < _LEAST_HEIGHT else 0)
        yield at, left, [(piece.text, piece.bold, not piece.bold) for piece in said_row(found, room, signs)]


def _fitting(texts: Sequence[Text], room: int) -> Iterator[Text]:
    for text, bold, soft in texts:
        shown = cut(text, room, "")
        room -= cell_len(shown)
        yield shown, bold, soft
