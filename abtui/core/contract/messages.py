"""What a broken rule of the contract means, in a sentence."""

from __future__ import annotations

from typing import Any, Final

from abtui.core.text.javascript import number_to_string
from abtui.core.text.paths import Path

_TYPES: Final = {
    "string": "text",
    "integer": "an integer",
    "boolean": "true, false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}
_OWNERS: Final = {
    "Unit": "unit",
    "Goal": "goal",
    "Exposure": "exposure",
    "Attribute": "attribute",
    "PublishRequest": "request",
    "BatchRequest": "batch",
    "ContextRequest": "request",
}
_INT64_MAX: Final = 2**63 - 1


def message(rule: str, path: Path, value: Any, part: dict[str, Any], owner: str) -> str:
    """A sentence on `value`, found at `path`, that breaks `rule` of `part` of the schema.

    `owner` is the definition the part stands in. For `required`, `path` is that of the missing member.
    """
    subject = _subject(path)
    if rule == "required":
        return f"{subject} is missing; the collector requires it in every {_OWNERS[owner]}"
    if rule == "type":
        return f"{subject} is {_kind(value)}; the collector wants {_types(part['type'])}"
    if rule in ("minLength", "maxLength"):
        return (
            f"{subject} {_count(len(value), 'characters')}; the collector wants {_between(part, 'Length')} characters"
        )
    if rule in ("minItems", "maxItems"):
        return f"{subject} {_count(len(value), 'items')}; the collector wants {_between(part, 'Items')} items"
    if part["maximum"] == _INT64_MAX:
        return f"{subject} is {number_to_string(value)}; the collector wants a 64-bit integer"
    return f"{subject} is {number_to_string(value)}; the collector wants {_between(part, 'imum')}"


def _subject(path: Path) -> str:
    """`uid`, `units[1]`, or the body itself."""
    if not path:
        return "the body"
    if isinstance(path[-1], int):
        return f"`{path[-2]}[{path[-1]}]`"
    return f"`{path[-1]}`"


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"the number {number_to_string(value)}"
    return "text" if isinstance(value, str) else "a list" if isinstance(value, list) else "an object"


def _types(types: str | list[str]) -> str:
    """`text`, `an object or null`, `true, false or null`."""
    names = ", ".join(_TYPES[name] for name in ([types] if isinstance(types, str) else types))
    return " or ".join(names.rsplit(", ", 1))


def _count(count: int, noun: str) -> str:
    return f"has {count:,} {noun}" if count else "is empty"


def _between(part: dict[str, Any], limit: str) -> str:
    return f"{part[f'min{limit}']} to {part[f'max{limit}']}"
