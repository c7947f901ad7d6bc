"""A file to which events are appended as they come, one a line. A full one is put aside under a number."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from abtui.core.text.plain import file_name
from abtui.services.errors import FileError, error_reason
from abtui.services.own_files import open_private, write_all

MOST_BYTES: Final = 64 << 20


class EventLog:
    """A file of JSON Lines that only its owner may read.

    When it would grow beyond `most_bytes`, `events.jsonl` becomes `events.jsonl.1`, that one before `events.jsonl.2`, and so on: none
    is deleted. Where files cannot be renamed, it grows on. Raises FileError if it cannot be written.
    """

    def __init__(self, path: str, most_bytes: int = MOST_BYTES) -> None:
        self._path = Path(path)
        self._most_bytes = most_bytes
        self._size = 0
        self._handle: int | None = None
        self._closed = False
        self._opened()

    def append(self, lines: Iterable[bytes]) -> None:
        """Append events, each given as JSON without a line end: all of them, or none if they cannot be written."""
        data = b"".join(line + b"\n" for line in lines)
        if self._closed or not data:
            return
        handle = self._opened()
        if self._size and self._size + len(data) > self._most_bytes:
            self._put_aside()
            handle = self._opened()
        try:
            self._size += write_all(handle, data)
        except OSError as error:
            raise self._unusable(error) from error

    def close(self) -> None:
        """Close the file. What is appended later is not written."""
        self._closed = True
        self._let_go()

    def _let_go(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def _opened(self) -> int:
        if self._handle is not None:
            if os.fstat(self._handle).st_nlink:
                return self._handle
            # Somebody removed the file: what is appended to it would be gone.
            self._let_go()
        try:
            self._handle = open_private(self._path)
            self._size = os.fstat(self._handle).st_size
            with self._path.open("rb") as file:
                file.seek(max(0, self._size - 1))
                if file.read(1) not in (b"", b"\n"):
                    # A crash cut the last line: end it, so that the next one is not lost as well.
                    self._size += write_all(self._handle, b"\n")
        except (OSError, ValueError) as error:
            self._let_go()
            raise self._unusable(error) from error
        return self._handle

    def _put_aside(self) -> None:
        self._let_go()
        count = 1
        while self._numbered(count).exists():
            count += 1
        with suppress(OSError):
            for number in range(count, 1, -1):
                self._numbered(number - 1).replace(self._numbered(number))
            self._path.replace(self._numbered(1))

    def _numbered(self, number: int) -> Path:
        return self._path.with_name(f"{self._path.name}.{number}")

    def _unusable(self, error: OSError | ValueError) -> FileError:
        return FileError(
            f"Events cannot be appended to {file_name(str(self._path))}: {error_reason(error)}.",
            "Name another file with --save.",
        )
