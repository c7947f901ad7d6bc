"""The parts that fixes of findings are made of. The function that makes a fix is next to its rule; `proven_fix` proves it.

A fix is certain if the config's text, the catalog and the events leave only one answer.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final

import msgspec

from abtui.core.config.model import Config
from abtui.core.destination import Destination, Usage
from abtui.core.findings import Finding, Fix
from abtui.core.text.nearest import plain
from abtui.core.text.paths import Path
from abtui.core.text.secret import excerpt
from abtui.core.text.yaml_edit import Rename
from abtui.core.text.yaml_nodes import Node

KeyPath = tuple[str, ...]
_IDENTITIES: Final = ("userId", "anonymousId")
"""Identities that any Segment event may have (Segment's spec, "Common fields"); no unit type has such a name by chance."""
_SHOWN: Final = 60
_MOST: Final = 3
_COMPARED: Final = 1000
"""How many names are compared: ten thousand would hold up the key press."""


class Entry(msgspec.Struct, frozen=True):
    """An entry of the config's text. `siblings` are the other keys of its map."""

    path: KeyPath
    key: Node
    value: Node
    siblings: frozenset[str]

    @property
    def name(self) -> str:
        """Its key."""
        return self.path[-1]


class Problem(msgspec.Struct, frozen=True):
    """A finding with all that is known about it.

    `root` is the tree of the config's text, `config` the config that was read from it, None if it has errors. `usage` is
    how the events use that config, once all of them are counted; `event` is the event of the finding. `show` and
    `key_path` quote a text or a path of the config without the keys.
    """

    finding: Finding
    root: Node
    destination: Destination
    config: Config | None
    usage: Usage | None
    event: Mapping[str, Any] | None
    show: Callable[[str], str]
    key_path: Callable[[KeyPath], str]

    @property
    def event_name(self) -> str | None:
        """The `event` of the event, if it is text."""
        name = (self.event or {}).get("event")
        return name if isinstance(name, str) else None


def for_entry(make: Callable[[Problem, Entry], Fix | None]) -> Callable[[Problem], Fix | None]:
    """A fix of the entry whose key or value is at the line and column of the finding."""

    def fix(problem: Problem) -> Fix | None:
        entries = _entries_at(problem.root, (problem.finding.line, problem.finding.column))
        return next((made for entry in entries if (made := make(problem, entry)) is not None), None)

    return fix


def _entries_at(root: Node, place: tuple[int | None, int | None]) -> Iterator[Entry]:
    stack: list[tuple[KeyPath, Node]] = [((), root)]
    while stack:
        path, node = stack.pop()
        if node.kind != "map" or node.alias:
            continue
        keys = [key.value for key in node.children[::2]]
        for at, (key, value) in enumerate(node.pairs):
            if key.merge or key.kind in ("map", "list", "other"):
                continue
            if place in ((key.line, key.column), (value.line, value.column)):
                yield Entry((*path, key.value), key, value, frozenset((*keys[:at], *keys[at + 1 :])))
            if value.children:
                stack.append(((*path, key.value), value))


# Names


def show_name(name: str, config: Config) -> str:
    """A name for a sentence: in one line, short, and without the keys."""
    return excerpt(name, _SHOWN, config.secrets)


def same_name(one: str, other: str) -> bool:
    """Whether two names differ, but only by case, spaces, hyphens and underscores."""
    return one != other and plain(one) == plain(other)


def is_swapped(key: str, value: str, mapping: Mapping[str, str], known: frozenset[str] | None) -> bool:
    """Whether an entry of a map from fields to unit types is written as unit type: field, as far as the names show.

    `known` are the catalog's unit types.
    """
    if value not in _IDENTITIES or value in mapping or key in _IDENTITIES:
        return False
    # Segment's own top-level fields have no underscore, so a name with one is a unit type.
    return "_" in key if known is None else key in known and value not in known


def nearest_names(name: str, names: Iterable[str]) -> tuple[str, ...]:
    """Up to three of `names` that look like `name`, the nearest first."""
    by_folded = {other.casefold(): other for other in islice(names, _COMPARED) if other != name}
    found = difflib.get_close_matches(name.casefold(), by_folded, n=_MOST, cutoff=0.5)
    return tuple(by_folded[text] for text in found)


# Fixes that several rules make


def rename_key(path: KeyPath, key: str, config: Config) -> Fix:
    """Another key for an entry."""
    return Fix(f"Rename the key `{show_name(path[-1], config)}` to `{show_name(key, config)}`", {path: Rename(key)})


def swap_entry(path: KeyPath, value: str, config: Config) -> Fix:
    """An entry the other way round: its value becomes the key."""
    old, new = show_name(path[-1], config), show_name(value, config)
    return Fix(f"Swap `{old}: {new}` to `{new}: {old}`", {path: Rename(value, path[-1])})


def name_in_catalog(path: Path, value: str, known: Iterable[str] | None, config: Config) -> Fix | None:
    """The catalog's spelling of a value. Certain if one name in it differs only by case, spaces and the like."""
    near = [name for name in known or () if same_name(name, value)]
    if len(near) != 1:
        return None
    return Fix(f"Write `{show_name(near[0], config)}`, as in the catalog", {path: near[0]})
