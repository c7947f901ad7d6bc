"""The lists of a destination as Segment's Public API gives them: the subscriptions of an Actions destination, which are its mappings.

They come in an answer of their own, `{"data": {"subscriptions": [...]}}`, or beside the settings of the destination.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from abtui.core.destination import Destination
from abtui.core.destinations import DESTINATIONS
from abtui.core.list_section import ListSection
from abtui.core.text.json_depth import is_deeper
from abtui.core.text.plain import letters

_WRAPPERS: Final = ("data", "destination")
_ID: Final = "actionId"
_SLUG: Final = "actionSlug"


def destination_in_segment(document: Any) -> Destination | None:
    """The destination that a document of the API is about, as far as it says so."""
    for node in nodes(document):
        metadata = node.get("metadata")
        name = metadata.get("name") if isinstance(metadata, dict) else None
        for destination in DESTINATIONS.values():
            if isinstance(name, str) and letters(name) == letters(destination.title):
                return destination
            if any(section.segment in node for section in destination.lists if section.segment):
                return destination
    return None


def nodes(document: Any) -> Iterator[dict[str, Any]]:
    """The objects of a document that may hold settings and lists, from the outside to the inside."""
    node = document
    while isinstance(node, dict):
        yield node
        node = next((node[name] for name in _WRAPPERS if name in node), None)


def joined(documents: Sequence[Any]) -> Any:
    """One document of several: the first that has settings, with the lists of the others."""
    main = next(
        (item for item in documents if "settings" in {key for node in nodes(item) for key in node}), documents[0]
    )
    if not isinstance(main, dict):
        return main
    names = [section.segment for of in DESTINATIONS.values() for section in of.lists if section.segment]
    others = [node for item in documents if item is not main for node in nodes(item)]
    lists = {name: [item for node in others for item in _list(node.get(name))] for name in names}
    return main | {name: items for name, items in lists.items() if items}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def segment_lists(document: Any, destination: Destination) -> dict[str, tuple[Mapping[str, Any], ...]]:
    """The lists in a document by their names in a config; keys that a config does not have are left out."""
    found: dict[str, tuple[Mapping[str, Any], ...]] = {}
    slugs = dict(_slugs(document))
    for section in destination.lists:
        for node in nodes(document):
            items = node.get(section.segment) if section.segment else None
            if isinstance(items, list):
                found[section.name] = tuple(item_of(item, section, slugs) for item in items if isinstance(item, dict))
    return found


def _slugs(document: Any) -> Iterator[tuple[str, str]]:
    """The names of the actions by their ids, which the metadata of a destination has."""
    for node in nodes(document):
        metadata = node.get("metadata")
        actions = metadata.get("actions") if isinstance(metadata, dict) else None
        for action in actions if isinstance(actions, list) else ():
            if isinstance(action, dict) and isinstance(action.get("id"), str) and isinstance(action.get("slug"), str):
                yield action["id"], action["slug"]


def item_of(given: Mapping[str, Any], section: ListSection, slugs: Mapping[str, str]) -> dict[str, Any]:
    """An item by the names of a config. `slugs` are the names of actions by their ids."""
    item = dict(given)
    if item.get(_SLUG) is None and isinstance(item.get(_ID), str):
        item[_SLUG] = slugs.get(item[_ID], item[_ID])
    named = {section.segment_keys.get(key, key): value for key, value in item.items()}
    values = {key: _parsed(named[key], schema) for key, schema in section.keys.items() if key in named}
    return values | section.segment_told(values)


def _parsed(value: Any, schema: Mapping[str, Any]) -> Any:
    """A value; an object may come as the JSON of it."""
    if schema.get("type") != "object" or not isinstance(value, str) or is_deeper(value):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
