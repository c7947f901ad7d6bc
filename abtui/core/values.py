"""Values of an event or a payload: what is at a place, and how it is told in one line."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from abtui.core.text.javascript import ABSENT, number_to_string
from abtui.core.text.paths import Path, path_text
from abtui.core.text.plain import one_line, plural
from abtui.core.text.secret import Secret, excerpt, hide_all

__all__ = ["ABSENT", "amount", "brief", "place_text", "texts_in", "value_at", "value_text"]

_WIDTH: Final = 200


def value_at(value: Any, path: Path) -> Any:
    """The value at a path, or `ABSENT`."""
    for step in path:
        in_list = isinstance(value, list) and isinstance(step, int) and step < len(value)
        if not in_list and not (isinstance(value, dict) and step in value):
            return ABSENT
        value = value[step]
    return value


def texts_in(value: Any) -> Iterator[str]:
    """All texts in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, member in value.items():
            yield key
            yield from texts_in(member)
    elif isinstance(value, list | tuple):
        for member in value:
            yield from texts_in(member)


def brief(text: str, width: int, secrets: Collection[Secret]) -> str:
    """As `secret.excerpt` of the whole text, and six times as fast for one that need not be cut: there is one for each row of a list."""
    return one_line(hide_all(text, secrets), width) if len(text) <= width else excerpt(text, width, secrets)


def place_text(path: Path) -> str:
    """A place as people name it: `properties.total`; "" for the whole."""
    return path_text(path)[1:].removeprefix(".")


def amount(value: Any) -> str:
    """How much is in an object or a list: `3 fields`, `2 items`; "" for any other value."""
    if isinstance(value, dict):
        return plural(len(value), "field")
    return plural(len(value), "item") if isinstance(value, list) else ""


def value_text(value: Any, secrets: Collection[Secret]) -> str:
    """A value in one line, as JSON has it; of an object or a list how much is in it. Keys are masked, a long text is cut."""
    if isinstance(value, str):
        return f'"{brief(value, _WIDTH, secrets)}"'
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return brief(number_to_string(value), _WIDTH, secrets)
    return "null" if value is None else amount(value)
