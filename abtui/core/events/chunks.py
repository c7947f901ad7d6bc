"""Where a document ends: brackets, texts and comments are followed, the rest of the grammar is left to the parsers.

A document that is never closed must not swallow the events after it. As soon as one turns out to be broken, it ends before
the first line that is a whole event by itself, is not indented further than the document is, and does not stand inside
it: no bracket or key behind it tells so (see `inside`), and neither does the end of the line before, where an item or a
value was due (see `Scan.due`).
"""

from __future__ import annotations

import re
from typing import Final

import msgspec
import orjson

from abtui.core.events.batches import open_batch
from abtui.core.events.held import Held
from abtui.core.events.inside import lines_inside
from abtui.core.events.lines import Cursor
from abtui.core.events.long_lines import LONG_LINE
from abtui.core.events.scan import BALANCED, COMMENT_END, Scan
from abtui.core.text.json_text import parse, skip_space

CODE_START = re.compile(
    r"(?:(?:await|return|void)[ \t]++)?[A-Za-z_$][\w$]*+"
    r"(?:[ \t]*+(?:\([\w\"'.,= \t]*+\)[ \t]*+)?[?!]?\.[ \t]*+[A-Za-z_$][\w$]*+)++[ \t]*+\("
    r"|\[[ \t]*+(?:\[[ \t]*+[A-Za-z_]\w*+[ \t]++[A-Za-z_][^\]\n]*+\]|[A-Za-z_]\w*+)[ \t]++[A-Za-z_]\w*+[ \t]*+[:\]]"
)
"""The start of a method call in JavaScript, Swift, Kotlin or Python, or of a message in Objective-C."""
_MOST_BEFORE: Final = 16 << 20
"""Bytes of a document in which the list of a batch is looked for."""
_SEMICOLON = re.compile(r"[ \t]*+;")
_ALONE = re.compile(r"[ \t]*+,?[ \t]*+\]?[ \t,]*+\Z")


class Chunk(msgspec.Struct, frozen=True):
    """A piece of the source: its text, its place, and whether its end was found.

    Of a value that is too large to be read the text is the start, and `skipped` its bytes. Of a long batch the text ends
    before its list, at `batch_at`.
    """

    text: str
    line: int
    column: int
    closed: bool = True
    last_line: int = 0
    skipped: int = 0
    batch_at: int | None = None


def take(
    cursor: Cursor, *, code: bool = False, ends: tuple[str, ...] = (), inside: str = "", batches: bool = False
) -> Chunk:
    """The document that starts at the cursor, which moves behind it. It may be broken, and then ends where it best does.

    `ends` are the brackets that may close around it, where it is an item of a list, `inside` those that are open already.
    With `batches` a long document that begins as a batch ends before its list.
    """
    start = cursor.at
    if not code and not inside and (whole := BALANCED.match(cursor.text, start)) and whole.end() - start < LONG_LINE:
        cursor.at = whole.end()
        return Chunk(whole[0], cursor.line, cursor.column(start), True, cursor.line)
    scan = Scan(code=code, in_list=bool(ends), inside=inside)
    held = Held(cursor)
    checked = broken_at = 1
    inside_until = 0
    looked_at = LONG_LINE
    due = bytearray()
    """What is due on each line from number `due_from` on, as one character, or a space."""
    due_from = 0

    def stands_inside(index: int) -> int:
        """The number of the line before which line `index` and those after it stand inside; `index` if it does not."""
        on_line = chr(due[index - due_from])
        return index + (1 if on_line == "[" else lines_inside(cursor, held, index, ends, value=on_line == ":"))

    while True:
        was_broken = scan.broken
        due += (scan.due() or " ").encode()
        end = scan.line(cursor.text, cursor.at, whole=cursor.before == 0)
        newest = held.count - 1
        eager = held.line <= cursor.eager_until
        if scan.broken or eager:
            for index, raw in held.starts(checked):
                if index >= inside_until and _whole_event(raw, start):
                    inside_until = stands_inside(index)
                    if index == inside_until:
                        return _cut(cursor, held, index)
            checked = newest + 1
            again = 0 <= scan.restart <= start or (eager and was_broken and _looks_like_start(cursor.raw, start))
            if newest >= max(1, inside_until) and cursor.before == 0 and again:
                inside_until = stands_inside(newest)
                if newest == inside_until:
                    return _cut(cursor, held, newest)
        if not scan.broken:
            broken_at = newest + 1
        if end >= 0:
            cursor.at = end
            if code and (semicolon := _SEMICOLON.match(cursor.text, end)):
                cursor.at = semicolon.end()
            chunk = _chunk(held, held.count, end, cursor.line, closed=True)
            cursor.forget()
            return chunk
        if batches and looked_at <= _MOST_BEFORE and (held.size > looked_at or held.too_large):
            looked_at = _MOST_BEFORE + 1 if held.too_large else 2 * held.size
            if (found := _at_list(cursor, held)) is not None:
                return found
        if held.too_large:
            if code:
                break
            held.let_go()
            del due[:-1]
            due_from = held.count - 1
        if not cursor.next_line():
            break
        held.add()
    if held.line > cursor.eager_until:
        searches = [(_whole_event, checked), *([(_looks_like_start, max(1, broken_at))] if scan.broken else [])]
        for fits, first in searches:
            for index, raw in held.starts(first):
                if index >= inside_until and fits(raw, start):
                    inside_until = stands_inside(index)
                    if index == inside_until:
                        return _cut(cursor, held, index)
    cursor.at = len(cursor.text)
    return _chunk(held, held.count, None, cursor.line, closed=False)


