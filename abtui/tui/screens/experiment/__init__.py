"""The Experiment screen. Does it count?"""

from __future__ import annotations

from collections.abc import Callable

from textual.widget import Widget

from abtui.tui.screens.experiment.keys import KEYS
from abtui.tui.screens.kind import ScreenKind
from abtui.tui.state import State


def _load() -> Callable[[State], Widget]:
    # Imported here: a screen is loaded when it is first shown.
    from abtui.tui.screens.experiment.screen import ExperimentScreen

    return ExperimentScreen


KIND = ScreenKind(
    5,
    "experiment",
    "Experiment",
    "Does it count?",
    _load,
    KEYS,
)
