"""Whether something stands in the text of an event, as a person would look for it: case and JSON's ways of writing a character do not matter."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)


def holds_in_text(text: str | bytes, values: Sequence[str], any_fits: Callable[[str], bool]) -> bool:
    """Whether a text holds one of the values, which are in lower case; `any_fits` knows what `*` and `?` in them stand for."""
    if isinstance(text, bytes):
        if text.isascii() and b"\\" not in text and not any("*" in value or "?" in value for value in values):
            lower = text.lower()
            return any(value.encode(errors="replace") in lower for value in values)
        text = text.decode(errors="replace")
    if not text:
        return False
    folded = text.casefold()
    return any_fits(folded) or ("\\" in text and any_fits(_unescaped(text).casefold()))


def _unescaped(text: str) -> str:
    """Every escape of JSON as the character it stands for, as far as one code says it."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else found[2], text)
