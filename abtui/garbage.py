"""When Python looks for garbage in cycles: not while the program starts, and never again in what was loaded then.

Loading the libraries makes some hundred thousand objects, of which none is garbage. Each full collection would go through all
of them, which takes longer than a frame may be kept waiting.
"""

from __future__ import annotations

import gc
from typing import Final

_THRESHOLDS: Final = (10_000, 10, 20)
"""New objects, then collections of the younger ones, before the next is looked through. Python's own 700 makes a pause every
few frames; what the app makes most of, rows and strips, is gone without a collection."""


def start() -> None:
    """Collect nothing until `settle`."""
    gc.disable()


def settle() -> None:
    """What there is now stays; collect what comes after it."""
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
    gc.enable()
