"""The smallest Textual apps, as yardsticks: `python empty_app.py TEXT` shows a text, `python empty_app.py` an empty editor."""

from __future__ import annotations

import sys

from textual.app import App, ComposeResult
from textual.widgets import Static, TextArea


class EmptyApp(App[None]):
    """One widget and nothing else."""

    def compose(self) -> ComposeResult:
        """The text that was asked for, or an editor."""
        yield Static(sys.argv[1]) if len(sys.argv) > 1 else TextArea()


if __name__ == "__main__":
    EmptyApp().run()
