"""The Sent screen."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from abtui.tui.state import State


class SentScreen(Vertical, can_focus=True):
    """Plan, progress, receipts"""

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state

    def compose(self) -> ComposeResult:
        """Yield the panels."""
        yield Static("Sent")

    def focus_first(self) -> None:
        """Focus the screen itself."""
        self.screen.set_focus(self)

    def leave(self) -> bool:
        """There is nothing to leave."""
        return False
