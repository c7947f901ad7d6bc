"""Whether a line that could be an event stands inside a document that could not be read: no event is made of a part of one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import Final

from abtui.core.events.held import Held
from abtui.core.events.lines import Cursor
from abtui.core.events.long_lines import Part
from abtui.core.events.scan import BALANCED, Scan

_MOST_BYTES: Final = 16 << 20
_MOST_LINES: Final = 100_000
_CLOSES = re.compile(r"[\]})]")
_GOES_ON = re.compile(r""",|"[^"\\]*+(?:\\.[^"\\]*+)*+"[ \t]*+:|["'`][ \t]*+(?:[\]},;)]|\Z)""")
"""What follows a value inside a document: a comma, the key of the next one, or the end of the text that it stood in."""
_TEXT_ENDS = re.compile(r"[\"'`][\s\]}),;]*+\Z")
_CLOSERS = re.compile(r"[\]})\s,;]*+")
OF_A_LIST: Final = ("", "]")
OF_A_BATCH: Final = ("", "]", "]}")


def lines_inside(cursor: Cursor, held: Held, index: int, ends: tuple[str, ...], *, value: bool = False) -> int:
    """How many lines from number `index` on stand inside the document held; 0 where they are documents of their own.

    Inside they are if a bracket that none of them opens closes something after them, or a key follows them. `ends` are the
    brackets that may close there, those of a list that the document is an item of. Where a `value` is due, one document is
    inside as well; if another one follows, the line before was cut off behind its colon.
    """
    newest = held.count - 1
    if cursor.line - (newest - index) <= cursor.judged_until:
        return 0
    peeked: list[bytes] = []
    looking = _Looking(cursor, chain(held.lines(index), _peek(cursor, peeked)))
    inside = looking.inside(ends, value=value)
    if peeked:
        cursor.back.append(iter(peeked))
    if not inside:
        cursor.judged_until = cursor.line - newest + index + looking.count
    return looking.count if inside else 0


def lines_of_text(cursor: Cursor, quote: str) -> int:
    """How many lines behind the cursor's stand in a text that was opened on it; 0 where no line after documents ends one."""
    if cursor.line < cursor.judged_until or cursor.goes_on:
        return 0
    peeked: list[bytes] = []
    looking = _Looking(cursor, _peek(cursor, peeked))
    inside = looking.in_text(quote)
    if peeked:
        cursor.back.append(iter(peeked))
    if not inside:
        cursor.judged_until = cursor.line + looking.count
    return looking.count if inside else 0


def _peek(cursor: Cursor, peeked: list[bytes]) -> Iterator[bytes]:
    """The lines that follow, each of which is put to those `peeked` at."""
    while (raw := cursor.next_raw()) is not None:
        peeked.append(raw)
        yield raw


class _Looking:
    def __init__(self, cursor: Cursor, lines: Iterator[bytes]) -> None:
        self.count = self._size = 0
        self._lines = lines
        self._decode = cursor.source.decode

    def _next(self) -> str | None:
        """The next line that is not blank; None where the text ends, or it is enough."""
        for raw in self._lines:
            self.count += 1
            self._size += len(raw)
            if isinstance(raw, Part) or self._size > _MOST_BYTES or self.count > _MOST_LINES:
                return None
            text = self._decode(raw)[0].strip()
            if text and not text.startswith("//"):
                return text
        return None

    def inside(self, ends: tuple[str, ...], *, value: bool) -> bool:
        """Whether the documents that follow each other here end inside another one."""
        documents = 0
        while (text := self._next()) is not None:
            if _CLOSES.match(text):
                return self._closers(text) not in ends
            if _GOES_ON.match(text):
                return True
            if text[0] not in "{[" or (rest := self._document(text)) is None:
                return False
            if rest and (_CLOSES.match(rest) or _GOES_ON.match(rest)):
                return self._closers(rest) not in ends
            if rest:
                return False
            documents += 1
        return value and documents == 1

    def in_text(self, quote: str) -> bool:
        """Whether behind the documents that follow each other here there is the end of a text."""
        while (text := self._next()) is not None:
            if text[0] not in "{[":
                return text.count(quote) == 1 and _TEXT_ENDS.search(text) is not None
            if self._document(text) != "":
                return False
        return False

    def _document(self, text: str) -> str | None:
        """What follows on its last line the document that starts here, but for a comma; None for one that is broken."""
        whole = BALANCED.match(text)
        if whole is not None:
            return text[whole.end() :].removeprefix(",").strip()
        scan = Scan(code=False, in_list=False)
        line: str | None = text
        while line is not None:
            end = scan.line(line, 0)
            if scan.broken:
                return None
            if end >= 0:
                return line[end:].strip().removeprefix(",").strip()
            line = self._next()
        return None

    def _closers(self, text: str | None) -> str:
        """The brackets that close one after another from here on."""
        closers = ""
        while text:
            found = _CLOSERS.match(text)
            end = found.end() if found else 0
            closers += re.sub(r"[\s,;]", "", text[:end])
            if end < len(text) or len(closers) > len("]}"):
                break
            text = self._next()
        return closers
