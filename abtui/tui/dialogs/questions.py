"""The dialogs that ask before something cannot be taken back: sending to production, keys, quitting, drafts."""

from __future__ import annotations

from collections.abc import Iterable

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Input, Label, Static

from abtui.core.config import Target
from abtui.core.text.plain import printable
from abtui.tui.dialogs.dialog import Dialog
from abtui.tui.kit.text_input import TextInput


class ConfirmProduction(Dialog[str | None]):
    """Asks before sending to a likely production environment: its name has to be typed. Returns that name."""

    def __init__(self, target: Target, what: str) -> None:
        super().__init__()
        self._target = target
        self._what = what

    def compose(self) -> ComposeResult:
        """The question."""
        target = self._target
        with Vertical(classes="dialog"):
            yield Label("This looks like production", classes="dialog-title -danger")
            yield Static(
                Content.assemble(
                    f"{self._what} would go to ",
                    (printable(target.name), "bold"),
                    f" ({printable(target.collector_endpoint)}), environment ",
                    (printable(target.environment), "bold $refused"),
                    ".\nIt counts there as a real event. Type the environment's name to send it.",
                ),
                markup=False,
            )
            yield TextInput(placeholder=target.environment, id="environment")
            yield Static(id="typed-note", classes="dialog-note", markup=False)
            with Horizontal(classes="dialog-buttons"):
                yield Button("Send", variant="error", id="send", disabled=True, compact=True)
                yield Button("Cancel", id="cancel", compact=True)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self.query_one("#send", Button).disabled = event.value != self._target.environment

    @on(Input.Submitted)
    @on(Button.Pressed, "#send")
    def _send(self) -> None:
        if self.query_one(Input).value == self._target.environment:
            self.dismiss(self._target.environment)
        else:
            note = f"Type {printable(self._target.environment)} to send, or press Esc."
            self.query_one("#typed-note", Static).update(note)

    @on(Button.Pressed, "#cancel")
    def _cancel(self) -> None:
        self.dismiss(None)


class ConfirmKey(Dialog[bool | None]):
    """Asks before the API key in the config is replaced or removed. Returns True for a yes."""

    def __init__(self, label: str, masked: str, *, removed: bool) -> None:
        super().__init__()
        self._label, self._masked = label, masked
        self._word = "Remove" if removed else "Replace"

    def compose(self) -> ComposeResult:
        """The question. Keys typed without looking do not answer it: the key stays unless its button is chosen."""
        with Vertical(classes="dialog"):
            yield Label(f"{self._word} the key in {self._label}?", classes="dialog-title", markup=False)
            yield Static(
                f"The config has {printable(self._masked)} here, a key that cannot be read back from the screen.\n"
                "The file keeps it until you save; Ctrl+_ in the form, or u outside, brings it back.",
                markup=False,
            )
            with Horizontal(classes="dialog-buttons"):
                yield Button("Keep it", variant="primary", id="keep", compact=True)
                yield Button(f"{self._word} it", variant="error", id="replace", compact=True)

    @on(Button.Pressed)
    def _answer(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "replace")


class ConfirmQuit(Dialog[str | None]):
    """Asks what to do with unsaved work. Returns `save`, `discard`, or None to stay."""

    def __init__(self, unsaved: Iterable[str]) -> None:
        super().__init__()
        self._unsaved = tuple(unsaved)

    def compose(self) -> ComposeResult:
        """The question."""
        with Vertical(classes="dialog"):
            yield Label("Quit without saving?", classes="dialog-title")
            yield Static("\n".join(f"• {item}" for item in self._unsaved), markup=False)
            with Horizontal(classes="dialog-buttons"):
                yield Button("Save first", variant="primary", id="save", compact=True)
                yield Button("Quit without", variant="error", id="discard", compact=True)
                yield Button("Stay", id="stay", compact=True)

    @on(Button.Pressed)
    def _answer(self, event: Button.Pressed) -> None:
        self.dismiss(None if event.button.id == "stay" else event.button.id)


class RestoreDraft(Dialog[str | None]):
    """Asks about unsaved work of an earlier session. Returns `restore`, `discard`, or None to ask again later."""

    def __init__(self, at: str, kept: Iterable[str]) -> None:
        super().__init__()
        self._at = at
        self._kept = tuple(kept)

    def compose(self) -> ComposeResult:
        """The question."""
        with Vertical(classes="dialog"):
            yield Label(f"Unsaved changes from {printable(self._at)} were kept", classes="dialog-title", markup=False)
            yield Static("\n".join(f"• {printable(item)}" for item in self._kept), markup=False)
            with Horizontal(classes="dialog-buttons"):
                yield Button("Restore", variant="primary", id="restore", compact=True)
                yield Button("Discard", variant="error", id="discard", compact=True)
                yield Button("Ask again later", id="later", compact=True)

    @on(Button.Pressed)
    def _answer(self, event: Button.Pressed) -> None:
        self.dismiss(None if event.button.id == "later" else event.button.id)
