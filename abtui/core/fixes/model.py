"""What a fix is, and the fixes that the config's text and the events may both call for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from abtui.core.checks.nearest import plain
from abtui.core.config import Config
from abtui.core.text.paths import Path
from abtui.core.text.secret import excerpt
from abtui.core.text.yaml_edit import Rename

_IDENTITIES: Final = ("userId", "anonymousId")
"""Identities every Segment event may have (Segment's spec, "Common fields"); no unit type is called so by chance."""
_SHOWN: Final = 60


class Fix(msgspec.Struct, frozen=True):
    """A change of the config. `title` says it in words; `edits` are for `edit_yaml`."""

    title: str
    edits: Mapping[Path, Any]


def same_name(one: str, other: str) -> bool:
    """Whether two names differ, but by case, spaces, hyphens and underscores only."""
    return one != other and plain(one) == plain(other)


def renamed(path: tuple[str, ...], key: str, config: Config) -> Fix:
    """Another key for an entry."""
    return Fix(f"Rename the key `{shown(path[-1], config)}` to `{shown(key, config)}`", {path: Rename(key)})


def turned(path: tuple[str, ...], value: str, config: Config) -> Fix:
    """An entry the other way round: its value as the key."""
    old, new = shown(path[-1], config), shown(value, config)
    return Fix(f"Turn `{old}: {new}` round: `{new}: {old}`", {path: Rename(value, path[-1])})


def is_turned(key: str, value: str, config: Config) -> bool:
    """Whether an entry of unitMapping has the unit type before the colon and the identity behind it, as far as names tell."""
    known = config.catalog.units
    if value not in _IDENTITIES or value in config.settings["unitMapping"] or key in _IDENTITIES:
        return False
    # Segment's own top-level fields have no underscore, so a name with one is a unit type.
    return "_" in key if known is None else key in known and value not in known


def of_catalog(path: tuple[str, ...], value: str, known: frozenset[str] | None, config: Config) -> Fix | None:
    """The catalog's name for a value. Certain where it has one that differs only by case, spaces and the like."""
    near = [name for name in known or () if same_name(name, value)]
    if len(near) != 1:
        return None
    title = f"Write `{shown(near[0], config)}` in place of `{shown(value, config)}`, as the catalog has it"
    return Fix(title, {path: near[0]})


def shown(name: str, config: Config) -> str:
    """A name, for a sentence."""
    return excerpt(name, _SHOWN, config.secrets)
