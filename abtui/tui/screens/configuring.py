"""The config in the workbench: its edits, and changes of its file on disk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
from textual import on, work

from abtui.core.config.form import Field, read_form
from abtui.core.config.form_change import FormEdit
from abtui.core.config.form_edit import edit_form
from abtui.core.text.paths import Path as KeyPath
from abtui.core.text.plain import file_name
from abtui.core.text.yaml_edit import Edited, edit_yaml
from abtui.services.errors import FileError
from abtui.services.files import read_config_file
from abtui.services.watching import watch_files
from abtui.tui.corpus import read_stored
from abtui.tui.kit.signs import EDITED
from abtui.tui.messages import FilesChanged
from abtui.tui.screens.editing import Editing
from abtui.tui.session import OFFER
from abtui.tui.widgets.config_pane import ConfigPane
from abtui.tui.widgets.tab_strip import TabStrip
from abtui.tui.widgets.top_bar import TargetBar


class _FormTyping(msgspec.Struct, frozen=True):
    """The text being typed into a field of the form: its first edit, and the config's text before and after."""

    place: tuple[str, str, int]
    edit: FormEdit
    before: str
    after: str


class Configuring(Editing):
    """Maps the events again for each usable state of the config, and keeps the last usable state while there are errors."""

    _typing: _FormTyping | None = None

    @on(ConfigPane.Edited)
    def _config_edited(self, message: ConfigPane.Edited) -> None:
        # A change made by the program has been applied already.
        if message.text != self.session.text:
            self._apply_config(message.text)

    def _apply_config(self, text: str) -> bool:
        """Read a new text of the config. True if the outcomes may differ now."""
        files = self.session.files
        changed = self.session.edit(text)
        self._show_config()
        if changed:
            self.map_anew()
            self._show_again()
        self._count()
        if self.session.files != files:
            self._watch()
        return changed

    def change_config(self, edits: Mapping[KeyPath, Any], done: str) -> bool:
        """Set values in the config's text at their key paths (`("settings", "environment")`), or remove them with `REMOVE`.

        The rest of the text is unchanged. The editor treats this as one edit, so one undo reverts it. `done` is the message
        after the change. If the text cannot be changed, the reason is shown and the result is False.
        """
        return self._apply_change(edit_yaml(self.session.text, edits), done)

    def edit_config(self, edit: FormEdit, done: str) -> bool:
        """Make one change of the kind that the config's form makes. Otherwise the same as `change_config`."""
        return self._apply_change(edit_form(self.session.text, edit), done)

    def _apply_change(self, edited: Edited, done: str) -> bool:
        if edited.text is None:
            self.notify(edited.problem, title="The config was not changed", severity="warning", markup=False)
            return False
        self.config_pane.change(edited.text)
        self._apply_config(edited.text)
        self.notify(done, title="Config changed (u undoes it)", markup=False, timeout=4)
        return True

    def _change_form(self, edit: FormEdit) -> str:
        """Apply an edit from the form. Returns the reason if the config cannot be changed, or "".

        All typing in one field is one change of the text from before its first letter, and one step of undo. Quotes that
        only a half-typed word needs do not remain.
        """
        typing = self._typing
        if typing is not None and (edit.place, self.session.text) != (typing.place, typing.after):
            typing = None
        before = self.session.text if typing is None else typing.before
        first = edit if typing is None else msgspec.structs.replace(typing.edit, text=edit.text)
        edited = edit_form(before, first)
        if edited.text is None:
            return edited.problem
        place = edit.place
        if edit.kind == "add":
            # The typing continues in the row that was added.
            place = (edit.field, "key", len(read_form(before).field(edit.field).rows))
        self.config_pane.change(edited.text, again=typing is not None)
        self._typing = None if edit.kind in ("toggle", "remove") else _FormTyping(place, first, before, edited.text)
        self._apply_config(edited.text)
        return ""

    def _confirm_key(self, field: Field, text: str, replace: Callable[[], None]) -> None:
        """Ask before the form replaces or removes an API key, which cannot be read back from the screen."""
        from abtui.tui.dialogs.questions import ConfirmKey

        def answered(yes: bool | None) -> None:
            if yes:
                replace()

        # Open the dialog at once, so that it gets the next keys.
        self.app.push_screen(ConfirmKey(field.setting.label, field.value, removed=not text), answered)

    def action_toggle_form(self) -> None:
        """Switch between the config's text and its form."""
        pane = self.config_pane
        if self.pane == "config":
            pane.view = "yaml" if pane.view == "form" else "form"
        else:
            pane.view = "form"
        self.action_show_pane("config")

    def action_undo_config(self) -> None:
        """Undo the last change of the config, no matter which part of the program made it."""
        before = self.session.text
        self.config_pane.editor.undo()
        text = self.config_pane.editor.text
        if text == before:
            self.notify("There is no change to the config to undo.", severity="warning")
        else:
            self._apply_config(text)
            self.notify("The last change to the config was undone.", timeout=3)

    @property
    def config_name(self) -> str:
        """The displayed path of the config, or a description of a config without a path."""
        if self.session.path:
            return file_name(self.session.path)
        return "demo" if self._opening.demo else "no config" if self.session.missing else "new config"

    def _show_config(self) -> None:
        session = self.session
        broken = session.reading.config is None and not session.missing
        warning = "errors: the last good config is in use" if broken and session.mapper else ""
        self.config_pane.show(session.reading, warning)
        title = f"Config  {file_name(session.path or '(not in a file)')}{f' {EDITED}' if session.modified else ''}"
        self.config_pane.show_title(title)
        warned = any(finding.severity == "warning" for finding in session.reading.findings)
        self.query_one("#panes", TabStrip).set_label(
            "config", "4 Config ✗" if broken else "4 Config !" if warned else "4 Config"
        )
        bar = self.query_one(TargetBar)
        bar.target = session.target
        bar.opened = self.config_name
        bar.offer = OFFER if session.missing else ""

    def _target_chosen(self) -> None:
        """Update the screen after another target was chosen."""
        self._show_config()
        self._show_again()

    def _show_again(self) -> None:
        """Map the event in the editor again after a change of the config or the target."""
        if self._current is not None:
            item = self.corpus.item(self._current)
            self._show_event(read_stored(item, self.session.known_keys), self._current)
        self.event_list.refresh()

    @on(FilesChanged)
    def _files_changed(self, message: FilesChanged) -> None:
        session = self.session
        if not message.paths.isdisjoint(session.files) and self._apply_config(session.text):
            self.notify("It was read again, and all events are mapped again.", title="The catalog file changed on disk")
        if session.path in message.paths:
            try:
                text = read_config_file(session.path)
            except FileError as error:
                self.notify(error.hint, title=error.message, severity="warning", markup=False)
                return
            if text == session.saved_text:
                return
            if session.modified:
                self.notify(
                    "Your changes are kept; ctrl+s overwrites the file.",
                    title="The config changed on disk",
                    severity="warning",
                )
                return
            session.saved_text = text
            self.config_pane.load(text, keep_place=True)
            self._apply_config(text)
            self.notify("It was read again, and all events are mapped again.", title="The config changed on disk")

    @work(exclusive=True, group="watching")
    async def _watch(self) -> None:
        if self.session.path is None:
            return
        # The folder of a file name that is still being typed may not exist.
        files = [path for path in self.session.files if Path(path).parent.is_dir()]
        try:
            async for paths in watch_files([self.session.path, *files]):
                self.post_message(FilesChanged(frozenset(paths)))
        except FileError as error:
            self.notify(error.hint, title=error.message, severity="warning", markup=False)
