"""The depth of a JSON text, checked before it is read, so that code that handles its value need not check it."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import Final

MOST_LEVELS: Final = 200
"""The most levels of a response or of a file of abtui's. No such text that is meant for abtui has more than a dozen."""
_STRING: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_OPENING: Final = b"[{"
_CLOSING: Final = b"]}"
_OTHERS: Final = bytes(byte for byte in range(256) if byte not in _OPENING + _CLOSING)
_STEPS: Final = bytes.maketrans(_OPENING + _CLOSING, b"\x01\x01\xff\xff")


def is_deeper(text: bytes | str, levels: int = MOST_LEVELS) -> bool:
    """Whether a JSON text has more than `levels` levels of lists and objects. Linear in any text."""
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
