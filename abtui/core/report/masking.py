"""Taking API keys out of a report, or of the values of its JSON form, before anything wraps, cuts or escapes the text."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, TypeVar

import msgspec

from abtui.core.secret import Secret, hide_all

T = TypeVar("T")


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
        return {_masked(key, secrets): _masked(member, secrets) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_masked(member, secrets) for member in value)
    return value
