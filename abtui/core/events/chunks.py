"""Where a document ends: brackets, texts and comments are followed, the rest of the grammar is left to the parsers.

A document that is never closed must not swallow the events after it. As soon as one turns out to be broken, it ends before
the first line that is a whole event by itself and is not indented further than the document is.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec
import orjson

from abtui.core.events.batches import open_batch
from abtui.core.events.held import Held
from abtui.core.events.lines import Cursor
from abtui.core.events.long_lines import LONG_LINE
from abtui.core.jsontext import parse, skip_space

CODE_START = re.compile(
    r"(?:(?:await|return|void)[ \t]++)?[A-Za-z_$][\w$]*+"
    r"(?:[ \t]*+(?:\([\w\"'.,= \t]*+\)[ \t]*+)?[?!]?\.[ \t]*+[A-Za-z_$][\w$]*+)++[ \t]*+\("
    r"|\[[ \t]*+(?:\[[ \t]*+[A-Za-z_]\w*+[ \t]++[A-Za-z_][^\]\n]*+\]|[A-Za-z_]\w*+)[ \t]++[A-Za-z_]\w*+[ \t]*+[:\]]"
)
"""The start of a method call in JavaScript, Swift, Kotlin or Python, or of a message in Objective-C."""

_STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_COMMENT = r"//.*+|/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/|/\*"
_JSON = re.compile(rf'{_STRING}|["{{}}\[\]]|{_COMMENT}')
_PLAIN_LINE = re.compile(r'[ \t]*+(?:"[^"\\]*+"[ \t]*+:[ \t]*+)?+(?:"[^"\\]*+"|[-+.\w]++)(,?)\Z')
"""A line of pretty-printed JSON that opens and closes nothing. Only there to be fast."""
_CODE = re.compile(rf"{_STRING}|'[^'\\]*+(?:\\.[^'\\]*+)*+'|`[^`\\]*+(?:\\.[^`\\]*+)*+`|[\"'`(){{}}\[\]]|{_COMMENT}")
_COMMENT_END = re.compile(r"\*/")
_TEMPLATE_END = re.compile(r"(?:[^`\\]|\\.)*+`")
_CHAIN = re.compile(r"[ \t]*+(?:[?!]?\.|\{)")
_SEMICOLON = re.compile(r"[ \t]*+;")
_BEFORE: Final = {"{": ":", "[": "[,"}
"""What stands before a bracket that opens inside an object or a list."""
_OPENER: Final = {"}": "{", "]": "[", ")": "("}
_DEEPEST: Final = 100_000
"""Brackets that are followed one by one; what is nested deeper is refused anyway."""
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


class _Scan:
    """The brackets open so far, over the lines of one document."""

    def __init__(self, *, code: bool, in_list: bool, inside: str = "") -> None:
        self.code = code
        self.in_list = in_list
        self.token = _CODE if code else _JSON
        self.stack: list[str] = list(inside)
        self.deeper = 0
        """Brackets open beyond those of the stack."""
        self.open = {mark: inside.count(mark) for mark in "{[("}
        self.before = ""
        self.span: re.Pattern[str] | None = None
        self.broken = False
        self.restart = -1
        """The offset of a bracket that cannot stand where it does, but starts a line of its own; -1 for none."""

    def line(self, text: str, at: int, *, whole: bool = True) -> int:
        """Go on with a line from `at`, or with what follows of one. The offset after the document's end, or -1 when it does not end here."""
        self.restart = -1
        if at == 0 and not self.code and self.span is None and (plain := _PLAIN_LINE.match(text)):
            self.before = plain[1] or '"'
            return -1
        last = at
        if self.span is not None:
            match = self.span.match(text, at) if self.span is _TEMPLATE_END else self.span.search(text, at)
            if match is None:
                return -1
            self.span, last = None, match.end()
        starts_line = at == 0 and whole
        for match in self.token.finditer(text, last):
            token = match[0]
            if gap := text[last : match.start()].strip():
                self.before = gap[-1]
                starts_line = False
            last = match.end()
            if token in self.open:
                self._opens(token, match.start() if starts_line else -1)
            elif token in _OPENER:
                if not self._closes(token):
                    return match.start()
                if not self.stack and not (self.code and _CHAIN.match(text, last)):
                    return last
            elif token[0] == "/":
                if token == "/*":
                    self.span = _COMMENT_END
                    return -1
                continue
            else:
                self.before = token[0]
                if len(token) == 1:
                    self._unclosed(token)
                    return -1
            starts_line = False
        if gap := text[last:].strip():
            self.before = gap[-1]
        # Without an open bracket a statement ends with its line.
        return -1 if self.stack else len(text)

    def _unclosed(self, quote: str) -> None:
        if quote == "`":
            self.span = _TEMPLATE_END
        else:
            self.broken = True

    def _opens(self, bracket: str, line_start: int) -> None:
        if not self.code and self.stack and self.before not in _BEFORE[self.stack[-1]]:
            self.broken = True
            self.restart = max(self.restart, line_start)
        self.before = bracket
        if len(self.stack) >= _DEEPEST:
            self.deeper += 1
            return
        self.stack.append(bracket)
        self.open[bracket] += 1

    def _closes(self, bracket: str) -> bool:
        """False when the bracket closes something outside the document."""
        opener = _OPENER[bracket]
        self.before = bracket
        if self.deeper:
            self.deeper -= 1
            return True
        if not self.open[opener]:
            self.broken = True
            return not (self.in_list and bracket == "]")
        while (top := self.stack.pop()) != opener:
            self.open[top] -= 1
            self.broken = True
        self.open[opener] -= 1
        return True


