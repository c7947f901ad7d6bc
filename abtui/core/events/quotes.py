"""Quotes and spaces that a chat or a word processor put in the place of those of JSON: read as what was meant, and named."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from abtui.core.text.json_text import Issue

_DOUBLE: Final = "“”„‟″"
_SINGLE: Final = "‘’‚‛′"
ZERO_WIDTH: Final = "\u200b\u200c\u200d\u2060\u00ad\ufeff"
"""Characters that take no space on the screen."""
_SPACES: Final = "\u00a0\u2000-\u200a\u202f\u205f\u3000"
_ENDS: Final = r"(?!\s*+(?:[:,}\])]|\Z))"
_TOKEN = re.compile(
    r"\"[^\"\\\n]*+(?:\\.[^\"\\\n]*+)*+\"|'[^'\\\n]*+(?:\\.[^'\\\n]*+)*+'|`[^`\\]*+(?:\\.[^`\\]*+)*+`"
    rf"|[{_DOUBLE}]((?:[^\"{_DOUBLE}\\\n]|\\.|[\"{_DOUBLE}]{_ENDS})*+)[\"{_DOUBLE}]"
    rf"|[{_SINGLE}]((?:[^'{_SINGLE}\\\n]|\\.|['{_SINGLE}]{_ENDS})*+)['{_SINGLE}]"
    rf"|[\"'{_DOUBLE}{_SINGLE}][^\n]*+|`[\s\S]*+|([{_SPACES}{ZERO_WIDTH}])"
)
"""A text, of which the groups are those in typographic quotes; a text that is never closed; or an odd space between them."""
_ODD = re.compile(rf"[{_DOUBLE}{_SINGLE}{_SPACES}{ZERO_WIDTH}]")
_BARE = {mark: re.compile(rf"(?<!\\){mark}") for mark in "\"'"}


class Straight(NamedTuple):
    """A text with straight quotes and plain spaces, and what was changed for that."""

    text: str
    issues: tuple[Issue, ...]


def straightened(text: str) -> Straight | None:
    """A text with the quotes and spaces that were meant; None if it has them. What stands inside straight quotes is left as it is."""
    if text.isascii() or not _ODD.search(text):
        return None
    first: dict[str, int] = {}

    def changed(match: re.Match[str]) -> str:
        kind = match.lastindex
        if kind is None:
            return match[0]
        if kind == 3:
            first.setdefault("space", match.start())
            return " "
        first.setdefault("quote", match.start())
        mark = '"' if kind == 1 else "'"
        return f"{mark}{_BARE[mark].sub(chr(92) * 2 + mark, match[kind])}{mark}"

    straight = _TOKEN.sub(changed, text)
    if not first:
        return None
    issues = []
    if (at := first.get("quote")) is not None:
        message = f"The quotes are typographic, such as {text[at]}; they were read as straight ones."
        issues.append(
            Issue(
                "JSON-QUOTES",
                message,
                'Write them as ", and send code as code: chats and word processors turn them.',
                at,
            )
        )
    if (at := first.get("space")) is not None:
        name = "zero-width space" if text[at] in ZERO_WIDTH else "no-break space"
        message = f"Between the values is a {name}, U+{ord(text[at]):04X}; it was read as a plain space."
        issues.append(
            Issue("JSON-SPACES", message, "Write plain spaces: web pages and word processors put others in.", at)
        )
    return Straight(straight, tuple(issues))
