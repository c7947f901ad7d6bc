"""What has arrived and was not taken yet, in order: the first of it in memory, and what does not fit there in a temporary file."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from typing import Final

import msgspec

from abtui.core.events import Stored, read_stored, stored
from abtui.core.events.model import Item
from abtui.core.findings import Finding
from abtui.services.spool import Spool

MOST_HELD: Final = 5_000
MOST_BYTES: Final = 8 << 20
"""The most items in memory, and about the most bytes of their texts: their values take some times as much."""


class Arrival(msgspec.Struct, frozen=True, gc=False):
    """One item that arrived: its number, from 1, the item, whose source is `live #number`, the SDK that posted it, and its bytes."""

    number: int
    item: Item
    sdk: str
    size: int = 0


class _Spooled(msgspec.Struct, frozen=True, array_like=True):
    """An arrival as it is in the file."""

    number: int
    sdk: str
    size: int
    source: str
    text: bytes
    notes: tuple[Finding, ...]
    broken: bool
    lost: Finding | None


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Spooled).decode


class Backlog:
    """A queue between the thread of a server and another one."""

    def __init__(self, most_held: int = MOST_HELD, most_bytes: int = MOST_BYTES) -> None:
        self._most_held, self._most_bytes = most_held, most_bytes
        self._changed = threading.Condition()
        self._held: deque[Arrival] = deque()
        self._bytes = 0
        self._spool = Spool()
        self._spooled: deque[tuple[int, int]] = deque()
        """The place of each item in the spool. All of them came after the items in memory."""

    def __len__(self) -> int:
        return len(self._held) + len(self._spooled)

    def put(self, arrivals: Sequence[Arrival]) -> None:
        """Append items. Raises FileError if they do not fit in memory nor in the temporary file; then none was appended."""
        with self._changed:
            room = not self._spooled and len(self._held) < self._most_held and self._bytes < self._most_bytes
            if room:
                self._held.extend(arrivals)
                self._bytes += sum(arrival.size for arrival in arrivals)
            else:
                texts = list(map(_packed, arrivals))
                start = self._spool.write(b"".join(texts))
                for text in texts:
                    self._spooled.append((start, len(text)))
                    start += len(text)
            self._changed.notify()

    def take(self, seconds: float = 0.0, most: int = 500) -> list[Arrival]:
        """The next items, at most so many. If there are none, wait so many seconds for some."""
        with self._changed:
            if not self and seconds > 0:
                self._changed.wait(seconds)
            taken = [self._held.popleft() for _ in range(min(most, len(self._held)))]
            self._bytes -= sum(arrival.size for arrival in taken)
            if not taken:
                taken = [self._read(*self._spooled.popleft()) for _ in range(min(most, len(self._spooled)))]
                if taken and not self._spooled:
                    # A new file, so that the disk has its room back.
                    self._spool = Spool()
            return taken

    def wake(self) -> None:
        """End the wait of a `take`."""
        with self._changed:
            self._changed.notify_all()

    def _read(self, start: int, size: int) -> Arrival:
        return _unpacked(self._spool.read(start, size))


def _packed(arrival: Arrival) -> bytes:
    kept = stored(arrival.item)
    text = kept.text.encode("utf-8", "surrogatepass") if isinstance(kept.text, str) else kept.text
    parts = (kept.source, text, kept.notes, kept.broken, kept.lost)
    return _encode(_Spooled(arrival.number, arrival.sdk, arrival.size, *parts))


def _unpacked(data: bytes) -> Arrival:
    of = _decode(data)
    text = of.text.decode("utf-8", "surrogatepass") if of.broken else of.text
    return Arrival(of.number, read_stored(Stored(of.source, text, of.notes, of.broken, of.lost)), of.sdk, of.size)
