"""The sections of a config that are lists of maps, read into JSON values with the place of each part.

Only the shape is judged here. What the values mean is the destination's matter, which lives with most mistakes in them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from abtui.core.config.walk import Entry, Path, Walk
from abtui.core.destination import Destination
from abtui.core.mapping_names import named_without_keys
from abtui.core.text.yaml_nodes import Node


def read_lists(
    walk: Walk, sections: Mapping[str, Entry], destination: Destination
) -> dict[str, tuple[Mapping[str, Any], ...]]:
    """The lists of the destination that the config has, by name. What is no list of maps is reported."""
    result: dict[str, tuple[Mapping[str, Any], ...]] = {}
    for section in destination.lists:
        if section.name not in sections:
            continue
        node, path = sections[section.name].value, (section.name,)
        if node.kind != "list":
            walk.wrong(node, path, "a list of maps", "Write one `- name: …` per item below it.")
            continue
        items = []
        for at, item in enumerate(node.children):
            walk.keys[(*path, at)] = item
            found = walk.known(item, (*path, at), section.keys, empty=True)
            values = {name: _value(walk, entry.value, (*path, at, name)) for name, entry in found.items()}
            items.append(named_without_keys(values, walk.quoter.mask))
        result[section.name] = tuple(items)
    return result


def _value(walk: Walk, node: Node, path: Path) -> Any:
    """The JSON value of a part, with its variables replaced; the places of what is in it are noted."""
    if node.kind == "map":
        members = {}
        for entry in walk.entries(node, path):
            walk.keys[(*path, entry.name)] = entry.key
            members[entry.name] = _value(walk, entry.value, (*path, entry.name))
        return members
    if node.kind == "list":
        for at, item in enumerate(node.children):
            walk.keys[(*path, at)] = item
        return [_value(walk, item, (*path, at)) for at, item in enumerate(node.children)]
    value = walk.json(node)
    if not isinstance(value, str) or node.kind != "text":
        return value
    text = walk.text(node, path)
    if text is None:
        return value
    quotes = 2 * (node.style in ('"', "'"))
    # As it is written, on the line of its key: then each character of the value has its column.
    if text.value == node.value and node.end - node.start == len(value) + quotes and not node.alias:
        key = walk.keys.get(path)
        if key is not None and key.line == node.line:
            walk.texts[path] = node.column + quotes // 2, node.column + quotes // 2 + len(value)
    return text.value
