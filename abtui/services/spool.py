"""A temporary file for text that would take too much memory: it has no name, only this process can read it, it ends with it."""

from __future__ import annotations

import tempfile
import threading
import weakref
from io import RawIOBase
from typing import cast

from abtui.services.errors import FileError


class Spool:
    """Bytes written one after another and read by their place. Any thread may do either. The file is made when it is first needed."""

    def __init__(self) -> None:
        self.size = 0
        self._lock = threading.Lock()
        self._file: RawIOBase | None = None

    def write(self, data: bytes) -> int:
        """Append `data`; gives where it begins. Raises FileError, as on a full disk, and nothing is kept then."""
        with self._lock:
            start, rest = self.size, memoryview(data)
            try:
                if self._file is None:
                    # Open to its owner alone, and nameless at once where the system can.
                    self._file = cast(RawIOBase, tempfile.TemporaryFile(buffering=0, prefix="abtui-"))  # noqa: SIM115
                    # Whoever holds places in it keeps the spool; when nobody does any more, it is closed.
                    weakref.finalize(self, self._file.close)
                self._file.seek(start)
                while rest:
                    rest = rest[self._file.write(rest) or 0 :]
            except OSError as error:
                raise _failed(error) from error
            self.size += len(data)
            return start

    def read(self, start: int, size: int) -> bytes:
        """`size` bytes from `start`. Raises FileError."""
        with self._lock:
            try:
                if self._file is None:
                    return b""
                self._file.seek(start)
                return self._file.read(size) or b""
            except OSError as error:
                raise _failed(error) from error


def _failed(error: OSError) -> FileError:
    reason = (error.strerror or str(error)).lower()
    return FileError(
        f"The temporary file for events cannot be used: {reason}.",
        f"Make room in {tempfile.gettempdir()}, or name another folder with TMPDIR.",
    )
