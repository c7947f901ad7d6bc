"""The brackets, strings and comments of a document, followed line by line. The parsers do the rest of the grammar."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_COMMENT = r"//.*+|/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/|/\*"
_JSON = re.compile(rf'{_STRING}|["{{}}\[\]]|{_COMMENT}')
_PLAIN_LINE = re.compile(r'[ \t]*+(?:"[^"\\]*+"[ \t]*+:[ \t]*+)?+(?:"[^"\\]*+"|[-+.\w]++)(,?)\Z')
"""A line of pretty-printed JSON without brackets. This pattern is only an optimization."""
_TRIPLE = r'"""(?:[^"\\]|\\.|"(?!""))*+"""|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*+\'\'\'|"""|\'\'\''
_CODE = re.compile(
    rf"{_TRIPLE}|{_STRING}|'[^'\\]*+(?:\\.[^'\\]*+)*+'|`[^`\\]*+(?:\\.[^`\\]*+)*+`|[\"'`(){{}}\[\]]|{_COMMENT}"
)
_INSIDE = rf'[^"{{}}\[\]/]++|{_STRING}'
for _ in range(4):
    _INSIDE = rf'[^"{{}}\[\]/]++|{_STRING}|{{(?:{_INSIDE})*+}}|\[(?:{_INSIDE})*+\]'
BALANCED = re.compile(rf"{{(?:{_INSIDE})*+}}")
"""A document on one line whose brackets match, as in most documents. This pattern is only an optimization."""
COMMENT_END = re.compile(r"\*/")
_TEXT_END: Final = {
    "`": re.compile(r"(?:[^`\\]|\\.)*+`"),
    '"""': re.compile(r'(?:[^"\\]|\\.|"(?!""))*+"""'),
    "'''": re.compile(r"(?:[^'\\]|\\.|'(?!''))*+'''"),
}
"""The ends of the strings in a program that may have several lines."""
_CHAIN = re.compile(r"[ \t]*+(?:[?!]?\.|\{)|[\w.*]++\{")
_BEFORE: Final = {"{": ":", "[": "[,"}
"""The marks before a bracket that opens inside an object or a list."""
_OPENERS: Final = ("{", "[", "(")
_ITEMS: Final = {"[": "[,", "(": "(,"}
"""The brackets that any value may follow, and the marks before a value in them."""
_BEFORE_VALUE = re.compile(r"(?:[=(\[,:!]|=>|\b(?:default|return))\s*\Z")
_BEFORE_CALL = re.compile(r"[\w$!]\Z|=>\s*\Z|[=(\[,]\s*\Z|\A\Z")
_BEFORE_BRACE = re.compile(
    r"(?:[=(\[,:]|[\"']\s*=>|:\w+\s*=>|\b(?:default|return))\s*\Z"
    r"|(?:[=(\[,:]|\breturn\b)[^{}()]*(?:[\w\]>](?<!\belse)(?<!\btry)(?<!\bdo)(?<!=>)|\bnew\b[^{}()]*)\Z"
)
"""The text before a brace that opens a value: a sign, a key, or the name of a type as in Go, Java and C#, but not a function."""
_BEFORE_TEXT = re.compile(r"(?:\A|[=(\[,:]\s*+)[@$\w]{0,2}\Z")
_BEFORE_TEMPLATE = re.compile(r"(?:[=(\[,:]|=>|\b(?:default|return)\b)\s*+[\w$.]*+\Z")
_AWAITS = re.compile(
    r"(?:\A(?:export|const|let|var|val|final|my)\b[^=]*+|[\w$\])>\"'][ \t]+:?)=[ \t]*+\Z|=>[ \t]*+\Z"
    r"|\A[ \t]*+(?:\"[^\"\\]*+\"|'[^'\\]*+')[ \t]*+:[ \t]*+\Z|\A[ \t]*+(?:export[ \t]+default|return)[ \t]*+\Z"
)
_LINE_COMMENT = re.compile(r"(?:\A|\s)//.*+\Z")
_QUOTES: Final = ("'", '"', "`")
_LOOKED_AT: Final = 40
"""Characters before a bracket that show what it opens."""
_OPENER: Final = {"}": "{", "]": "[", ")": "("}
_DEEPEST: Final = 100_000
"""Brackets that are followed one by one; deeper nesting is refused in any case."""


class Scan:
    """The brackets that are open so far, over the lines of one document."""

    def __init__(self, *, code: bool, in_list: bool, inside: str = "") -> None:
        self.code = code
        self.in_list = in_list
        self.token = _CODE if code else _JSON
        self.stack: list[str] = list(inside)
        self.deeper = 0
        """Open brackets beyond those of the stack."""
        self.open = {mark: inside.count(mark) for mark in "{[("}
        self.before = ""
        self.span: re.Pattern[str] | None = None
        self._given = len(self.stack)
        self._due_at = 0
        """The number of open brackets when a line ended and an item was due; 0 once that list is closed."""
        self._awaits = False
        self.broken = False
        self.restart = -1
        """The offset of a bracket that is not allowed in its place, but starts a line of its own; -1 for none."""

    def due(self) -> str:
        """What the next line must hold if the document goes on: `[` for an item, `:` for one value, "" for neither.

        An item is due after a bracket or comma of a list or call, as long as that is open. The same goes for the rest of a string
        over several lines, and for the value that an assignment or a key without a bracket waits for. In an object only a key can follow the
        brace or comma: if an object is on the next line, the line before was cut off there, or inside a word or string.
        """
        if self._due_at or self._awaits or (self.span is not None and self.span is not COMMENT_END):
            return "["
        if len(self.stack) <= self._given or self.span is not None:
            return ""
        if self.before and self.before in _ITEMS.get(self.stack[-1], ""):
            self._due_at = len(self.stack)
            return "["
        return ":" if self.stack[-1] == "{" and self.before == ":" else ""

    def line(self, text: str, at: int, *, whole: bool = True) -> int:
        """Follow a line from `at`; without `whole` it is a further part of a line. The offset of the document's end, or -1 if it does not end here."""
        self.restart = -1
        if at == 0 and not self.code and self.span is None and (plain := _PLAIN_LINE.match(text)):
            self.before = plain[1] or '"'
            return -1
        last = at
        if self.span is not None:
            match = self.span.search(text, at) if self.span is COMMENT_END else self.span.match(text, at)
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
                if len(token) == 1 or (len(token) == 3 and token in _TEXT_END):
                    self._unclosed(token)
                    return -1
            starts_line = False
        if gap := text[last:].strip():
            self.before = gap[-1]
        if self.stack or (self._awaits and not text.strip()):
            return -1
        # Without an open bracket a statement ends with its line, unless its value is on the next one.
        self._awaits = self.code and awaits_value(text)
        return -1 if self._awaits else len(text)

    def _unclosed(self, quote: str) -> None:
        if quote in _TEXT_END:
            self.span = _TEXT_END[quote]
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
        """Close a bracket. False if it closes something outside the document."""
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
        if len(self.stack) < self._due_at:
            self._due_at = 0
        return True


def awaits_value(text: str) -> bool:
    """Whether a line of code ends where its value is due, such as `const e =` or `"payload":`."""
    return _AWAITS.search(_LINE_COMMENT.sub("", text)) is not None


def _tokens(text: str) -> Iterator[re.Match[str]]:
    """The brackets and strings of a line of code. After a quote that is never closed, quotes of the same kind are ignored."""
    matches = _CODE.finditer(text)
    while (match := next(matches, None)) is not None:
        yield match
        if match[0] in _QUOTES:
            end = match.end()
            text = text[:end] + text[end:].replace(match[0], " ")
            matches = _CODE.finditer(text, end)


def opens_value(text: str) -> bool:
    """Whether a line that is no document opens a value that goes on in the next line, such as `x = {` or `wrap(`. Prose and functions do not."""
    opened: list[int] = []
    for match in _tokens(text):
        token = match[0]
        if token in _OPENERS:
            opened.append(match.start())
        elif token in _OPENER and opened:
            opened.pop()
        elif token in _TEXT_END and (
            token != "`" or _BEFORE_TEMPLATE.search(text[max(0, match.start() - _LOOKED_AT) : match.start()])
        ):
            return True
    if not opened:
        return awaits_value(text)
    last = opened[-1]
    before = _BEFORE_CALL if text[last] == "(" else _BEFORE_BRACE if text[last] == "{" else _BEFORE_VALUE
    return before.search(text[max(0, last - _LOOKED_AT) : last]) is not None


def opens_text(text: str) -> str:
    """The quote of a string that begins in the place of a value, as in `x = "abc`, and does not end on its line; "" for none."""
    for match in _tokens(text):
        if match[0] in _QUOTES:
            return match[0] if _BEFORE_TEXT.search(text[max(0, match.start() - _LOOKED_AT) : match.start()]) else ""
    return ""
