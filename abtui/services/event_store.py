"""Any number of events, kept as places in the files they were read from: 24 bytes for each event of any size."""

from __future__ import annotations

import os
import stat
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator
from io import BufferedReader
from typing import Final

import msgspec

from abtui.core.events import Event, Places, SdkDefaults, Stored, Unreadable, lost, read_places, stored
from abtui.core.findings import Finding
from abtui.services.errors import FileError
from abtui.services.event_files import Backing, DiskText, Handles, SpooledText
from abtui.services.files import STDIN, Source, read_pieces
from abtui.services.spool import Spool

# Flags in the upper bits of a size: the item is not a line of its source (its text is in the spool, or in memory), it is not an event,
# or the spool has its source and findings as well.
_ELSEWHERE: Final = 1 << 31
_BROKEN: Final = 1 << 30
_NOTED: Final = 1 << 29
_SIZE: Final = _NOTED - 1
_NO_PLACE: Final = 0
"""In the place of an item's number on its line: its source does not follow from its place, as that of an event in an envelope."""
_TOGETHER: Final = 1 << 18
"""Bytes that are read at once if many events follow each other."""
_CHANGED: Final = ("The file changed since it was read, so the event cannot be shown any more.", "Open the file again.")


class _Noted(msgspec.Struct, array_like=True):
    """A text with its source and findings, as the spool has them."""

    source: str
    text: str
    notes: tuple[Finding, ...]


_encode, _decode = msgspec.msgpack.Encoder().encode, msgspec.msgpack.Decoder(_Noted).decode


class EventSource(msgspec.Struct, frozen=True, eq=False):
    """A file: its name, its text, and the spool for the texts of items that are not lines of it.

    The events of a `numbered` source have a number in place of a line (`live #12`), and all of their texts are in the spool.
    """

    name: str
    text: Backing
    texts: Spool
    numbered: bool = False

    def source_of(self, line: int, nth: int) -> str:
        """The source of an item."""
        if self.numbered:
            return f"{self.name} #{line}"
        return f"{self.name}:{line}" if nth == 1 else f"{self.name}:{line}#{nth}"

    def place_of(self, source: str, line: int) -> tuple[int, int] | None:
        """The line of an item with this source, and its number on that line; None for a source of any other form."""
        if self.numbered:
            number = source.removeprefix(f"{self.name} #")
            return (int(number), 1) if number != source and number.isdecimal() else None
        name = f"{self.name}:{line}"
        if source == name:
            return line, 1
        number = source.removeprefix(f"{name}#")
        return (line, int(number)) if number != source and number.isdecimal() else None


class Batch:
    """Some items of one source, in order. `kept` are the items in memory, by their number in the batch."""

    def __init__(self, source: EventSource | None = None) -> None:
        self.source = source
        self.lines, self.on_line, self.sizes = array("I"), array("I"), array("I")
        self.starts = array("Q")
        self.kept: dict[int, Stored] = {}

    def __len__(self) -> int:
        return len(self.starts)

    def place(self, places: Places) -> None:
        """Append events that are lines of the source."""
        self.lines.extend(places.lines)
        self.starts.extend(places.starts)
        self.sizes.extend(places.sizes)
        self.on_line.extend(array("I", [1]) * len(places.lines))

    def keep(self, item: Stored) -> None:
        """Append an item that stays in memory."""
        self.kept[len(self)] = item
        self._append(0, 1, 0, _ELSEWHERE)

    def take(self, item: Event | Unreadable, spool: Spool) -> None:
        """Append an item whose text goes to the spool, or which stays in memory. Raises FileError if the spool is full."""
        one = stored(item)
        place = None if self.source is None else self.source.place_of(one.source, item.line)
        is_noted = place is None or bool(one.notes)
        text = _spoolable(one, noted=is_noted)
        if self.source is None or text is None:
            self.keep(one)
            return
        start = spool.write(text)
        flags = _ELSEWHERE | (_BROKEN if one.broken else 0) | (_NOTED if is_noted else 0)
        line, nth = place or (item.line, _NO_PLACE)
        self._append(line, nth, start, len(text) | flags)

    def _append(self, line: int, nth: int, start: int, size: int) -> None:
        self.lines.append(line)
        self.on_line.append(nth)
        self.starts.append(start)
        self.sizes.append(size)


def _spoolable(item: Stored, *, noted: bool) -> bytes | None:
    """The text as bytes; None if the item has to stay in memory, because it could not be restored from them."""
    if item.lost is not None:
        return None
    try:
        text = item.text.encode() if isinstance(item.text, str) else item.text
        if noted:
            text = _encode(_Noted(item.source, text.decode(), item.notes))
    except UnicodeError:
        return None
    return text if len(text) <= _SIZE else None


