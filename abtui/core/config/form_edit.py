"""Changes of a config through its form. Each edit changes one place of the YAML and keeps the rest, comments included."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from abtui.core.config.form import Field, read_form
from abtui.core.config.form_change import FormEdit
from abtui.core.destinations import DEFAULT
from abtui.core.text.paths import Path
from abtui.core.text.yaml_edit import REMOVE, Edited, edit_yaml
from abtui.core.text.yaml_edit_check import comments
from abtui.core.text.yaml_nodes import Node
from abtui.core.text.yaml_text import LONGEST_KEY, is_writable, key_text, scalar
from abtui.core.text.yaml_tree import parse_yaml

_NO_KEY: Final = "A row needs a key."
_TWICE: Final = "Another row has this key."
_LOST: Final = "It cannot be changed without touching something else; change it in the YAML."
_MASKED: Final = "The API key is in it; change it in the YAML."


def edit_form(text: str, edit: FormEdit) -> Edited:
    """The text after one change through its form, or the reason why the change is impossible."""
    form = read_form(text)
    if form.problem:
        return Edited(None, f"The YAML has to be mended first: {form.problem}")
    field = form.field(edit.field)
    if field.fixed:
        return Edited(None, field.fixed)
    if not is_writable(edit.text) or not is_writable(edit.value):
        return Edited(None, "It has a character that no config can hold.")
    if form.empty:
        return _begun(text, field, edit)
    if edit.kind == "text":
        return edit_yaml(text, {field.path: edit.text})
    if edit.kind == "toggle":
        return edit_yaml(text, {field.path: edit.on})
    return _map_edit(text, field, edit)


def _key_problem(field: Field, edit: FormEdit) -> str:
    """Why a row cannot have the key of an edit, or ""."""
    if not edit.text:
        return _NO_KEY
    if any(row.key == edit.text for at, row in enumerate(field.rows) if at != edit.row):
        return _TWICE
    # An escaped character may take four.
    return "The key is too long for one line." if len(edit.text) > LONGEST_KEY // 4 else ""


def _map_edit(text: str, field: Field, edit: FormEdit) -> Edited:
    if edit.kind in ("key", "add") and (problem := _key_problem(field, edit)):
        return Edited(None, problem)
    if edit.kind == "add":
        return add_entry(text, (*field.path, edit.text), edit.value)
    row = field.rows[edit.row]
    if row.masked:
        return Edited(None, _MASKED)
    path = (*field.path, row.key)
    if edit.kind == "key":
        return rename_key(text, path, edit.text)
    return edit_yaml(text, {path: REMOVE if edit.kind == "remove" else edit.text})


def add_entry(text: str, path: Path, value: str) -> Edited:
    """`text` with a new last entry in a text map. The first entry of a map in a block is written on a line of its own."""
    edited = edit_yaml(text, {path: value})
    if edited.text is None:
        return edited
    return Edited(_in_block(text, edited.text, path))


def _in_block(before: str, after: str, path: Path) -> str:
    """`after` with the new entry's map, and the section around it, in block style if they are new."""
    for depth in range(1, len(path)):
        old, new = _find(before, path[:depth]), _find(after, path[:depth])
        if new is None or new[1].style != "flow" or (old is not None and old[1].children):
            continue
        key, value, around = new
        newline = "\r\n" if "\r\n" in after else "\n"
        if around.style != "block" or after.find("\n", key.end, value.end) >= 0:
            continue
        indent = " " * (key.column + 1)
        name, inner = value.children[0], value.children[1]
        line = f"{newline}{indent}{after[name.start : name.end]}: {after[inner.start : inner.end]}"
        line_end = after.find("\n", value.end)
        rest = after[value.end : line_end if line_end >= 0 else len(after)].rstrip("\r")
        # A comment behind the braces stays behind the key.
        changed = f"{after[: key.end]}:{rest}{line}{after[value.end + len(rest) :]}"
        if _is_same(after, changed):
            after = changed
    return after


def rename_key(text: str, path: Path, name: str) -> Edited:
    """`text` with the key at `path` renamed to `name`, in its place."""
    found = _find(text, path)
    if found is None:
        return Edited(None, _LOST)
    key, _value, _around = found
    quote = key.style if key.style in ('"', "'") else ""
    changed = f"{text[: key.start]}{key_text(name, quote)}{text[key.end :]}"
    if key.alias or not _is_same(text, changed, lambda root: _renamed(root, path, name)):
        return Edited(None, _LOST)
    return Edited(changed)


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


def _find(text: str, path: Path) -> tuple[Node, Node, Node] | None:
    """The key, the value and the map around them at a path; the last of equal keys."""
    node = parse_yaml(text, "The config").root
    found: tuple[Node, Node, Node] | None = None
    for step in path:
        if node is None or node.kind != "map":
            return None
        pairs = zip(node.children[::2], node.children[1::2], strict=True)
        pair = next((pair for pair in reversed(list(pairs)) if pair[0].value == step and not pair[0].merge), None)
        if pair is None:
            return None
        found = (*pair, node)
        node = pair[1]
    return found


Plain = list[Any] | tuple[str, str, bool]


def _plain(node: Node) -> Plain:
    """The content of a tree, without positions and styles."""
    if node.kind in ("map", "list"):
        return [node.kind, *map(_plain, node.children)]
    return node.kind, node.value, node.merge


def _renamed(root: Node, path: Path, name: str) -> None:
    node = root
    for depth, step in enumerate(path):
        at = max(at for at, key in enumerate(node.children) if at % 2 == 0 and key.value == step)
        if depth == len(path) - 1:
            node.children[at] = msgspec.structs.replace(node.children[at], value=name, kind="text")
        node = node.children[at + 1]


def _is_same(before: str, after: str, change: Callable[[Node], None] | None = None) -> bool:
    """Whether two texts have the same content, apart from `change`, and the same comments."""
    old, new = parse_yaml(before, "The config").root, parse_yaml(after, "The config").root
    if old is None or new is None or comments(before, old) != comments(after, new):
        return False
    if change is not None:
        change(old)
    return _plain(old) == _plain(new)
