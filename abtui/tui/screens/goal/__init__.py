"""The Goal screen. Where is it?"""

from __future__ import annotations

from collections.abc import Callable

from textual.widget import Widget

from abtui.tui.screens.goal.keys import KEYS
from abtui.tui.screens.kind import ScreenKind
from abtui.tui.state import State


def _load() -> Callable[[State], Widget]:
    # Imported here: a screen is loaded when it is first shown.
    from abtui.tui.screens.goal.screen import GoalScreen

    return GoalScreen


KIND = ScreenKind(
    2,
    "goal",
    "Goal",
    "Where is it?",
    _load,
    KEYS,
)
