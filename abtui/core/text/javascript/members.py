"""JavaScript's `value[key]` for a value of a JSON text, with the members that every object, list, text and number inherits."""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

from abtui.core.text.javascript.values import ABSENT, PROTO_NAME, PROTOTYPE_NAMES, is_index


class Function(msgspec.Struct, frozen=True):
    """A function that a value inherits, though JSON cannot hold it: truthy, and neither text, number nor boolean."""

    name: str


_OF_OBJECTS: Final = PROTOTYPE_NAMES | {PROTO_NAME}
_OF_FUNCTIONS: Final = _OF_OBJECTS | {"apply", "bind", "call"}
_OF_NUMBERS: Final = _OF_OBJECTS | {"toExponential", "toFixed", "toPrecision"}
_NAME = re.compile("[A-Za-z]+").findall
_OF_LISTS: Final = _OF_OBJECTS.union(
    _NAME(
        "at concat copyWithin entries every fill filter find findIndex findLast findLastIndex flat flatMap forEach includes"
        " indexOf join keys lastIndexOf map pop push reduce reduceRight reverse shift slice some sort splice toReversed"
        " toSorted toSpliced unshift values with"
    )
)
_OF_TEXTS: Final = _OF_OBJECTS.union(
    _NAME(
        "anchor at big blink bold charAt charCodeAt codePointAt concat endsWith fixed fontcolor fontsize includes indexOf"
        " isWellFormed italics lastIndexOf link localeCompare match matchAll normalize padEnd padStart repeat replace"
        " replaceAll search slice small split startsWith strike sub substr substring sup toLocaleLowerCase"
        " toLocaleUpperCase toLowerCase toUpperCase toWellFormed trim trimEnd trimLeft trimRight trimStart"
    )
)
_PAIRED = re.compile("[\U00010000-\U0010ffff]")


def is_truthy(value: Any) -> bool:
    """Whether `if (value)` holds. An empty list or object is truthy; null, 0, NaN, `""`, false and what is absent are not."""
    if isinstance(value, dict | list):
        return True
    return value is not ABSENT and value == value and bool(value)


def member(value: Any, key: str) -> Any:
    """`value[key]`: ABSENT where JavaScript has undefined, a Function or a prototype for what it inherits. `value` is truthy."""
    if isinstance(value, dict):
        found = value.get(key, ABSENT)
        return _inherited("Object", key, _OF_OBJECTS) if found is ABSENT else found
    if isinstance(value, str):
        return _element("String", split_pairs(value), key, _OF_TEXTS)
    if isinstance(value, list):
        return _element("Array", value, key, _OF_LISTS)
    if isinstance(value, Function):
        return value.name if key == "name" else _inherited("Function", key, _OF_FUNCTIONS)
    if isinstance(value, bool):
        return _inherited("Boolean", key, _OF_OBJECTS)
    return _inherited("Number", key, _OF_NUMBERS)


def _inherited(kind: str, key: str, names: frozenset[str]) -> Any:
    if key not in names:
        return ABSENT
    return {} if key == PROTO_NAME else Function(kind if key == "constructor" else key)


def split_pairs(text: str) -> str:
    """The text with every character beyond U+FFFF as two surrogates, which is how JavaScript counts and cuts."""
    return text if text.isascii() else _PAIRED.sub(_halves, text)


def _halves(match: re.Match[str]) -> str:
    offset = ord(match[0]) - 0x10000
    return chr(0xD800 + (offset >> 10)) + chr(0xDC00 + (offset & 0x3FF))


def _element(kind: str, items: str | list[Any], key: str, names: frozenset[str]) -> Any:
    if key == "length":
        return len(items)
    if is_index(key):
        return items[int(key)] if int(key) < len(items) else ABSENT
    return _inherited(kind, key, names)
