"""Values in a program: literals of the languages that have an SDK, without variables, and what builds values (`constructors`).

Brackets and what stands between them are much the same in all of them. Where two languages read the same text in different ways, the
`Language` says which one it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from abtui.core.events.constructors import (
    BLOCKS,
    UNDEFINED,
    UNKNOWN,
    UTC_ZONE,
    Begun,
    Entry,
    Items,
    as_array,
    as_begun,
    as_group,
    as_initializer,
    as_list,
    as_member,
    as_message,
    as_object,
    as_struct,
    function,
    has_method,
    method,
)
from abtui.core.events.rows import utc_date
from abtui.core.events.scalars import ANY, NUMBER, STRING, Language, NotLiteral, literal_number, unescaped
from abtui.core.segment import EVENT_TYPES

DEEPEST: Final = 200
_LOOKED_AT: Final = 12
"""Characters that are quoted from a place where something else was expected."""

_SPACE = re.compile(r"(?:[\s\ufeff]++|//[^\n]*+|#(?![{\w])[^\n]*+|/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/)*+")
_WORD = re.compile(r"@?((?:new\s++)?[A-Za-z_$][\w$]*+)")
_SYMBOL = re.compile(r":(?:([A-Za-z_]\w*+[?!]?)|(?=[\"']))")
_NULL_OBJECT = re.compile(r"\[\s*+NSNull\s++null\s*+\]|NSNull\(\)|NSNull\.null\b|JsonNull\b")
_EMPTY_MAP = re.compile(r"\[\s*+:\s*+\]")
_ZONE = re.compile(
    r"(?:datetime\.)?timezone\.utc\b|(?:datetime\.|pytz\.|(?:dateutil\.)?tz\.)?UTC\b|(?:(?:dateutil\.)?tz\.)?tzutc\(\)|pytz\.utc\b|<UTC>"
    r"|(?:zoneinfo\.)?ZoneInfo\((?:key=)?[\"']UTC[\"']\)|TzInfo\((?:UTC|0)\)"
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d| UTC| [+-]\d{4})")
"""A date without quotes, as the console of Node and of Ruby prints it."""
_OPEN = re.compile(r"@?([{\[(])")
_KEY = re.compile(r"([A-Za-z_]\w*+)[?!]?\s*+(?::(?!:)|=(?![=>~]))")
_COLON = re.compile(r":(?!:)|=>|to\b|=(?![=>])")
_NEW = re.compile(r"new\s*+(?:\[\s*+\]\s*+)?+(?=\{)|new\s++[A-Za-z_][\w.]*+\s*+\[\s*+\](?=\s*+\{)")
_NAME = re.compile(
    r"(new\s++)?+&?((?:[A-Za-z_]\w*+(?:\.|::))*+(?:<[\w\s,.?<>]{0,80}>)?[A-Za-z_]\w*+!?)(?:<[\w\s,.?<>]{0,80}>)?+\s*+([({])"
)
_GO = re.compile(
    r"&?(?:(map\[\w+\])(?:interface\{\}|any|[\w.]+)|((?:\[\])++)(?:map\[\w+\])?(?:interface\{\}|any|[\w.]+)|(?:[a-z]\w*+\.)?([A-Z]\w*+))\s?\{"
)
_CHAIN = re.compile(r"\s*+(?:[?!]?\.|->)\s*+([A-Za-z_]\w*+)\s*+\(")
_WORDS: Final[dict[str, Any]] = {
    "true": True, "True": True, "YES": True, "TRUE": True,
    "false": False, "False": False, "NO": False, "FALSE": False,
    "null": None, "nil": None, "None": None, "NULL": None, "NaN": None, "Infinity": None, "nan": None, "inf": None,
    "undefined": UNDEFINED,
}  # fmt: skip
_NOT_NUMBERS: Final = ("NaN", "Infinity", "nan", "inf")
"""Numbers that JSON does not have: the SDKs post null for them."""


class _Frame:
    """An open bracket, and what was read after it so far."""

    def __init__(self, closer: str, make: Callable[[Items], Any], at: int, *, keys: bool | None = None) -> None:
        self.closer, self.make, self.at = closer, make, at
        self.keys = keys
        """Whether each value has a key before it; None if it may have one."""
        self.is_block = self.is_members = False
        """Whether statements follow each other without commas; whether braces in it are entries."""
        self.is_new = False
        """Whether an initializer may follow."""
        self.key: str | None = None
        self.items: Items = []

    def put(self, value: Any) -> None:
        self.items.append((self.key, value))
        self.key = None


def skip_space(text: str, at: int) -> int:
    """The offset of the first character at or after `at` that is no space or comment."""
    match = _SPACE.match(text, at)
    return match.end() if match else at


def read_value(text: str, at: int, language: Language) -> tuple[Any, int, list[int]]:
    """The same as `read_literal`, and the offsets of numbers that JSON does not have, such as NaN."""
    reader = _Reader(text, language)
    value, end = reader.read(at)
    return value, end, reader.not_numbers


def read_literal(text: str, at: int, language: Language = ANY) -> tuple[Any, int]:
    """The value that starts at `at`, and the offset of its end. Raises NotLiteral; never recurses."""
    return _Reader(text, language).read(at)


class _Reader:
    def __init__(self, text: str, language: Language) -> None:
        self._text, self._language = text, language
        self._stack: list[_Frame] = []
        self.not_numbers: list[int] = []

    def read(self, at: int) -> tuple[Any, int]:
        text, stack = self._text, self._stack
        while True:
            at = skip_space(text, at)
            frame = stack[-1] if stack else None
            if frame is not None and frame.key is None and text.startswith(frame.closer, at):
                value, at = self._close(at)
            else:
                if frame is not None and frame.key is None:
                    at = self._key(frame, at)
                if (opened := self._opened(at, frame)) is not None:
                    at = self._push(*opened)
                    continue
                value, at = self._scalar(at)
            done, value, at = self._after(value, at)
            if done:
                return value, at

    def _push(self, frame: _Frame, at: int) -> int:
        if len(self._stack) >= DEEPEST:
            raise NotLiteral(f"The value is nested more than {DEEPEST} levels deep.", frame.at, "Flatten it.")
        self._stack.append(frame)
        return at

    def _close(self, at: int) -> tuple[Any, int]:
        """The value of the innermost bracket, which closes here. Braces may follow it that add to it."""
        frame = self._stack.pop()
        value = frame.make(frame.items)
        if value is UNKNOWN:
            raise NotLiteral("The value of ", frame.at, quoted=slice(frame.at, at + 1), end=" is not certain.")
        at += len(frame.closer)
        brace = skip_space(self._text, at)
        if (frame.is_new or isinstance(value, Begun)) and self._text.startswith("{", brace):
            if isinstance(value, Begun):
                self._push(self._block(partial(as_begun, value), brace), brace)
            else:
                self._push(self._initializer(value, brace, is_list=False), brace)
            value, at = UNKNOWN, brace + 1
        return value, at

    def _after(self, value: Any, at: int) -> tuple[bool, Any, int]:
        """Put a value into its bracket, and close each bracket that ends after it. True if that was the whole literal."""
        text, stack = self._text, self._stack
        while value is not UNKNOWN:
            chain = _CHAIN.match(text, at)
            if chain and has_method(value, chain[1]):
                return False, None, self._push(_Frame(")", partial(method, value, chain[1]), at), chain.end())
            if not stack:
                if isinstance(value, Entry | Begun):
                    raise NotLiteral("Expected a value, found an entry.", 0)
                return True, value, at
            frame = stack[-1]
            end, at = at, skip_space(text, at)
            if (
                frame.key is None
                and frame.keys is None
                and isinstance(value, str | int)
                and not isinstance(value, bool)
            ):
                colon = None if frame.is_members else _COLON.match(text, at)
                if colon and colon[0] != "=":
                    frame.key = str(value)
                    return False, None, colon.end()
            mark = text[at : at + 1]
            if frame.is_block and mark != frame.closer:
                frame.put(value)
                if mark not in (";", ",") and "\n" not in text[end:at]:
                    raise NotLiteral("Expected ; or }, found ", at, quoted=_from(at))
                return False, None, at + (mark in (";", ","))
            if mark not in (",", frame.closer):
                raise NotLiteral(f"Expected a comma or {frame.closer}, found ", at, quoted=_from(at))
            frame.put(value)
            if mark == ",":
                if frame.make is as_group:
                    # A tuple of Python may have one item.
                    frame.make = as_list
                return False, None, at + 1
            value, at = self._close(at)
        return False, None, at

    def _opened(self, at: int, outer: _Frame | None) -> tuple[_Frame, int] | None:
        """The bracket that opens at `at`, which may have a name before it, and the offset after it."""
        text = self._text
        if match := _OPEN.match(text, at):
            if _NULL_OBJECT.match(text, at) or _EMPTY_MAP.match(text, at):
                return None
            if match[1] == "[":
                return self._go(at) or (_Frame("]", as_array, at), match.end())
            if match[1] == "(":
                return _Frame(")", as_group, at, keys=False), match.end()
            if outer is not None and outer.is_members:
                frame = self._block(as_member, at)
            else:
                frame = _Frame("}", as_object, at, keys=True)
            return frame, match.end()
        if match := _NEW.match(text, at):
            brace = text.index("{", match.end())
            is_list = "[" in match[0]
            return self._initializer([] if is_list else {}, brace, is_list=is_list), brace + 1
        if not (match := _NAME.match(text, at)):
            return self._go(at)
        name, is_new = re.sub(r"<.*?>", "", match[2]), match[1] is not None
        if match[3] == "{" and not is_new:
            if name not in BLOCKS:
                return self._go(at)
            return self._block(partial(as_begun, Begun(None, BLOCKS[name])), at), match.end()
        make = function(name, is_new=is_new)
        if make is None:
            return None
        if match[3] == "{":
            return self._initializer(make([]), at, is_list=False), match.end()
        frame = _Frame(")", make, at)
        frame.is_new = is_new
        return frame, match.end()

    def _go(self, at: int) -> tuple[_Frame, int] | None:
        """A map, a slice or a struct of Go."""
        match = _GO.match(self._text, at)
        if match is None:
            return None
        if match[2]:
            frame = _Frame("}", as_list, at, keys=False)
        elif match[1]:
            frame = _Frame("}", as_object, at, keys=True)
        elif match[3].lower() in EVENT_TYPES:
            frame = _Frame("}", partial(as_message, match[3].lower()), at, keys=True)
        else:
            is_struct = skip_space(self._text, match.end())
            make = as_object if self._text.startswith('"', is_struct) else as_struct
            frame = _Frame("}", make, at, keys=True)
        return frame, match.end()

    def _block(self, make: Callable[[Items], Any], at: int) -> _Frame:
        frame = _Frame("}", make, at, keys=False)
        frame.is_block = True
        return frame

    def _initializer(self, value: Any, at: int, *, is_list: bool) -> _Frame:
        frame = _Frame("}", partial(as_initializer, is_list, value), at)
        frame.is_members = isinstance(value, dict)
        return frame

    def _key(self, frame: _Frame, at: int) -> int:
        """Read the key before a value, if there is one, into the frame. The offset of the value."""
        text = self._text
        if frame.keys is False:
            return at
        if frame.keys is None:
            if match := _KEY.match(text, at):
                frame.key = match[1]
                return skip_space(text, match.end())
            if not (frame.is_members and text.startswith("[", at)):
                return at
        string, word = self._string_key(at), _WORD.match(text, at) or NUMBER.match(text, at)
        if string:
            key, end = string
        elif word:
            key, end = word[0].lstrip("@"), word.end()
        else:
            raise NotLiteral("Expected a key, found ", at, quoted=_from(at))
        quoted = slice(at, end)
        end = skip_space(text, end)
        colon = _COLON.match(text, end)
        if colon is None or colon[0] == "to" or (colon[0] == "=" and not frame.is_members):
            raise NotLiteral("Expected a colon after the key ", at if word and not string else end, quoted=quoted)
        frame.key = key
        return skip_space(text, colon.end())

    def _string_key(self, at: int) -> tuple[str, int] | None:
        """The text at `at` as a key: a string, a symbol, or a string in brackets."""
        text = self._text
        bracket = text.startswith("[", at)
        start = skip_space(text, at + 1) if bracket else at
        symbol = _SYMBOL.match(text, start)
        if symbol and symbol[1]:
            return symbol[1], symbol.end()
        match = STRING.match(text, symbol.end() if symbol else start)
        if match is None:
            return None
        end = skip_space(text, match.end()) if bracket else match.end()
        if bracket and not text.startswith("]", end):
            return None
        return unescaped(match, self._language), end + bracket

    def _scalar(self, at: int) -> tuple[Any, int]:
        text = self._text
        if match := STRING.match(text, at):
            return self._string(match)
        if match := _DATE.match(text, at):
            return utc_date(match[0]) if " " in match[0] else match[0], match.end()
        if match := NUMBER.match(text, at):
            return literal_number(match), match.end()
        if match := _NULL_OBJECT.match(text, at):
            return None, match.end()
        if match := _EMPTY_MAP.match(text, at):
            return {}, match.end()
        if match := _ZONE.match(text, at):
            return UTC_ZONE, match.end()
        if symbol := _SYMBOL.match(text, at):
            if symbol[1]:
                return symbol[1], symbol.end()
            if match := STRING.match(text, symbol.end()):
                return unescaped(match, self._language), match.end()
        start = at + text.startswith("-", at)
        match = _WORD.match(text, start)
        if match and match[1] in _WORDS and (start == at or match[1] in _NOT_NUMBERS):
            if match[1] in _NOT_NUMBERS:
                self.not_numbers.append(at)
            return _WORDS[match[1]], match.end()
        if match and start == at:
            raise NotLiteral("The value of ", at, quoted=slice(*match.span(1)), end=" is not in the text.")
        raise NotLiteral("Expected a value, found ", at, quoted=_from(at))

    def _string(self, match: re.Match[str]) -> tuple[str, int]:
        """A text, with those that follow it as in Python: `'one ' 'two'` is one text, unless the next one is a key."""
        texts, end = [unescaped(match, self._language)], match.end()
        while (following := STRING.match(self._text, skip_space(self._text, end))) is not None:
            if self._language is not ANY or _COLON.match(self._text, skip_space(self._text, following.end())):
                break
            texts.append(unescaped(following, self._language))
            end = following.end()
        return "".join(texts), end


def _from(at: int) -> slice:
    return slice(at, at + _LOOKED_AT)
