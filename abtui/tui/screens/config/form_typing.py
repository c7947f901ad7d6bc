"""Changes of the config from its form: all typing in one field is one change, and one step of undo."""

from __future__ import annotations

from typing import Final

import msgspec

from abtui.core.config.form import read_form
from abtui.core.config.form_change import FormEdit
from abtui.core.config.form_edit import edit_form
from abtui.tui.screens.config.editor import ConfigEditor
from abtui.tui.state import State

_AT_ONCE: Final = ("toggle", "remove", "new-item", "remove-item")
"""The kinds of changes that are no typing."""


class _Typed(msgspec.Struct, frozen=True):
    """The text being typed into a field: its first edit, and the config's text before and after."""

    place: tuple[str, str, int]
    edit: FormEdit
    before: str
    after: str


class FormTyping:
    """Applies the edits of the form to the editor, which holds the config's text and its history."""

    def __init__(self, state: State, editor: ConfigEditor) -> None:
        self._state, self._editor = state, editor
        self._typed: _Typed | None = None

    def change(self, edit: FormEdit) -> str:
        """Apply an edit. Returns the reason if the config cannot be changed, or "".

        An edit in the same field is one change of the text from before its first letter. Quotes that only a half-typed word
        needs do not remain.
        """
        typed, text = self._typed, self._state.session.text
        if typed is not None and (edit.place, text) != (typed.place, typed.after):
            typed = None
        before = text if typed is None else typed.before
        first = edit if typed is None else msgspec.structs.replace(typed.edit, text=edit.text)
        edited = edit_form(before, first)
        if edited.text is None:
            return edited.problem
        place = edit.place
        if edit.kind == "add":
            # The typing continues in the row that was added.
            place = (edit.field, "key", len(read_form(before).field(edit.field).rows))
        again = typed is not None
        self._typed = None if edit.kind in _AT_ONCE else _Typed(place, first, before, edited.text)
        self._editor.change(edited.text, again=again)
        return ""
