"""Standard output for data: bytes in large writes. A reader that closes the pipe is not an error. A closed stream is None."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from types import TracebackType
from typing import BinaryIO, Self, TextIO

import click

from abtui.core.text.plain import file_name, printable_json

_FLUSH_BYTES = 1 << 16


def on_terminal(stream: TextIO | None) -> bool:
    """Whether a stream of the process is a terminal. A closed stream is None."""
    return stream is not None and stream.isatty()


def discard(stream: TextIO) -> None:
    """Discard all output to a stream that cannot be written, including what the interpreter flushes when it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def file_problem(path: str) -> str:
    """Why no file can be written at `path`, as far as that is known before writing. "" if nothing prevents it."""
    if not path:
        return "there is no file name."
    if "\0" in path:
        return "a file name cannot contain a NUL."
    if os.path.isdir(path):
        return f"{file_name(path)} is a folder, not a file."
    folder = os.path.dirname(path)
    return f"there is no folder {file_name(folder)} to write to." if folder and not os.path.isdir(folder) else ""


def output_file(_ctx: click.Context, _param: click.Parameter, path: str | None) -> str | None:
    """The callback of a parameter for an output file, or `-`. Raises BadParameter before any work is done."""
    if path is not None and (problem := file_problem(path)):
        raise click.BadParameter(problem)
    return path


def standard_output() -> BinaryIO:
    """Standard output as a stream of bytes. Raises ClickException if it is closed."""
    if sys.stdout is None:
        raise click.ClickException("There is no standard output to write to.")
    return sys.stdout.buffer


def write_out(text: bytes | str) -> None:
    """Write the whole output of a command, ending in a line end; text is written as UTF-8. Raises ClickException if that fails."""
    data = text.encode() if isinstance(text, str) else text
    try:
        with Output(standard_output()) as output:
            if data:
                output.line(data.removesuffix(b"\n"))
    except Closed:
        pass


class Closed(Exception):
    """The reader of standard output has closed the pipe, as `head` does when it has enough."""


class Output:
    """A buffer for lines of bytes to a stream. `line` raises Closed when the reader has closed the pipe."""

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
        """Add one line, given without its line end."""
        self._lines.append(text)
        self._size += len(text)
        if self._size >= _FLUSH_BYTES or self._at_once:
            self.flush()

    def lines(self, texts: Iterable[bytes]) -> None:
        """Add lines, each given without its line end."""
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
        """Write the buffered lines."""
        lines, self._lines, self._size = self._lines, [], 0
        if not lines:
            return
        try:
            text = b"\n".join(lines)
            # Bodies are JSON and may contain any character, some of which a terminal would take for commands.
            self._stream.write(printable_json(text) if self._at_once else text)
            self._stream.write(b"\n")
            self._stream.flush()
        except OSError as error:
            discard(sys.stdout)
            if isinstance(error, BrokenPipeError):
                raise Closed from None
            raise click.ClickException(f"Standard output cannot be written: {error.strerror or error}.") from error
