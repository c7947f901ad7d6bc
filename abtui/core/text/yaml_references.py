"""Letting texts stand in YAML that its parser refuses, by characters of the same number that it takes.

`${NAME}` may stand unquoted in a flow map, as in `{ apiKey: ${NAME} }`, where YAML would take its brace for a map's. The two escapes
that JSON writes for a character beyond the first 65,536 (`\\ud83d\\ude00`) may stand in a quoted text, where YAML takes
neither by itself. Both become private-use characters before the text is parsed, and what they were in the scalars read, one
for one, so that every line, column and offset stays true.
"""

from __future__ import annotations

import re
from typing import Final

_OPEN: Final = "\uf8f0"
_CLOSE: Final = "\uf8f1"
# Twice: a default may hold a reference. No default goes beyond its line or holds what ends a plain scalar's map.
_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*(?::-[^{}\n\r]*)?)\}")
_PAIR = re.compile(r"\\\\|\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_HALF: Final = "\uf8f2"
_SHIELDED_PAIR = re.compile(f"{_HALF}([0-9a-fA-F]{{4}}){_HALF}([0-9a-fA-F]{{4}}){_HALF}{_HALF}")
_SHIELDED = f"${_OPEN}\\1{_CLOSE}"


def shield(text: str) -> str:
    """`text` with the braces of its references out of the parser's sight; as it is, if it has our two characters itself."""
    if "${" not in text or _OPEN in text or _CLOSE in text:
        return text
    return _REFERENCE.sub(_SHIELDED, _REFERENCE.sub(_SHIELDED, text))


def unshield(value: str) -> str:
    """A scalar of a shielded text as the file has it."""
    return value.replace("$" + _OPEN, "${").replace(_CLOSE, "}") if "$" + _OPEN in value else value


def shield_pairs(text: str) -> str:
    """`text` with JSON's escapes of a pair out of the parser's sight; as it is, if it has our character itself."""
    if "\\u" not in text or _HALF in text:
        return text
    return _PAIR.sub(
        lambda match: match[0] if match[1] is None else f"{_HALF}{match[1]}{_HALF}{match[2]}{_HALF}{_HALF}", text
    )


def unshield_pairs(value: str, *, escaped: bool) -> str:
    """A scalar of such a text: the characters that were meant where it has escapes (between double quotes), else as the file has it."""
    if _HALF not in value:
        return value

    def meant(match: re.Match[str]) -> str:
        if not escaped:
            return f"\\u{match[1]}\\u{match[2]}"
        return chr(0x10000 + (int(match[1], 16) - 0xD800) * 0x400 + int(match[2], 16) - 0xDC00)

    return _SHIELDED_PAIR.sub(meant, value)
