"""Whether the attributes of a context match an experiment's audience, as AB Smartly's JavaScript SDK decides it (`src/jsonexpr`)."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import zip_longest
from typing import Any, Final

_DEEPEST: Final = 200
_FLOAT: Final = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)", re.ASCII)
_ZEROS: Final = re.compile(r"\.?0{0,15}\Z")
_PLAIN_BELOW: Final = 1e21
_NAMED_GROUP: Final = re.compile(r"\(\?<(?![=!])")
_VERSION: Final = re.compile(r"[vV]?(\d+(?:\.\d+)*)(?:-([0-9A-Za-z.-]+))?(?:\+.*)?", re.ASCII)


def matches(audience: str, attributes: Mapping[str, Any]) -> bool | None:
    """Whether attributes match; None without a usable audience, which nobody mismatches.

    `audience` is the text of a JSON object with a `filter`. A regular expression is read as Python reads it.
    """
    try:
        filtered = json.loads(audience)["filter"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    if not isinstance(filtered, (list, dict)):
        return None
    return _truth(_Evaluation(attributes).evaluate(filtered))


def variables(audience: str) -> frozenset[str]:
    """The attributes that an audience looks at; none for one that is unusable."""
    try:
        stack = [json.loads(audience)["filter"]]
    except (ValueError, TypeError, KeyError, RecursionError):
        return frozenset()
    found: set[str] = set()
    while stack:
        item = stack.pop()
        if isinstance(item, list):
            stack += item
        elif isinstance(item, dict):
            for name, argument in item.items():
                path = argument.get("path") if isinstance(argument, dict) else argument
                if name == "var" and isinstance(path, str):
                    found.add(path.partition("/")[0])
                elif name != "value":
                    stack.append(argument)
    return frozenset(found)


class _Evaluation:
    """One evaluation of an expression: a list, all of which must hold, or an object, of which the first key is the operator."""

    def __init__(self, attributes: Mapping[str, Any]) -> None:
        self._attributes = attributes
        self._depth = 0

    def evaluate(self, expression: Any) -> Any:
        if self._depth > _DEEPEST:
            return None
        self._depth += 1
        try:
            if isinstance(expression, list):
                return self._all(expression)
            if isinstance(expression, dict) and expression:
                name, argument = next(iter(expression.items()))
                return self._operate(name, argument)
            return None
        finally:
            self._depth -= 1

    def _operate(self, name: str, argument: Any) -> Any:
        if name == "value":
            return argument
        if name == "var":
            path = argument.get("path") if isinstance(argument, dict) else argument
            return self._variable(path) if isinstance(path, str) else None
        if name in ("and", "or"):
            return (self._all if name == "and" else self._any)(argument) if isinstance(argument, list) else None
        if name == "not":
            return not _truth(self.evaluate(argument))
        if name == "null":
            return self.evaluate(argument) is None
        compare = _BINARY.get(name)
        if compare is None or not isinstance(argument, list) or len(argument) < 2:
            return None
        left, right = self.evaluate(argument[0]), self.evaluate(argument[1])
        return None if left is None or right is None else compare(left, right)

    def _all(self, expressions: Sequence[Any]) -> bool:
        return all(_truth(self.evaluate(item)) for item in expressions)

    def _any(self, expressions: Sequence[Any]) -> bool:
        return not expressions or any(_truth(self.evaluate(item)) for item in expressions)

    def _variable(self, path: str) -> Any:
        """The value at a path with `/`; None if it is missing."""
        value: Any = self._attributes
        for part in path.split("/"):
            if isinstance(value, Mapping):
                value = value.get(part)
            elif isinstance(value, (list, str)) and part.isascii() and part.isdecimal() and int(part) < len(value):
                value = value[int(part)]
            else:
                return None
        return value


def _truth(value: Any) -> bool:
    if isinstance(value, str):
        return value not in ("", "0", "false")
    if isinstance(value, (bool, int, float)):
        return value != 0
    return value is not None


def _number(value: Any) -> float | None:
    if isinstance(value, (bool, int, float)):
        return float(value)
    found = _FLOAT.match(value) if isinstance(value, str) else None
    number = float(found[1]) if found else math.inf
    return number if math.isfinite(number) else None


def _text(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, (int, float)):
        return None
    if abs(value) >= _PLAIN_BELOW:
        mantissa, _, exponent = f"{float(value)!r}".partition("e")
        return f"{mantissa}e{int(exponent):+d}"
    fixed = Decimal(value).quantize(Decimal("1e-15"), ROUND_HALF_UP)
    return _ZEROS.sub("", f"{fixed:f}", count=1)


def _compare(left: Any, right: Any) -> int | None:
    """-1, 0 or 1; the right side is turned into the type of the left one. None if that cannot be."""
    if isinstance(left, bool):
        return _order(left, _truth(right))
    if isinstance(left, (int, float)):
        number = _number(right)
        return None if number is None else _order(float(left), number)
    if isinstance(left, str):
        text = _text(right)
        # JavaScript compares texts by their UTF-16 units.
        return None if text is None else _order(_units(left), _units(text))
    return 0 if _same(left, right) else None


def _units(text: str) -> bytes:
    return text.encode("utf-16-be", "surrogatepass")


def _order(left: Any, right: Any) -> int:
    return int(left > right) - int(left < right)


def _same(left: Any, right: Any) -> bool:
    """Whether two JSON values are equal; `true` is not 1."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_same(left[key], right[key]) for key in left)
    return bool(left == right)


