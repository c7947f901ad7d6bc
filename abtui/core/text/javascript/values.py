"""What JavaScript makes of a value that JSON.parse gave: `String(value)`, `value.length > 0`, the order of an object's keys.

The rules are ECMA-262's (ToPrimitive, Array.prototype.join, OrdinaryOwnPropertyKeys), checked against Node 20.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from abtui.core.text.javascript.numbers import number_to_string, string_to_number

PROTOTYPE_NAMES: Final = frozenset(
    {
        "constructor",
        "__defineGetter__",
        "__defineSetter__",
        "hasOwnProperty",
        "__lookupGetter__",
        "__lookupSetter__",
        "isPrototypeOf",
        "propertyIsEnumerable",
        "toString",
        "valueOf",
        "toLocaleString",
    }
)
"""What `in` and a property look-up find on every object though it is not its own: the functions of Object.prototype.

`__proto__`, the one name there that is no function, stands apart: see PROTO_NAME.
"""

PROTO_NAME: Final = "__proto__"
"""Looked up on an object it gives the prototype, an object or null; JSON.parse makes it an ordinary own key."""

ABSENT: Final = object()
"""A field that an object does not have; None is JSON's null."""

_MAX_INDEX: Final = 2**32 - 2


class JavaScriptTypeError(Exception):
    """The JavaScript engine would throw a TypeError here."""


def to_string(value: Any) -> str:
    """JavaScript's `String(value)` for a value of a JSON text (None is null); also what it is as a property key.

    An object with an own key `toString` cannot become text: the own value is no function, and what `valueOf` gives is
    an object or no function either. It raises JavaScriptTypeError; so does a list with such an object anywhere inside.
    """
    if value is None:
        return "null"
    if isinstance(value, dict):
        return _object_to_string(value)
    if isinstance(value, list):
        return ",".join(_join(value))
    return _scalar_to_string(value)


def _scalar_to_string(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return number_to_string(value)


def _object_to_string(value: Mapping[str, Any]) -> str:
    if "toString" in value:
        raise JavaScriptTypeError("Cannot convert object to primitive value")
    return "[object Object]"


def _join(items: list[Any]) -> Iterable[str]:
    """The texts of a list's items, lists inside it flattened (their own joins use the same comma). Null is an empty text."""
    pending = [iter(items)]
    while pending:
        for item in pending[-1]:
            if isinstance(item, list):
                if item:
                    pending.append(iter(item))
                    break
                yield ""
            elif item is None:
                yield ""
            elif isinstance(item, dict):
                yield _object_to_string(item)
            else:
                yield _scalar_to_string(item)
        else:
            pending.pop()


def length_is_positive(value: Any) -> bool:
    """JavaScript's `value.length > 0` for a value of a JSON text that is not null.

    An object's own `length` may be anything and is turned into a number first; an object in it that cannot become text
    raises JavaScriptTypeError.
    """
    if isinstance(value, str | list):
        return len(value) > 0
    if not isinstance(value, dict) or "length" not in value:
        return False
    length = value["length"]
    if length is None:
        return False
    if isinstance(length, int | float):
        return length > 0
    return string_to_number(to_string(length)) > 0


def is_index(key: str) -> bool:
    """Whether a key is an array index to JavaScript: `0` to `4294967294`, written without leading zeros."""
    return (
        key.isdigit() and key.isascii() and len(key) <= 10 and (key[0] != "0" or key == "0") and int(key) <= _MAX_INDEX
    )


def has_index_keys(mapping: Mapping[str, Any]) -> bool:
    """Whether any key of an object is an array index, so that JavaScript's order may differ from the text's."""
    # One call of min tells almost every object apart: few keys start with a character below ":", and digits do.
    return bool(mapping) and min(mapping) < ":" and any(map(is_index, mapping))


def ordered(mapping: Mapping[str, Any]) -> Mapping[str, Any]:
    """An object in the order JavaScript keeps its keys: array indexes first, ascending, then the others as inserted.

    Gives `mapping` itself where its order is already that.
    """
    return dict(ordered_items(mapping)) if has_index_keys(mapping) else mapping


def ordered_items(mapping: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The keys and values of an object in JavaScript's order: see `ordered`."""
    items = list(mapping.items())
    if not has_index_keys(mapping):
        return items
    indexes = sorted((item for item in items if is_index(item[0])), key=lambda item: int(item[0]))
    return indexes + [item for item in items if not is_index(item[0])]


def json_kind(value: Any) -> str:
    """The JSON type of a value in words: `a list`, `null`, `true`."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return "text"
    if isinstance(value, int | float):
        return "a number"
    return "a list" if isinstance(value, list) else "an object"
