"""The Events screen. What becomes of each?"""

from __future__ import annotations

from collections.abc import Callable

from textual.widget import Widget

from abtui.tui.screens.events.keys import KEYS
from abtui.tui.screens.kind import ScreenKind
from abtui.tui.state import State


def _load() -> Callable[[State], Widget]:
    # Imported here: a screen is loaded when it is first shown.
    from abtui.tui.screens.events.screen import EventsScreen

    return EventsScreen


KIND = ScreenKind(1, "events", "Events", "What becomes of each?", _load, KEYS)
