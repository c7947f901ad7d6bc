"""What LiquidJS makes of values: as text, as number, compared, and their members."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from typing import Any, Final

from abtui.core.destinations.actions.javascript import is_number, length, text_of
from abtui.core.text.javascript import ABSENT, string_to_number, to_double
from abtui.core.text.javascript.members import Function, member

NOT_A_NUMBER: Final = float("nan")


class Literal:
    """One of the words `nil`, `empty` and `blank`, which compare in their own way. `value` is what it is anywhere else."""

    def __init__(self, value: Any, matches: Callable[[Any], bool]) -> None:
        self.value = value
        self.matches = matches


def is_nil(value: Any) -> bool:
    """Whether a value is null or undefined."""
    return value is None or value is ABSENT


def _is_empty(value: Any) -> bool:
    return isinstance(value, str | list | dict) and not value


NIL: Final = Literal(None, is_nil)
EMPTY: Final = Literal("", _is_empty)
BLANK: Final = Literal(
    "",
    lambda value: is_nil(value) or value is False or _is_empty(value) or (isinstance(value, str) and not value.strip()),
)
WORDS: Final = {"true": True, "false": False, "nil": NIL, "null": NIL, "empty": EMPTY, "blank": BLANK}


def plain(value: Any) -> Any:
    """A value without the special meaning of a word."""
    return value.value if isinstance(value, Literal) else value


def as_text(value: Any) -> str:
    """A value as it is printed: nothing for null, lists without separators. Raises JavaScriptTypeError."""
    value = plain(value)
    if isinstance(value, str):
        return value
    if is_nil(value):
        return ""
    return "".join(map(as_text, value)) if isinstance(value, list) else text_of(value)


def as_number(value: Any) -> float:
    """JavaScript's `Number(value)`. Raises JavaScriptTypeError."""
    value = plain(value)
    if value is None:
        return 0.0
    if value is ABSENT or isinstance(value, Function):
        return NOT_A_NUMBER
    if isinstance(value, bool | int | float):
        return to_double(value)
    return string_to_number(text_of(value))


def is_true(value: Any) -> bool:
    """Whether a condition holds: all but false and null."""
    value = plain(value)
    return value is not False and not is_nil(value)


def equals(left: Any, right: Any) -> bool:
    """LiquidJS's `==`: strict, lists item by item."""
    if isinstance(left, Literal):
        return left.matches(plain(right))
    if isinstance(right, Literal):
        return right.matches(left)
    if isinstance(left, list):
        return isinstance(right, list) and len(left) == len(right) and all(map(equals, left, right))
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, str | int | float) and isinstance(right, str | int | float):
        return left == right
    return left is right


def contains(left: Any, right: Any) -> bool:
    """LiquidJS's `contains`, for texts and lists."""
    left = plain(left)
    if isinstance(left, list):
        return any(equals(item, right) for item in left)
    return isinstance(left, str) and text_of(plain(right)) in left


def ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    """A comparison by order: texts as texts, anything else as numbers."""

    def holds(left: Any, right: Any) -> bool:
        if isinstance(left, Literal) or isinstance(right, Literal):
            return False
        if isinstance(left, str) and isinstance(right, str):
            return compare(left, right)
        return compare(as_number(left), as_number(right))

    return holds


OPERATORS: Final[dict[str, tuple[int, Callable[..., Any]]]] = {
    "==": (2, equals),
    "!=": (2, lambda left, right: not equals(left, right)),
    ">": (2, ordered(operator.gt)),
    "<": (2, ordered(operator.lt)),
    ">=": (2, ordered(operator.ge)),
    "<=": (2, ordered(operator.le)),
    "contains": (2, contains),
    "not": (1, lambda value: not is_true(value)),
    "and": (0, lambda left, right: is_true(left) and is_true(right)),
    "or": (0, lambda left, right: is_true(left) or is_true(right)),
}
"""The operators with their precedence; of equal ones the last is applied first."""


def property_of(value: Any, key: Any) -> Any:
    """A member of a value: its own, or `size`, `first` and `last`; lists count negative indexes from their end."""
    key = plain(key)
    if is_nil(value):
        return value
    name = text_of(key)
    if isinstance(value, list) and is_number(key) and key < 0:
        name = text_of(len(value) + key)
    found = member(value, name) if isinstance(value, str | list | dict) else ABSENT
    if isinstance(value, dict):
        found = value.get(name, ABSENT)
    if found is not ABSENT and not isinstance(found, Function):
        return found
    if name == "size":
        return length(value) if isinstance(value, str) else len(value) if isinstance(value, list | dict) else ABSENT
    if name in ("first", "last") and isinstance(value, list):
        return value[0 if name == "first" else -1] if value else ABSENT
    return ABSENT


def member_at(value: Any, keys: Iterable[Any]) -> Any:
    """The member that keys lead to, one inside the other."""
    for key in keys:
        value = property_of(value, key)
    return value