class EventStore:
    """Items by their number, from 0. One thread adds items; any thread may read them."""

    def __init__(self) -> None:
        self._all = Batch()
        self._sources: list[EventSource | None] = []
        self._firsts: list[int] = []
        """The number of the first item of each source."""

    def __len__(self) -> int:
        return len(self._all)

    def add(self, batch: Batch) -> int:
        """Append a batch. Returns the number of its first item."""
        first, everything = len(self), self._all
        if not self._sources or self._sources[-1] is not batch.source:
            self._sources.append(batch.source)
            self._firsts.append(first)
        everything.kept.update((first + at, item) for at, item in batch.kept.items())
        everything.lines.extend(batch.lines)
        everything.on_line.extend(batch.on_line)
        everything.sizes.extend(batch.sizes)
        # Last, because readers take the length from it.
        everything.starts.extend(batch.starts)
        return first

    def keep(self, index: int, item: Stored) -> None:
        """Replace an item by one in memory."""
        self._all.kept[index] = item
        self._all.sizes[index] = _ELSEWHERE

    def remove(self, index: int) -> None:
        """Remove an item that is in memory and of no source; the items after it move up. No thread may read meanwhile."""
        everything = self._all
        everything.kept = {at - (at > index): item for at, item in everything.kept.items() if at != index}
        for part in (everything.lines, everything.on_line, everything.sizes, everything.starts):
            del part[index]
        firsts = [first - (first > index) for first in self._firsts]
        # A source that lost its only item begins where the next one does.
        there = [
            at for at, first in enumerate(firsts) if first < (firsts[at + 1] if at + 1 < len(firsts) else len(self))
        ]
        self._firsts, self._sources = [firsts[at] for at in there], [self._sources[at] for at in there]

    def broken(self, index: int) -> bool:
        """Whether the item was not an event when it was read."""
        kept = self._all.kept.get(index)
        return self._all.sizes[index] & _BROKEN != 0 if kept is None else kept.broken

    def source_of(self, index: int) -> str:
        """The source of an item."""
        kept = self._all.kept.get(index)
        if kept is not None:
            return kept.source
        source = self._source(index)
        if self._all.on_line[index] == _NO_PLACE:
            return self.item(index).source
        return "" if source is None else source.source_of(self._all.lines[index], self._all.on_line[index])

    def stretch(self, index: int) -> tuple[str, int]:
        """The name of the file that an item is in ("" if there is none), and the number of the first item after that file."""
        at = bisect_right(self._firsts, index) - 1
        source = self._sources[at]
        return "" if source is None else source.name, self._firsts[at + 1] if at + 1 < len(self._firsts) else len(self)

    def item(self, index: int) -> Stored:
        """An item, with its text read from the file or the spool."""
        kept = self._all.kept.get(index)
        if kept is not None:
            return kept
        size, start, source = self._all.sizes[index], self._all.starts[index], self._source(index)
        if source is None:
            raise IndexError(f"there is no item {index}")
        name = source.source_of(self._all.lines[index], self._all.on_line[index] or 1)
        if size & _ELSEWHERE:
            return self._spooled(source, name, start, size)
        text = source.text.read(start, size)
        return lost(name, *_CHANGED) if text is None else Stored(name, text)

    def items(self, start: int, end: int) -> Iterator[Stored]:
        """The items from `start` to before `end`, in order. Neighbors are read together."""
        at, end = start, min(end, len(self))
        while at < end:
            until = self._neighbours(at, end)
            if until - at < 2:
                yield self.item(at)
                at += 1
                continue
            source, begin = self._source(at), self._all.starts[at]
            last = until - 1
            data = (
                None
                if source is None
                else source.text.read(begin, self._all.starts[last] + self._all.sizes[last] - begin)
            )
            for index in range(at, until):
                offset, size = self._all.starts[index] - begin, self._all.sizes[index]
                # The item was edited since, or a block of the file changed: it is read by itself.
                if data is None or size & _ELSEWHERE:
                    yield self.item(index)
                else:
                    yield Stored(self.source_of(index), data[offset : offset + size])
            at = until

    def _neighbours(self, start: int, end: int) -> int:
        """The end of the items from `start` on that are lines of one source, close enough to be read together."""
        sizes, starts = self._all.sizes, self._all.starts
        end = min(end, self.stretch(start)[1])
        furthest = starts[start] + _TOGETHER
        at = start
        while at < end and not sizes[at] & _ELSEWHERE and starts[at] + sizes[at] <= furthest:
            at += 1
        return at

    def _source(self, index: int) -> EventSource | None:
        return self._sources[bisect_right(self._firsts, index) - 1]

    @staticmethod
    def _spooled(source: EventSource, name: str, start: int, size: int) -> Stored:
        broken = size & _BROKEN != 0
        try:
            text = source.texts.read(start, size & _SIZE)
        except FileError as error:
            return lost(name, error.message, error.hint)
        if size & _NOTED:
            noted = _decode(text)
            return Stored(noted.source, noted.text, noted.notes, broken)
        return Stored(name, text.decode(), (), broken)


class EventReading:
    """Reads sources into batches of about `limit` events, one source after another, in one thread."""

    def __init__(self, handles: Handles, sdk: SdkDefaults, limit: int) -> None:
        self.limit = limit
        self._handles, self._sdk = handles, sdk
        self._texts, self._streams = Spool(), Spool()

    def batches(self, source: Source, progress: Callable[[int], None]) -> Iterator[Batch]:
        """The events of a source. Raises FileError after the events that could be read."""
        batch = Batch()
        text: DiskText | SpooledText | None = None

        def opened(file: BufferedReader, as_on_disk: bool) -> None:
            nonlocal text, batch
            if as_on_disk and source.path != STDIN and stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                text = DiskText(self._handles, source.path, file)
            else:
                text = SpooledText(self._streams)
            batch = Batch(EventSource(source.name, text, self._texts))

        def pieces() -> Iterator[bytes]:
            for piece in read_pieces(source, progress, opened):
                if text is not None:
                    text.add(piece)
                yield piece

        try:
            for part in read_places(pieces(), source.name, self._sdk):
                if isinstance(part, Places):
                    batch.place(part)
                else:
                    batch.take(part, self._texts)
                if len(batch) >= self.limit:
                    yield batch
                    batch = Batch(batch.source)
        except FileError:
            if len(batch):
                yield batch
            raise
        if len(batch):
            yield batch
