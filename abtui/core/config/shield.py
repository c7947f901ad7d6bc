"""Letting `${NAME}` stand unquoted in a flow map, as in `{ apiKey: ${NAME} }`, where YAML would take its brace for a map's.

The braces become private-use characters before the text is parsed and braces again in the scalars read, one for one, so
that every line and column stays true.
"""

from __future__ import annotations

import re
from typing import Final

_OPEN: Final = "\uf8f0"
_CLOSE: Final = "\uf8f1"
# Twice: a default may hold a reference. No default goes beyond its line or holds what ends a plain scalar's map.
_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*(?::-[^{}\n\r]*)?)\}")
_SHIELDED = f"${_OPEN}\\1{_CLOSE}"


def shield(text: str) -> str:
    """`text` with the braces of its references out of the parser's sight; as it is, if it has our two characters itself."""
    if "${" not in text or _OPEN in text or _CLOSE in text:
        return text
    return _REFERENCE.sub(_SHIELDED, _REFERENCE.sub(_SHIELDED, text))


def unshield(value: str) -> str:
    """A scalar of a shielded text as the file has it."""
    return value.replace("$" + _OPEN, "${").replace(_CLOSE, "}") if "$" + _OPEN in value else value
