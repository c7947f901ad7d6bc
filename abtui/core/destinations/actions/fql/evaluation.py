"""Whether an event fulfils a condition: conditions are made into functions once, as a subscription sees every event."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from abtui.core.destinations.actions.fql.conditions import WITH_PATH, Comparison, Condition, Group, Wanted
from abtui.core.destinations.actions.fql.parser import NO_TYPE
from abtui.core.destinations.actions.javascript import is_number
from abtui.core.text.javascript import ABSENT, JavaScriptTypeError, string_to_number, to_double, to_string
from abtui.core.text.javascript.members import is_truthy, member, split_pairs

Event = Mapping[str, Any]
Read = Callable[[Event], Any]
Holds = Callable[[Event], bool]
Compare = Callable[[Any], bool]

_NO_REDUCE: Final = "Cannot read properties of null (reading 'reduce')"
_ORDERS: Final[dict[str, Callable[[float, float], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_TEXT_COMPARISONS: Final[dict[str, Callable[[str, str], bool]]] = {
    "contains": operator.contains,
    "starts_with": str.startswith,
    "ends_with": str.endswith,
}
_HALF_PAIR = re.compile("[\ud800-\udfff]").search


def compiled(condition: Condition) -> Holds:
    """The condition as a function. It raises JavaScriptTypeError where Segment's throws a TypeError."""
    if isinstance(condition, Group):
        return _all_or_any(condition)
    if not isinstance(condition, Comparison):
        return _throw
    if condition.root not in WITH_PATH and condition.operator in ("=", "!="):
        return _equality(condition)
    read, compare = reader(condition), comparer(condition.operator, condition.wanted)
    return lambda event: compare(read(event))


def reader(comparison: Comparison) -> Read:
    """Reads the value that is compared; ABSENT where the event has none."""
    root, *keys = comparison.keys
    if root not in WITH_PATH:
        return lambda event: event.get(root, ABSENT)
    if not comparison.path:
        return lambda event: ABSENT
    if not keys:
        return _throw_reduce

    def read(event: Event) -> Any:
        value = event.get(root, ABSENT)
        for key in keys:
            if not is_truthy(value):
                break
            value = member(value, key)
        return value

    return read


def comparer(name: str, wanted: Wanted) -> Compare:
    """The comparison of a value with `wanted`; an unknown operator never holds."""
    if name in ("=", "!="):
        text = to_string(wanted)
        return (lambda value: value == text) if name == "=" else (lambda value: value != text)
    if name in _ORDERS:
        return _order(_ORDERS[name], wanted)
    if name.removeprefix("not_") in _TEXT_COMPARISONS:
        return _text_comparison(name, to_string(wanted))
    return _OTHERS[name](wanted) if name in _OTHERS else lambda value: False


def is_known(name: str) -> bool:
    """Whether an operator can hold at all."""
    return name in ("=", "!=") or name in _ORDERS or name.removeprefix("not_") in _TEXT_COMPARISONS or name in _OTHERS


def _order(compare: Callable[[float, float], bool], wanted: Wanted) -> Compare:
    limit = string_to_number(wanted) if isinstance(wanted, str) else float(wanted or 0)
    return lambda value: is_number(value) and compare(to_double(value), limit)


def _text_comparison(name: str, wanted: str) -> Compare:
    compare, negated = _TEXT_COMPARISONS[name.removeprefix("not_")], name.startswith("not_")
    if _HALF_PAIR(wanted):
        # Half a pair is found in a whole one.
        halves = split_pairs(wanted)
        return lambda value: isinstance(value, str) and compare(split_pairs(value), halves) is not negated
    return lambda value: isinstance(value, str) and compare(value, wanted) is not negated


def _is_double(value: Any, wanted: Wanted) -> bool:
    return isinstance(wanted, float) and to_double(value) == wanted


_OTHERS: Final[dict[str, Callable[[Wanted], Compare]]] = {
    "exists": lambda wanted: lambda value: value is not ABSENT and value is not None,
    "not_exists": lambda wanted: lambda value: value is ABSENT or value is None,
    "is_true": lambda wanted: lambda value: value is True,
    "is_false": lambda wanted: lambda value: value is False,
    "number_equals": lambda wanted: lambda value: is_number(value) and _is_double(value, wanted),
    "number_not_equals": lambda wanted: lambda value: is_number(value) and not _is_double(value, wanted),
}


def _equality(comparison: Comparison) -> Holds:
    """What most subscriptions consist of, in one call: the type or the name of an event, where what is absent is no text either."""
    root, text = comparison.root, to_string(comparison.wanted)
    if comparison.operator == "=":
        return lambda event: event.get(root) == text
    return lambda event: event.get(root) != text


def _all_or_any(group: Group) -> Holds:
    """Stops at the first child that decides, as a later one might throw."""
    return _chain([compiled(child) for child in group.children], _either if group.connective == "or" else _both)


def _chain(parts: list[Holds], join: Callable[[Holds, Holds], Holds]) -> Holds:
    """The parts joined by halves, so that many of them make no deep recursion."""
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return join(_chain(parts[:middle], join), _chain(parts[middle:], join))


def _both(first: Holds, second: Holds) -> Holds:
    return lambda event: first(event) and second(event)


def _either(first: Holds, second: Holds) -> Holds:
    return lambda event: first(event) or second(event)


def _throw(event: Event) -> bool:
    raise JavaScriptTypeError(NO_TYPE)


def _throw_reduce(event: Event) -> Any:
    raise JavaScriptTypeError(_NO_REDUCE)
