"""How two decisions to send the same event differ in their bodies: the goal, the units, the rest.

Both bodies are made from one event, so that equal parts are mostly one object and comparing them is quick.
"""

from __future__ import annotations

from typing import Any

from abtui.core.corpus.comparison.model import UnitKind
from abtui.core.destination import Decision
from abtui.core.text.javascript import stringify

UnitDifference = tuple[UnitKind, str | None, str | None]
Unit = dict[str, str]
_GOAL_CODES = "GOAL-"


def goal_of(decision: Decision) -> str | None:
    """The name of the goal a decision sends, as text (`(no name)` without one), or None where it sends none."""
    if decision.verdict != "send" or not decision.code.startswith(_GOAL_CODES):
        return None
    name = decision.goal
    if type(name) is str:
        return name
    return stringify(name).decode() if "name" in decision.body["goals"][0] else "(no name)"


def unit_differences(old: list[Unit], new: list[Unit]) -> list[UnitDifference]:
    """How units that unitMapping gave, and that are not equal, differ; each difference once, however many units have it.

    A unit that one side has more often than the other is a difference like any other. A unit type that both have is
    compared by its ids first; what is left over and has the same id under another type is renamed; the rest is lost or
    gained.
    """
    gone, came = _left_over(old, new), _left_over(new, old)
    found: list[UnitDifference] = []
    if gone and came:
        found += _matches("uid", "type", gone, came)
        found += _matches("renamed", "uid", gone, came)
    for unit in gone:
        found.append(("lost", unit["type"], None))
    for unit in came:
        found.append(("gained", None, unit["type"]))
    return list(dict.fromkeys(found)) if len(found) > 1 else found or [("order", None, None)]


def _left_over(units: list[Unit], others: list[Unit]) -> list[Unit]:
    """The units that are not, one for one, among the others: units are few, and a list of few is quicker than a Counter."""
    rest = list(others)
    found: list[Unit] = []
    for unit in units:
        if unit in rest:
            rest.remove(unit)
        else:
            found.append(unit)
    return found


def _matches(kind: UnitKind, field: str, gone: list[Unit], came: list[Unit]) -> list[UnitDifference]:
    """The units that have `field` in common, which are taken out of both lists."""
    found: list[UnitDifference] = []
    for unit in list(gone):
        match = next((other for other in came if other[field] == unit[field]), None)
        if match is not None:
            gone.remove(unit)
            came.remove(match)
            found.append((kind, unit["type"], match["type"]))
    return found


def other_parts_differ(old: dict[str, Any], new: dict[str, Any], *, renamed: bool) -> bool:
    """Whether bodies differ in anything but their units and, with `renamed`, their goal's name."""
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
