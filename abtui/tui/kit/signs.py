"""The signs of the lists and panes, and their twins in ASCII. The signs of fates are the core's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from textual.widget import Widget

from abtui.core.fate import FATES
from abtui.core.outcomes import Fate

RowFate = Literal[Fate, "unreadable"]
"""A fate of the core, or `unreadable` for a piece of text or a JSON object that is not an event."""

BAR: Final = "▌"
"""Stands at the left of the row with the cursor while its list has the focus."""
TO: Final = "→"
"""Stands before what an event becomes."""
CUT: Final = "…"
FOLDED: Final = "⋯"
MARKED: Final = "*"
EDITED: Final = "~"
"""The sign of an edited event or config that is not saved."""
CHANGED: Final = "Δ"
RECEIPTS: Final = {"waiting": "…", "accepted": "↑", "refused": "↯", "unknown": "¿"}
"""Signs for the state of an event's sending. None of them is also the sign of a fate."""
_RECEIPTS_ASCII: Final = {"waiting": ":", "accepted": "'", "refused": "$", "unknown": "&"}
FATE_SIGNS: Final[Mapping[RowFate, str]] = {
    **{fate: words.mark for fate, words in FATES.items()},
    "unreadable": "!",
}

_ASCII: Final[Mapping[str, str]] = {
    **{words.mark: words.ascii for words in FATES.values()},
    BAR: "|",
    TO: "->",
    CUT: "~",
    FOLDED: "...",
    CHANGED: "^",
}


def drawn(sign: str, ascii: bool) -> str:
    """A sign as it is drawn: itself or, where a terminal may draw it two cells wide, its twin in ASCII."""
    return _ASCII.get(sign, sign) if ascii else sign


def receipt_sign(state: str, ascii: bool) -> str:
    """The sign of the state of a sending, or a blank."""
    return (_RECEIPTS_ASCII if ascii else RECEIPTS).get(state, " ")


def in_ascii(widget: Widget) -> bool:
    """Whether signs are drawn as their twins in ASCII, as the app says."""
    return bool(getattr(widget.app, "ascii", False))
