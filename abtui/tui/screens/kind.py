"""What a screen of the workbench is: a number, a name, a question, and what makes its widget."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

from textual.binding import Binding
from textual.widget import Widget

from abtui.tui.state import State


class ScreenKind(NamedTuple):
    """One screen. `number` is its key and its place among the tabs, `question` what it answers, `load` gives what makes its widget.

    `keys` are the ids of the bindings in the key bar, each with its word there.
    """

    number: int
    name: str
    title: str
    question: str
    load: Callable[[], Callable[[State], Widget]]
    keys: tuple[tuple[str, str], ...] = ()

    @property
    def binding(self) -> Binding:
        """The key that shows it, if the table of the bindings has no other ones for it."""
        keys, shows = f"{self.number},alt+{self.number}", f"show_screen('{self.name}')"
        return Binding(keys, shows, self.title, show=False, tooltip=self.question, id=f"screen.{self.name}")


class ScreenWidget(Protocol):
    """What the workbench asks of a screen's widget."""

    def focus_first(self) -> None:
        """Focus what the keys are for when the screen comes into view."""

    def leave(self) -> bool:
        """Handle Escape. False if there is nothing to leave here, so that the workbench goes back to Events."""
