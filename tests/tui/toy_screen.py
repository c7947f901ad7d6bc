"""An eighth screen in one short file: all of the workbench works with it, and no other file knows it."""

from __future__ import annotations

from textual.widgets import Static

from abtui.tui.screens.kind import ScreenKind
from abtui.tui.state import State


class Toy(Static, can_focus=True):
    """How many of the events arrive?"""

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state

    def on_mount(self) -> None:
        """Follow the events."""
        for topic in ("rows", "row", "mapper"):
            self._state.listen(topic, self, self._count)
        self._count()

    def _count(self) -> None:
        self.update(f"{self._state.corpus.counts['arrives']} of {len(self._state.corpus)} arrive.")

    def focus_first(self) -> None:
        """Take the focus."""
        self.screen.set_focus(self)

    def leave(self) -> bool:
        """Nothing is left here."""
        return False


TOY = ScreenKind(8, "toy", "Toy", "How many arrive?", lambda: Toy, (("list.filter", "filter"), ("screen.back", "back")))
