"""The entries that differ in the lists of two configs, such as mappings: items are paired by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from abtui.core.config import Config
from abtui.core.destinations import destination_of
from abtui.core.mapping_names import names_of
from abtui.core.text.javascript import stringify
from abtui.core.text.paths import Path

KeyPath = tuple[str, ...]


def items_of(config: Config, section: str) -> dict[str, Mapping[str, Any]]:
    """The items of a list by name; those that stand for it where the config leaves it out."""
    presets = {item.name: item.preset for item in destination_of(config.destination).lists}
    items: Sequence[Mapping[str, Any]] = config.lists.get(section, presets.get(section, ()))
    return dict(zip(names_of(items), items, strict=True))


def leaves(path: KeyPath, value: Any) -> Iterator[tuple[KeyPath, str]]:
    """The values in a map with their paths, as text. A list is one value."""
    if isinstance(value, Mapping) and value:
        for key, member in value.items():
            yield from leaves((*path, key), member)
    else:
        yield path, value if isinstance(value, str) else stringify(value).decode()


def item_text(item: Mapping[str, Any]) -> str:
    """A whole item as text."""
    return stringify(dict(item)).decode()


def renamed_items(old: Mapping[str, Mapping[str, Any]], new: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """The old names, each with the new one, of items that only have another name. Items without a name of their own are none."""
    free = {item_text({**item, "name": ""}): name for name, item in old.items() if name not in new and "name" in item}
    found: dict[str, str] = {}
    for name, item in new.items():
        if name not in old and "name" in item and (before := free.pop(item_text({**item, "name": ""}), None)):
            found[before] = name
    return found


def place_of(config: Config, path: KeyPath) -> Path:
    """The path of an entry in the file: items of a list are known by name, and the file counts them."""
    if len(path) > 1 and path[0] in config.lists:
        names = list(items_of(config, path[0]))
        if path[1] in names:
            return (path[0], names.index(path[1]), *path[2:])
        return path[:1]
    return path
