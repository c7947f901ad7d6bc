"""The Sent screen. Plan, progress, receipts"""

from __future__ import annotations

from textual.widget import Widget

from abtui.tui.screens.kind import ScreenKind
from abtui.tui.state import State


def _make(state: State) -> Widget:
    # Imported here: a screen is loaded when it is first shown.
    from abtui.tui.screens.sent.screen import SentScreen

    return SentScreen(state)


KIND = ScreenKind(
    7,
    "sent",
    "Sent",
    "Plan, progress, receipts",
    _make,
    (("event.send-several", "send several"), ("screen.back", "back")),
)
