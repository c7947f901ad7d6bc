"""Changes of a config through its form. Each edit changes one place of the YAML and keeps the rest, comments included."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from abtui.core.config.form import Field, read_form
from abtui.core.config.form_change import FormEdit
from abtui.core.config.item_form import with_new_item
from abtui.core.destinations import DEFAULT
from abtui.core.text.paths import Path
from abtui.core.text.yaml_edit import REMOVE, Edited, Rename, edit_yaml
from abtui.core.text.yaml_text import LONGEST_KEY, is_writable, key_text, scalar
from abtui.core.text.yaml_tree import parse_yaml

_NO_KEY: Final = "A row needs a key."
_TWICE: Final = "Another row has this key."
_LOST: Final = "It cannot be changed without touching something else; change it in the YAML."
_ODD: Final = "It has a character that no config can hold."
_MASKED: Final = "The API key is in it; change it in the YAML."


def edit_form(text: str, edit: FormEdit) -> Edited:
    """The text after one change through its form, or the reason why the change is impossible."""
    form = read_form(text)
    if form.refusal:
        return Edited(None, form.refusal)
    field = form.field(edit.field)
    if field.fixed and not (edit.kind == "add" and field.grows):
        return Edited(None, field.fixed)
    if not is_writable(edit.text) or not is_writable(edit.value):
        return Edited(None, _ODD)
    if form.empty:
        return _begun(text, field, edit)
    if edit.kind in ("new-item", "remove-item"):
        return _item_edit(text, field, edit)
    value_of = field.section.value_of if field.section is not None and field.setting.spoken else str
    if field.covers and _erases(field, edit):
        return edit_yaml(text, {field.path: REMOVE})
    if edit.kind == "text":
        return edit_yaml(text, {field.path: value_of(edit.text)})
    if edit.kind == "toggle":
        return edit_yaml(text, {field.path: edit.on})
    return _map_edit(text, field, edit, value_of)


def _erases(field: Field, edit: FormEdit) -> bool:
    """Whether nothing is left of a field after a change."""
    return not edit.text if edit.kind == "text" else edit.kind == "remove" and len(field.rows) == 1


def edit_settings(text: str, edits: Mapping[Path, Any]) -> Edited:
    """The text with values of settings, or of entries of their maps, set; or the reason why that is impossible.

    Each is named by the setting's name (`("settings", "environment")`); the file may call it by its label. Values of other
    sections are set as `edit_yaml` does it.
    """
    form = read_form(text)
    if form.refusal:
        return Edited(None, form.refusal)
    written: dict[Path, Any] = {}
    for path, value in edits.items():
        if path[0] != "settings":
            written[path] = value
            continue
        field, entry = form.field(str(path[1])), path[2:]
        if field.fixed and not (entry and field.grows):
            return Edited(None, field.fixed)
        if not all(is_writable(part) for part in (*entry, value) if isinstance(part, str)):
            return Edited(None, _ODD)
        written[(*field.path, *entry)] = value
    return edit_yaml(text, written, block=True)


def _key_problem(field: Field, edit: FormEdit) -> str:
    """Why a row cannot have the key of an edit, or ""."""
    if not edit.text:
        return _NO_KEY
    if any(row.key == edit.text for at, row in enumerate(field.rows) if at != edit.row):
        return _TWICE
    # An escaped character may take four.
    return "The key is too long for one line." if len(edit.text) > LONGEST_KEY // 4 else ""


def _map_edit(text: str, field: Field, edit: FormEdit, value_of: Callable[[str], Any]) -> Edited:
    if edit.kind in ("key", "add") and (problem := _key_problem(field, edit)):
        return Edited(None, problem)
    if edit.kind == "add":
        return edit_yaml(text, {(*field.path, edit.text): value_of(edit.value)}, block=True)
    row = field.rows[edit.row]
    if row.masked:
        return Edited(None, _MASKED)
    path = (*field.path, row.key)
    changes = {"key": Rename(edit.text), "remove": REMOVE}
    return edit_yaml(text, {path: changes.get(edit.kind, value_of(edit.text))})


def _item_edit(text: str, field: Field, edit: FormEdit) -> Edited:
    if edit.kind == "remove-item":
        return edit_yaml(text, {field.path[:2]: REMOVE})
    root = parse_yaml(text, "The config").root
    if root is None or field.section is None:
        return Edited(None, _LOST)
    return edit_yaml(text, with_new_item(root, field.section))


def _begun(text: str, field: Field, edit: FormEdit) -> Edited:
    """The text of an empty config with its first setting; comments stay above it."""
    if edit.kind == "toggle":
        lines = f"  {field.name}: {'true' if edit.on else 'false'}\n"
    elif edit.kind == "text":
        lines = f"  {field.name}: {scalar(edit.text)}\n"
    elif problem := _key_problem(field, edit):
        return Edited(None, problem)
    else:
        lines = f"  {field.name}:\n    {key_text(edit.text)}: {scalar(edit.value)}\n"
    kept = text if not text or text.endswith("\n") else f"{text}\n"
    begun = f"{kept if kept.strip() else ''}destination: {DEFAULT.name}\n\nsettings:\n{lines}"
    if parse_yaml(begun, "The config").root is None:
        return Edited(None, _LOST)
    return Edited(begun)
