"""How much is tried: enough for each change, or, with `ABTUI_SLOW=1`, as much as is worth an evening."""

from __future__ import annotations

import os
from typing import Final

SLOW: Final = bool(os.environ.get("ABTUI_SLOW"))
MANY: Final = 1_000 if SLOW else 40
"""Examples of a property that says much."""
SOME: Final = 100 if SLOW else 30
"""Examples of any other property. The plain run has the same ones each time: beside them stand tables of what is known to be odd."""
