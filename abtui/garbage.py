"""When Python looks for garbage in cycles: not while the program starts, and never again in what was loaded then.

Loading the libraries makes some hundred thousand objects, of which none is garbage. Each full collection would go through all
of them, which takes longer than a frame may be kept waiting.
"""

from __future__ import annotations

import gc


def start() -> None:
    """Collect nothing until `settle`."""
    gc.disable()


def settle() -> None:
    """What there is now stays; collect what comes after it."""
    gc.freeze()
    gc.enable()
