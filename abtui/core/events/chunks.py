"""Where a document ends: brackets, texts and comments are followed, the rest of the grammar is left to the parsers.

A document that is never closed must not swallow the events after it. As soon as one turns out to be broken, it ends before
the first line that is a whole event by itself and is not indented further than the document is.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec
import orjson

from abtui.core.events.lines import Cursor
from abtui.core.jsontext import parse

LARGEST_OPEN: Final = 64 * 1024 * 1024
"""Bytes of a document over several lines that are held while its end is looked for."""

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
_ALONE = re.compile(r"[ \t]*+,?[ \t]*+\]?[ \t,]*+\Z")


class Chunk(msgspec.Struct, frozen=True):
    """A piece of the source: its text, its place, and whether its end was found."""

    text: str
    line: int
    column: int
    closed: bool = True
    last_line: int = 0


class _Scan:
    """The brackets open so far, over the lines of one document."""

    def __init__(self, *, code: bool, in_list: bool) -> None:
        self.code = code
        self.in_list = in_list
        self.token = _CODE if code else _JSON
        self.stack: list[str] = []
        self.open = {"{": 0, "[": 0, "(": 0}
        self.before = ""
        self.span: re.Pattern[str] | None = None
        self.broken = False
        self.restart = -1
        """The offset of a bracket that cannot stand where it does, but starts a line of its own; -1 for none."""

    def line(self, text: str, at: int) -> int:
        """Go on with a line from `at`. The offset after the document's end, or -1 when it does not end here."""
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
        starts_line = at == 0
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
        self.stack.append(bracket)
        self.open[bracket] += 1
        self.before = bracket

    def _closes(self, bracket: str) -> bool:
        """False when the bracket closes something outside the document."""
        opener = _OPENER[bracket]
        self.before = bracket
        if not self.open[opener]:
            self.broken = True
            return not (self.in_list and bracket == "]")
        while (top := self.stack.pop()) != opener:
            self.open[top] -= 1
            self.broken = True
        self.open[opener] -= 1
        return True


def take(cursor: Cursor, *, code: bool = False, in_list: bool = False) -> Chunk:
    """The document that starts at the cursor, which moves behind it. It may be broken, and then ends where it best does."""
    scan = _Scan(code=code, in_list=in_list)
    first, start = cursor.line, cursor.at
    raws = [cursor.raw]
    held = len(cursor.raw)
    checked = broken_at = 1
    while True:
        was_broken = scan.broken
        end = scan.line(cursor.text, cursor.at)
        newest = len(raws) - 1
        eager = first <= cursor.eager_until
        if scan.broken or eager:
            for index in range(checked, newest + 1):
                if _whole_event(raws[index], start):
                    return _cut(cursor, raws, index, first, start)
            checked = newest + 1
            again = 0 <= scan.restart <= start or (eager and was_broken and _looks_like_start(cursor.text, start))
            if newest and again:
                return _cut(cursor, raws, newest, first, start)
        if not scan.broken:
            broken_at = newest + 1
        if end >= 0:
            cursor.at = end
            if code and (semicolon := _SEMICOLON.match(cursor.text, end)):
                cursor.at = semicolon.end()
            return Chunk(_text(cursor, raws, start, end), first, cursor.column(first, start), True, cursor.line)
        if held > LARGEST_OPEN or not cursor.next_line():
            break
        raws.append(cursor.raw)
        held += len(cursor.raw) + 1
    if first > cursor.eager_until:
        for index in range(checked, len(raws)):
            if _whole_event(raws[index], start):
                return _cut(cursor, raws, index, first, start)
        for index in range(max(1, broken_at), len(raws)) if scan.broken else ():
            if _looks_like_start(cursor.source.decode(raws[index])[0], start):
                return _cut(cursor, raws, index, first, start)
    cursor.at = len(cursor.text)
    return Chunk(_text(cursor, raws, start, cursor.at), first, cursor.column(first, start), False, cursor.line)


def take_line(cursor: Cursor, end: int | None = None) -> Chunk:
    """What is left of the cursor's line, or the part of it up to `end`."""
    start = cursor.at
    cursor.at = len(cursor.text) if end is None else end
    return Chunk(
        cursor.text[start : cursor.at].rstrip(), cursor.line, cursor.column(cursor.line, start), True, cursor.line
    )


def skip_comment(cursor: Cursor) -> bool:
    """Go behind the `/*` comment at the cursor. False, and the cursor stays, where it is never closed."""
    raws = [cursor.raw]
    line, start, held = cursor.line, cursor.at, 0
    at = start + 2
    while True:
        match = _COMMENT_END.search(cursor.text, at)
        if match is not None:
            cursor.at = match.end()
            return True
        if line <= cursor.eager_until or held > LARGEST_OPEN or not cursor.next_line():
            break
        raws.append(cursor.raw)
        held += len(cursor.raw)
        at = 0
    if len(raws) > 1:
        cursor.cut(raws, 1)
    cursor.at = start
    cursor.eager_until = max(cursor.eager_until, line)
    return False


def _text(cursor: Cursor, raws: list[bytes], start: int, end: int) -> str:
    """The text from `start` of the first line to `end` of the last, which is the current one."""
    if len(raws) == 1:
        return cursor.text[start:end].rstrip()
    lines = [cursor.source.decode(raw)[0] for raw in raws[:-1]]
    lines.append(cursor.text[:end])
    lines[0] = lines[0][start:]
    return "\n".join(lines).rstrip()


def _cut(cursor: Cursor, raws: list[bytes], keep: int, first: int, start: int) -> Chunk:
    """The first `keep` lines are the chunk; the others are given back."""
    cursor.cut(raws, keep)
    return Chunk(_text(cursor, raws[:keep], start, cursor.at), first, cursor.column(first, start), False, cursor.line)


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
