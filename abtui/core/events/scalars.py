"""Texts and numbers in a program, and where the languages differ in them."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final, NamedTuple

from abtui.core.text.json_text import number
from abtui.core.text.secret import Secret, excerpt

_SHOWN: Final = 30
STRING = re.compile(
    r"""(?:(@)|[uU](?=["']))?+(?:"{3}((?:[^"\\]|\\[\s\S]|"(?!""))*+)"{3}|'{3}((?:[^'\\]|\\[\s\S]|'(?!''))*+)'{3}"""
    r"""|"([^"\\\n]*+(?:\\[\s\S][^"\\\n]*+)*+)"|'([^'\\\n]*+(?:\\[\s\S][^'\\\n]*+)*+)'|`([^`\\]*+(?:\\[\s\S][^`\\]*+)*+)`)"""
)
_SINGLE, _TEMPLATE = 5, 6
_DIGITS = r"([+-]?(?:0[xX][0-9a-fA-F]++|0[oO][0-7]++|0[bB][01]++|(?:[0-9][0-9_]*+\.?[0-9]*+|\.[0-9]++)(?:[eE][+-]?[0-9]++)?+))"
NUMBER = re.compile(rf"@\({_DIGITS}\)|@?{_DIGITS}[LlFfDdMmn]?(?![\w.])")
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{2})|([\s\S]))")
_ESCAPED: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}
_PLAIN_ESCAPE = re.compile(r"\\([\\'])")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LAST_CHARACTER: Final = 0x10FFFF


class Language(NamedTuple):
    """What tells languages apart: whether `'\\n'` in single quotes is two characters, and what puts a value into a text in double quotes."""

    plain_quotes: bool = False
    inserts: re.Pattern[str] | None = None


ANY: Final = Language()
PHP: Final = Language(True, re.compile(r"(?<!\\)(?:\$[A-Za-z_{]|\{\$)"))
RUBY: Final = Language(True, re.compile(r"(?<!\\)#\{"))
KOTLIN: Final = Language(False, re.compile(r"(?<!\\)\$[A-Za-z_{]"))


class NotLiteral(Exception):
    """The text at the offset `at` is not a literal. This is caught where a call is read.

    With `quoted`, the message ends with that part of the text, and then with `end`.
    """

    def __init__(
        self,
        message: str,
        at: int,
        hint: str = "Write the value itself in its place.",
        *,
        quoted: slice | None = None,
        end: str = ".",
    ) -> None:
        super().__init__(message)
        self.at, self.hint = at, hint
        self._message, self._quoted, self._end = message, quoted, end

    def message(self, text: str, secrets: Collection[Secret]) -> str:
        """The message about `text`, without the keys that may be in it."""
        if self._quoted is None:
            return self._message
        shown = excerpt(text, _SHOWN, secrets, self._quoted.start, self._quoted.stop)
        return f"{self._message}{shown or 'the end'}{self._end}"


def unescaped(match: re.Match[str], language: Language) -> str:
    """The text of a string, without its quotes and escapes."""
    index = match.lastindex or 0
    raw, start = match[index], match.start(index)
    if index == _TEMPLATE and (at := raw.find("${")) >= 0:
        raise NotLiteral("A template with ${...} has no value outside its program.", start + at)
    if index == _SINGLE and language.plain_quotes:
        return _PLAIN_ESCAPE.sub(r"\1", raw)
    inserts = language.inserts
    if inserts is not None and index != _SINGLE and (found := inserts.search(raw)):
        raise NotLiteral("A text with a variable has no value outside its program.", start + found.start())
    return raw if "\\" not in raw else _without_escapes(raw, start)


def literal_number(match: re.Match[str]) -> int | float:
    """The value of a number."""
    digits = (match[1] or match[2]).lstrip("+").replace("_", "")
    base = {"x": 16, "o": 8, "b": 2}.get(digits.lstrip("-")[1:2].lower())
    if base is None:
        return number(digits)
    value = int(digits, base)
    return value if -(2**63) <= value < 2**64 else float(value) if abs(value) < 2**1023 else float("inf")


def _without_escapes(raw: str, start: int) -> str:
    def character(escape: re.Match[str]) -> str:
        code = escape[1] or escape[2] or escape[3] or escape[4]
        if code is not None:
            if int(code, 16) > _LAST_CHARACTER:
                raise NotLiteral("There is no such character.", start + escape.start())
            return chr(int(code, 16))
        if escape[5] == "(":
            raise NotLiteral("A text with \\(...) has no value outside its program.", start + escape.start())
        return _ESCAPED.get(escape[5], escape[5])

    text = _ESCAPE.sub(character, raw)
    # Halves of a character, escaped one by one, are one character to JavaScript.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass") if _SURROGATE.search(text) else text
