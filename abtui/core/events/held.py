"""The lines of a document while its end is looked for, packed, so that many short ones take little more than their text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from abtui.core.events.lines import Cursor
from abtui.core.events.long_lines import LARGEST_VALUE, LONG_LINE, SHOWN, Part

_PACKED: Final = 1024
"""Lines that are packed into one text."""
_WIDE = re.compile(rb"[\xf0-\xf7]")
_HEAVIEST: Final = 2 * LARGEST_VALUE
"""Bytes that a value may take in memory, about: a bracket takes many times more there than in a text."""
_BRACKET, _COMMA, _COLON = 64, 40, 60


class Held:
    """The cursor's line, or part of one, and those it went to since. Of a value that is too large only the start is left."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor
        self.line, self.at, self.column = cursor.line, cursor.at, cursor.column(cursor.at)
        self._before = cursor.before
        self._packs: list[tuple[int, bytes]] = []
        """How many lines, and their text. A part of a line is packed alone."""
        self._raws = [cursor.raw]
        self.count = 1
        self._gone = 0
        """Lines that are not held any more."""
        self.size = len(cursor.raw) - cursor.at
        """Bytes from where the document begins, or a few more."""
        self._lost = cursor.raw.lost if isinstance(cursor.raw, Part) else 0
        self._shown: str | None = None

    def add(self) -> None:
        """Hold the line that the cursor has gone to."""
        raw, before = self._cursor.raw, self._raws[-1]
        self.count += 1
        self.size += len(raw) + (not (isinstance(before, Part) and before.more))
        if isinstance(raw, Part):
            self._lost += raw.lost
        if self._shown is not None:
            self._gone, self._raws = self.count - 1, [raw]
            return
        self._raws.append(raw)
        if len(self._raws) > _PACKED:
            self._pack()

    @property
    def too_large(self) -> bool:
        """Whether the value is over the bound already."""
        return self.size + self._lost > LARGEST_VALUE

    def let_go(self) -> None:
        """Keep the start and the newest line only."""
        if self._shown is None:
            _, start = next(self._stretches(self.count))
            self._shown = start.decode(errors="replace")[self.at :][:SHOWN]
            self._packs, self._raws, self._gone = [], self._raws[-1:], self.count - 1

    def lines(self, index: int = 0) -> Iterator[bytes]:
        """The lines from number `index` on, as far as they are held."""
        index = max(0, index - self._gone)
        for count, pack in self._packs:
            if index < count:
                yield from [pack] if isinstance(pack, Part) else pack.split(b"\n")[index:]
            index = max(0, index - count)
        yield from self._raws[index:]

    def starts(self, index: int) -> Iterator[tuple[int, bytes]]:
        """The lines from number `index` on with their numbers, without what is another part of the line before."""
        begins = True
        for number, raw in enumerate(self.lines(index - 1), max(index - 1, self._gone)):
            if begins and number >= index:
                yield number, raw
            begins = not (isinstance(raw, Part) and raw.more)

    def text(self, count: int, end: int | None) -> str:
        """The text of the first `count` lines, from where the document begins, up to character `end` of the last one."""
        if self._shown is not None:
            return self._shown
        if self.count == 1:
            return self._cursor.text[self.at : end].rstrip()
        decode = self._cursor.source.decode
        texts: list[str] = []
        between = ""
        for lines, raw in self._stretches(count):
            try:
                text = raw.decode()
            except UnicodeDecodeError:
                text = "\n".join(decode(line)[0] for line in (raw.split(b"\n") if lines > 1 else [raw]))
            texts += [between, text]
            between = "" if isinstance(raw, Part) and raw.more else "\n"
        if end is not None and count == self.count:
            texts[-1] = texts[-1][:end]
        texts[1] = texts[1][self.at :]
        return "".join(texts).rstrip()

    def line_at(self, offset: int) -> tuple[int, int]:
        """The number of the line in which an offset of the text stands, and the character of that line."""
        before = -self.at
        for index, raw in enumerate(self.lines()):
            size = len(self._cursor.source.decode(raw)[0])
            if offset < before + size:
                return index, offset - before
            before += size + (not (isinstance(raw, Part) and raw.more))
        return self.count - 1, 0

    def size_if_skipped(self, count: int, end: int | None) -> int:
        """Bytes of a value that is not to be read, as it is too large or would be in memory; 0 for any other."""
        behind = 0 if end is None else len(self._cursor.text[end:].encode(errors="replace"))
        size = self.size + self._lost - behind
        if self._shown is not None or self._lost:
            return size
        if self.count == 1:
            size = len(self._cursor.text[self.at : end].encode(errors="replace"))
        elif count < self.count:
            size = sum(len(raw) + 1 for _, raw in self._stretches(count)) - self.at
        if size > LARGEST_VALUE:
            return size
        return size if size > LONG_LINE and self._weight(count) > _HEAVIEST else 0

    def go_back(self, index: int, at: int | None) -> None:
        """Make line number `index` the cursor's again, at a character or its end; what follows it comes again."""
        cursor = self._cursor
        if self._gone:
            # Of the lines before the newest there is none any more, and nobody wants more than the end of the last.
            cursor.back.append(self.lines())
            cursor.line -= 1
            cursor.open(b"")
            return
        lines = self.lines()
        raw, number, before = next(lines), self.line, self._before
        for _ in range(index):
            if isinstance(raw, Part) and raw.more:
                before += len(cursor.source.decode(raw)[0]) + raw.skipped
            else:
                number, before = number + 1, 0
            raw = next(lines)
        cursor.back.append(lines)
        cursor.line = number
        cursor.open(raw, before)
        cursor.at = len(cursor.text) if at is None else at

    def _stretches(self, count: int) -> Iterator[tuple[int, bytes]]:
        """The first `count` lines, many at a time."""
        for lines, pack in self._packs:
            if count >= lines:
                yield lines, pack
            elif count:
                yield count, b"\n".join(pack.split(b"\n")[:count])
            count = max(0, count - lines)
        yield from ((1, raw) for raw in self._raws[:count])

    def _weight(self, count: int) -> int:
        """About how much memory the text and its value take together."""
        size = inside = 0
        width = 1
        for _, raw in self._stretches(count):
            size += len(raw)
            inside += (
                _BRACKET * (raw.count(b"{") + raw.count(b"[")) + _COMMA * raw.count(b",") + _COLON * raw.count(b":")
            )
            width = width if raw.isascii() else 4 if _WIDE.search(raw) else max(width, 2)
        return size * (1 + width) + inside

    def _pack(self) -> None:
        """Pack all lines but the newest, which is the one that is asked for."""
        *raws, newest = self._raws
        plain: list[bytes] = []
        for raw in raws:
            if not isinstance(raw, Part):
                plain.append(raw)
                continue
            if plain:
                self._packs.append((len(plain), b"\n".join(plain)))
                plain = []
            self._packs.append((1, raw))
        if plain:
            self._packs.append((len(plain), b"\n".join(plain)))
        self._raws = [newest]
