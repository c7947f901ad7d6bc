"""The config: a new one, undo, and changes of its files on disk."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Final

from textual import on, work
from textual.binding import BindingType

from abtui.services.errors import FileError
from abtui.services.files import read_config_file
from abtui.services.watching import watch_files
from abtui.tui.bindings import CONFIG
from abtui.tui.messages import FilesChanged
from abtui.tui.state import State
from abtui.tui.work.capability import Capability

_ADDRESS: Final = "collectorEndpoint:"
"""The line of a new config that the person has to change first."""
_AGAIN: Final = "It was read again, and all events are mapped again."


class Configuring(Capability):
    """Begins a config, takes its changes back, and follows its file and the files that it names."""

    BINDINGS: ClassVar[list[BindingType]] = list(CONFIG)

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self._watched: list[str] = []

    def on_mount(self) -> None:
        """Follow the config, once the first paint is done."""
        self._state.listen("config", self, self._watch_all)
        self._state.listen("painted", self, self._watch_all)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Allow a new config only if there is none."""
        return self._state.session.missing if action == "new_config" else super().check_action(action, parameters)

    def action_new_config(self) -> None:
        """Start a new config with the text that `abtui init` writes. It has no file until it is saved."""
        from abtui.core.config.starter import first_settings, starter_text

        text = starter_text(first_settings())
        self._state.config.apply(text)
        self._state.config.go_to_line(next(at for at, line in enumerate(text.split("\n"), 1) if _ADDRESS in line))
        self._state.say(
            "A new config, not saved yet. Enter your collector's address, environment and units. Ctrl+S saves it"
        )

    def action_undo_config(self) -> None:
        """Undo the last change of the config, no matter which part of the program made it."""
        self._state.config.undo()

    def action_toggle_form(self) -> None:
        """Switch between the config's text and its form; from another screen, show the form."""
        state = self._state
        state.config.show_form(state.screen != "config" or not state.config.form)

    # On disk

    def _watch_all(self) -> None:
        """Watch other files if the config has another path or names other files."""
        session = self._state.session
        paths = [] if session.path is None else [session.path, *session.files]
        if paths != self._watched:
            self._watched = paths
            self._watch(paths)

    @work(exclusive=True, group="watching")
    async def _watch(self, paths: list[str]) -> None:
        # The folder of a file name that is still being typed may not exist.
        there = [path for path in paths[1:] if Path(path).parent.is_dir()]
        try:
            async for changed in watch_files([*paths[:1], *there]):
                self.post_message(FilesChanged(frozenset(changed)))
        except FileError as error:
            self._state.say(error.hint, title=error.message, severity="warning")

    @on(FilesChanged)
    def _files_changed(self, message: FilesChanged) -> None:
        message.stop()
        state, session = self._state, self._state.session
        if not message.paths.isdisjoint(session.files) and state.config.apply(session.text):
            state.say(_AGAIN, title="The catalog file changed on disk")
        if session.path is not None and session.path in message.paths:
            self._read_again(session.path)

    def _read_again(self, path: str) -> None:
        state, session = self._state, self._state.session
        try:
            text = read_config_file(path)
        except FileError as error:
            state.say(error.hint, title=error.message, severity="warning")
            return
        if text == session.saved_text:
            return
        if session.modified:
            state.say(
                "Your changes are kept; Ctrl+S overwrites the file.",
                title="The config changed on disk",
                severity="warning",
            )
            return
        state.config.load(path, text)
        state.say(_AGAIN, title="The config changed on disk")
