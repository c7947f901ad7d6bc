"""The files from which events were read: an event's text is read again when it is needed, if the file has not changed there."""

from __future__ import annotations

import os
import threading
import weakref
import zlib
from array import array
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader
from itertools import count
from typing import Final, Protocol

from abtui.services.spool import Spool

_OPEN: Final = 24
"""The number of files that stay open; other files are opened again when they are needed."""


class Backing(Protocol):
    """The bytes of a source, which can be read again."""

    def read(self, start: int, size: int) -> bytes | None:
        """`size` bytes of the source's text from `start`; None if they changed or cannot be read."""


class SpooledText:
    """The text of a stream, unpacked and as it arrived: a stretch of a spool."""

    def __init__(self, spool: Spool) -> None:
        self._spool, self._base = spool, spool.size

    def add(self, piece: bytes) -> None:
        """The next piece of the text. Raises FileError."""
        self._spool.write(piece)

    def read(self, start: int, size: int) -> bytes | None:
        """See `Backing`."""
        return self._spool.read(self._base + start, size)


class DiskText:
    """The text of a file on disk. If the file has changed since it was read, each block is compared before it is used."""

    def __init__(self, handles: Handles, path: str, file: BufferedReader) -> None:
        self._handles, self.path, self.number = handles, path, next(handles.numbers)
        self._known = self._left = _stamp(file.fileno())
        # For each block: its end in the file, its checksum, and (once the file has changed) whether it is still the same.
        self._ends, self._sums = array("Q"), array("I")
        self._equal: dict[int, bool] = {}
        # Open from now on, so that the text can be read even if another file gets its name.
        with suppress(OSError), handles.opened(self):
            pass

    def add(self, piece: bytes) -> None:
        """The next piece of the text, as it was read."""
        self._sums.append(zlib.crc32(piece))
        self._ends.append((self._ends[-1] if self._ends else 0) + len(piece))

    def read(self, start: int, size: int) -> bytes | None:
        """See `Backing`."""
        try:
            with self._handles.opened(self) as handle:
                now = _stamp(handle)
                if now != self._known:
                    self._known, self._equal = now, {}
                if now != self._left and not self._is_as_read(handle, start, start + size):
                    return None
                data = _read_at(handle, start, size)
        except OSError:
            return None
        return data if len(data) == size else None

    def _is_as_read(self, handle: int, start: int, end: int) -> bool:
        first = bisect_right(self._ends, start)
        for block in range(first, len(self._ends)):
            begin = self._ends[block - 1] if block else 0
            if begin >= end:
                break
            if block not in self._equal:
                data = _read_at(handle, begin, self._ends[block] - begin)
                self._equal[block] = zlib.crc32(data) == self._sums[block]
            if not self._equal[block]:
                return False
        return first < len(self._ends)


class Handles:
    """The open files of the most recently used texts."""

    def __init__(self) -> None:
        self.numbers = count()
        # Keyed by number, not by object: the text refers to the handles, and a reference back would keep it alive.
        self._open: OrderedDict[int, int] = OrderedDict()
        weakref.finalize(self, _close, self._open)
        self._lock = threading.RLock()

    def take(self, text: DiskText, handle: int) -> None:
        """Keep `handle` open for a text, and close the least recently used one if there are too many."""
        with self._lock:
            self._open[text.number] = handle
            while len(self._open) > _OPEN:
                os.close(self._open.popitem(last=False)[1])

    @contextmanager
    def opened(self, text: DiskText) -> Iterator[int]:
        """The open file of a text, which stays open meanwhile. Raises OSError."""
        with self._lock:
            if text.number not in self._open:
                self.take(text, os.open(text.path, os.O_RDONLY | getattr(os, "O_BINARY", 0)))
            self._open.move_to_end(text.number)
            yield self._open[text.number]


def _close(handles: OrderedDict[int, int]) -> None:
    while handles:
        os.close(handles.popitem()[1])


def _stamp(handle: int) -> tuple[int, int, int, int]:
    status = os.fstat(handle)
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _read_at(handle: int, start: int, size: int) -> bytes:
    parts = []
    while size > 0:
        if hasattr(os, "pread"):
            part = os.pread(handle, size, start)
        else:
            os.lseek(handle, start, os.SEEK_SET)
            part = os.read(handle, size)
        if not part:
            break
        parts.append(part)
        start, size = start + len(part), size - len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)
