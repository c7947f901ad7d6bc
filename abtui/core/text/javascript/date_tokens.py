"""A date string cut into tokens as V8's date parser cuts it (src/date/dateparser-inl.h, Scan)."""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

Kind = Literal["number", "symbol", "space", "other", "end", "month", "zone", "separator", "half", "word"]

# V8's keyword table: words count by their first three letters; only a month's name may go on after them.
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_KEYWORDS: Final[dict[str, tuple[Kind, int]]] = {
    "am": ("half", 0),
    "pm": ("half", 12),
    "ut": ("zone", 0),
    "utc": ("zone", 0),
    "z": ("zone", 0),
    "gmt": ("zone", 0),
    "cdt": ("zone", -5),
    "cst": ("zone", -6),
    "edt": ("zone", -4),
    "est": ("zone", -5),
    "mdt": ("zone", -6),
    "mst": ("zone", -7),
    "pdt": ("zone", -7),
    "pst": ("zone", -8),
    "t": ("separator", 0),
}

# Everything from "A" on belongs to a word, except what Unicode counts as white space; the line separators U+2028 and U+2029
# are no white space here. A number's value is that of its first nine significant digits, its length counts all of them.
_SPACES: Final = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\ufeff"
_TOKEN = re.compile(
    rf"(?P<number>[0-9]+)|(?P<space>[\t\n\v\f\r {_SPACES}])|(?P<word>(?:(?![{_SPACES}])[A-\U0010ffff])+)"
    r"|(?P<symbol>[-:+.)])|(?P<open>\()|(?P<other>.)",
    re.DOTALL,
)
_PARENTHESIS = re.compile(r"[()]")
_SIGNIFICANT_DIGITS: Final = 9


class Token(NamedTuple):
    """`value` is a number's, a month's (1 to 12), a zone's (hours from UTC) or a half-day's (0 or 12); `length` in characters."""

    kind: Kind
    value: int = -1
    length: int = 0
    symbol: str = ""

    def is_digits(self, length: int) -> bool:
        """A number written with exactly `length` digits."""
        return self.kind == "number" and self.length == length

    @property
    def is_sign(self) -> bool:
        """`+` or `-`."""
        return self.symbol in ("+", "-")

    @property
    def sign(self) -> int:
        """1 for `+`, -1 for `-`."""
        return 1 if self.symbol == "+" else -1

    @property
    def is_z(self) -> bool:
        """The zone `Z` itself."""
        return self.kind == "zone" and self.length == 1


END: Final = Token("end")


class Scanner:
    """The tokens of a date string, with one token of look-ahead in `peek`. The string ends at a NUL character."""

    def __init__(self, text: str) -> None:
        self._text = text.partition("\0")[0]
        self._at = 0
        self.peek = self._scan()

    def next(self) -> Token:
        """The token in `peek`, which moves on."""
        token = self.peek
        self.peek = self._scan()
        return token

    def skip(self, symbol: str) -> bool:
        """Take the next token if it is this symbol; tells whether it was."""
        if self.peek.symbol != symbol:
            return False
        self.peek = self._scan()
        return True

    def _scan(self) -> Token:
        match = _TOKEN.match(self._text, self._at)
        if match is None:
            return END
        self._at = match.end()
        kind, text = match.lastgroup, match[0]
        if kind == "number":
            return Token("number", int(text.lstrip("0")[:_SIGNIFICANT_DIGITS] or "0"), len(text))
        if kind == "symbol":
            return Token("symbol", symbol=text)
        if kind == "word":
            return _word(text)
        if kind == "open":
            self._skip_parentheses()
        return Token("space" if kind == "space" else "other")

    def _skip_parentheses(self) -> None:
        """Go past what the parenthesis just read encloses: to its match, or to the end of the string."""
        depth = 1
        while depth:
            match = _PARENTHESIS.search(self._text, self._at)
            if match is None:
                self._at = len(self._text)
                return
            depth += 1 if match[0] == "(" else -1
            self._at = match.end()


def _word(text: str) -> Token:
    prefix = text[:3]
    # ASCII only: lower() turns the Kelvin sign into a k.
    prefix = prefix.lower() if prefix.isascii() else ""
    if prefix in _MONTHS:
        return Token("month", _MONTHS.index(prefix) + 1, len(text))
    kind, value = _KEYWORDS.get(prefix, ("word", 0)) if len(text) <= 3 else ("word", 0)
    return Token(kind, value, len(text))
