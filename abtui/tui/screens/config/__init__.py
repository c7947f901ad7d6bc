"""The Config screen. What if I change it?"""

from __future__ import annotations

from collections.abc import Callable

from textual.widget import Widget

from abtui.tui.screens.kind import ScreenKind
from abtui.tui.state import State


def _load() -> Callable[[State], Widget]:
    # Imported here: a screen is loaded when it is first shown.
    from abtui.tui.screens.config.screen import ConfigScreen

    return ConfigScreen


KIND = ScreenKind(
    3,
    "config",
    "Config",
    "What if I change it?",
    _load,
    (
        ("file.save", "save"),
        ("config.fix", "fix this line"),
        ("screen.impact", "impact"),
        ("config.undo", "undo"),
        ("config.form", "form"),
        ("screen.back", "done"),
    ),
)
