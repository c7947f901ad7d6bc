"""Changing values in a YAML text while everything else in it, comments, order, quotes and spaces, stays as it is.

What is to change is found in the tree of nodes; the text is then changed at their offsets. The result is read again and
compared with what was asked for, so that a text comes out right or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from abtui.core.text.paths import Path, path_text
from abtui.core.text.yaml_edit_check import comments, is_as_asked
from abtui.core.text.yaml_edit_splices import COMMENT, REMOVE, Cannot, Change, Removal, Rename, Splices, is_new
from abtui.core.text.yaml_json import is_plain_yaml
from abtui.core.text.yaml_nodes import CONFIG_FORM, Form
from abtui.core.text.yaml_tree import parse_yaml

__all__ = ["REMOVE", "Edited", "Removal", "Rename", "edit_yaml"]


class Edited(msgspec.Struct, frozen=True):
    """The changed text, or None and a sentence that says why it cannot be changed in place."""

    text: str | None
    problem: str = ""


def edit_yaml(
    text: str, edits: Mapping[Path, Any], form: Form = CONFIG_FORM, *, name: str = "The file", tagged: bool = False
) -> Edited:
    """`text` with the value at each path set, taken away with `REMOVE`, or under another key with `Rename`. Values are JSON values.

    An entry that is not there is added at the end of its map or list, with the maps it needs; an entry taken away goes with
    its line. A map in braces stays one. Every comment stays: a change that would cut one out is refused. No path may be empty or begin with another one of `edits`. With `tagged` a value
    that YAML cannot hold is written as `!json '...'`, which only case files have.
    """
    if not edits:
        return Edited(text)
    if not tagged and not all(map(_can_be_written, edits.values())):
        return Edited(None, "YAML cannot hold the value.")
    tree = parse_yaml(text, name, form)
    if tree.root is None:
        return Edited(None, tree.findings[-1].message)
    change = _change_of(edits)
    try:
        splices = Splices(text)
        splices.change(tree.root, change)
    except Cannot as error:
        return Edited(None, error.message)
    result = splices.result()
    after = parse_yaml(result, name, form).root
    if after is None or not is_as_asked(tree.root, change, after):
        at = path_text(next(iter(edits)))
        return Edited(None, f"{at} cannot be changed without touching something else; change it by hand.")
    if comments(result, after) != comments(text, tree.root):
        return Edited(None, COMMENT)
    return Edited(result)


def _can_be_written(value: Any) -> bool:
    if isinstance(value, Rename):
        return value.keeps_value or is_plain_yaml(value.value)
    return value is REMOVE or is_plain_yaml(value)


def _change_of(edits: Mapping[Path, Any]) -> Change:
    """The edits as a tree. Raises ValueError for an empty path and for one that begins with another."""
    root = Change()
    for path, value in edits.items():
        change = root
        for step in path:
            if is_new(change):
                raise ValueError(f"{path_text(path)} is within a value that is set as a whole")
            change = change.below.setdefault(step, Change())
        if change is root or change.below or is_new(change):
            raise ValueError(f"{path_text(path)} is changed twice, or is everything")
        change.value = value
    return root
