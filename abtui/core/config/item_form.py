"""The items of a config's lists as a form shows them: a group of fields for each mapping, as Segment's page for a mapping has them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from abtui.core.destination import Destination, Setting
from abtui.core.list_section import ListSection
from abtui.core.text.paths import Path
from abtui.core.text.yaml_nodes import Node
from abtui.core.text.yaml_values import TRUE


class ItemField(NamedTuple):
    """A field of an item: its list, its setting, its path in the file, the heading above it, and its key and value, if they are there."""

    section: ListSection
    setting: Setting
    path: Path
    group: str
    key: Node | None
    value: Node | None


def item_fields(root: Node, destination: Destination) -> Iterator[ItemField]:
    """The fields of all items, in the file's order. The setting of each has a name of its own: its path with points."""
    for key, node in root.pairs if root.kind == "map" else ():
        section = next((part for part in destination.lists if part.name == key.value), None)
        if node.kind != "list" or node.alias or section is None:
            continue
        for at, item in enumerate(node.children):
            plain = plain_value(item)
            if not isinstance(plain, dict) or item.alias:
                continue
            group = str(plain.get("name") or f"number {at + 1}")
            for inside, setting in destination.item_fields(section.name, plain):
                path = (key.value, at, *inside)
                name = ".".join(map(str, path))
                yield ItemField(
                    section, msgspec.structs.replace(setting, name=name), path, group, *_found(item, inside)
                )


def _found(node: Node, path: Path) -> tuple[Node | None, Node | None]:
    """The key and the value at a path."""
    key: Node | None = None
    for step in path:
        pair = next((pair for pair in node.pairs if pair[0].value == step), None) if node.kind == "map" else None
        if pair is None:
            return None, None
        key, node = pair
    return key, node


def plain_value(node: Node) -> Any:
    """The JSON value of a node as far as a form needs it: numbers are texts, and references stay as they are written."""
    if node.kind == "map":
        return {key.value: plain_value(value) for key, value in node.pairs}
    if node.kind == "list":
        return [plain_value(item) for item in node.children]
    if node.kind == "bool":
        return node.value.lower() in TRUE
    return None if node.kind == "null" else node.value
