"""A temporary file for text that would take too much memory. It has no name, only this process can read it, and it ends with the process."""

from __future__ import annotations

import tempfile
import threading
import weakref
from io import RawIOBase
from typing import cast

from abtui.services.errors import FileError


class Spool:
    """Bytes that are appended and read by their offset, by any thread. The file is made when it is first needed."""

    def __init__(self) -> None:
        self.size = 0
        self._lock = threading.Lock()
        self._file: RawIOBase | None = None

    def write(self, data: bytes) -> int:
        """Append `data`. Returns its offset. Raises FileError, for example if the disk is full; then nothing was appended."""
        with self._lock:
            start, rest = self.size, memoryview(data)
            try:
                if self._file is None:
                    # Only its owner can read it, and it has no name if the system supports that.
                    self._file = cast(RawIOBase, tempfile.TemporaryFile(buffering=0, prefix="abtui-"))  # noqa: SIM115
                    # It is closed when no object refers to the spool any more.
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
