"""Brackets, texts and comments over the lines of one document; the rest of the grammar is left to the parsers."""

from __future__ import annotations

import re
from typing import Final

_STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_COMMENT = r"//.*+|/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/|/\*"
_JSON = re.compile(rf'{_STRING}|["{{}}\[\]]|{_COMMENT}')
_PLAIN_LINE = re.compile(r'[ \t]*+(?:"[^"\\]*+"[ \t]*+:[ \t]*+)?+(?:"[^"\\]*+"|[-+.\w]++)(,?)\Z')
"""A line of pretty-printed JSON that opens and closes nothing. Only there to be fast."""
_CODE = re.compile(rf"{_STRING}|'[^'\\]*+(?:\\.[^'\\]*+)*+'|`[^`\\]*+(?:\\.[^`\\]*+)*+`|[\"'`(){{}}\[\]]|{_COMMENT}")
_INSIDE = rf'[^"{{}}\[\]/]++|{_STRING}'
for _ in range(4):
    _INSIDE = rf'[^"{{}}\[\]/]++|{_STRING}|{{(?:{_INSIDE})*+}}|\[(?:{_INSIDE})*+\]'
BALANCED = re.compile(rf"{{(?:{_INSIDE})*+}}")
"""A document on one line, as most are, whose brackets are in order. Only there to be fast."""
COMMENT_END = re.compile(r"\*/")
_TEMPLATE_END = re.compile(r"(?:[^`\\]|\\.)*+`")
_CHAIN = re.compile(r"[ \t]*+(?:[?!]?\.|\{)")
_BEFORE: Final = {"{": ":", "[": "[,"}
"""What stands before a bracket that opens inside an object or a list."""
_OPENERS: Final = ("{", "[", "(")
_BEFORE_VALUE = re.compile(r"(?:[=(\[,:]|\b(?:default|return))\s*\Z")
_BEFORE_CALL = re.compile(r"[\w$]\Z")
_LOOKED_AT: Final = 40
"""Characters before a bracket that tell what it opens."""
_OPENER: Final = {"}": "{", "]": "[", ")": "("}
_DEEPEST: Final = 100_000
"""Brackets that are followed one by one; what is nested deeper is refused anyway."""


class Scan:
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
                    self.span = COMMENT_END
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


def opens_value(text: str) -> bool:
    """Whether a line that is no document opens a value that goes on after it, such as `x = {` or `wrap(`; prose and functions do not."""
    opened: list[int] = []
    for match in _CODE.finditer(text):
        token = match[0]
        if token in _OPENERS:
            opened.append(match.start())
        elif token in _OPENER and opened:
            opened.pop()
        elif token == "`" and _BEFORE_VALUE.search(text[max(0, match.start() - _LOOKED_AT) : match.start()]):
            opened.append(match.start())
    if not opened:
        return False
    last = opened[-1]
    return (_BEFORE_CALL if text[last] == "(" else _BEFORE_VALUE).search(
        text[max(0, last - _LOOKED_AT) : last]
    ) is not None
