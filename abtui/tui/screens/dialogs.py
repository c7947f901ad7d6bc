"""Small dialogs over the workbench. Each returns its answer through `dismiss`; None means no."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar, Literal, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, DirectoryTree, Input, Label, Static

from abtui.core.config import Target
from abtui.core.text.plain import printable
from abtui.services.files import CONFIG_SUFFIXES, SUFFIXES
from abtui.tui.dialog_worker import release_for
from abtui.tui.widgets.text_input import TextInput

Answer = TypeVar("Answer")
_OPENED = (*SUFFIXES, *CONFIG_SUFFIXES)


class Dialog(ModalScreen[Answer]):
    """A dialog that escape closes; that counts as a no."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel", id="dialog.cancel")]

    def on_mount(self) -> None:
        """Replay the keys pressed while the dialog was loading. Textual calls this method in every class that defines it."""
        release_for(self)


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
                    (printable(target.environment), "bold $text-error"),
                    ".\nIt counts there as a real event. Type the environment's name to send it.",
                ),
                markup=False,
            )
            yield TextInput(placeholder=target.environment, id="environment")
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
            self.notify(f"Type {self._target.environment} to send, or press escape.", severity="warning", markup=False)

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


class EventFiles(DirectoryTree):
    """A tree of folders and the files that can be opened, without hidden ones."""

    def filter_paths(self, paths: Iterable[Path]) -> Iterable[Path]:
        """The entries of a folder that are shown."""
        return [
            path
            for path in paths
            if not path.name.startswith(".") and (path.is_dir() or path.name.lower().endswith(_OPENED))
        ]


class PickPath(Dialog[str | None]):
    """Asks for a path, typed or picked from the tree of the working folder, and returns it. `~` means the home folder."""

    def __init__(self, purpose: Literal["open", "save"], title: str, value: str = "", folder: str = ".") -> None:
        super().__init__()
        self._purpose = purpose
        self._title = title
        self._value = value
        self._folder = Path(folder).resolve()
        self._overwritten: Path | None = None

    def compose(self) -> ComposeResult:
        """The input line and the tree."""
        with Vertical(classes="dialog -tall"):
            yield Label(self._title, classes="dialog-title")
            yield TextInput(self._value, placeholder="path of a file or folder", id="path")
            yield Label("", id="note", classes="dialog-note")
            yield EventFiles(self._folder, id="tree")
            with Horizontal(classes="dialog-buttons"):
                yield Button("Open" if self._purpose == "open" else "Save", variant="primary", id="take", compact=True)
                yield Button("Cancel", id="cancel", compact=True)

    @on(DirectoryTree.FileSelected)
    def _file(self, event: DirectoryTree.FileSelected) -> None:
        self.query_one(Input).value = str(event.path)
        if self._purpose == "open":
            self.dismiss(str(event.path))

    @on(DirectoryTree.DirectorySelected)
    def _folder_chosen(self, event: DirectoryTree.DirectorySelected) -> None:
        self.query_one(Input).value = str(event.path)

    @on(Input.Submitted)
    @on(Button.Pressed, "#take")
    def _choose(self) -> None:
        value = self.query_one(Input).value.strip()
        if not value:
            return
        path = Path(value).expanduser()
        if self._purpose == "save" and path != self._overwritten and path.exists():
            self._overwritten = path
            self.query_one("#take", Button).label = "Overwrite"
            self.query_one("#note", Label).update("This file exists. Press enter again to overwrite it.")
            return
        self.dismiss(str(path))

    @on(Button.Pressed, "#cancel")
    def _cancel(self) -> None:
        self.dismiss(None)


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
