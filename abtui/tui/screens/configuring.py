"""The workbench follows the config: as it is typed, and as its file changes."""

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
from abtui.tui.messages import FilesChanged
from abtui.tui.screens.editing import Editing
from abtui.tui.session import OFFER
from abtui.tui.widgets.config_pane import ConfigPane
from abtui.tui.widgets.event_row import EDITED
from abtui.tui.widgets.tab_strip import TabStrip
from abtui.tui.widgets.top_bar import TargetBar


class _FormTyping(msgspec.Struct, frozen=True):
    """What is being typed into a place of the form: the change as it began, and the text before and after it."""

    place: tuple[str, str, int]
    edit: FormEdit
    before: str
    after: str


class Configuring(Editing):
    """Maps anew with each usable state of the config; keeps the last usable one while there are errors."""

    _typing: _FormTyping | None = None

    @on(ConfigPane.Edited)
    def _config_edited(self, message: ConfigPane.Edited) -> None:
        # A change made by the program was taken over when it was made.
        if message.text != self.session.text:
            self._apply_config(message.text)

    def _apply_config(self, text: str) -> bool:
        """Read the config anew. True if the outcomes may differ now."""
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
        """Set values in the config's text, at their key paths (`("settings", "environment")`), or take them away with `REMOVE`.

        Everything else in the text stays as it is. It is one edit of the config's editor, so its undo takes it back. `done`
        tells what was done; False, with the reason told, where the text cannot be changed so.
        """
        return self._apply_change(edit_yaml(self.session.text, edits), done)

    def edit_config(self, edit: FormEdit, done: str) -> bool:
        """Make one change as the config's form makes it. Otherwise like `change_config`."""
        return self._apply_change(edit_form(self.session.text, edit), done)

    def _apply_change(self, edited: Edited, done: str) -> bool:
        if edited.text is None:
            self.notify(edited.problem, title="The config was not changed", severity="warning", markup=False)
            return False
        self.config_pane.change(edited.text)
        self._apply_config(edited.text)
        self.notify(done, title="Config changed (u takes it back)", markup=False, timeout=4)
        return True

    def _change_form(self, edit: FormEdit) -> str:
        """A key was pressed in the form. Gives why the config cannot be changed so, or "".

        What is typed into one of its fields is one change of the text that was there before its first letter, and so one
        step of undo: the quotes that a half-written word needs do not stay.
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
            # A row that comes is typed on in the row itself.
            place = (edit.field, "key", len(read_form(before).field(edit.field).rows))
        self.config_pane.change(edited.text, again=typing is not None)
        self._typing = None if edit.kind in ("toggle", "remove") else _FormTyping(place, first, before, edited.text)
        self._apply_config(edited.text)
        return ""

    def _confirm_key(self, field: Field, text: str, replace: Callable[[], None]) -> None:
        """Ask before the form takes an API key away, which nobody can read back from the screen."""
        from abtui.tui.screens.dialogs import ConfirmKey

        def answered(yes: bool | None) -> None:
            if yes:
                replace()

        # At once, so that the keys after this one are the dialog's.
        self.app.push_screen(ConfirmKey(field.setting.label, field.value, removed=not text), answered)

    def action_toggle_form(self) -> None:
        """From the config's text to its form, and back."""
        pane = self.config_pane
        if self.pane == "config":
            pane.view = "yaml" if pane.view == "form" else "form"
        else:
            pane.view = "form"
        self.action_show_pane("config")

    def action_undo_config(self) -> None:
        """Take back the last change of the config, whoever made it."""
        before = self.session.text
        self.config_pane.editor.undo()
        text = self.config_pane.editor.text
        if text == before:
            self.notify("There is no change of the config to take back.", severity="warning")
        else:
            self._apply_config(text)
            self.notify("The last change of the config was taken back.", timeout=3)

    @property
    def config_name(self) -> str:
        """The path of the config as it is shown, or what it is where it has none."""
        if self.session.path:
            return file_name(self.session.path)
        return "demo" if self._opening.demo else "no config" if self.session.missing else "new config"

    def _show_config(self) -> None:
        session = self.session
        broken = session.reading.config is None and not session.missing
        warning = "errors: the last good config is in use" if broken and session.mapper else ""
        self.config_pane.show(session.reading, warning)
        title = f"Config  {file_name(session.path or '(not in a file)')}{f' {EDITED}' if session.modified else ''}"
        self.config_pane.entitle(title)
        warned = any(finding.severity == "warning" for finding in session.reading.findings)
        self.query_one("#panes", TabStrip).set_label(
            "config", "4 Config ✗" if broken else "4 Config !" if warned else "4 Config"
        )
        bar = self.query_one(TargetBar)
        bar.target = session.target
        bar.opened = self.config_name
        bar.offer = OFFER if session.missing else ""

    def _target_chosen(self) -> None:
        """Another target was chosen by its name."""
        self._show_config()
        self._show_again()

    def _show_again(self) -> None:
        """The config or the target changed: the event in the editor is mapped anew."""
        if self._current is not None:
            item = self.corpus.item(self._current)
            self._show_event(read_stored(item, self.session.known_keys), self._current)
        self.event_list.refresh()

    @on(FilesChanged)
    def _files_changed(self, message: FilesChanged) -> None:
        session = self.session
        if not message.paths.isdisjoint(session.files) and self._apply_config(session.text):
            self.notify("Read again and mapped anew.", title="The catalog file changed on disk")
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
            self.notify("Read again and mapped anew.", title="The config changed on disk")

    @work(exclusive=True, group="watching")
    async def _watch(self) -> None:
        if self.session.path is None:
            return
        # A file that is being typed may be in no folder yet.
        files = [path for path in self.session.files if Path(path).parent.is_dir()]
        try:
            async for paths in watch_files([self.session.path, *files]):
                self.post_message(FilesChanged(frozenset(paths)))
        except FileError as error:
            self.notify(error.hint, title=error.message, severity="warning", markup=False)
