"""How much is tried: enough for each change, or, with `ABTUI_SLOW=1`, as much as is worth an evening."""

from __future__ import annotations

import os
from typing import Final

SLOW: Final = bool(os.environ.get("ABTUI_SLOW"))
MANY: Final = 1_000 if SLOW else 100
"""Examples of a property that says much."""
