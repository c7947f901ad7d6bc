"""The Impact screen. Who is affected?"""

from __future__ import annotations

from collections.abc import Callable

from textual.widget import Widget

from abtui.tui.screens.kind import ScreenKind
from abtui.tui.state import State


def _load() -> Callable[[State], Widget]:
    # Imported here: a screen is loaded when it is first shown.
    from abtui.tui.screens.impact.screen import ImpactScreen

    return ImpactScreen


KIND = ScreenKind(
    4,
    "impact",
    "Impact",
    "Who is affected?",
    _load,
    (
        ("file.save", "save"),
        ("config.undo", "undo"),
        ("impact.open", "open its events"),
        ("impact.compare", "compare with"),
        ("impact.difference", "diff"),
        ("screen.back", "back"),
    ),
)
