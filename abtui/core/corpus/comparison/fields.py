"""How two JSON values differ: field by field, and for request bodies in their units and the rest."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any, Final

from abtui.core.corpus.comparison.model import UnitKind
from abtui.core.report import FieldChange
from abtui.core.text.javascript import stringify
from abtui.core.text.paths import Path, path_text

ABSENT: Final = object()
"""Stands for a value that is not there. None is JSON's null."""
_MOST: Final = 100
"""The fields of one value that are listed; one more entry says that there are others."""
_DEEPEST: Final = 50
_LONGEST_LIST: Final = 200
"""Lists up to this length are aligned: otherwise an item that was removed would make all items after it differ."""

UnitDifference = tuple[UnitKind, str | None, str | None]
Unit = dict[str, Any]


def field_changes(old: Any, new: Any) -> list[FieldChange]:
    """The fields that differ, by path, in the order of OLD and then NEW; at most 100. Values are JSON, whole and unmasked.

    A path is NEW's, or OLD's where NEW has no such field. Either value may be ABSENT.
    """
    found: list[FieldChange] = []
    for change in _changes((), old, new):
        if len(found) == _MOST:
            found.append(FieldChange("…", "(more fields differ)", "(more fields differ)"))
            break
        found.append(change)
    return found


def value_text(value: Any) -> str | None:
    """A value as JSON, whole: callers mask keys and shorten it (`KeyMask.pair`). None for ABSENT."""
    return None if value is ABSENT else stringify(value).decode()


def _changes(path: Path, old: Any, new: Any) -> Iterator[FieldChange]:
    if old is new:
        return
    if type(old) is dict and type(new) is dict and len(path) < _DEEPEST:
        for key in old | new:
            yield from _changes((*path, key), old.get(key, ABSENT), new.get(key, ABSENT))
    elif type(old) is list and type(new) is list and len(path) < _DEEPEST:
        for place, left, right, alike in aligned(old, new):
            if not alike:
                yield from _changes((*path, place), left, right)
    elif old is ABSENT or new is ABSENT or stringify(old) != stringify(new):
        yield FieldChange(path_text(path), value_text(old), value_text(new))


def aligned(old: list[Any], new: list[Any]) -> Iterator[tuple[int, Any, Any, bool]]:
    """Pairs of corresponding items (ABSENT where one list has none), each with its index in NEW, or else in OLD.

    The last value is True where both items are known to be equal.
    """
    if max(len(old), len(new)) > _LONGEST_LIST:
        yield from _by_index(old, new, 0, 0)
        return
    matcher = SequenceMatcher(
        None, [stringify(item) for item in old], [stringify(item) for item in new], autojunk=False
    )
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        yield from _by_index(old[start:end], new[new_start:new_end], start, new_start, kind == "equal")


def _by_index(
    old: list[Any], new: list[Any], old_start: int, new_start: int, alike: bool = False
) -> Iterator[tuple[int, Any, Any, bool]]:
    for index in range(max(len(old), len(new))):
        place = index + (new_start if index < len(new) else old_start)
        yield place, old[index] if index < len(old) else ABSENT, new[index] if index < len(new) else ABSENT, alike


def units_of(body: dict[str, Any]) -> list[Unit] | None:
    """The units of a body, or None unless each has a type and an id: an event's own units and exposures may hold anything."""
    units = body.get("units")
    if type(units) is not list:
        return None
    for unit in units:
        if type(unit) is not dict or "uid" not in unit or type(unit.get("type")) is not str:
            return None
    return units


def unit_differences(old: list[Unit], new: list[Unit]) -> list[UnitDifference]:
    """How two lists of units that are not equal differ; each difference once, however many units have it.

    A unit that occurs more often in one list is a difference like any other. Units of one type are paired first: their ids
    differ. Of the rest, units with the same id are paired: their type was renamed. What is left was lost or gained.
    """
    differing = [pair for pair in zip(old, new, strict=False) if pair[0] != pair[1]]
    if len(differing) == 1 and len(old) == len(new):
        # The usual case, without searching the lists.
        left, right = differing[0]
        if left["type"] == right["type"]:
            return [("uid", left["type"], right["type"])]
        if left["uid"] == right["uid"]:
            return [("renamed", left["type"], right["type"])]
    gone, came = _left_over(old, new), _left_over(new, old)
    found: list[UnitDifference] = []
    if gone and came:
        found += _matches("uid", "type", gone, came)
        found += _matches("renamed", "uid", gone, came)
    found += [("lost", unit["type"], None) for unit in gone]
    found += [("gained", None, unit["type"]) for unit in came]
    return list(dict.fromkeys(found)) if len(found) > 1 else found or [("order", None, None)]


def _left_over(units: list[Unit], others: list[Unit]) -> list[Unit]:
    """The units without a counterpart among the others. For the few units of an event a list is faster than a Counter."""
    rest = list(others)
    found: list[Unit] = []
    for unit in units:
        if unit in rest:
            rest.remove(unit)
        else:
            found.append(unit)
    return found


def _matches(kind: UnitKind, field: str, gone: list[Unit], came: list[Unit]) -> list[UnitDifference]:
    """The units that have the same value in `field`. They are removed from both lists."""
    found: list[UnitDifference] = []
    for unit in list(gone):
        match = next((other for other in came if other[field] == unit[field]), None)
        if match is not None:
            gone.remove(unit)
            came.remove(match)
            found.append((kind, unit["type"], match["type"]))
    return found


def other_parts_differ(old: dict[str, Any], new: dict[str, Any], *, renamed: bool) -> bool:
    """Whether bodies differ in anything but their units and, with `renamed`, their goal's name.

    Both are made from one event, so most equal parts are the same object, and comparing them is fast.
    """
    if old.keys() != new.keys():
        return True
    for key, value in old.items():
        if key == "units" or value == (other := new[key]):
            continue
        if key != "goals" or not renamed or list(map(_nameless, value)) != list(map(_nameless, other)):
            return True
    return False


def _nameless(goal: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in goal.items() if key != "name"}
