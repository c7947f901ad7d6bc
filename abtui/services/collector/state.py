"""The publishes that the local collector received. API keys never get here."""

from __future__ import annotations

import os
import threading
from collections import deque
from pathlib import Path
from typing import Any, Final

import orjson

from abtui.core.text.plain import file_name
from abtui.services.errors import CollectorError, error_reason
from abtui.services.own_files import open_private, write_all

MEMORY: Final = ":memory:"
FILE_NAME: Final = "received.jsonl"
MOST_ENTRIES: Final = 10_000
MOST_BYTES: Final = 64 << 20
_COMPACT_AT = 2
_PREFIX = {True: b'{"accepted":', False: b'{"rejected":'}


class CollectorState:
    """Accepted and rejected publishes: the last `most_entries` and `most_bytes` of them; older ones are only counted.

    `place` is `:memory:` or a folder, created if need be, whose `received.jsonl` (mode 0600) keeps them across restarts.
    Safe to use from several threads. Raises CollectorError if the folder cannot be used.
    """

    def __init__(self, place: str = MEMORY, *, most_entries: int = MOST_ENTRIES, most_bytes: int = MOST_BYTES) -> None:
        self._lock = threading.Lock()
        self._most_entries, self._most_bytes = most_entries, most_bytes
        # (accepted?, the entry as JSON), oldest first.
        self._entries: deque[tuple[bool, bytes]] = deque()
        self._bytes = 0
        self._counts = {True: 0, False: 0}
        self._file: int | None = None
        self._file_bytes = 0
        self._path = None if place == MEMORY else Path(place) / FILE_NAME
        if self._path is not None:
            try:
                self._open(self._path)
            except (OSError, ValueError) as error:
                self.close()
                raise _unusable(place, error) from error

    def close(self) -> None:
        """Close the file. The state can still be read; later publishes are kept in memory only."""
        with self._lock:
            if self._file is not None:
                os.close(self._file)
                self._file = None

    def accept(self, entry: dict[str, Any]) -> None:
        """Add an accepted publish. Raises CollectorError if it cannot be written to the folder."""
        self._add(True, entry)

    def reject(self, entry: dict[str, Any]) -> None:
        """Add a rejected publish, with its `errors`. Raises CollectorError if it cannot be written to the folder."""
        self._add(False, entry)

    def clear(self) -> int:
        """Forget everything. Returns how many publishes were counted."""
        with self._lock:
            count = sum(self._counts.values())
            self._entries.clear()
            self._bytes = 0
            self._counts = {True: 0, False: 0}
            if self._file is not None:
                os.ftruncate(self._file, 0)
                self._file_bytes = 0
            return count

    @property
    def counts(self) -> dict[str, int]:
        """`accepted` and `rejected` since the start or the last `clear`, and how many of these are `forgotten`."""
        with self._lock:
            return self._counted()

    def received_json(self) -> bytes:
        """`{"accepted": [...], "rejected": [...], "counts": {...}}`, oldest first."""
        with self._lock:
            entries, counts = list(self._entries), self._counted()
        lists = [b",".join(text for accepted, text in entries if accepted is wanted) for wanted in (True, False)]
        return b'{"accepted":[%b],"rejected":[%b],"counts":%b}' % (*lists, orjson.dumps(counts))

    def received(self) -> dict[str, Any]:
        """`received_json` as a value."""
        value: dict[str, Any] = orjson.loads(self.received_json())
        return value

    def _counted(self) -> dict[str, int]:
        accepted, rejected = self._counts[True], self._counts[False]
        return {"accepted": accepted, "rejected": rejected, "forgotten": accepted + rejected - len(self._entries)}

    def _add(self, accepted: bool, entry: dict[str, Any]) -> None:
        text = orjson.dumps(entry)
        with self._lock:
            if self._path is not None and self._file is not None:
                try:
                    self._append(self._path, self._file, accepted, text)
                except OSError as error:
                    raise _unusable(str(self._path.parent), error) from error
            self._hold(accepted, text)

    def _hold(self, accepted: bool, text: bytes) -> None:
        self._counts[accepted] += 1
        self._entries.append((accepted, text))
        self._bytes += len(text)
        while len(self._entries) > self._most_entries or self._bytes > self._most_bytes:
            self._bytes -= len(self._entries.popleft()[1])

    def _open(self, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = open_private(path)
        line = b""
        with path.open("rb") as file:
            for line in file:
                self._reload(line)
        self._file_bytes = os.fstat(self._file).st_size
        if line and not line.endswith(b"\n"):
            # A crash cut the last line: end it, so that the next one is not lost as well.
            self._file_bytes += write_all(self._file, b"\n")

    def _reload(self, line: bytes) -> None:
        for accepted, prefix in _PREFIX.items():
            if line.startswith(prefix) and line.endswith(b"}\n"):
                text = line[len(prefix) : -2]
                try:
                    orjson.loads(text)
                except orjson.JSONDecodeError:
                    return
                self._hold(accepted, text)

    def _append(self, path: Path, handle: int, accepted: bool, text: bytes) -> None:
        if self._file_bytes > self._most_bytes * _COMPACT_AT:
            handle = self._compact(path, handle)
        self._file_bytes += write_all(handle, _line(accepted, text))

    def _compact(self, path: Path, old: int) -> int:
        """Rewrite the file with the entries still in memory, so that it does not grow forever."""
        beside = path.with_suffix(".tmp")
        beside.unlink(missing_ok=True)
        new = open_private(beside)
        try:
            size = sum(write_all(new, _line(accepted, text)) for accepted, text in self._entries)
            beside.replace(path)
        except OSError:
            os.close(new)
            raise
        os.close(old)
        self._file, self._file_bytes = new, size
        return new


def _line(accepted: bool, text: bytes) -> bytes:
    return _PREFIX[accepted] + text + b"}\n"


def _unusable(place: str, error: OSError | ValueError) -> CollectorError:
    return CollectorError(
        f"The collector cannot keep what it receives in {file_name(place)}: {error_reason(error)}.",
        "Choose another folder, or :memory:.",
    )
