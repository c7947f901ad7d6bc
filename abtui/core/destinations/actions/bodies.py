"""The bodies of the two actions (`trackGoal`, `trackExposure`), made of a checked payload and the event's `timestamp`."""

from __future__ import annotations

from typing import Any, Final

from abtui.core.destinations.actions.javascript import SPACES, entries, is_number, json_value, text_of
from abtui.core.destinations.actions.problems import PayloadProblem, Thrown
from abtui.core.destinations.actions.steps import Steps
from abtui.core.text.javascript import ABSENT, PROTO_NAME, number_to_string, ordered_items, parse_date, to_double
from abtui.core.text.javascript.numbers import MAX_SAFE_INTEGER

_EARLIEST: Final = 1262304000000
_LATEST: Final = 2524608000000
_NO_NAME: Final = "Goal `name` is required to be a non-empty string"
_MALFORMED: Final = "Field `exposure` is malformed or contains goals. Ensure you are sending a valid ABsmartly exposure payload without goals."


def _refused(message: str) -> PayloadProblem:
    return PayloadProblem(f"PayloadValidationError: {message}")


def _thrown(member: str, of: Any) -> Thrown:
    kind = "undefined" if of is ABSENT else "null"
    return Thrown(f"TypeError: Cannot read properties of {kind} (reading '{member}')")


def _milliseconds(value: Any) -> int | float | None:
    """A time as the action takes it: a number as it is, anything else through `Date.parse`; None for NaN."""
    if type(value) is str:
        return parse_date(value)
    return value if is_number(value) else parse_date(text_of(value))


def goal_body(event: dict[str, Any], payload: dict[str, Any], tell: Steps | None) -> dict[str, Any]:
    """The body of `trackGoal`. Raises Thrown."""
    name = payload["name"]
    if not name:
        raise _refused(_NO_NAME)
    published_at = _milliseconds(event.get("timestamp", ABSENT))
    units: list[dict[str, str]] = []
    for kind, value in ordered_items(payload["units"]):
        uid = value if type(value) is str else number_to_string(value) if is_number(value) else ""
        kept = uid != "" and (uid[0] not in SPACES or uid.strip(SPACES) != "") and kind != PROTO_NAME
        if kept:
            units.append({"type": kind, "uid": uid})
        if tell is not None:
            tell.unit(kind, value, len(units) - 1 if kept else None)
    properties = json_value(payload["properties"])
    if tell is not None:
        tell.units_done(any_left=bool(units))
        tell.wrote("name", ("goals", 0, "name"))
        tell.date(event, published_at, ("publishedAt",), ("goals", 0, "achievedAt"))
        tell.wrote("properties", ("goals", 0, "properties"))
    goal = {"name": name, "achievedAt": published_at, "properties": properties}
    return {"historic": True, "publishedAt": published_at, "units": units, "goals": [goal]}


def exposure_body(event: dict[str, Any], payload: dict[str, Any], tell: Steps | None) -> dict[str, Any]:
    """The body of `trackExposure`. Raises Thrown."""
    exposure = payload["exposure"]
    if exposure_problem(exposure):
        raise _refused(_MALFORMED)
    published_at = _milliseconds(event.get("timestamp", ABSENT))
    offset = _sum(published_at, _negative(_milliseconds(exposure["publishedAt"])))
    attributes = exposure.get("attributes")
    # What is spread first keeps its place.
    body: dict[str, Any] = json_value(
        exposure
        | {
            "historic": True,
            "publishedAt": published_at,
            "exposures": [
                dict(entries(item)) | {"exposedAt": _sum(item["exposedAt"], offset)} for item in exposure["exposures"]
            ],
            "attributes": ABSENT if attributes is None else [_moved(item, offset) for item in attributes],
        }
    )
    if tell is not None:
        tell.wrote("exposure", ())
        tell.date(event, published_at, ("publishedAt",))
        tell.shifted(offset)
    return body


def exposure_problem(exposure: dict[str, Any]) -> str:
    """Why the action refuses an exposure, in a clause; "" if it takes it. Raises Thrown."""
    published_at = exposure.get("publishedAt")
    if not (_in_range(published_at) or (isinstance(published_at, str) and parse_date(published_at) is not None)):
        return "`publishedAt` is not a time from 2010 to 2050"
    for name in ("units", "exposures"):
        if not isinstance(exposure.get(name), list) or not exposure[name]:
            return f"`{name}` is not a list, or is empty"
    for at, item in enumerate(exposure["exposures"]):
        if item is None or item is ABSENT:
            raise _thrown("exposedAt", item)
        if not isinstance(item, dict) or not _in_range(item.get("exposedAt")):
            return f"`exposures[{at}].exposedAt` is not a number of milliseconds from 2010 to 2050"
    goals, attributes = exposure.get("goals"), exposure.get("attributes")
    if goals is not None and goals != []:
        return "`goals` has to be empty"
    return "" if attributes is None or isinstance(attributes, list) else "`attributes` is not a list"


def _in_range(value: Any) -> bool:
    return is_number(value) and _EARLIEST <= value <= _LATEST


def _moved(item: Any, offset: int | float | None) -> dict[str, Any]:
    """An attribute with `setAt` moved by the offset, with JavaScript's `+` for whatever `setAt` is."""
    if item is None or item is ABSENT:
        raise _thrown("setAt", item)
    set_at = item.get("setAt", ABSENT) if isinstance(item, dict) else ABSENT
    return dict(entries(item)) | {"setAt": _plus(set_at, offset)}


def _plus(value: Any, offset: int | float | None) -> Any:
    if value is ABSENT:
        return None
    if value is None:
        return offset
    if isinstance(value, bool | int | float):
        return _sum(int(value) if isinstance(value, bool) else value, offset)
    return (value if isinstance(value, str) else text_of(value)) + (
        "NaN" if offset is None else number_to_string(offset)
    )


def _sum(one: int | float | None, other: int | float | None) -> int | float | None:
    """The sum of two doubles; None is NaN."""
    if one is None or other is None:
        return None
    if isinstance(one, int) and isinstance(other, int) and max(abs(one), abs(other)) <= MAX_SAFE_INTEGER:
        return one + other
    total = to_double(one) + to_double(other)
    return None if total != total else total


def _negative(value: int | float | None) -> int | float | None:
    return None if value is None else -value
