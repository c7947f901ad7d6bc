"""Hides the parts of a YAML text that its parser refuses behind characters that it accepts.

`${NAME}` may be unquoted in a flow map, as in `{ apiKey: ${NAME} }`, where YAML would read its brace as the start of a map.
The two escapes that JSON writes for a character beyond the first 65,536 (`\\ud83d\\ude00`) may be in a quoted text, where YAML
accepts neither of them by itself. Both are replaced by as many private-use characters before the text is parsed, and restored
in the scalars, so that every line, column and offset stays true.
"""

from __future__ import annotations

import re
from typing import Final

_OPEN: Final = "\uf8f0"
_CLOSE: Final = "\uf8f1"
_HALF: Final = "\uf8f2"
# A default ends on its line, and contains no character that could end the map around a plain scalar.
_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*(?::-[^{}\n\r]*)?)\}")
_SHIELDED_REFERENCE = f"${_OPEN}\\1{_CLOSE}"
_PAIR = re.compile(r"\\\\|\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_SHIELDED_PAIR = re.compile(f"{_HALF}([0-9a-fA-F]{{4}}){_HALF}([0-9a-fA-F]{{4}}){_HALF}{_HALF}")


def shield(text: str) -> str:
    """`text` with the braces of its references hidden. It is left as it is if it contains one of our characters itself."""
    if "${" not in text or _OPEN in text or _CLOSE in text:
        return text
    # Twice, because a default may contain a reference.
    return _REFERENCE.sub(_SHIELDED_REFERENCE, _REFERENCE.sub(_SHIELDED_REFERENCE, text))


def unshield(value: str) -> str:
    """A scalar of a shielded text as it is in the file."""
    return value.replace("$" + _OPEN, "${").replace(_CLOSE, "}") if "$" + _OPEN in value else value


def shield_pairs(text: str) -> str:
    """`text` with JSON's pairs of escapes hidden. It is left as it is if it contains our character itself."""
    if "\\u" not in text or _HALF in text:
        return text
    return _PAIR.sub(
        lambda match: match[0] if match[1] is None else f"{_HALF}{match[1]}{_HALF}{match[2]}{_HALF}{_HALF}", text
    )


def unshield_pairs(value: str, *, escaped: bool) -> str:
    """A scalar of such a text: with the characters that the pairs mean if `escaped` (between double quotes), else as it is in the file."""
    if _HALF not in value:
        return value

    def restored(match: re.Match[str]) -> str:
        if not escaped:
            return f"\\u{match[1]}\\u{match[2]}"
        return chr(0x10000 + (int(match[1], 16) - 0xD800) * 0x400 + int(match[2], 16) - 0xDC00)

    return _SHIELDED_PAIR.sub(restored, value)
