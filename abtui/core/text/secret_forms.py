"""The forms in which a text may contain a key: as it is, JSON-quoted, percent-encoded, HTML-escaped, or inside base64."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from functools import cached_property
from typing import Final, NamedTuple

_BASE64_LEAST: Final = 8
"""A shorter piece of base64 says too little of a key to be told from other text."""
_LONGEST_KEY: Final = 512
"""A pattern of a longer key would take long to make; it is found where it stands as it is."""
_BASE64: Final = r"(?:[A-Za-z0-9+/_-]|\\/|%2[BbFf])"
"""A character of base64; `/` and `+` are escaped by some."""
_NOT_LETTERS = re.compile("[+/]")
_AGAIN: Final = {"\\": r"\\*", "%": "(?:25)*", "&": "(?:amp;)*", "+": ""}
"""What may follow the mark that an escape starts with: what is encoded again has the mark encoded, as in `%2561`."""
_ESCAPES: Final = {"\n": "n", "\t": "t", "\r": "r", "\b": "b", "\f": "f", '"': '"', "\\": "\\", "/": "/", "'": "'"}


class SecretForms:
    """The forms of one key. Searching for them costs a few searches for fixed strings, which is cheap enough for each event."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._plain = tuple(dict.fromkeys((key, *(core.text for core in _base64_cores(key)))))
        self._plain_bytes = tuple(_utf8(form) for form in self._plain)

    @property
    def longest(self) -> int:
        """The most characters that a form takes, unless it was encoded again and again."""
        return max(12 * len(self._key), 64)

    def stand_in(self, data: str | bytes) -> bool:
        """Whether a text, or its UTF-8, contains one of the forms."""
        # Events often have escapes, but rarely of the key's characters: only then the whole pattern is searched for.
        if isinstance(data, str):
            for form in self._plain:
                if form in data:
                    return True
            for mark, escape in self._escapes:
                if mark in data and escape.search(data):
                    return self._pattern.search(data) is not None
            return False
        for form_bytes in self._plain_bytes:
            if form_bytes in data:
                return True
        for mark_bytes, escape_bytes in self._escapes_bytes:
            if mark_bytes in data and escape_bytes.search(data):
                return self._pattern_bytes.search(data) is not None
        return False

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """The start and end of each form in a text."""
        return (match.span() for match in self._pattern.finditer(text))

    def masked(self, text: str, mask: str) -> str:
        """`text` with `mask` in place of each."""
        return self._pattern.sub(lambda _match: mask, text)

    @cached_property
    def _any_escape(self) -> dict[str, str]:
        """A pattern for each mark that an escape of one of the key's characters may start with."""
        found: dict[str, list[str]] = {}
        for character in dict.fromkeys(self._key if len(self._key) <= _LONGEST_KEY else ""):
            for mark, rest in _escapes(character):
                found.setdefault(mark, []).append(rest)
        return {mark: f"{re.escape(mark)}{_AGAIN[mark]}(?:{'|'.join(rests)})" for mark, rests in found.items()}

    @cached_property
    def _any_form(self) -> str:
        if len(self._key) > _LONGEST_KEY:
            return re.escape(self._key)
        characters = (
            [re.escape(one), *(re.escape(mark) + _AGAIN[mark] + rest for mark, rest in _escapes(one))]
            for one in self._key
        )
        whole = "".join(f"(?:{'|'.join(ways)})" for ways in characters)
        # The neighbours in the run also have bits of the key.
        cores = (
            f"{_BASE64}{{0,{core.before + 4}}}{core.text}{_BASE64}{{0,{core.behind + 4}}}(?:=|%3[Dd]){{0,2}}"
            for core in _base64_cores(self._key)
        )
        return "|".join((whole, *cores))

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(self._any_form)

    @cached_property
    def _pattern_bytes(self) -> re.Pattern[bytes]:
        return re.compile(_utf8(self._any_form))

    @cached_property
    def _escapes(self) -> list[tuple[str, re.Pattern[str]]]:
        return [(mark, re.compile(escape)) for mark, escape in self._any_escape.items()]

    @cached_property
    def _escapes_bytes(self) -> list[tuple[bytes, re.Pattern[bytes]]]:
        return [(_utf8(mark), re.compile(_utf8(escape))) for mark, escape in self._any_escape.items()]


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _escapes(character: str) -> list[tuple[str, str]]:
    """The escapes of a character in JSON and JavaScript, in an address, and in HTML: their first characters, and patterns of the rest."""
    code, units = f"{ord(character):x}", character.encode("utf-16-be", "surrogatepass").hex()
    escapes = [
        ("\\", r"\\+".join(f"u{_hex(units[at : at + 4])}" for at in range(0, len(units), 4))),
        ("\\", rf"u\{{0*{_hex(code)}\}}"),
        ("%", "%(?:25)*".join(_hex(f"{byte:02x}") for byte in _utf8(character))),
        ("&", f"#0*{ord(character)}(?![0-9]);?"),
        ("&", f"#[xX]0*{_hex(code)}(?![0-9A-Fa-f]);?"),
    ]
    if len(code) <= 2:
        escapes.append(("\\", f"x{_hex(code.zfill(2))}"))
    if character in _ESCAPES:
        escapes.append(("\\", re.escape(_ESCAPES[character])))
    if not character.isalnum():
        from html.entities import html5

        escapes += [("&", name) for name, text in html5.items() if text == character and name.endswith(";")]
    if character == " ":
        escapes.append(("+", ""))
    return escapes


def _hex(digits: str) -> str:
    """A pattern of hexadecimal digits in either case."""
    return "".join(f"[{digit}{digit.upper()}]" if digit.isalpha() else digit for digit in digits)


class _Core(NamedTuple):
    """The longest run of letters and digits in what the base64 of anything with the key has of it, and how much there is around."""

    text: str
    before: int
    behind: int


def _base64_cores(key: str) -> Iterator[_Core]:
    """One for each place that the key may have in a group of three bytes. Both alphabets have the same letters and digits."""
    data = _utf8(key)
    for before in range(3):
        text = base64.b64encode(bytes(before) + data).decode()
        # A character at an end has bits of a neighbour as well.
        whole = text[(0, 2, 3)[before] : (before + len(data)) * 8 // 6]
        run = max(_NOT_LETTERS.split(whole), key=len)
        if len(run) >= _BASE64_LEAST:
            at = whole.index(run)
            yield _Core(run, at, len(whole) - at - len(run))
