"""Taking a move back: the entries of the config that did it become again what they were."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from abtui.core.config import Config
from abtui.core.config.form_edit import edit_settings
from abtui.core.config.names import destination_in
from abtui.core.config.reader import read_config
from abtui.core.corpus.comparison.causes import Cause
from abtui.core.corpus.comparison.masking import KeyMask
from abtui.core.corpus.comparison.settings import KeyPath, setting_differences
from abtui.core.mapping_names import unique_names
from abtui.core.text.paths import Path
from abtui.core.text.yaml_edit import REMOVE, Edited
from abtui.core.text.yaml_nodes import Node
from abtui.core.text.yaml_tree import parse_yaml
from abtui.core.text.yaml_values import TRUE, json_value

_IN_FULL: Final = "It cannot be taken back without touching something else; change it in the YAML."
_UNREAD: Final = "The YAML has to be mended first."
_MOVED: Final = "Two destinations: no line alone can be taken back."
_NONE: Final = "No line of the config does it."


def take_back(before: str, now: str, causes: Iterable[Cause]) -> Edited:
    """The text `now` with the entries of these causes as they are in the text `before`, or the reason why that is impossible.

    It is proven by reading: these entries do not differ any more, and no other entry does that did not.
    """
    paths = [cause.path for cause in causes]
    old, new = (parse_yaml(text, "The config").root for text in (before, now))
    if old is None or new is None:
        return Edited(None, _UNREAD)
    if not paths:
        return Edited(None, _NONE)
    if destination_in(old) != destination_in(new):
        return Edited(None, _MOVED)
    edited = Edited(None, _IN_FULL)
    for edits in (_entries(old, new, paths), _maps(old, new, paths)):
        if edits is None:
            continue
        edited = edit_settings(now, edits)
        if edited.text is not None and _is_proven(before, now, edited.text, paths):
            return edited
    return Edited(None, edited.problem or _IN_FULL)


def _entries(old: Node, new: Node, paths: Iterable[KeyPath]) -> dict[Path, Any] | None:
    """The changes of single entries."""
    found: dict[Path, Any] = {}
    for path in paths:
        (_, was), (at, now) = _find(old, path), _find(new, path)
        if was is None and now is None:
            continue
        value = REMOVE if was is None else _value(was)
        if value is None:
            return None
        found[at] = value
    return found or None


def _maps(old: Node, new: Node, paths: Iterable[KeyPath]) -> dict[Path, Any] | None:
    """The changes of whole maps, in which the entries are in their old order."""
    found: dict[Path, Any] = {}
    for path in dict.fromkeys(path[:2] for path in paths):
        at, node = _find(new, path)
        was, now = (None if item is None else _value(item) for item in (_find(old, path)[1], node))
        if not isinstance(was, dict) or not isinstance(now, dict):
            return None
        taken = {other[2] for other in paths if other[:2] == path and len(other) > len(path)}
        kept = {key: was[key] if key in taken else now[key] for key in was if key in taken or key in now}
        found[at] = kept | {key: value for key, value in now.items() if key not in was and key not in taken}
    return found


def _find(root: Node, path: KeyPath) -> tuple[Path, Node | None]:
    """The value of an entry, whose setting the file may call by its label, and its path, in which items of a list are counted.

    The path of an item names it, as lists are compared by name.
    """
    labels, node = destination_in(root).labels, root
    counted: list[str | int] = []
    for depth, step in enumerate(path):
        if node.kind == "list":
            names = unique_names(map(_name, node.children))
            values: dict[str, tuple[str | int, Node]] = dict(zip(names, enumerate(node.children), strict=True))
        else:
            pairs = node.pairs if node.kind == "map" else ()
            named = {labels.get(key.value, key.value) if depth == 1 else key.value: value for key, value in pairs}
            values = {name: (name, value) for name, value in named.items()}
        if step not in values:
            return (*counted, *path[depth:]), None
        at, node = values[step]
        counted.append(at)
    return tuple(counted), node


def _name(item: Node) -> str:
    """The name of an item of a list."""
    pairs = item.pairs if item.kind == "map" else ()
    return next((value.value for key, value in pairs if key.value == "name" and value.kind == "text"), "")


def _value(node: Node) -> Any:
    """A value as it is written, or None where it cannot be written again."""
    if node.kind == "bool":
        return node.value.lower() in TRUE
    mistakes: list[object] = []
    value = json_value(node, lambda *mistake: mistakes.append(mistake))
    return None if mistakes else value


def _is_proven(before: str, now: str, text: str, paths: Iterable[KeyPath]) -> bool:
    old, new, edited = (read_config(item, {}).config for item in (before, now, text))
    if old is None or new is None or edited is None:
        return False
    left = _differing(old, edited)
    return left <= _differing(old, new) and left.isdisjoint(paths)


def _differing(old: Config, new: Config) -> set[KeyPath]:
    return {item.path for item in setting_differences(old, new, KeyMask(old, new))}
