"""The dialog that asks for a config to compare with."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Input, Label, Static

from abtui.tui.dialogs.dialog import Dialog
from abtui.tui.kit.text_input import TextInput

_HEAD = "git:HEAD"


class CompareWith(Dialog[str | None]):
    """Asks for a path or `git:REV:PATH`, and returns it or None.

    `problem` is the reason why the last answer was not usable; `own` is the open config's path.
    """

    DEFAULT_CSS = """
    CompareWith #compare-problem { color: $refused; margin-top: 1; }
    CompareWith #compare-help { color: $soft; }
    """

    def __init__(self, place: str, problem: str, *, own: str | None) -> None:
        super().__init__()
        self._place, self._problem, self._own = place, problem, own

    def compose(self) -> ComposeResult:
        """The input line, and buttons for two answers that need no typing."""
        with Vertical(classes="dialog"):
            yield Label("Compare with another config", classes="dialog-title")
            yield Static(
                "It becomes the baseline. A path, git:REV:PATH, or git:REV for the open config as it was committed.",
                id="compare-help",
                markup=False,
            )
            yield TextInput(self._place, placeholder="config.yaml or git:HEAD:config.yaml", id="place")
            if self._problem:
                yield Static(f"✗ {self._problem}", id="compare-problem", markup=False)
            with Horizontal(classes="dialog-buttons"):
                yield Button("Compare", variant="primary", id="compare", compact=True)
                if self._own is not None:
                    yield Button(_HEAD, id="head", tooltip="The open config as it was last committed", compact=True)
                    yield Button("Saved file", id="saved", tooltip="The open config as it is on disk", compact=True)
                yield Button("Cancel", id="cancel", compact=True)

    @on(Input.Submitted)
    @on(Button.Pressed, "#compare")
    def _compare(self) -> None:
        if place := self.query_one(Input).value.strip():
            self.dismiss(place)

    @on(Button.Pressed, "#head")
    def _head(self) -> None:
        self.dismiss(_HEAD)

    @on(Button.Pressed, "#saved")
    def _saved(self) -> None:
        self.dismiss(self._own)