def _in(haystack: Any, needle: Any) -> bool | None:
    if isinstance(haystack, list):
        return any(_compare(item, needle) == 0 for item in haystack)
    text = _text(needle)
    if isinstance(haystack, (str, dict)):
        return text is not None and text in haystack
    return None


def _match(value: Any, pattern: Any) -> bool | None:
    text, source = _text(value), _text(pattern)
    if text is None or source is None:
        return None
    try:
        return re.search(_NAMED_GROUP.sub("(?P<", source), text) is not None
    except (re.error, OverflowError, RecursionError):
        return None


def _semver(left: Any, right: Any) -> int | None:
    """The order of two versions; None if one of them is none. Missing parts are 0, and a pre-release is before its release."""
    versions = [
        _VERSION.fullmatch(text.strip()) if (text := _text(side)) is not None else None for side in (left, right)
    ]
    if versions[0] is None or versions[1] is None:
        return None
    mine, other = ([int(part) for part in found[1].split(".")] for found in versions if found)
    pairs = list(zip_longest(mine, other, fillvalue=0))
    order = _order([pair[0] for pair in pairs], [pair[1] for pair in pairs])
    return order or _pre_release(versions[0][2], versions[1][2])


def _pre_release(left: str | None, right: str | None) -> int:
    if left is None or right is None:
        return (left is None) - (right is None)
    # By the rules of Semantic Versioning: numbers are before words, and fewer parts before more.
    keys = (
        [(not part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in text.split(".")]
        for text in (left, right)
    )
    return _order(*keys)


def _ordered(
    compare: Callable[[Any, Any], int | None], fits: Callable[[int], bool]
) -> Callable[[Any, Any], bool | None]:
    def operator(left: Any, right: Any) -> bool | None:
        order = compare(left, right)
        return None if order is None else fits(order)

    return operator


_ORDERS: Final[dict[str, Callable[[int], bool]]] = {
    "eq": lambda order: order == 0,
    "gt": lambda order: order > 0,
    "gte": lambda order: order >= 0,
    "lt": lambda order: order < 0,
    "lte": lambda order: order <= 0,
}
_BINARY: Final[dict[str, Callable[[Any, Any], bool | None]]] = {
    "in": _in,
    "match": _match,
    **{name: _ordered(_compare, fits) for name, fits in _ORDERS.items()},
    **{f"semver_{name}": _ordered(_semver, fits) for name, fits in _ORDERS.items()},
}
