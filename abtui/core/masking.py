"""Masking API keys in values that contain texts: outcomes, reports, and the values of their JSON form."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, TypeVar

import msgspec

from abtui.core.config.model import CATALOG_NOUNS, Config
from abtui.core.outcomes import MappingOutcome, Outcome
from abtui.core.text.secret import Secret, hide_all, holds
from abtui.core.values import texts_in

T = TypeVar("T")
Part = TypeVar("Part", Outcome, MappingOutcome)


def without_keys(value: T, secrets: Collection[Secret]) -> T:
    """`value` (structs, maps, lists, tuples and texts within one another) with every key in its texts masked."""
    masked: T = _masked(value, secrets) if secrets else value
    return masked


def _masked(value: Any, secrets: Collection[Secret]) -> Any:
    if isinstance(value, str):
        return hide_all(value, secrets)
    if isinstance(value, msgspec.Struct):
        fields = {name: _masked(getattr(value, name), secrets) for name in value.__struct_fields__}
        return msgspec.structs.replace(value, **fields)
    if isinstance(value, dict):
        return _masked_map(value, secrets)
    if isinstance(value, list | tuple):
        return type(value)(_masked(member, secrets) for member in value)
    return value


def _masked_map(value: dict[Any, Any], secrets: Collection[Secret]) -> dict[Any, Any]:
    """A map with as many entries: if two names are equal once they are masked, the second gets a number, like `****1234 #2`."""
    result: dict[Any, Any] = {}
    kept = {key for key in value if _masked(key, secrets) == key}
    for key, member in value.items():
        masked = name = _masked(key, secrets)
        number = 2
        while name != key and (name in kept or name in result):
            name, number = f"{masked} #{number}", number + 1
        result[name] = _masked(member, secrets)
    return result


def outcome_without_keys(outcome: Outcome, secrets: Collection[Secret]) -> Outcome:
    """The outcome with the keys masked in its texts. Its body is data and stays as it is; so do the links of its steps."""
    results = outcome.results
    if results is not None:
        results = tuple(_part_without_keys(result, secrets) for result in results)
    rest = _part_without_keys(msgspec.structs.replace(outcome, results=None), secrets)
    return msgspec.structs.replace(rest, results=results)


def _part_without_keys(part: Part, secrets: Collection[Secret]) -> Part:
    steps = tuple(
        msgspec.structs.replace(without_keys(msgspec.structs.replace(step, links=()), secrets), links=step.links)
        for step in part.steps
    )
    rest = without_keys(msgspec.structs.replace(part, request=None, steps=()), secrets)
    return msgspec.structs.replace(rest, request=part.request, steps=steps)


def config_carries_key(config: Config) -> bool:
    """Whether a key also appears elsewhere in the config, so that any message may quote it."""
    catalog = config.catalog
    texts: list[str] = []
    for value in config.settings.values():
        if isinstance(value, str):
            texts.append(value)
        elif isinstance(value, Mapping):
            texts += [*value, *value.values()]
    for items in config.lists.values():
        texts += texts_in(items)
    for known in (catalog, catalog.archived):
        for part in CATALOG_NOUNS:
            texts += getattr(known, part) or ()
    return holds("\n".join(texts), config.secrets)
