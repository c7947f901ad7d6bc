"""Standard output as data: bytes in large writes, and an end of the reader that is no error. A closed stream is None."""

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
    """Whether a stream of the process is a terminal; a closed one is None."""
    return stream is not None and stream.isatty()


def discard(stream: TextIO) -> None:
    """Let what goes to a stream that cannot be written go nowhere, also what the interpreter flushes at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def file_problem(path: str) -> str:
    """Why no file can be written at `path`, as far as it shows beforehand; "" for none."""
    if not path:
        return "there is no file name."
    if "\0" in path:
        return "a file name cannot hold a NUL."
    if os.path.isdir(path):
        return f"{file_name(path)} is a folder, not a file."
    folder = os.path.dirname(path)
    return f"there is no folder {file_name(folder)} to write to." if folder and not os.path.isdir(folder) else ""


def output_file(_ctx: click.Context, _param: click.Parameter, path: str | None) -> str | None:
    """The callback of a parameter that names a file to write, or `-`. Raises BadParameter before any work is done."""
    if path is not None and (problem := file_problem(path)):
        raise click.BadParameter(problem)
    return path


def standard_output() -> BinaryIO:
    """Standard output for bytes. Raises ClickException where it is closed."""
    if sys.stdout is None:
        raise click.ClickException("There is no standard output to write to.")
    return sys.stdout.buffer


def write_out(text: bytes | str) -> None:
    """All data of a command, text as UTF-8, with a line end at its end. Raises ClickException where it cannot be written."""
    data = text.encode() if isinstance(text, str) else text
    try:
        with Output(standard_output()) as output:
            if data:
                output.line(data.removesuffix(b"\n"))
    except Closed:
        pass


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
            text = b"\n".join(lines)
            # Bodies are JSON and may hold any character; a terminal would take some for commands.
            self._stream.write(printable_json(text) if self._at_once else text)
            self._stream.write(b"\n")
            self._stream.flush()
        except OSError as error:
            discard(sys.stdout)
            if isinstance(error, BrokenPipeError):
                raise Closed from None
            raise click.ClickException(f"Standard output cannot be written: {error.strerror or error}.") from error
