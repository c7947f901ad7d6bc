"""Search in the text of an event as people expect it: neither case nor the way JSON escapes a character matters."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

_ODD = re.compile(r'[*?"\\/\x00-\x1f]')
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)


def holds_in_text(text: str | bytes, values: Sequence[str], any_fits: Callable[[str], bool]) -> bool:
    """Whether a text contains one of the values, which are in lower case. `any_fits` searches a text with `*` and `?` as wildcards."""
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
    """Whether the only other form of a value in JSON is `\\u` escapes, so that a long text can be searched for it directly."""
    return value.isascii() and not _ODD.search(value)


def _unescaped(text: str) -> str:
    """The text with each escape of JSON replaced by its character; a surrogate pair stays two halves."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else found[2], text)
