"""The dialogs that ask before something cannot be taken back: sending to production, keys, quitting, drafts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Input, Label, Static

from abtui.core.config import Target
from abtui.core.text.plain import plural, printable
from abtui.tui.dialogs.dialog import Choice, Dialog, Question
from abtui.tui.kit.text_input import TextInput

_MOST_OLDER: Final = 5
"""How many older drafts are named."""


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


class ConfirmKey(Question[bool | None]):
    """Asks before the API key in the config is replaced or removed. Keys typed without looking do not answer it: the key stays unless its button is chosen."""

    def __init__(self, label: str, masked: str, *, removed: bool) -> None:
        word = "Remove" if removed else "Replace"
        super().__init__(
            f"{word} the key in {label}?",
            f"The config has {printable(masked)} here, a key that cannot be read back from the screen.\n"
            "The file keeps it until you save; Ctrl+_ in the form, or u outside, brings it back.",
            Choice("keep", "Keep it", False, "primary"),
            Choice("replace", f"{word} it", True, "error"),
        )


class ConfirmQuit(Question[str | None]):
    """Asks what to do with unsaved work. Returns `save`, `discard`, or None to stay."""

    def __init__(self, unsaved: Iterable[str]) -> None:
        super().__init__(
            "Quit without saving?",
            "\n".join(f"• {item}" for item in unsaved),
            Choice("save", "Save first", "save", "primary"),
            Choice("discard", "Quit without", "discard", "error"),
            Choice("stay", "Stay", None),
        )


class RestoreDraft(Question[str | None]):
    """Asks about unsaved work of an earlier session, and names that of `older` ones by their times.

    Returns `restore` for the newest, `discard` for all of them, or None to ask again later.
    """

    def __init__(self, at: str, kept: Iterable[str], older: Sequence[tuple[str, Iterable[str]]] = ()) -> None:
        rows = [f"• {printable(item)}" for item in kept]
        if older:
            rows += ["", f"Older ones, from {plural(len(older), 'more run')}:"]
            rows += [printable(f"{when}: {', '.join(what)}") for when, what in older[:_MOST_OLDER]]
        if len(older) > _MOST_OLDER:
            rows.append(f"and {len(older) - _MOST_OLDER} more")
        super().__init__(
            f"Unsaved changes from {printable(at)} were kept",
            "\n".join(rows),
            Choice("restore", "Restore the newest" if older else "Restore", "restore", "primary"),
            Choice("discard", "Discard all" if older else "Discard", "discard", "error"),
            Choice("later", "Ask again later", None),
        )
