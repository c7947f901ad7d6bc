"""The Sent screen: plan, progress, receipts and history."""

from __future__ import annotations

from collections.abc import Callable

from textual.widget import Widget

from abtui.tui.screens.kind import ScreenKind
from abtui.tui.state import State


def _load() -> Callable[[State], Widget]:
    # Imported here: a screen is loaded when it is first shown.
    from abtui.tui.screens.sent.screen import SentScreen

    return SentScreen


KIND = ScreenKind(
    7,
    "sent",
    "Sent",
    "Plan, progress, receipts",
    _load,
    (
        ("event.send-several", "plan a send"),
        ("sent.pause", "pause"),
        ("sent.cancel", "cancel"),
        ("paged.open", "open"),
        ("screen.back", "back"),
    ),
)
