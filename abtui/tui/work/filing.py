"""Opening and saving files, and the person's own text editor for the event, the config and the keymap file."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import ClassVar, Final, cast

from textual import on
from textual.app import App, SuspendNotSupported
from textual.binding import BindingType

from abtui.core.text.plain import file_name, plural
from abtui.services.errors import FileError, ServiceError
from abtui.services.external_editor import edit_text, editor_command
from abtui.services.file_kinds import is_config
from abtui.services.files import read_config_file, read_text_file, write_atomic
from abtui.tui.bindings import FILE
from abtui.tui.dialogs.worker import dialog_worker
from abtui.tui.messages import FilesOpened, PaletteCommand, PathOpened
from abtui.tui.remapping import Remapping
from abtui.tui.work import saving
from abtui.tui.work.capability import Capability

_KEYMAP_BYTES: Final = 1 << 16


class Filing(Capability):
    """Opens and saves files, asks about unsaved work, and runs $EDITOR."""

    BINDINGS: ClassVar[list[BindingType]] = list(FILE)

    def on_mount(self) -> None:
        """Ask before quitting, and offer the keymap file."""
        self._state.questions.append(lambda: saving.may_quit(self._app, self._state))
        self._state.commands.append(self._commands)

    @property
    def _app(self) -> App[int]:
        return cast("App[int]", self.app)

    # Open and save

    @dialog_worker
    async def action_open(self) -> None:
        """Open a file or folder of events, or another config."""
        missing = self._state.session.missing
        title = "Open a config, or more events" if missing else "Open events (a file or folder) or a config"
        path = await saving.ask_path(self._app, "open", title)
        if path is not None:
            self._open(path)

    @on(PathOpened)
    def _path_opened(self, message: PathOpened) -> None:
        message.stop()
        self._open(message.path)

    def _open(self, path: str) -> None:
        """Open a file or folder of events, or another config."""
        if is_config(path):
            self._open_config(path)
        else:
            self.screen.post_message(FilesOpened([path]))

    def _open_config(self, path: str) -> None:
        state = self._state
        if state.session.modified:
            state.say("Save the present config first (Ctrl+S).", severity="warning")
            return
        try:
            text = read_config_file(path)
        except FileError as error:
            state.say(error.hint, title=error.message, severity="error")
            return
        state.config.load(path, text)
        if state.session.mapper is None:
            state.show("config")

    @dialog_worker
    async def action_save(self) -> None:
        """Save the config if it was changed, else the events if any of them was."""
        state, session = self._state, self._state.session
        unsaved = state.screen == "config" and session.path is None and not session.missing
        if session.modified or unsaved:
            await saving.save_config(self._app, state)
        elif state.corpus.edited:
            await saving.save_events(self._app, state)
        else:
            state.say("Nothing to save: config and events are unchanged.")

    # $EDITOR

    def action_edit_outside(self) -> None:
        """Edit the config in $EDITOR if its screen is in view, otherwise the event."""
        state = self._state
        if state.screen == "config" and state.session.reading.export:
            state.say(state.session.reading.not_edited, severity="warning")
        elif state.screen == "config":
            self._edit(state.session.text, "config.yaml", state.config.apply)
        elif state.selection.index is None:
            state.say("There is no event to edit.", severity="warning")
        else:
            self._edit(state.selection.text, "event.json", state.event.put_text)

    def _edit(self, text: str, name: str, apply: Callable[[str], object]) -> None:
        edited = self._edited_outside(text, name)
        if edited is not None:
            apply(edited)
            self._state.say(f"The editor returned {plural(len(edited), 'character')}; u restores the old text.")

    def _edited_outside(self, text: str, name: str) -> str | None:
        """The changed text. If there is none, the reason is shown and the result is None."""
        state = self._state
        try:
            command = editor_command(os.environ)
            with self.app.suspend():
                edited = edit_text(text, command, name)
        except SuspendNotSupported:
            state.say(
                "This is always the case in a browser. Edit the text on its screen instead.",
                title="No other editor can run in this terminal",
                severity="warning",
            )
            return None
        except ServiceError as error:
            state.say(error.hint, title=error.message, severity="error")
            return None
        if edited == text:
            state.say("The editor returned the text unchanged.")
            return None
        return edited

    def _commands(self) -> list[PaletteCommand]:
        words = "Change keys: a file with every action's id and its keys"
        return [PaletteCommand("App: Open the keymap file", words, self._open_keymap)]

    def _open_keymap(self) -> None:
        app, state = self.app, self._state
        if not isinstance(app, Remapping) or not app.write_keymap_template():
            return
        path = str(app.keymap_path)
        state.say(file_name(path), title="The keymap file")
        try:
            editor_command(os.environ)
            edited = self._edited_outside(read_text_file(path, _KEYMAP_BYTES), "keymap.yaml")
            if edited is not None:
                write_atomic(path, edited)
                app.check_keymap()
                app.notify_keymap()
        except ServiceError as error:
            state.say(error.hint, title=error.message, severity="warning")
