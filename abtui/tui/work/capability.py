"""The base of the capabilities."""

from __future__ import annotations

from textual.widget import Widget

from abtui.tui.state import State


class Capability(Widget):
    """Something the workbench does: keys, threads and messages, and nothing on the screen.

    It is a widget that is never shown, because widgets have workers, timers and messages. The workbench binds its keys, and
    passes it what screens want done, so it is not around them: Textual asks everything around a widget at each key and frame.
    """

    DEFAULT_CSS = "Capability { display: none; }"

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
