"""Which events a subscription can hold for at all, without any event: contradictions, and two subscriptions that meet.

The conditions are taken apart into alternatives, each a list of comparisons that must all hold, and every field is tried with
the few values that could make a difference. Fields are taken as independent of each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise, product
from typing import Any, Final

from abtui.core.destinations.actions.fql.conditions import WITH_PATH, Comparison, Condition, Group
from abtui.core.destinations.actions.fql.evaluation import comparer
from abtui.core.segment import EVENT_TYPES
from abtui.core.text.javascript import ABSENT, string_to_number, to_string

Alternative = tuple[Comparison, ...]

_MAX_ALTERNATIVES: Final = 512
_MAX_PAIRS: Final = 1_024
# A character of no text that people write: it keeps the pieces of an invented text apart.
_APART: Final = "\ue000"


def alternatives(condition: Condition) -> tuple[Alternative, ...] | None:
    """The lists of comparisons of which one must hold; None where they are too many to look at."""
    if isinstance(condition, Comparison):
        return ((condition,),)
    if not isinstance(condition, Group):
        return ()
    parts = [alternatives(child) for child in condition.children]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    if condition.connective == "or":
        found = [one for part in known for one in part]
        return tuple(found) if len(found) <= _MAX_ALTERNATIVES else None
    count = 1
    for part in known:
        count *= len(part)
    if count > _MAX_ALTERNATIVES:
        return None
    return tuple(tuple(one for part in chosen for one in part) for chosen in product(*known))


def contradiction(comparisons: Alternative) -> Alternative:
    """The comparisons of the first field that no value can fulfil; empty if there is none."""
    by_field: dict[tuple[str, ...], list[Comparison]] = {}
    for one in comparisons:
        by_field.setdefault(one.keys, []).append(one)
    for field in by_field.values():
        tests = [comparer(one.operator, one.wanted) for one in field]
        if not any(all(test(value) for test in tests) for value in _candidates(field)):
            return tuple(field)
    return ()


def can_both_match(first: Condition, second: Condition) -> bool:
    """Whether there could be an event that both conditions hold for. False also where there is too much to look at."""
    mine, others = alternatives(first), alternatives(second)
    # What is not looked at is not told, rather than told wrongly.
    if mine is None or others is None or len(mine) * len(others) > _MAX_PAIRS:
        return False
    names, other_names = list(map(_name, mine)), list(map(_name, others))
    return any(
        not contradiction(one + other)
        for one, name in zip(mine, names, strict=True)
        for other, other_name in zip(others, other_names, strict=True)
        # Long lists of names are common, and this tells them apart at once.
        if name is None or other_name is None or name == other_name
    )


def track_names(condition: Condition) -> list[str]:
    """The names of track calls that a condition asks for one by one."""
    names = set()
    for one in alternatives(condition) or ():
        types = [comparer(part.operator, part.wanted) for part in one if part.root == "type"]
        name = _name(one)
        if name is not None and all(test("track") for test in types) and not contradiction(one):
            names.add(name)
    return sorted(names)


def _name(comparisons: Alternative) -> str | None:
    """The only name that an event can have, if it is told."""
    return next((to_string(one.wanted) for one in comparisons if one.root == "event" and one.operator == "="), None)


def _candidates(field: Iterable[Comparison]) -> Iterator[Any]:
    """Values among which is one that fulfils all comparisons of a field, if any does."""
    comparisons = list(field)
    root = comparisons[0].root
    if root == "type":
        yield from EVENT_TYPES
        return
    yield ABSENT
    if root in WITH_PATH and len(comparisons[0].keys) == 1:
        return
    yield from (True, False)
    yield from _texts(comparisons)
    yield from _numbers(comparisons)


def _texts(comparisons: list[Comparison]) -> Iterator[str]:
    pieces: dict[str, list[str]] = {"=": [], "starts_with": [], "contains": [], "ends_with": []}
    for one in comparisons:
        if one.operator in pieces:
            pieces[one.operator].append(to_string(one.wanted))
    yield from pieces["="]
    starts, ends = (max(pieces[name], key=len, default="") for name in ("starts_with", "ends_with"))
    yield _APART.join([starts, *pieces["contains"], ends])


def _numbers(comparisons: list[Comparison]) -> Iterator[float]:
    wanted = [one.wanted for one in comparisons]
    limits = sorted(string_to_number(one) if isinstance(one, str) else float(one or 0) for one in wanted)
    numbers = [one for one in limits if one == one]
    yield from numbers
    yield from ((lower + upper) / 2 for lower, upper in pairwise(numbers))
    yield min(numbers, default=0.0) - 1
    yield max(numbers, default=0.0) + 1
