"""The units of a payload, and why an entry of the unit mapping gave none (reference: the destination's function, "Units")."""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from abtui.core.config.model import Config
from abtui.core.destination import Decision
from abtui.core.destinations import REASONS
from abtui.core.findings import Finding, finding
from abtui.core.text.javascript import json_kind, ordered_items, to_double
from abtui.core.text.paths import Path, path_text

UID_LIMIT: Final = 640
_NO_UID: Final = 'Send each unit as {"type": ..., "uid": ...}.'
_SAFE_INTEGER: Final = 2**53
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+\Z")


class UnitChecks:
    """Checks of units against one config."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._entries = ordered_items(config.settings["unitMapping"])
        self._known = config.catalog.units
        self._archived = config.catalog.archived.units - (self._known or frozenset())

    def check(self, event: dict[str, Any], decision: Decision, found: list[Finding]) -> None:
        """Append what is notable about the units of a goal, of attributes or of an exposure."""
        exposure = REASONS[decision.code].body_at
        if exposure is not None:
            body = decision.body
            if isinstance(body, dict) and "units" in body:
                self._brought(body["units"], (*exposure, "units"), found)
            return
        if decision.unit_source == "event":
            found.append(
                finding(
                    "UNIT-OVERRIDE",
                    "The units come from `properties.absmartly.units`; the unit mapping is ignored.",
                    event_path="$.properties.absmartly.units",
                    payload_path="$.units",
                )
            )
            if decision.verdict == "send":
                self._brought(decision.body["units"], ("properties", "absmartly", "units"), found)
        elif decision.unit_source is not None:
            self._mapped_units(event, found)
        if decision.code == "NO-UNIT":
            found.append(self._none(event, decision))

    def _mapped_units(self, event: dict[str, Any], found: list[Finding]) -> None:
        index = 0
        for key, unit in self._entries:
            value: Any = event.get(key)
            kind = type(value)
            if kind is str or kind is int or kind is float:
                problem = uid_problem(value)
                if problem is not None:
                    found.append(_of_uid(problem, (key,), index, self._line(key)))
                if self._is_unknown(unit):
                    self._unknown(unit, index, self._line(key), found)
                index += 1
            else:
                self._unmatched(event, key, found)

    def _unmatched(self, event: dict[str, Any], key: str, found: list[Finding]) -> None:
        line, path = self._line(key), path_text((key,))
        if event.get(key) is not None:
            message = f"`{key}` is {json_kind(event[key])}; only text and numbers become a unit."
            found.append(finding("UNIT-TYPE", message, "Send the id as text.", event_path=path, config_line=line))
        elif key not in event and ("." in key or "[" in key or key.startswith("$")):
            message = f"`{key}` is looked up as one top-level name, which no event has."
            hint = f"Send {key.rpartition('.')[2]!r} as a top-level field, or map userId or anonymousId."
            found.append(finding("UNIT-NESTED", message, hint, event_path=path, config_line=line))
        else:
            near = next((name for name in event if name != key and name.lower() == key.lower()), None)
            what = (
                "The event's `{}` is null: it has none." if key in event else "The event has no top-level field `{}`."
            )
            hint = f"The event has `{near}`: names are case-sensitive." if near else ""
            found.append(
                finding(
                    "UNIT-MISSING",
                    what.format(key),
                    hint,
                    event_path=path,
                    config_line=line,
                )
            )

    def _none(self, event: dict[str, Any], decision: Decision) -> Finding:
        """The error, with the most useful next step: an identity that is in the event and not mapped."""
        if decision.unit_source == "event":
            message = "`properties.absmartly.units` holds no unit, and the unit mapping is not asked then."
            return finding(
                "UNIT-NONE",
                message,
                "Leave `units` out of `properties.absmartly`, or fill it.",
                event_path="$.properties.absmartly.units",
            )
        line = self._config.line("settings", "unitMapping")
        if not self._entries:
            return finding(
                "UNIT-NONE",
                "No unit: the unit mapping is empty.",
                "Map userId or anonymousId to a unit type.",
                config_line=line,
            )
        free = [
            key
            for key in ("userId", "anonymousId")
            if event.get(key) not in (None, "") and key not in dict(self._entries)
        ]
        hint = (
            f"The event has `{free[0]}`, which is not mapped."
            if free
            else "Send one of the mapped identities with the event."
        )
        keys = ", ".join(f"`{key}`" for key, _ in self._entries)
        return finding("UNIT-NONE", f"No unit: the event has no usable {keys}.", hint, config_line=line)

    def _brought(self, units: Any, origin: Path, found: list[Finding]) -> None:
        """Units that the event brings, at `origin` in it."""
        if units == []:
            message = "The exposure has no unit: it counts for nobody."
            found.append(finding("UNIT-NO-UID", message, _NO_UID, event_path=path_text(origin), payload_path="$.units"))
        for index, unit in enumerate(units if isinstance(units, list) else ()):
            if isinstance(unit, dict):
                uid, kind = unit.get("uid"), unit.get("type")
                problem = uid_problem(uid) if isinstance(uid, str) else None if "uid" in unit else _without_uid(unit)
                if problem is not None:
                    found.append(_of_uid(problem, (*origin, index, "uid"), index, None))
                if isinstance(kind, str) and self._is_unknown(kind):
                    self._unknown(kind, index, None, found)

    def _is_unknown(self, unit: str) -> bool:
        return (self._known is not None and unit not in self._known) or unit in self._archived

    def _unknown(self, unit: str, index: int, line: int | None, found: list[Finding]) -> None:
        message, hint = (
            f'Unit type "{unit}" is not in the catalog.',
            "Create it in the web console, or correct the name.",
        )
        if unit in self._archived:
            message = f'Unit type "{unit}" is archived in the web console.'
            hint = "Restore it there, or name one that is in use."
        path = path_text(("units", index, "type"))
        found.append(finding("CATALOG-UNIT", message, hint, payload_path=path, config_line=line))

    def _line(self, key: str) -> int | None:
        return self._config.line("settings", "unitMapping", key)


class Problem(NamedTuple):
    """What is wrong with one id: a finding's code, message and hint."""

    code: str
    message: str
    hint: str


