"""The signs of what was done with an event or a config, each of one cell. The marks of fates and the other signs are in `marks`."""

from __future__ import annotations

from typing import Final

from abtui.tui.kit.marks import UNICODE, Signs

MARKED: Final = "*"
EDITED: Final = "~"
"""The sign of an edited event or config that is not saved."""
CHANGED: Final = UNICODE.changed
RECEIPTS: Final = {"waiting": "…", "accepted": "↑", "refused": "↯", "unknown": "¿"}
"""Signs for the state of an event's sending. None of them is also the sign of a fate."""
_RECEIPTS_ASCII: Final = {"waiting": ":", "accepted": "'", "refused": "$", "unknown": "&"}


def receipt_sign(state: str, signs: Signs) -> str:
    """The sign of the state of a sending, or a blank."""
    return (_RECEIPTS_ASCII if signs.plain else RECEIPTS).get(state, " ")
