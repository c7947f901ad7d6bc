"""What JavaScript makes of the values that a mapping meets: those of an event, `undefined`, which is ABSENT, and inherited functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import orjson

from abtui.core.text.javascript import ABSENT, PROTO_NAME, ordered_items, to_string
from abtui.core.text.javascript.members import Function, split_pairs
from abtui.core.text.javascript.values import is_index
from abtui.core.text.paths import Path
from abtui.core.values import value_at

SPACES: Final = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
"""What JavaScript's `trim` removes; Python's `strip` would take U+001C to U+001F and U+0085, too."""


def type_of(value: Any) -> str:
    """What the mapping kit calls the type of a value."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case str():
            return "string"
        case int() | float():
            return "number"
        case list():
            return "array"
        case dict():
            return "object"
        case Function():
            return "function"
    return "undefined"


def is_number(value: Any) -> bool:
    """Whether a value is a number to JavaScript, where a boolean is none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def with_article(noun: str) -> str:
    """`an object`, `a string`."""
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def text_of(value: Any) -> str:
    """`String(value)`. Raises JavaScriptTypeError for an object that cannot become text."""
    if value is ABSENT:
        return "undefined"
    if isinstance(value, Function):
        return f"function {value.name}() {{ [native code] }}"
    if isinstance(value, list):
        value = copied(value, lambda _key, _value: True, lambda item: None if item is ABSENT else _function_text(item))
    return to_string(value)


def _function_text(item: Any) -> Any:
    return text_of(item) if isinstance(item, Function) else item


def length(text: str) -> int:
    """The length of a text in UTF-16, as JavaScript counts."""
    return len(split_pairs(text))


def entries(value: Any) -> list[tuple[str, Any]]:
    """`Object.entries(value)`: own members in JavaScript's order; none of null, numbers and the like."""
    match value:
        case dict():
            return ordered_items(value)
        case list():
            return [(str(at), item) for at, item in enumerate(value)]
        case str():
            return [(str(at), unit) for at, unit in enumerate(split_pairs(value))]
    return []


def path_in(value: Any, keys: Iterable[str]) -> Path:
    """The keys that lead into a value as a path, where an item of a list has a number."""
    path: list[str | int] = []
    for key in keys:
        step = int(key) if isinstance(value, list) and is_index(key) else key
        path.append(step)
        value = value_at(value, (step,))
    return tuple(path)


Keep = Callable[[str, Any], bool]


def copied(value: Any, keep: Keep, item: Callable[[Any], Any] | None) -> Any:
    """A copy of a value with only the members to keep. `item` changes the items of lists; without it lists are not looked into.

    Without recursion: an event may be nested deeply.
    """
    root: list[Any] = [value]
    pending: list[tuple[Any, Any]] = [(root, 0)]
    while pending:
        holder, place = pending.pop()
        source = holder[place]
        if isinstance(source, dict):
            copy: Any = {key: child for key, child in source.items() if keep(key, child)}
            children: Iterator[tuple[Any, Any]] = iter(copy.items())
        elif item is not None and isinstance(source, list):
            copy = [item(child) for child in source]
            children = enumerate(copy)
        else:
            continue
        holder[place] = copy
        pending.extend((copy, key) for key, child in children if isinstance(child, dict | list))
    return root[0]


def json_value(value: Any) -> Any:
    """A value as JSON.stringify takes it after the mapping kit's clean-up; the value itself where nothing is to change.

    Members that are undefined or functions are left out, and so is an own `__proto__`, which a copy makes the prototype; items of lists
    that are undefined or functions are null.
    """
    if _is_json(value):
        return value
    return copied(
        value,
        lambda key, child: key != PROTO_NAME and not _is_no_json(child),
        lambda child: None if _is_no_json(child) else child,
    )


def _is_no_json(value: Any) -> bool:
    return value is ABSENT or type(value) is Function


def _is_json(value: Any) -> bool:
    """Whether nothing in a value is to change. False for a few that JSON could hold, too."""
    try:
        # Printing it is the quickest way to look at everything: what is no JSON cannot be printed.
        return b"__proto__" not in orjson.dumps(value)
    except orjson.JSONEncodeError:
        return False
