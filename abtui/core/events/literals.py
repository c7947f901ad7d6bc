"""Values in a program: literals of JavaScript, Swift, Objective-C, Kotlin and Python, without variables."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any, Final

from abtui.core.text.json_text import number
from abtui.core.text.secret import Secret, excerpt

DEEPEST: Final = 200
_SHOWN: Final = 30
_LOOKED_AT: Final = 12
"""Characters that are quoted from a place where something else was expected."""

_SPACE = re.compile(r"(?:[\s\ufeff]++|//[^\n]*+|/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/)*+")
_STRING = re.compile(
    r"""@?(?:"([^"\\\n]*+(?:\\[\s\S][^"\\\n]*+)*+)"|'([^'\\\n]*+(?:\\[\s\S][^'\\\n]*+)*+)'|`([^`\\]*+(?:\\[\s\S][^`\\]*+)*+)`)"""
)
_DIGITS = r"([+-]?(?:0[xX][0-9a-fA-F]++|(?:[0-9][0-9_]*+\.?[0-9]*+|\.[0-9]++)(?:[eE][+-]?[0-9]++)?+))"
_NUMBER = re.compile(rf"@\({_DIGITS}\)|@?{_DIGITS}[LlFf]?(?![\w.])")
_WORD = re.compile(r"@?([A-Za-z_$][\w$]*+)")
_NULL_OBJECT = re.compile(r"\[\s*+NSNull\s++null\s*+\]|NSNull\(\)|NSNull\.null\b")
_EMPTY_MAP = re.compile(r"\[\s*+:\s*+\]")
_OPEN = re.compile(r"@?[{\[]")
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([\s\S]))")
_ESCAPED: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}
_SURROGATE = re.compile("[\ud800-\udfff]")
_LAST_CHARACTER: Final = 0x10FFFF


class Undefined:
    """JavaScript's undefined: an argument that is not given, a key that JSON.stringify leaves out."""


UNDEFINED: Final = Undefined()
_WORDS: Final[dict[str, Any]] = {
    "true": True, "True": True, "YES": True,
    "false": False, "False": False, "NO": False,
    "null": None, "nil": None, "None": None, "NULL": None, "NaN": None, "Infinity": None,
    "undefined": UNDEFINED,
}  # fmt: skip


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


class _Frame:
    """An open container: an object, or a list, which in Swift turns out to be a map if a colon follows its first value."""

    def __init__(self, bracket: str) -> None:
        self.value: dict[str, Any] | list[Any] = {} if bracket == "{" else []
        self.closer = "}" if bracket == "{" else "]"
        self.key: str | None = None

    def put(self, value: Any) -> None:
        if isinstance(self.value, list):
            self.value.append(None if value is UNDEFINED else value)
        elif value is not UNDEFINED:
            self.value[self.key or ""] = value
        self.key = None


def skip_space(text: str, at: int) -> int:
    """The offset of the first character at or after `at` that is no space or comment."""
    match = _SPACE.match(text, at)
    return match.end() if match else at


def read_literal(text: str, at: int) -> tuple[Any, int]:
    """The value that starts at `at`, and the offset of its end. Raises NotLiteral; never recurses."""
    stack: list[_Frame] = []
    while True:
        at = skip_space(text, at)
        if stack and stack[-1].key is None and text.startswith(stack[-1].closer, at):
            value, at = stack.pop().value, at + 1
        else:
            if stack and stack[-1].key is None and isinstance(stack[-1].value, dict):
                stack[-1].key, at = _key(text, at)
            opening = _OPEN.match(text, at)
            if opening and not _NULL_OBJECT.match(text, at) and not _EMPTY_MAP.match(text, at):
                if len(stack) >= DEEPEST:
                    raise NotLiteral(f"The value is nested more than {DEEPEST} levels deep.", at, "Flatten it.")
                stack.append(_Frame(opening[0][-1]))
                at = opening.end()
                continue
            value, at = _scalar(text, at)
        done, value, at = _after(text, stack, value, at)
        if done:
            return value, at


def _after(text: str, stack: list[_Frame], value: Any, at: int) -> tuple[bool, Any, int]:
    """Put a value into its container, and close each container that ends after it. True if that was the whole literal."""
    while stack:
        frame = stack[-1]
        at = skip_space(text, at)
        mark = text[at : at + 1]
        if mark == ":" and frame.value == [] and frame.closer == "]" and isinstance(value, str):
            frame.value, frame.key = {}, value
            return False, None, at + 1
        if mark not in (",", frame.closer):
            raise NotLiteral(f"Expected a comma or {frame.closer}, found ", at, quoted=_from(at))
        frame.put(value)
        at += 1
        if mark == ",":
            return False, None, at
        value = stack.pop().value
    return True, value, at


def _from(at: int) -> slice:
    return slice(at, at + _LOOKED_AT)


def _key(text: str, at: int) -> tuple[str, int]:
    match = _STRING.match(text, at)
    word = _WORD.match(text, at) or _NUMBER.match(text, at)
    if match:
        key, end = _unescaped(match), match.end()
    elif word:
        key, end = word[0].lstrip("@"), word.end()
    else:
        raise NotLiteral("Expected a key, found ", at, quoted=_from(at))
    quoted = slice(at, end)
    end = skip_space(text, end)
    if text[end : end + 1] != ":":
        raise NotLiteral("Expected a colon after the key ", at if word and not match else end, quoted=quoted)
    return key, skip_space(text, end + 1)


def _scalar(text: str, at: int) -> tuple[Any, int]:
    if match := _STRING.match(text, at):
        return _unescaped(match), match.end()
    if match := _NUMBER.match(text, at):
        return _number(match), match.end()
    if match := _NULL_OBJECT.match(text, at):
        return None, match.end()
    if match := _EMPTY_MAP.match(text, at):
        return {}, match.end()
    match = _WORD.match(text, at)
    if match and match[1] in _WORDS:
        return _WORDS[match[1]], match.end()
    if match:
        raise NotLiteral("The value of ", at, quoted=slice(*match.span(1)), end=" is not in the text.")
    raise NotLiteral("Expected a value, found ", at, quoted=_from(at))


def _number(match: re.Match[str]) -> int | float:
    digits = (match[1] or match[2]).lstrip("+").replace("_", "")
    if "x" not in digits.lower():
        return number(digits)
    value = int(digits, 16)
    return value if -(2**63) <= value < 2**64 else float(value) if abs(value) < 2**1023 else float("inf")


def _unescaped(match: re.Match[str]) -> str:
    index = match.lastindex or 0
    raw, start = match[index], match.start(index)
    if index == 3 and (at := raw.find("${")) >= 0:
        raise NotLiteral("A template with ${...} has no value outside its program.", start + at)
    if "\\" not in raw:
        return raw

    def character(escape: re.Match[str]) -> str:
        code = escape[1] or escape[2] or escape[3]
        if code is not None:
            if int(code, 16) > _LAST_CHARACTER:
                raise NotLiteral("There is no such character.", start + escape.start())
            return chr(int(code, 16))
        if escape[4] == "(":
            raise NotLiteral("A text with \\(...) has no value outside its program.", start + escape.start())
        return _ESCAPED.get(escape[4], escape[4])

    text = _ESCAPE.sub(character, raw)
    # Halves of a character, escaped one by one, are one character to JavaScript.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass") if _SURROGATE.search(text) else text
