"""The first screen: the frame of the workbench, shown while its engine is loading."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widgets import Static

from abtui.tui.skeleton import WIDE


class Starting(Screen[None]):
    """The empty panes of the workbench. This screen handles no keys and is shown for a fraction of a second."""

    AUTO_FOCUS = ""

    def __init__(self, *, narrow_below: int) -> None:
        super().__init__(classes="-events")
        self._narrow_below = narrow_below

    def compose(self) -> ComposeResult:
        """The same rows and panes as the workbench, at the same places."""
        self.set_class(self.app.size.width < self._narrow_below, "-narrow")
        self.set_class(self.app.size.width >= WIDE, "-wide")
        yield Static(" abtui  starting…", id="target-bar", markup=False)
        yield Static(id="second-row")
        with Horizontal(id="body"):
            for name in ("events", "event", "result"):
                pane = Static(id=name, classes="pane")
                pane.border_title = name.capitalize()
                yield pane
