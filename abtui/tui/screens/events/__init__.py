"""The Events screen. What becomes of each?"""

from __future__ import annotations

from textual.widget import Widget

from abtui.tui.screens.events.keys import KEYS
from abtui.tui.screens.kind import ScreenKind
from abtui.tui.state import State


def _make(state: State) -> Widget:
    # Imported here: a screen is loaded when it is first shown.
    from abtui.tui.screens.events.screen import EventsScreen

    return EventsScreen(state)


KIND = ScreenKind(1, "events", "Events", "What becomes of each?", _make, KEYS)
