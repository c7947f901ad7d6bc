"""The dialog that asks for the path of a file or folder."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final, Literal

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, DirectoryTree, Input, Label

from abtui.services.event_names import SUFFIXES
from abtui.services.files import CONFIG_SUFFIXES
from abtui.tui.dialogs.dialog import Dialog
from abtui.tui.kit.text_input import TextInput

_OPENED: Final = (*SUFFIXES, *CONFIG_SUFFIXES)


class EventFiles(DirectoryTree):
    """A tree of folders and the files that can be opened, without hidden ones. Its signs have one cell in every terminal."""

    ICON_NODE, ICON_NODE_EXPANDED, ICON_FILE = "+ ", "- ", "  "
    DEFAULT_CSS = "EventFiles > .directory-tree--extension { text-style: none; }"

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
            self.query_one("#note", Label).update("This file exists. Press Enter again to overwrite it.")
            return
        self.dismiss(str(path))
