"""The first screen, shown while the engine of the workbench is loading."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Static


class Starting(Screen[None]):
    """The mark and a word. This screen handles no keys and is shown for a fraction of a second."""

    AUTO_FOCUS = ""
    DEFAULT_CSS = "Starting > Static { padding: 0 1; }"

    def compose(self) -> ComposeResult:
        """The first row of the workbench."""
        yield Static("●━○ abtui  starting…", markup=False)
