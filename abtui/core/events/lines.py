"""Chunks of a file, cut anywhere, as lines; and a cursor over them that can go back."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

_WINDOW: Final = 256 * 1024
"""Bytes split into lines at a time, so that a file that comes in one piece is not held twice."""
UTF16_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Lines:
    """The lines of a text, as UTF-8 without their ends. `\\n`, `\\r\\n` and `\\r` end a line. To be read once.

    `mark` tells that it began with a byte-order mark, which is left out, and `utf16` that it was UTF-16. Pieces may be cut inside a character or between `\\r` and `\\n`.
    """

    def __init__(self, pieces: Iterable[bytes | str]) -> None:
        self.mark = self.utf16 = False
        self._has_surrogates = False
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        return chain.from_iterable(self._blocks())

    def _blocks(self) -> Iterator[list[bytes]]:
        parts: list[bytes] = []
        for block in _line_feeds(self._utf8()):
            lines = block.split(b"\n")
            parts.append(lines[0])
            if len(lines) > 1:
                lines[0] = b"".join(parts)
                parts = [lines.pop()]
                yield lines
        if last := b"".join(parts):
            yield [last]

    def decode(self, line: bytes) -> tuple[str, bool]:
        """The text of a line, and whether bytes that are no UTF-8 were replaced in it by U+FFFD."""
        try:
            return line.decode(), False
        except UnicodeDecodeError:
            if self._has_surrogates:
                try:
                    return line.decode("utf-8", "surrogatepass"), False
                except UnicodeDecodeError:
                    pass
            return line.decode("utf-8", "replace"), True

    def _utf8(self) -> Iterator[bytes]:
        pieces = self._encoded()
        start = b""
        for piece in pieces:
            start += piece
            if len(start) >= len(codecs.BOM_UTF8):
                break
        if start[:2] in UTF16_MARKS:
            self.mark = self.utf16 = True
            decoder = codecs.getincrementaldecoder("utf-16")("replace")
            yield decoder.decode(start).encode()
            for piece in pieces:
                yield decoder.decode(piece).encode()
            yield decoder.decode(b"", True).encode()
        else:
            self.mark = start.startswith(codecs.BOM_UTF8)
            yield start.removeprefix(codecs.BOM_UTF8)
            yield from pieces

    def _encoded(self) -> Iterator[bytes]:
        for piece in self._pieces:
            if isinstance(piece, bytes):
                yield piece
                continue
            try:
                yield piece.encode()
            except UnicodeEncodeError:
                self._has_surrogates = True
                yield piece.encode("utf-8", "surrogatepass")


def _line_feeds(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The blocks in windows, with `\\n` as the only end of a line."""
    held = b""
    for block in blocks:
        for at in range(0, len(block), _WINDOW):
            window = held + block[at : at + _WINDOW]
            held = b""
            if b"\r" in window:
                if window.endswith(b"\r"):
                    # Whether a line feed follows is not known yet.
                    held, window = b"\r", window[:-1]
                window = window.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            yield window
    if held:
        yield b"\n"


class Cursor:
    """A place in a text: `at`, a 0-based character of the current line `text`, whose bytes are `raw` and 1-based number `line`.

    `eager_until` is the last line that was looked at once and given back: what is broken up to there is cut off early, so
    that no line is looked at again and again. `shift` is added to the columns of the first line, where a text starts
    inside one.
    """

    def __init__(self, source: Lines, *, line: int = 1, shift: int = 0) -> None:
        self.source = source
        self.lines = iter(source)
        self.ahead: list[bytes] = []
        self.line = line - 1
        self.raw = b""
        self.text = ""
        self.at = 0
        self.eager_until = 0
        self.replaced: set[int] = set()
        self._first, self._shift = line, shift

    def open(self, raw: bytes) -> None:
        """Make `raw`, the bytes of line number `line`, the current line."""
        self.raw = raw
        self.text, replaced = self.source.decode(raw)
        self.at = 0
        if replaced:
            self.replaced.add(self.line)

    def next_line(self) -> bool:
        """Go to the start of the next line. False, and nothing happens, at the end of the text."""
        raw = self.ahead.pop() if self.ahead else next(self.lines, None)
        if raw is None:
            return False
        self.line += 1
        self.open(raw)
        return True

    def cut(self, raws: list[bytes], keep: int) -> None:
        """Go back to the end of line `keep` of the last lines `raws` (the current one is the last): the rest comes again."""
        self.eager_until = max(self.eager_until, self.line)
        self.ahead.extend(reversed(raws[keep:]))
        self.line -= len(raws) - keep
        self.open(raws[keep - 1])
        self.at = len(self.text)

    def column(self, line: int, at: int) -> int:
        """The 1-based column of character `at` of a line."""
        return at + 1 + (self._shift if line == self._first else 0)
