"""Standard output as data: bytes in large writes, and an end of the reader that is no error."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable
from types import TracebackType
from typing import BinaryIO, Self

import click

_CONTROLS = re.compile(b"\x7f|\xc2[\x80-\x9f]")
_FLUSH_BYTES = 1 << 16


def _escape(match: re.Match[bytes]) -> bytes:
    return f"\\u{ord(match[0].decode()):04x}".encode()


class Closed(Exception):
    """Whoever read standard output has gone, as `head` does when it has enough."""


class Output:
    """Lines of bytes to a stream, gathered. `line` raises Closed when the reader has gone."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lines: list[bytes] = []
        self._size = 0
        self._at_once = stream.isatty()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None or not issubclass(kind, Closed):
            self.flush()

    def line(self, text: bytes) -> None:
        """One line, without its end."""
        self._lines.append(text)
        self._size += len(text)
        if self._size >= _FLUSH_BYTES or self._at_once:
            self.flush()

    def lines(self, texts: Iterable[bytes]) -> None:
        """Many lines, each without its end."""
        if self._at_once:
            for text in texts:
                self.line(text)
            return
        pending, size = self._lines, self._size
        for text in texts:
            pending.append(text)
            size += len(text)
            if size >= _FLUSH_BYTES:
                self.flush()
                pending, size = self._lines, 0
        self._size = size

    def flush(self) -> None:
        """Write what was gathered."""
        lines, self._lines, self._size = self._lines, [], 0
        if not lines:
            return
        try:
            text = b"\n".join(lines) + b"\n"
            # JSON may hold these characters as they are; a terminal would take them for commands.
            self._stream.write(_CONTROLS.sub(_escape, text) if self._at_once else text)
            self._stream.flush()
        except OSError as error:
            # The interpreter flushes standard output once more at its end, and would complain.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            if isinstance(error, BrokenPipeError):
                raise Closed from None
            raise click.ClickException(f"Standard output cannot be written: {error.strerror or error}.") from error
