"""A cursor in a text that can move back, and the text that is held until the end of a document is found."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import msgspec

from abtui.core.events.lines import LARGEST_VALUE, LONG_LINE, SHOWN, Lines, Part
from abtui.core.events.model import Form

_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_WIDE = re.compile(rb"[\xf0-\xf7]")
HEAVIEST: Final = 2 * LARGEST_VALUE
"""About how many bytes a value may take in memory: a bracket takes many times more there than in a text."""
_BRACKET, _COMMA, _COLON = 64, 40, 60


class Chunk(msgspec.Struct, frozen=True):
    """A piece of the source: its text, its place, and whether its end was found.

    Of a value that is too large to be read the text is only the start, and `skipped` is its size in bytes. Of a long batch
    the text ends before the list (`is_batch`).
    """

    text: str
    line: int
    column: int
    closed: bool = True
    last_line: int = 0
    skipped: int = 0
    is_batch: bool = False


class Start(NamedTuple):
    """Where a line, or with `inside` another part of it, starts: its number and its offset."""

    line: int
    offset: int
    inside: bool = False


class Cursor:
    """A place in a text: `at`, an index in the current line `text`, whose number from 1 is `line`.

    Of a long line `text` is a part, `before` characters after the line's start; it `goes_on` if more of the line follows. Up to the line `eager_until` the text was
    looked through before: an unclosed document ends early there, so that no line is looked through again and again. `shift` is
    added to the columns of the first line, if the text starts inside a line of its source.
    """

    def __init__(self, lines: Lines, forms: Sequence[Form], *, line: int = 1, shift: int = 0) -> None:
        self.lines, self.forms = lines, forms
        self.line = line - 1
        self.text = ""
        self.at = self.before = 0
        self.goes_on = False
        self.skipped = self.lost = 0
        """Characters, and bytes, that were left out at the end of the part."""
        self.offset = self.end = self.following = 0
        """The offsets of the line or part, of its end, and of the next one."""
        self.eager_until = 0
        self.judged_until = 0
        """The last line that was looked at to see whether it stands inside a document, and does not."""
        self.asked_eager = self.asked_judged = sys.maxsize
        """The first line for which each of these two was asked."""
        self.replaced: set[int] = set()
        """The numbers of lines in which invalid UTF-8 was replaced."""
        self.is_held = self.has_skipped = False
        self.first_line, self._shift = line, shift

    def is_eager(self, line: int) -> bool:
        """Whether the text from a line on was looked through before."""
        self.asked_eager = min(self.asked_eager, line)
        return line <= self.eager_until

    def is_judged(self, line: int) -> bool:
        """Whether it is known that a line stands inside no document."""
        self.asked_judged = min(self.asked_judged, line)
        return line <= self.judged_until

    @property
    def next_start(self) -> Start:
        """Where the next line, or part of one, starts."""
        return Start(self.line + 1 - self.goes_on, self.following, self.goes_on)

    def next_line(self) -> bool:
        """Move to the start of the next line, or part of a line. At the end of the text return False and stay."""
        raw = self.lines.line(self.following, inside=self.goes_on)
        if raw is None:
            return False
        if self.goes_on:
            self._open(raw, self.following, self.before + len(self.text) + self.skipped)
        else:
            self.line += 1
            self._open(raw, self.following, 0)
        if not self.is_held and self.offset - self.lines.start > LONG_LINE:
            self.lines.release(self.offset)
        return True

    def ahead(self, most: int) -> Iterator[str]:
        """The lines after the cursor's, which stays: up to a line that is read in parts, or about so many characters in all."""
        offset, size = self.following, 0
        while not self.goes_on and size < most:
            raw = self.lines.line(offset)
            if raw is None or isinstance(raw, Part):
                return
            offset += len(raw) + 1
            size += len(raw)
            yield self.lines.decode(raw)[0]

    def skip(self, size: int, lines: int) -> None:
        """Move from the end of the current line over `lines` lines, which have `size` bytes with their line ends."""
        self.has_skipped = self.has_skipped or lines > 0
        self.go_before(Start(self.line + lines + 1, self.following + size))

    def go_before(self, start: Start) -> None:
        """Go to the end of the line before `start`."""
        self.line = start.line - 1
        self._open(b"", start.offset, 0)
        self.following = start.offset

    def go_to(self, start: Start, before: int, at: int) -> None:
        """Go to an index in the line at `start`, or in the part of it after so many characters."""
        self.line = start.line
        self._open(self.lines.line(start.offset, inside=start.inside) or b"", start.offset, before)
        self.at = at

    def forget(self) -> None:
        """Let go of the text of a long line before the current character: it may be 64 MiB."""
        if len(self.text) > LONG_LINE and not self.skipped:
            size = len(self.text[: self.at].encode(errors="replace"))
            self.go_to(Start(self.line, self.offset + size, True), self.before + self.at, 0)
            self.lines.release(self.offset)

    def column(self, at: int) -> int:
        """The column, from 1, of an index in the current line."""
        return at + 1 + self.before + (self._shift if self.line == self.first_line else 0)

    def _open(self, raw: bytes | bytearray, offset: int, before: int) -> None:
        self.offset, self.before, self.at = offset, before, 0
        self.end = offset + len(raw)
        self.following = self.end + 1
        if isinstance(raw, Part):
            self.goes_on, self.skipped, self.lost = raw.more, raw.skipped, raw.lost
            self.following -= raw.more
        elif self.goes_on or self.lost:
            self.goes_on, self.skipped, self.lost = False, 0, 0
        try:
            self.text = raw.decode()
        except UnicodeDecodeError:
            self.text, replaced = self.lines.decode(raw)
            if replaced:
                self.replaced.add(self.line)


