"""Findings about the values that a mapping sends: names of goals, texts made of other values, and units."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from abtui.core.catalog_check import CatalogCheck
from abtui.core.checks.ids import uid_problem
from abtui.core.delivery.request import APPLICATION_HEADER
from abtui.core.destination import Decision
from abtui.core.destinations.actions.findings.places import Part
from abtui.core.destinations.actions.mapping import compile_field
from abtui.core.destinations.actions.mapping.paths import found as at_path
from abtui.core.destinations.actions.mapping.paths import keys_at, keys_of
from abtui.core.findings import Finding, error, info, warning
from abtui.core.text.javascript import ABSENT, json_kind, ordered_items
from abtui.core.text.paths import path_text

_REFERENCE: Final = re.compile(r"\{\{\{?([^{}]+)\}")
_MAYBE_COERCED: Final = re.compile(r"-?\d|true\Z|false\Z|-?Infinity\Z|NaN\Z")
_MAYBE_ROUNDED: Final = 16
_BROUGHT: Final = ("properties", "absmartly", "units")
NO_UNIT: Final = error(
    "UNIT-LEFT-NONE",
    "The goal is sent without a unit",
    "None of the mapping's units has a value in the event. The destination sends the goal all the same, with an empty list of units, so it counts for nobody, and Segment shows Success. The classic destination sends nothing.",
)
SKIPPED: Final = warning(
    "UNIT-SKIPPED",
    "A unit is left out",
    "Only numbers and texts that are not blank become a unit. The destination skips others silently.",
)
BROUGHT: Final = warning(
    "UNIT-BROUGHT",
    "The event brings units that have no meaning here",
    "The classic destination takes `properties.absmartly.units` in place of its unit mapping. Here the mapping alone says what the units are, and what the event brings is sent as a property.",
)
GAP: Final = warning(
    "GOAL-GAP",
    "A gap in the goal's name",
    "A template puts nothing where the event has no value, and `[object Object]` for an object. A page without a name becomes the goal `Page: `, and no error is raised.",
)
COERCED: Final = info(
    "MAPPING-COERCED",
    "A value is converted to text",
    "The field is text. The destination converts a number or a boolean to text, and a list of one value to that value.",
)


class GoalCheck:
    """Checks the name of the goal."""

    def __init__(self, part: Part, catalog: CatalogCheck) -> None:
        self._part, self._catalog = part, catalog
        name = part.values.get("name")
        template = name.get("@template") if isinstance(name, dict) else None
        references = _REFERENCE.findall(template) if isinstance(template, str) else []
        self._references = [keys_of(reference.strip()) for reference in references]
        self._path = _event_path(name)

    def check(self, event: dict[str, Any], decision: Decision, found: list[Finding]) -> None:
        """Append the findings about the goal that is sent."""
        goal = str(decision.goal)
        line = self._part.line("mapping", "name")
        for keys in self._references:
            value = at_path(event, keys)
            if value is ABSENT or value in (None, "") or isinstance(value, dict):
                place = path_text(keys)
                what = f"`{place[2:]}` is an object" if isinstance(value, dict) else f"The event has no `{place[2:]}`"
                message = f'{what}, so the goal is "{goal}".'
                found.append(
                    GAP.at(
                        message,
                        "Set it in the call, or give the mapping another name.",
                        event_path=place,
                        payload_path="$.goals[0].name",
                        config_line=line,
                    )
                )
        place = self._path or ("$.event" if event.get("type") == "track" else "$.name")
        self._catalog.goal(goal, place, line, found)


class TextCheck:
    """Checks the texts of a mapping that were perhaps no texts in the event."""

    def __init__(self, part: Part) -> None:
        self._part = part
        self._fields = {field: _value_of(part, field) for field in ("name", "application") if field in part.values}

    def check(self, event: dict[str, Any], decision: Decision, found: list[Finding]) -> None:
        """Append the findings about texts that are sent."""
        headers = dict(decision.headers)
        for field, value_of in self._fields.items():
            text = decision.goal if field == "name" else headers.get(APPLICATION_HEADER)
            # Most texts are none that another value becomes.
            if value_of is None or not isinstance(text, str) or not _MAYBE_COERCED.match(text):
                continue
            value = value_of(event)
            if value is not ABSENT and not isinstance(value, str):
                message = f"`{field}` is {json_kind(value)}, and is sent as the text `{text}`."
                path, line = _event_path(self._part.values[field]), self._part.line("mapping", field)
                found.append(COERCED.at(message, "Send a text.", event_path=path, config_line=line))


class UnitCheck:
    """Checks the units of a mapping."""

    def __init__(self, part: Part, catalog: CatalogCheck) -> None:
        self._part, self._catalog = part, catalog
        units = part.values.get("units")
        self._given = units if isinstance(units, dict) else {}
        self._is_brought = "absmartly" in str(units)
        self._units = _value_of(part, "units")

    def check(self, event: dict[str, Any], decision: Decision, found: list[Finding]) -> None:
        """Append the findings about the units that are sent, and those that are not."""
        units = decision.body["units"]
        for index, unit in enumerate(units):
            if isinstance(unit, dict) and isinstance(kind := unit.get("type"), str):
                if self._catalog.tells_unit(kind):
                    self._catalog.unit(kind, index, self._line(kind), found)
                self._id(event, kind, unit.get("uid"), index, found)
        if decision.goal is None:
            return
        if len(units) < len(self._given):
            self._skipped(event, {unit["type"] for unit in units}, found)
        if not units:
            found.append(self._none(event))
        brought = at_path(event, _BROUGHT)
        if not self._is_brought and isinstance(brought, list) and brought:
            message = f"`properties.absmartly.units` has no meaning for {self._part.shown}: its own units are sent."
            hint = "Take the units from there in the mapping, or send them as fields that it reads."
            place, line = path_text(_BROUGHT), self._line()
            found.append(BROUGHT.at(message, hint, event_path=place, payload_path="$.units", config_line=line))

    def _id(self, event: dict[str, Any], kind: str, uid: Any, index: int, found: list[Finding]) -> None:
        """Append the finding about one id. A number that was rounded is not seen in the text that is sent."""
        if isinstance(uid, str) and uid.isdigit() and len(uid) >= _MAYBE_ROUNDED:
            values = None if self._units is None else self._units(event)
            uid = values.get(kind) if isinstance(values, dict) else uid
        problem = uid_problem(uid) if type(uid) in (str, int, float) else None
        if problem is not None:
            place, line = path_text(("units", index, "uid")), self._line(kind)
            path = _event_path(self._given.get(kind))
            found.append(
                problem.rule.at(problem.message, problem.hint, event_path=path, payload_path=place, config_line=line)
            )

    def _skipped(self, event: dict[str, Any], sent: set[str], found: list[Finding]) -> None:
        values = None if self._units is None else self._units(event)
        for kind, value in ordered_items(values) if isinstance(values, dict) else ():
            if kind in sent or value is None:
                continue
            what = "blank" if isinstance(value, str) else json_kind(value)
            message = f"The unit `{kind}` is left out: its value is {what}."
            hint = "Omit the field if there is no id." if isinstance(value, str) else "Send the id as text."
            found.append(
                SKIPPED.at(
                    message,
                    hint,
                    event_path=_event_path(self._given.get(kind)),
                    config_line=self._line(kind),
                )
            )

    def _none(self, event: dict[str, Any]) -> Finding:
        named = ", ".join(f"`{kind}`" for kind in self._given) or "any unit"
        free = [key for key in ("userId", "anonymousId") if event.get(key) not in (None, "")]
        reads = str(self._given)
        hint = next(
            (f"The event has `{key}`, which the mapping does not take." for key in free if f"$.{key}'" not in reads),
            "Send one of the mapped identities with the event.",
        )
        message = f"No unit: the event has no value for {named}. {self._part.shown} sends the goal without one."
        return NO_UNIT.at(message, hint, payload_path="$.units", config_line=self._line())

    def _line(self, *keys: str) -> int | None:
        return self._part.line("mapping", "units", *keys)


def _event_path(value: Any) -> str | None:
    """The place in the event that a value of a mapping is taken from as it is."""
    keys = keys_at(value)
    return None if keys is None else path_text(keys)


def _value_of(part: Part, field: str) -> Callable[[dict[str, Any]], Any] | None:
    """One field of a mapping as a function of the event; None if it is no part of what can be resolved alone."""
    return compile_field(field, part.values[field]) if field in part.values and part.fields else None