def take(
    cursor: Cursor, *, code: bool = False, in_list: bool = False, inside: str = "", batches: bool = False
) -> Chunk:
    """The document that starts at the cursor, which moves behind it. It may be broken, and then ends where it best does.

    `inside` are brackets that are open already. With `batches` a long document that begins as a batch ends before its list.
    """
    scan = _Scan(code=code, in_list=in_list, inside=inside)
    held = Held(cursor)
    start = cursor.at
    checked = broken_at = 1
    looked_at = LONG_LINE
    while True:
        was_broken = scan.broken
        end = scan.line(cursor.text, cursor.at, whole=cursor.before == 0)
        newest = held.count - 1
        eager = held.line <= cursor.eager_until
        if scan.broken or eager:
            for index, raw in held.starts(checked):
                if _whole_event(raw, start):
                    return _cut(cursor, held, index)
            checked = newest + 1
            again = 0 <= scan.restart <= start or (eager and was_broken and _looks_like_start(cursor.text, start))
            if newest and cursor.before == 0 and again:
                return _cut(cursor, held, newest)
        if not scan.broken:
            broken_at = newest + 1
        if end >= 0:
            cursor.at = end
            if code and (semicolon := _SEMICOLON.match(cursor.text, end)):
                cursor.at = semicolon.end()
            return _chunk(held, held.count, end, cursor.line, closed=True)
        if batches and held.size > looked_at and not held.too_large:
            looked_at = 2 * held.size
            if (found := _at_list(cursor, held)) is not None:
                return found
        if held.too_large:
            if code:
                break
            held.let_go()
        if not cursor.next_line():
            break
        held.add()
    if held.line > cursor.eager_until:
        for index, raw in held.starts(checked):
            if _whole_event(raw, start):
                return _cut(cursor, held, index)
        for index, raw in held.starts(max(1, broken_at)) if scan.broken else ():
            if _looks_like_start(cursor.source.decode(raw)[0], start):
                return _cut(cursor, held, index)
    cursor.at = len(cursor.text)
    return _chunk(held, held.count, None, cursor.line, closed=False)


def take_line(cursor: Cursor, end: int | None = None) -> Chunk:
    """What is left of the cursor's line, or of this part of it up to `end`."""
    held = Held(cursor)
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
        match = _COMMENT_END.search(cursor.text, at)
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
    skipped = held.size_if_skipped(count)
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


def _looks_like_start(text: str, deepest: int) -> bool:
    start = len(text) - len(text.lstrip())
    return start <= deepest and (text[start : start + 1] in ("{", "[") or CODE_START.match(text, start) is not None)