def take_line(cursor: Cursor, end: int | None = None, more: int = 0) -> Chunk:
    """What is left of the cursor's line, or of this part of it up to `end`, and as many lines `more`."""
    held = Held(cursor)
    while more and cursor.next_line():
        held.add()
        more -= 1
    while end is None and cursor.goes_on and cursor.next_line():
        held.add()
        if held.too_large:
            held.let_go()
    cursor.at = len(cursor.text) if end is None else end
    return _chunk(held, held.count, cursor.at, cursor.line, closed=True)


def skip_comment(cursor: Cursor) -> bool:
    """Go behind the `/*` comment at the cursor. False, and the cursor stays, where it is never closed."""
    held = Held(cursor)
    start, at = cursor.at, cursor.at + 2
    while True:
        match = COMMENT_END.search(cursor.text, at)
        if match is not None:
            cursor.at = match.end()
            return True
        if held.line <= cursor.eager_until or held.too_large or not cursor.next_line():
            break
        held.add()
        at = 0
    eager = max(cursor.eager_until, cursor.line)
    held.go_back(0, start)
    cursor.eager_until = eager
    return False


def _chunk(held: Held, count: int, end: int | None, last_line: int, *, closed: bool) -> Chunk:
    skipped = held.size_if_skipped(count, end)
    if skipped:
        held.let_go()
    return Chunk(held.text(count, end), held.line, held.column, closed, last_line, skipped)


def _at_list(cursor: Cursor, held: Held) -> Chunk | None:
    """The start of a batch up to its list, where the cursor goes back to; None if what is held is the start of no batch."""
    text = held.text(held.count, None)
    at = open_batch(text)
    if at is None or text[skip_space(text, at + 1)] == "]":
        return None
    index, begin = held.line_at(at)
    held.go_back(index, begin)
    return Chunk(text[:at], held.line, held.column, False, cursor.line, batch_at=at)


def _cut(cursor: Cursor, held: Held, keep: int) -> Chunk:
    """The first `keep` lines are the chunk; the others are given back."""
    cursor.eager_until = max(cursor.eager_until, cursor.line)
    chunk = _chunk(held, keep, None, cursor.line, closed=False)
    held.go_back(keep - 1, None)
    return msgspec.structs.replace(chunk, last_line=cursor.line)


def _whole_event(raw: bytes, deepest: int) -> bool:
    """Whether a line, indented `deepest` characters at most, is an object or starts a call by itself."""
    line = raw.strip()
    if len(raw) - len(raw.lstrip()) > deepest:
        return False
    if not line.startswith(b"{"):
        return CODE_START.match(line.decode("utf-8", "replace")) is not None
    try:
        return isinstance(orjson.loads(line.rstrip(b",").rstrip()), dict)
    except orjson.JSONDecodeError:
        text = line.decode("utf-8", "replace")
        parsed = parse(text)
        return not parsed.damaged and _ALONE.match(text, parsed.end) is not None


def _looks_like_start(raw: bytes, deepest: int) -> bool:
    text = raw.decode("utf-8", "replace")
    start = len(text) - len(text.lstrip())
    return start <= deepest and (text[start : start + 1] in ("{", "[") or CODE_START.match(text, start) is not None)
