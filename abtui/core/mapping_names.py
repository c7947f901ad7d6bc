"""The names of a destination's mappings: as the config has them, and unique, as their results are paired by them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any


def mapping_name(item: Mapping[str, Any]) -> str:
    """The name of a mapping as the config has it, "" if it has none."""
    name = item.get("name")
    return name if isinstance(name, str) else ""


def named_without_keys(item: Mapping[str, Any], mask: Callable[[str], str]) -> Mapping[str, Any]:
    """A mapping whose name may be shown. Results are paired by names after keys are masked, so it has no other name."""
    name = item.get("name")
    return {**item, "name": mask(name)} if isinstance(name, str) else item


def unique_names(names: Iterable[str]) -> list[str]:
    """The names of mappings, where the second of two equal ones gets a number: `Purchases #2`."""
    found: list[str] = []
    for name in names:
        unique, number = name, 2
        while unique in found:
            unique, number = f"{name} #{number}", number + 1
        found.append(unique)
    return found


def names_of(items: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The unique names of mappings in their order, each with the name that the config has."""
    names = [mapping_name(item) for item in items]
    return dict(zip(unique_names(names), names, strict=True))
