"""The person's own text editor, which can edit the event, the config or the keymap file."""

from __future__ import annotations

import os
from typing import Final

from textual.app import SuspendNotSupported

from abtui.core.text.plain import file_name, plural
from abtui.services.errors import ServiceError
from abtui.services.external_editor import edit_text, editor_command
from abtui.services.files import read_text_file, write_atomic
from abtui.tui.kit.code_editor import CodeEditor
from abtui.tui.messages import PaletteCommand
from abtui.tui.remapping import Remapping
from abtui.tui.screens.configuring import Configuring

_KEYMAP_BYTES: Final = 1 << 16


class ExternalEditor(Configuring):
    """Runs an editor in the terminal, and applies the changed text as one edit that can be undone."""

    def action_edit_outside(self) -> None:
        """Edit the config in $EDITOR if its pane is in view, otherwise the event."""
        if self.pane == "config":
            edited = self._edited_outside(self.session.text, "config.yaml")
            if edited is not None:
                self._notify_edited(edited)
                _replace(self.config_pane.editor, edited)
                self._apply_config(edited)
            return
        if self._current is None:
            self.notify("There is no event to edit.", severity="warning")
            return
        text = self.event_pane.editor.text
        edited = self._edited_outside(text, "event.json")
        if edited is not None:
            self._notify_edited(edited)
            # The editor widget reports this edit like any other.
            _replace(self.event_pane.editor, edited)

    def _notify_edited(self, text: str) -> None:
        self.notify(f"The editor returned {plural(len(text), 'character')}; undo restores the old text.", timeout=4)

    def _edited_outside(self, text: str, name: str) -> str | None:
        """The changed text. If there is none, the reason is shown and the result is None."""
        try:
            command = editor_command(os.environ)
            with self.app.suspend():
                edited = edit_text(text, command, name)
        except SuspendNotSupported:
            self.notify(
                "This is always the case in a browser. Edit the text in its pane instead.",
                title="No other editor can run in this terminal",
                severity="warning",
            )
            return None
        except ServiceError as error:
            self.notify(error.hint, title=error.message, severity="error", markup=False)
            return None
        if edited == text:
            self.notify("The editor returned the text unchanged.", timeout=3)
            return None
        return edited

    def palette_commands(self) -> list[PaletteCommand]:
        """The command that opens the keymap file."""
        words = "Change keys: a file with every action's id and its keys"
        return [*super().palette_commands(), PaletteCommand("App: Open the keymap file", words, self._open_keymap)]

    def _open_keymap(self) -> None:
        app = self.app
        if not isinstance(app, Remapping) or not app.write_keymap_template():
            return
        path = str(app.keymap_path)
        self.notify(file_name(path), title="The keymap file", markup=False)
        try:
            editor_command(os.environ)
            edited = self._edited_outside(read_text_file(path, _KEYMAP_BYTES), "keymap.yaml")
            if edited is not None:
                write_atomic(path, edited)
                app.check_keymap()
                app.notify_keymap()
        except ServiceError as error:
            self.notify(error.hint, title=error.message, severity="warning", markup=False)


def _replace(editor: CodeEditor, text: str) -> None:
    """Replace the whole text of an editor in one edit, with the cursor near its old place."""
    row, column = editor.selection.end
    editor.history.checkpoint()
    editor.replace(text, (0, 0), editor.document.end)
    editor.history.checkpoint()
    editor.goto(row + 1, column + 1)
