"""When Python collects garbage: not while the program starts, and later never in the objects that were loaded then.

Loading the libraries creates some hundred thousand objects, and none of them is garbage. Each full collection would go through
all of them, which takes longer than a frame may be delayed.
"""

from __future__ import annotations

import gc
from typing import Final

_THRESHOLDS: Final = (10_000, 10, 20)
"""The number of new objects, and of collections of the younger generations, before the next generation is collected.

Python's own 700 causes a pause every few frames, and most objects of the app, rows and strips, are freed without a collection.
"""


def start() -> None:
    """Collect nothing until `settle`."""
    gc.disable()


def settle() -> None:
    """Keep all present objects for good, and collect only what is created from now on."""
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
    gc.enable()
