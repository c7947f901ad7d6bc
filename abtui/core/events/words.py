"""Whether something stands in the text of an event, as a person would look for it: case and JSON's ways of writing a character do not matter."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

_ODD = re.compile(r'[*?"\\/\x00-\x1f]')
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)


def holds_in_text(text: str | bytes, values: Sequence[str], any_fits: Callable[[str], bool]) -> bool:
    """Whether a text holds one of the values, which are in lower case; `any_fits` knows what `*` and `?` in them stand for."""
    if isinstance(text, bytes):
        if all(map(_is_plain, values)):
            lower = text.lower()
            if any(value.encode() in lower for value in values):
                return True
            if b"\\u" not in text:
                return False
        text = text.decode(errors="replace")
    if not text:
        return False
    folded = text.casefold()
    return any_fits(folded) or ("\\" in text and any_fits(_unescaped(text).casefold()))


def _is_plain(value: str) -> bool:
    """Whether a value stands in a text as it is, but for an escape by code: the quick way for text that may be long."""
    return value.isascii() and not _ODD.search(value)


def _unescaped(text: str) -> str:
    """Every escape of JSON as the character it stands for, as far as one code says it."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else found[2], text)
