"""JavaScript's `value[key]` for a value of a JSON text, with the members that every object, list, text and number inherits."""

from __future__ import annotations

import re
from typing import Any, Final

from abtui.core.text.javascript.values import ABSENT, PROTO_NAME, PROTOTYPE_NAMES, is_index

INHERITED: Final = object()
"""A function or prototype that a value has though JSON cannot hold it: truthy, and neither text, number nor boolean."""

_OF_OBJECTS: Final = PROTOTYPE_NAMES | {PROTO_NAME}
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
    """`value[key]`: ABSENT where JavaScript has undefined, INHERITED for what it inherits. `value` is truthy."""
    if isinstance(value, dict):
        found = value.get(key, ABSENT)
        return INHERITED if found is ABSENT and key in _OF_OBJECTS else found
    if isinstance(value, str):
        return _element(split_pairs(value), key, _OF_TEXTS)
    if isinstance(value, list):
        return _element(value, key, _OF_LISTS)
    names = _OF_NUMBERS if isinstance(value, int | float) and not isinstance(value, bool) else _OF_OBJECTS
    return INHERITED if key in names else ABSENT


def split_pairs(text: str) -> str:
    """The text with every character beyond U+FFFF as two surrogates, which is how JavaScript counts and cuts."""
    return text if text.isascii() else _PAIRED.sub(_halves, text)


def _halves(match: re.Match[str]) -> str:
    offset = ord(match[0]) - 0x10000
    return chr(0xD800 + (offset >> 10)) + chr(0xDC00 + (offset & 0x3FF))


def _element(items: str | list[Any], key: str, names: frozenset[str]) -> Any:
    if key == "length":
        return len(items)
    if is_index(key):
        return items[int(key)] if int(key) < len(items) else ABSENT
    return INHERITED if key in names else ABSENT
