"""The Live screen. What is coming in?"""

from __future__ import annotations

from collections.abc import Callable

from textual.widget import Widget

from abtui.tui.screens.kind import ScreenKind
from abtui.tui.state import State


def _load() -> Callable[[State], Widget]:
    # Imported here: a screen is loaded when it is first shown.
    from abtui.tui.screens.live.screen import LiveScreen

    return LiveScreen


KIND = ScreenKind(
    6,
    "live",
    "Live",
    "What is coming in?",
    _load,
    (
        ("live.hold", "hold"),
        ("live.open", "open"),
        ("live.keep", "keep as a file"),
        ("live.copy", "copy for an SDK"),
        ("live.filter", "filter"),
        ("live.listen", "stop, or listen again"),
    ),
)
