"""The ports that the servers of abtui take, unless another one is named."""

from __future__ import annotations

from typing import Final

COLLECTOR: Final = 8200
SHOP: Final = 8400
LISTENER: Final = 8765
