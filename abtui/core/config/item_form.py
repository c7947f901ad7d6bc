"""The items of a config's lists as a form shows them: a group of fields for each mapping, as Segment's page for a mapping has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from abtui.core.config.keys import Quoter
from abtui.core.config.walk import Entry, Walk
from abtui.core.destination import Destination, Setting
from abtui.core.list_section import ListSection
from abtui.core.mapping_names import mapping_name
from abtui.core.text.paths import Path
from abtui.core.text.yaml_nodes import Node
from abtui.core.text.yaml_values import TRUE


class ItemField(NamedTuple):
    """A field of an item: its list, its setting, its path in the file, the heading above it, and its key and value, if they are there.

    `merged`: they stand in another part of the file. `covers`: they take the place of one that would be merged.
    """

    section: ListSection
    setting: Setting
    path: Path
    group: str
    key: Node | None
    value: Node | None
    merged: bool = False
    covers: bool = False


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


def growing_lists(root: Node, destination: Destination) -> Iterator[tuple[ListSection, Setting]]:
    """The lists to which the form can add an item, each with a setting that stands for the list itself."""
    nodes = {key.value: node for key, node in root.pairs} if root.kind == "map" else {}
    for section in destination.lists:
        node = nodes.get(section.name)
        if section.new is not None and (node is None or (node.kind in ("list", "null") and not node.alias)):
            about = f"Adds a {section.item} to the list; what it says is written in the fields above."
            yield section, Setting(name=section.name, label=f"add a {section.item}", kind="list", about=about)


def with_new_item(root: Node, section: ListSection) -> Mapping[Path, Any]:
    """The values to set so that a list has one item more. A list that is left out gets the items that count without it, too."""
    if section.new is None:
        return {}
    items = next((plain_value(node) for key, node in root.pairs if key.value == section.name), None)
    there = section.preset if items is None else items
    new = section.new(mapping_name(item) for item in there if isinstance(item, dict))
    return {(section.name, len(items)): new} if items else {(section.name,): [*there, new]}


def _found(node: Node, path: Path) -> tuple[Node | None, Node | None, bool, bool]:
    """The key and the value at a path, whether they are merged, and whether they cover a merged one."""
    key: Node | None = None
    merged = covers = False
    for step in path:
        merged = merged or node.alias
        own = next((pair for pair in node.pairs if pair[0].value == step), None) if node.kind == "map" else None
        other = next((entry for entry in _inherited(node) if entry.name == step), None)
        covers = own is not None and other is not None
        if own is not None:
            key, node = own
        elif other is not None:
            key, node, merged = other.key, other.value, True
        else:
            return None, None, False, False
    return key, node, merged, covers


def _inherited(node: Node) -> list[Entry]:
    """The entries that `<<` merges into a map."""
    if node.kind != "map":
        return []
    pairs = [part for key, value in node.pairs if key.merge for part in (key, value)]
    return entries_of(msgspec.structs.replace(node, children=pairs))


def entries_of(node: Node) -> list[Entry]:
    """The entries of a map with those that `<<` merges."""
    return Walk({}, Quoter(())).entries(node, ())


def plain_value(node: Node) -> Any:
    """The JSON value of a node as far as a form needs it: numbers are texts, and references stay as they are written."""
    if node.kind == "map":
        return {entry.name: plain_value(entry.value) for entry in entries_of(node)}
    if node.kind == "list":
        return [plain_value(item) for item in node.children]
    if node.kind == "bool":
        return node.value.lower() in TRUE
    return None if node.kind == "null" else node.value
