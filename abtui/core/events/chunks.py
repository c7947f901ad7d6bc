"""Where a document ends: brackets, strings and comments are followed, and the parsers do the rest of the grammar.

A document that is never closed must not swallow the events after it. Once it turns out to be broken, it ends before the
first line that is a whole event by itself, is not indented further than the document, and does not stand inside it. A
line stands inside if a bracket or key after it says so (see `_Lookahead`), or if the line before it ends where an item or a
value is due (see `Scan.due`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import msgspec

from abtui.core.events.cursor import Chunk, Cursor, Held, Start
from abtui.core.events.lines import LARGEST_VALUE, LONG_LINE, Part
from abtui.core.events.scan import BALANCED, COMMENT_END, Scan
from abtui.core.text.json_index import open_list
from abtui.core.text.json_text import skip_space

IN_LIST: Final = ("", "]")
"""The brackets that may close behind an item of a list; such an item is not inside a broken one."""
IN_BATCH: Final = ("", "]", "]}")
_MOST_BEFORE: Final = 16 << 20
"""Bytes of a document in which the list of a batch is looked for."""
_MOST_BYTES: Final = 16 << 20
_MOST_LINES: Final = 100_000
"""How far `_Lookahead` looks."""
_SPACE: Final = " \t\n\r\x0b\x0c"
_SEMICOLON = re.compile(r"[ \t]*+;")
_CLOSES = re.compile(r"[\]})]")
_GOES_ON = re.compile(r""",|"[^"\\]*+(?:\\.[^"\\]*+)*+"[ \t]*+:|["'`][ \t]*+(?:[\]},;)]|\Z)""")
"""What follows a value inside a document: a comma, the next key, or the end of a text in which the value stands."""
_TEXT_ENDS = re.compile(r"[\"'`][\s\]}),;]*+\Z")
_CLOSERS = re.compile(r"[\]})\s,;]*+")
_MARK = re.compile(r"\s*+(\S)")
_METHOD_LINE = re.compile(rb"\s*+[?!]?(?:\.|->)\s*+[A-Za-z_]\w*+\s*+\(")
_Fits = Callable[[Cursor, str, int], bool]


def take(
    cursor: Cursor, *, code: bool = False, ends: tuple[str, ...] = (), inside: str = "", batches: bool = False
) -> Chunk:
    """Return the document at the cursor and move behind it. A broken document ends where the fewest events are lost.

    `ends` are the brackets that may close around it, if it is an item of a list, and `inside` the brackets that are open
    already. With `batches`, a long document that begins as a batch ends before its list.
    """
    start = cursor.at
    if not code and not inside and (whole := BALANCED.match(cursor.text, start)) and whole.end() - start < LONG_LINE:
        cursor.at = whole.end()
        return Chunk(whole[0], cursor.line, cursor.column(start), True, cursor.line)
    return _Taking(cursor, Scan(code=code, in_list=bool(ends), inside=inside), ends).take(batches=batches)


class _Taking:
    """The search for the end of one document, line by line."""

    def __init__(self, cursor: Cursor, scan: Scan, ends: tuple[str, ...]) -> None:
        self._cursor, self._scan, self._ends = cursor, scan, ends
        self._held = Held(cursor)
        self._unchecked = self._unbroken = cursor.next_start
        """The first line that was not yet looked at as the start of another document, and the first one that may be broken."""
        self._inside_until = 0
        """The number of the line up to which all lines stand inside the document."""
        self._due, self._due_from = bytearray(), cursor.line
        """What is due on each line from number `_due_from` on: the character `Scan.due` gives, or a space."""

    def take(self, *, batches: bool) -> Chunk:
        """The document, or the start of a batch."""
        cursor, scan, held = self._cursor, self._scan, self._held
        first, indent = cursor.line, cursor.at
        look_for_list = LONG_LINE
        while True:
            was_broken = scan.broken
            if cursor.before == 0 or not self._due:
                self._due += (scan.due() or " ").encode()
            end = scan.line(cursor.text, cursor.at, whole=cursor.before == 0)
            eager = cursor.is_eager(first)
            if scan.broken and not was_broken and cursor.offset != held.start.offset:
                self._unbroken = Start(cursor.line, cursor.offset, cursor.before > 0)
            if scan.broken or eager:
                if (cut := self._first(_is_whole_event, self._unchecked)) is not None:
                    return self._cut(cut)
                self._unchecked = cursor.next_start
                again = 0 <= scan.restart <= indent
                again = again or (eager and was_broken and _looks_like_start(cursor, cursor.text, indent))
                if again and cursor.before == 0 and cursor.line > first:
                    line = Start(cursor.line, cursor.offset)
                    if not self._stands_inside(line):
                        return self._cut(line)
            if end >= 0:
                cursor.at = end
                chunk = held.chunk(closed=True)
                if scan.code and (semicolon := _SEMICOLON.match(cursor.text, end)):
                    cursor.at = semicolon.end()
                cursor.forget()
                return chunk
            size = held.size
            too_large = size > LARGEST_VALUE
            if batches and look_for_list <= _MOST_BEFORE and size > look_for_list:
                look_for_list = _MOST_BEFORE + 1 if too_large else 2 * size
                if (found := self._start_of_batch()) is not None:
                    return found
            if too_large:
                if scan.code:
                    break
                held.let_go()
                del self._due[:-1]
                self._due_from = cursor.line
            if not held.next_line():
                break
        if not cursor.is_eager(first):
            cut = self._first(_is_whole_event, self._unchecked)
            if cut is None and scan.broken:
                cut = self._first(_looks_like_start, self._unbroken)
            if cut is not None:
                return self._cut(cut)
        cursor.at = len(cursor.text)
        return held.chunk(closed=False)

    def _first(self, fits: _Fits, start: Start) -> Start | None:
        """The first line from `start` on that fits, and does not stand inside the document."""
        for line, raw in self._held.starts(start):
            if (
                line.line >= self._inside_until
                and fits(self._cursor, raw.decode(errors="replace"), self._held.at)
                and not self._stands_inside(line)
            ):
                return line
        return None

    def _stands_inside(self, line: Start) -> bool:
        """Whether a line stands inside the document; if so, the number of the first that may not is kept."""
        if line.line < self._inside_until:
            return True
        due = chr(self._due[line.line - self._due_from])
        count = 1 if due == "[" else _lines_inside(self._cursor, line, self._ends, value=due == ":")
        self._inside_until = line.line + count
        return count > 0

    def _cut(self, before: Start) -> Chunk:
        """Return the document up to the line before `before`."""
        self._cursor.eager_until = max(self._cursor.eager_until, self._cursor.line)
        return self._held.chunk(closed=False, before=before)

    def _start_of_batch(self) -> Chunk | None:
        """The text up to the list of a batch, where the cursor goes back to; None if the document is no batch."""
        text = self._held.text()
        at = open_list(text, "batch")
        if at is None or text[skip_space(text, at + 1)] == "]":
            return None
        self._held.go_back(at)
        return Chunk(text[:at], self._held.start.line, self._held.column, False, self._cursor.line, is_batch=True)


def take_statement(cursor: Cursor, *, is_bare: bool = False) -> Chunk:
    """Return the statement at the cursor and move behind it. It goes on in lines that begin with a method of its value.

    The arguments of a call without brackets (`is_bare`) go on after a comma.
    """
    first = last = take(cursor, code=True)
    texts, size = [first.text], len(first.text)
    while last.closed and not last.skipped and size < _MOST_BEFORE:
        gap = _gap(cursor, is_bare=is_bare, goes_on=last.text.endswith(","))
        if gap is None:
            break
        last = take(cursor, code=True)
        texts += (gap, last.text)
        size += len(last.text)
    if last is first:
        return first
    return msgspec.structs.replace(last, text="".join(texts), line=first.line, column=first.column)


def _gap(cursor: Cursor, *, is_bare: bool, goes_on: bool) -> str | None:
    """Move to where a statement goes on, if it does; and the space before that."""
    mark = _MARK.match(cursor.text, cursor.at)
    if mark is not None:
        return "" if is_bare and mark[1] == "," else None
    following = cursor.lines.line(cursor.following)
    if following is None or cursor.goes_on or isinstance(following, Part):
        return None
    if not (_METHOD_LINE.match(following) or (is_bare and goes_on and following.strip())):
        return None
    cursor.next_line()
    cursor.at = len(cursor.text) - len(cursor.text.lstrip())
    return "\n" + cursor.text[: cursor.at]


def take_line(cursor: Cursor, end: int | None = None, more: int = 0) -> Chunk:
    """Return the rest of the cursor's line and `more` further lines, or only the text up to the index `end`."""
    held = Held(cursor)
    while more and held.next_line():
        more -= 1
    while end is None and cursor.goes_on and held.next_line():
        if held.size > LARGEST_VALUE:
            held.let_go()
    cursor.at = len(cursor.text) if end is None else end
    return held.chunk(closed=True)


def skip_comment(cursor: Cursor) -> bool:
    """Move behind the `/*` comment at the cursor. If it is never closed, return False and stay."""
    held = Held(cursor)
    at = cursor.at + 2
    while (match := COMMENT_END.search(cursor.text, at)) is None:
        if cursor.is_eager(held.start.line) or held.size > LARGEST_VALUE or not held.next_line():
            cursor.eager_until = max(cursor.eager_until, cursor.line)
            held.go_back()
            return False
        at = 0
    cursor.at = match.end()
    cursor.is_held = False
    return True


def lines_of_text(cursor: Cursor, quote: str) -> int:
    """How many lines after the cursor's stand in a text that was opened on it: none, unless documents and then its end follow."""
    if cursor.is_judged(cursor.line + 1) or cursor.goes_on:
        return 0
    lookahead = _Lookahead(cursor, cursor.following)
    if lookahead.in_text(quote):
        return lookahead.count
    cursor.judged_until = cursor.line + lookahead.count
    return 0


def _lines_inside(cursor: Cursor, line: Start, ends: tuple[str, ...], *, value: bool) -> int:
    """How many lines from `line` on stand inside the document held; 0 if they are documents of their own.

    They stand inside if a bracket that none of them opens closes something after them, or a key follows them. `ends` are
    the brackets that may close there if the document is an item of a list. With `value` a value is due on the line, so that
    one document is inside in any case; if another one follows, the line before was cut off after its colon.
    """
    if cursor.is_judged(line.line):
        return 0
    lookahead = _Lookahead(cursor, line.offset)
    if lookahead.inside(ends, value=value):
        return lookahead.count
    cursor.judged_until = line.line + lookahead.count - 1
    return 0


class _Lookahead:
    """Reads ahead from an offset while the cursor stays. `count` is the number of lines read."""

    def __init__(self, cursor: Cursor, offset: int) -> None:
        self.count = self._size = 0
        self._lines, self._offset = cursor.lines, offset

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
        """Whether the end of a text comes after the documents that follow each other here."""
        while (text := self._next()) is not None:
            if text[0] not in "{[":
                return text.count(quote) == 1 and _TEXT_ENDS.search(text) is not None
            if self._document(text) != "":
                return False
        return False

    def _next(self) -> str | None:
        """The next line that is not blank; None at the end of the text, or after the most lines that are read ahead."""
        while (raw := self._lines.line(self._offset)) is not None:
            self.count += 1
            self._size += len(raw)
            self._offset += len(raw) + 1
            if isinstance(raw, Part) or self._size > _MOST_BYTES or self.count > _MOST_LINES:
                return None
            text = self._lines.decode(raw)[0].strip()
            if text and not text.startswith("//"):
                return text
        return None

    def _document(self, text: str) -> str | None:
        """The text on its last line after the document that starts here and a comma; None if the document is broken."""
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
        """The closing brackets that follow one another from here."""
        closers = ""
        while text:
            found = _CLOSERS.match(text)
            end = found.end() if found else 0
            closers += re.sub(r"[\s,;]", "", text[:end])
            if end < len(text) or len(closers) > len("]}"):
                break
            text = self._next()
        return closers


def _is_whole_event(cursor: Cursor, line: str, deepest: int) -> bool:
    """Whether a line, indented `deepest` characters at most, is an event by itself."""
    text = line.strip(_SPACE)
    return line.find(text) <= deepest and any(form.start.match(text) and form.is_whole(text) for form in cursor.forms)


def _looks_like_start(cursor: Cursor, line: str, deepest: int) -> bool:
    """Whether a line, indented `deepest` characters at most, is the start of a document."""
    indent = len(line) - len(line.lstrip())
    return indent <= deepest and any(form.start.match(line, indent) for form in cursor.forms)
