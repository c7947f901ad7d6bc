"""The signs of the lists and panes that are no fates, and the twins in ASCII of all signs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from textual.widget import Widget

from abtui.core.fate import FATES
from abtui.tui.kit.marks import ASCII, LOOKS, UNICODE, RowFate, signs_of

BAR: Final = UNICODE.row
"""Stands at the left of the row with the cursor while its list has the focus."""
TO: Final = UNICODE.becomes
"""Stands before what an event becomes."""
CUT: Final = UNICODE.cut
FOLDED: Final = UNICODE.folded
MARKED: Final = "*"
EDITED: Final = "~"
"""The sign of an edited event or config that is not saved."""
CHANGED: Final = UNICODE.changed
RECEIPTS: Final = {"waiting": "…", "accepted": "↑", "refused": "↯", "unknown": "¿"}
"""Signs for the state of an event's sending. None of them is also the sign of a fate."""
_RECEIPTS_ASCII: Final = {"waiting": ":", "accepted": "'", "refused": "$", "unknown": "&"}
_ROWS: Final[tuple[RowFate, ...]] = (*FATES, "unreadable")
FATE_SIGNS: Final[Mapping[RowFate, str]] = {fate: LOOKS[fate].mark for fate in _ROWS}
"""The signs of the fates that a row of the list can have."""

_ASCII: Final[Mapping[str, str]] = {
    **{look.mark: look.ascii for look in LOOKS.values()},
    **{getattr(UNICODE, name): getattr(ASCII, name) for name in ("row", "becomes", "cut", "folded", "changed")},
}


def drawn(sign: str, ascii: bool) -> str:
    """A sign as it is drawn: itself or, where a terminal may draw it two cells wide, its twin in ASCII."""
    return _ASCII.get(sign, sign) if ascii else sign


def receipt_sign(state: str, ascii: bool) -> str:
    """The sign of the state of a sending, or a blank."""
    return (_RECEIPTS_ASCII if ascii else RECEIPTS).get(state, " ")


def in_ascii(widget: Widget) -> bool:
    """Whether signs are drawn as their twins in ASCII, as the app says."""
    return signs_of(widget) is ASCII