def _without_uid(unit: dict[str, Any]) -> Problem:
    """A unit that has no uid. The contract allows it: it identifies nobody."""
    others = [key for key, value in unit.items() if key != "type" and isinstance(value, str | int | float)]
    hint = f"The id goes into `uid`; the unit has `{others[0]}`." if others else _NO_UID
    return Problem("UNIT-NO-UID", "The unit has no `uid`, so nothing can be counted for it.", hint)


def uid_problem(value: str | int | float) -> Problem | None:
    """What is wrong with one id, or None. The usual id, short text without an @, is done with after four tests."""
    if isinstance(value, str):
        if value and len(value) <= UID_LIMIT and "@" not in value and not value.isspace():
            return None
        if not value.strip():
            message = "The id is blank." if value else "The id is empty."
            return Problem("UNIT-EMPTY", message, "Leave the field out where there is no id.")
        if len(value) > UID_LIMIT:
            message = f"The id has {len(value):,} characters; the collector takes {UID_LIMIT}."
            return Problem("UNIT-LONG", message, "Send a shorter, opaque id.")
        if _EMAIL.match(value):
            message = "The id looks like an e-mail address, which is personal data."
            return Problem("UNIT-EMAIL", message, "Send an opaque id, such as the database's.")
        return None
    if abs(value) <= _SAFE_INTEGER or (isinstance(value, int) and to_double(value) == value):
        return None
    message = f"{_short(value)} is rounded: JavaScript's numbers are exact only to 2^53."
    return Problem("UNIT-PRECISION", message, "Send the id as text.")


def _of_uid(problem: Problem, event_path: Path, index: int, line: int | None) -> Finding:
    where, payload = path_text(event_path), path_text(("units", index, "uid"))
    return finding(
        problem.code, problem.message, problem.hint, event_path=where, payload_path=payload, config_line=line
    )


def _short(value: float) -> str:
    # Python refuses to write integers of more than 4,300 digits.
    return str(value) if abs(value) < 10**40 else "The number"
