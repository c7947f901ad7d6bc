"""Chunks of a file, cut anywhere, as lines; and a cursor over them that can go back."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from abtui.core.events.long_lines import LONG_LINE, LongLine, Part, part

_WINDOW: Final = 256 * 1024
"""Bytes split into lines at a time, so that a file that comes in one piece is not held twice."""
UTF16_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Lines:
    """The lines of a text, as UTF-8 without their ends. `\\n`, `\\r\\n` and `\\r` end a line. To be read once.

    A line of more than 1 MiB comes in parts (see `long_lines`). `mark` tells that it began with a byte-order mark, which is left out, and `utf16` that it was UTF-16. Pieces may be cut inside a character or between `\\r` and `\\n`.
    """

    def __init__(self, pieces: Iterable[bytes | str]) -> None:
        self.mark = self.utf16 = False
        self._has_surrogates = False
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        return chain.from_iterable(self._blocks())

    def _blocks(self) -> Iterator[Iterable[bytes]]:
        parts: list[bytes] = []
        size = 0
        long: LongLine | None = None
        for block in _line_feeds(self._utf8()):
            lines = block.split(b"\n")
            if long is not None:
                if len(lines) == 1:
                    yield long.more(block)
                    continue
                yield long.end(lines.pop(0))
                long, size = None, 0
            parts.append(lines[0])
            size += len(lines[0])
            if len(lines) > 1:
                lines[0] = b"".join(parts)
                parts = [lines.pop()]
                size = len(parts[0])
                yield lines
            if size > LONG_LINE:
                start = b"".join(parts)
                parts, long = [], LongLine(start)
                yield long.more(start)
        if long is not None:
            yield long.end(b"")
        elif last := b"".join(parts):
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

    Of a long line `text` is a part. `eager_until` is the last line that was looked at once and given back: what is broken
    up to there is cut off early, so that no line is looked at again and again. `shift` is added to the columns of the first
    line, where a text starts inside one.
    """

    def __init__(self, source: Lines, *, line: int = 1, shift: int = 0) -> None:
        self.source = source
        self.lines = iter(source)
        self.back: list[Iterator[bytes]] = []
        """What was given back and comes again: the last of these first."""
        self.line = line - 1
        self.raw = b""
        self.text = ""
        self.at = 0
        self.eager_until = 0
        self.judged_until = 0
        """The last line that was looked at to see if it stands inside a document, and does not."""
        self.replaced: set[int] = set()
        self._first, self._shift = line, shift
        self.before = 0
        """Characters of the line before the part of it that is the current one."""

    def open(self, raw: bytes, before: int = 0) -> None:
        """Make `raw`, the bytes of line number `line`, or a part of them behind `before` characters, the current line."""
        self.raw, self.before = raw, before
        self.text, replaced = self.source.decode(raw)
        self.at = 0
        if replaced:
            self.replaced.add(self.line)

    @property
    def goes_on(self) -> bool:
        """Whether the current line is a part, and more of the same line follows."""
        return isinstance(self.raw, Part) and self.raw.more

    def next_raw(self) -> bytes | None:
        """The bytes of the next line, or part of one, of those given back first; None at the end of the text."""
        while self.back:
            if (raw := next(self.back[-1], None)) is not None:
                return raw
            self.back.pop()
        return next(self.lines, None)

    def next_line(self) -> bool:
        """Go to the start of the next line, or part of a line. False, and nothing happens, at the end of the text."""
        raw = self.next_raw()
        if raw is None:
            return False
        if isinstance(self.raw, Part) and self.raw.more:
            self.open(raw, self.before + len(self.text) + self.raw.skipped)
        else:
            self.line += 1
            self.open(raw)
        return True

    def forget(self) -> None:
        """Let go of the text of a long line before the current character: it may be 64 MiB."""
        if len(self.text) > LONG_LINE:
            skipped = self.raw.skipped if isinstance(self.raw, Part) else 0
            more = part(self.text[self.at :].encode(errors="replace"), more=self.goes_on, skipped=skipped)
            self.raw, self.text, self.before, self.at = more, self.text[self.at :], self.before + self.at, 0

    def column(self, at: int) -> int:
        """The 1-based column of character `at` of the line."""
        return at + 1 + self.before + (self._shift if self.line == self._first else 0)