class Held:
    """The text from the cursor on, however far the cursor goes. Of a value that is too large only the start is held."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor
        self.start = Start(cursor.line, cursor.offset, cursor.before > 0)
        self.at, self.column = cursor.at, cursor.column(cursor.at)
        self._before = cursor.before
        self._from = cursor.offset + cursor.at
        self._lost = cursor.lost
        self._shown: str | None = None
        cursor.lines.release(cursor.offset)
        cursor.is_held = True

    def next_line(self) -> bool:
        """Move the cursor to its next line, or part of one. False at the end of the text."""
        if not self._cursor.next_line():
            return False
        self._lost += self._cursor.lost
        return True

    @property
    def size(self) -> int:
        """The bytes that are held or were left out, or a few more."""
        return self._cursor.end - self._from + self._lost

    def let_go(self) -> None:
        """Keep the start of the text and the current line only."""
        if self._shown is None:
            end = min(self._cursor.end, self.start.offset + 4 * (self.at + SHOWN))
            self._shown = self._cursor.lines.text(self.start.offset, end)[self.at :][:SHOWN]
        self._cursor.lines.release(self._cursor.offset)

    def starts(self, start: Start) -> Iterator[tuple[Start, bytes | bytearray]]:
        """The lines from `start` up to the cursor's, as far as they are held, without further parts of long ones."""
        cursor = self._cursor
        if start.offset < cursor.lines.start:
            start = Start(cursor.line, cursor.offset, cursor.before > 0)
        while (
            start.offset <= cursor.offset and (raw := cursor.lines.line(start.offset, inside=start.inside)) is not None
        ):
            if not start.inside:
                yield start, raw
            goes_on = isinstance(raw, Part) and raw.more
            start = Start(start.line + (not goes_on), start.offset + len(raw) + (not goes_on), goes_on)

    def chunk(self, *, closed: bool, before: Start | None = None) -> Chunk:
        """The text up to the cursor, or up to the line before `before`, where the cursor goes then."""
        cursor = self._cursor
        skipped = self._size_if_skipped(before)
        if skipped:
            self.let_go()
        text = self._text(before)
        if before is not None:
            cursor.go_before(before)
        cursor.is_held = False
        return Chunk(text, self.start.line, self.column, closed, cursor.line, skipped)

    def text(self) -> str:
        """The text up to the end of the cursor's line."""
        return self._cursor.lines.text(self.start.offset, self._cursor.end)[self.at :]

    def go_back(self, index: int = 0) -> None:
        """Move the cursor to an index in the text held, and hold it no longer."""
        cursor = self._cursor
        start, before, index = self.start, self._before, index + self.at
        while (raw := cursor.lines.line(start.offset, inside=start.inside)) is not None:
            size, goes_on = len(cursor.lines.decode(raw)[0]), isinstance(raw, Part) and raw.more
            if index < size or (index == size and not goes_on):
                break
            index -= size + (not goes_on)
            before = before + size if goes_on else 0
            start = Start(start.line + (not goes_on), start.offset + len(raw) + (not goes_on), goes_on)
        cursor.go_to(start, before, index)
        cursor.is_held = False

    def _text(self, before: Start | None) -> str:
        if self._shown is not None:
            return self._shown
        cursor = self._cursor
        if before is not None:
            return cursor.lines.text(self.start.offset, before.offset - 1)[self.at :].rstrip()
        if cursor.offset == self.start.offset:
            return cursor.text[self.at : cursor.at].rstrip()
        texts = [cursor.lines.text(self.start.offset, cursor.offset)[self.at :], cursor.text[: cursor.at]]
        return "".join(texts).rstrip()

    def _size_if_skipped(self, before: Start | None) -> int:
        """The bytes of a value that is not read, as it or its value in memory would be too large; 0 for any other."""
        cursor = self._cursor
        rest = 0 if before is not None else len(cursor.text[cursor.at :].encode(errors="replace"))
        size = self.size - rest
        if self._shown is not None or self._lost:
            return size
        if cursor.offset == self.start.offset:
            size = len(cursor.text[self.at : cursor.at].encode(errors="replace"))
        elif before is not None:
            size = before.offset - self.start.offset - self.at
        if size > LARGEST_VALUE:
            return size
        return size if size > LONG_LINE and self._weight(before) > HEAVIEST else 0

    def _weight(self, before: Start | None) -> int:
        """About how much memory the text and its value take together."""
        at = self.start.offset - self._cursor.lines.start
        end = at + (self._cursor.end if before is None else before.offset) - self.start.offset
        return weight(self._cursor.lines.buffer, at, end)


def weight(data: bytes | bytearray, start: int, end: int) -> int:
    """About how much memory a part of a text and its value take together."""
    brackets = data.count(b"{", start, end) + data.count(b"[", start, end)
    inside = _BRACKET * brackets + _COMMA * data.count(b",", start, end) + _COLON * data.count(b":", start, end)
    width = 4 if _WIDE.search(data, start, end) else 2 if _NOT_ASCII.search(data, start, end) else 1
    return (end - start) * (1 + width) + inside
