"""The Sent screen: plan, progress, receipts and history."""

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
    (
        ("event.send-several", "plan a send"),
        ("sent.pause", "pause"),
        ("sent.cancel", "cancel"),
        ("paged.open", "open"),
        ("screen.back", "back"),
    ),
)
