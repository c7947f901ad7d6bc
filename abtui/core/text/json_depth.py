"""How deeply a JSON text is nested, told before it is read: whoever handles its value later need not ask."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import Final

MOST_LEVELS: Final = 200
"""Levels of what comes from elsewhere: an answer, a file of ours. Nothing that is meant for abtui has more than a dozen."""
_STRING: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_OPENING: Final = b"[{"
_CLOSING: Final = b"]}"
_OTHERS: Final = bytes(byte for byte in range(256) if byte not in _OPENING + _CLOSING)
_STEPS: Final = bytes.maketrans(_OPENING + _CLOSING, b"\x01\x01\xff\xff")


def is_deeper(text: bytes | str, levels: int = MOST_LEVELS) -> bool:
    """Whether a JSON text has more than so many levels of lists and objects. Linear in the text, whatever it is."""
    if isinstance(text, str):
        if text.count("[") + text.count("{") <= levels:
            return False
        data = text.encode("utf-8", "surrogatepass")
    elif text.count(b"[") + text.count(b"{") <= levels:
        return False
    else:
        data = text
    steps = _STRING.sub(b"", data).translate(_STEPS, _OTHERS)
    return max(accumulate(memoryview(steps).cast("b")), default=0) > levels
