"""The paths of `@path`, `@template` and `@arrayPath` (Segment's `get`): not JSONPath, only dots and some brackets."""

from __future__ import annotations

import re
from typing import Any, Final

from abtui.core.text.javascript.members import is_truthy, member

_SEPARATOR: Final = re.compile(r"""\[(?=["'0-9])|\.|(?<=["'0-9])\]+""")
_QUOTE: Final = re.compile("""['"]""")


def without_root(text: str) -> str:
    """A path without the first `$.`, wherever that stands."""
    return text.replace("$.", "", 1)


def keys_of(text: str) -> tuple[str, ...]:
    """The keys that a path leads through; none is the whole event. A point inside quotes still parts them."""
    return () if text == "." else tuple(_QUOTE.sub("", part) for part in _SEPARATOR.split(text) if part)


def keys_at(value: Any) -> tuple[str, ...] | None:
    """The keys of the path that a value of a mapping is taken from as it is; None for any other value."""
    path = value.get("@path") if isinstance(value, dict) else None
    return keys_of(without_root(path)) if isinstance(path, str) else None


def found(value: Any, keys: tuple[str, ...]) -> Any:
    """What stands at a path. The first value on the way that JavaScript takes for false is the result."""
    for key in keys:
        if type(value) is dict and key in value:
            value = value[key]
        elif is_truthy(value):
            value = member(value, key)
        else:
            return value
    return value
