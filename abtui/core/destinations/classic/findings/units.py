"""Findings about the units of a payload, and about entries of the unit mapping that gave none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from abtui.core.catalog_check import CatalogCheck
from abtui.core.checks.ids import UidProblem, uid_problem
from abtui.core.config.model import Config
from abtui.core.destination import Decision, Usage
from abtui.core.destinations.classic.decide import brought_units
from abtui.core.destinations.classic.reasons import REASONS
from abtui.core.findings import Finding, Fix, error, info, warning
from abtui.core.fixes import Problem, is_swapped, rename_key, same_name, swap_entry
from abtui.core.text.javascript import ABSENT, json_kind, ordered_items
from abtui.core.text.paths import Path, path_text

_NO_UID: Final = 'Send each unit as {"type": ..., "uid": ...}.'
_BROUGHT: Final = ("properties", "absmartly", "units")
_REMEMBERED: Final = 1_000
_LONGEST_REMEMBERED: Final = 1_000
"""The characters of all names of an event's fields."""


def key_for_field(keys: Iterable[str], config: Config, usage: Usage) -> Fix | None:
    """Certain for one entry of the unit mapping that no event fills: it is the wrong way round, or its key has the wrong case."""
    mapping, fields = config.settings["unitMapping"], usage.fields.counts
    if usage.fields.others:
        return None
    paths = {key: ("settings", "unitMapping", key) for key in keys}
    unused = [key for key, path in paths.items() if not usage.identities[key] and path in config.lines]
    known = config.catalog.units
    swapped = [key for key in unused if is_swapped(key, mapping[key], mapping, known) and mapping[key] in fields]
    if len(swapped) == 1:
        return swap_entry(paths[swapped[0]], mapping[swapped[0]], config)
    near = {key: [name for name in fields if same_name(name, key) and name not in mapping] for key in unused}
    certain = [rename_key(paths[key], names[0], config) for key, names in near.items() if len(names) == 1]
    return certain[0] if len(certain) == 1 else None


def _key_for_event(problem: Problem) -> Fix | None:
    config, usage = problem.config, problem.usage
    if config is None or usage is None or problem.event is None:
        return None
    path = problem.finding.event_path
    keys = [key for key in config.settings["unitMapping"] if path in (None, path_text((key,)))]
    return key_for_field(keys, config, usage)


NONE: Final = error(
    "UNIT-NONE",
    "The event has no unit",
    "The destination sends nothing for an event without a unit and raises no error, and Segment shows Success. This is the most common reason why goals do not arrive.",
    fix=_key_for_event,
)
MISSING: Final = info(
    "UNIT-MISSING",
    "A mapped identity is not in the event",
    "The unit mapping names a top-level field that the event does not have, or that is null. That is normal if some events are anonymous. If all events lack it, the key is wrong.",
    fix=_key_for_event,
)
NESTED: Final = warning(
    "UNIT-NESTED",
    "A unit mapping key that can never match",
    "Keys of the unit mapping are top-level fields of the event. The destination looks up a path such as `traits.email` or `context.ip` as one name, and no event has such a field.",
)
TYPE: Final = warning(
    "UNIT-TYPE",
    "An identity that is neither text nor a number",
    "Only text and numbers become a unit. The destination silently skips true, false, lists and objects, and treats null as absent.",
)
NO_UID: Final = warning(
    "UNIT-NO-UID",
    "A unit without an id",
    "The event brings its own units, and one has no `uid`, or an exposure has an empty list of units. The collector accepts that, but it identifies nobody: if no unit has an id, nothing is counted.",
)
OVERRIDE: Final = info(
    "UNIT-OVERRIDE",
    "The event brings its own units",
    "The destination uses `properties.absmartly.units` as it is, ignores the unit mapping, and removes `absmartly` from the goal's properties.",
)


class UnitCheck:
    """Checks units against one config."""

    def __init__(self, config: Config, catalog: CatalogCheck) -> None:
        self._config = config
        self._entries = ordered_items(config.settings["unitMapping"])
        self._catalog = catalog
        self._quiet = {key for key, unit in self._entries if not catalog.tells_unit(unit)}
        """The keys of those entries whose unit types the catalog has nothing to say about."""
        self._absent: dict[tuple[str, ...], Finding] = {}
        """The findings about entries without a value, by the entry's key and the names of the event's fields: few differ."""

    def check(self, event: dict[str, Any], decision: Decision, found: list[Finding]) -> None:
        """Append the findings about the units of a goal, of attributes or of an exposure."""
        exposure = REASONS[decision.code].body_at
        if exposure is not None:
            body = decision.body
            if isinstance(body, dict) and "units" in body:
                self._brought(event, body["units"], (*exposure, "units"), found)
            return
        no_unit = decision.code == "NO-UNIT"
        if decision.verdict != "send" and not no_unit:
            return
        brought = brought_units(event)
        if brought is ABSENT:
            self._mapped(event, found)
        else:
            message = "The units come from `properties.absmartly.units`, not from the unit mapping."
            found.append(OVERRIDE.at(message, event_path=path_text(_BROUGHT), payload_path="$.units"))
            if not no_unit:
                self._brought(event, brought, _BROUGHT, found)
        if no_unit:
            found.append(self._none(event, brought=brought is not ABSENT))

    def _mapped(self, event: dict[str, Any], found: list[Finding]) -> None:
        index = 0
        for key, unit in self._entries:
            value: Any = event.get(key)
            kind = type(value)
            if kind is str or kind is int or kind is float:
                problem = uid_problem(value)
                if problem is not None:
                    found.append(_uid_finding(problem, (key,), index, self._line(key)))
                if key not in self._quiet:
                    self._catalog.unit(unit, index, self._line(key), found)
                index += 1
            elif value is None:
                found.append(self._without_value(event, key))
            else:
                found.append(self._unmatched(event, key))

    def _without_value(self, event: dict[str, Any], key: str) -> Finding:
        """The finding about an entry for which the event has nothing, or null: the names of its fields alone decide it."""
        shape = (key, *event)
        known = self._absent.get(shape)
        if known is None:
            known = self._unmatched(event, key)
            if len(self._absent) < _REMEMBERED and sum(map(len, shape)) <= _LONGEST_REMEMBERED:
                self._absent[shape] = known
        return known

    def _unmatched(self, event: dict[str, Any], key: str) -> Finding:
        line, path = self._line(key), path_text((key,))
        if event.get(key) is not None:
            message = f"`{key}` is {json_kind(event[key])}; only text and numbers become a unit."
            return TYPE.at(message, "Send the id as text.", event_path=path, config_line=line)
        if key not in event and ("." in key or "[" in key or key.startswith("$")):
            message = f"The destination looks up `{key}` as one top-level field, which no event has."
            hint = f"Send {key.rpartition('.')[2]!r} as a top-level field, or map userId or anonymousId."
            return NESTED.at(message, hint, event_path=path, config_line=line)
        near = next((name for name in event if name != key and name.lower() == key.lower()), None)
        hint = f"The event has `{near}`: names are case-sensitive." if near else ""
        message = f"The event has no top-level field `{key}`."
        if key in event:
            message = f"The event's `{key}` is null."
        return MISSING.at(message, hint, event_path=path, config_line=line)

    def _none(self, event: dict[str, Any], *, brought: bool) -> Finding:
        """The error, with the most useful next step: an identity that is in the event and not mapped."""
        if brought:
            message = "`properties.absmartly.units` has no unit, and its presence turns the unit mapping off."
            hint = "Remove `units` from `properties.absmartly`, or put a unit into it."
            return NONE.at(message, hint, event_path=path_text(_BROUGHT))
        line = self._config.line("settings", "unitMapping")
        if not self._entries:
            message = "No unit: the unit mapping is empty."
            return NONE.at(message, "Map userId or anonymousId to a unit type.", config_line=line)
        mapped = dict(self._entries)
        free = [key for key in ("userId", "anonymousId") if event.get(key) not in (None, "") and key not in mapped]
        hint = "Send one of the mapped identities with the event."
        if free:
            hint = f"The event has `{free[0]}`, which is not mapped."
        keys = ", ".join(f"`{key}`" for key in mapped)
        return NONE.at(f"No unit: the event has no usable {keys}.", hint, config_line=line)

    def _brought(self, event: dict[str, Any], units: Any, origin: Path, found: list[Finding]) -> None:
        """Append the findings about units that the event brings, at `origin` in it."""
        if units == []:
            message = "The exposure has no unit, so it counts for nobody."
            found.append(NO_UID.at(message, _NO_UID, event_path=path_text(origin), payload_path="$.units"))
        for index, unit in enumerate(units if isinstance(units, list) else ()):
            if isinstance(unit, dict):
                uid, kind = unit.get("uid"), unit.get("type")
                known = uid_problem(uid) if isinstance(uid, str) else None
                problem = known if "uid" in unit else _without_uid(unit, event)
                if problem is not None:
                    found.append(_uid_finding(problem, (*origin, index, "uid"), index, None))
                if isinstance(kind, str):
                    self._catalog.unit(kind, index, None, found)

    def _line(self, key: str) -> int | None:
        return self._config.line("settings", "unitMapping", key)


def _without_uid(unit: dict[str, Any], event: dict[str, Any]) -> UidProblem:
    """A unit that has no uid. The contract allows it: it identifies nobody."""
    near = _near_property(unit.get("type"), event.get("properties"))
    if near is not None:
        hint = f"The event has it as `{near}`: the middleware reads another name. Let it read `{near}`."
        return UidProblem(NO_UID, "The unit has no `uid`, so it counts for nobody.", hint)
    others = [key for key, value in unit.items() if key != "type" and isinstance(value, str | int | float)]
    hint = f"Put the id into `uid`; the unit has it in `{others[0]}`." if others else _NO_UID
    return UidProblem(NO_UID, "The unit has no `uid`, so it counts for nobody.", hint)


def _near_property(kind: object, properties: object) -> str | None:
    """A property of the event, or of its products, that is named as a unit type but for case and underscores."""
    if not isinstance(kind, str) or not isinstance(properties, dict):
        return None
    products = properties.get("products")
    holders = (properties, *(products if isinstance(products, list) else ()))
    names = (name for holder in holders if isinstance(holder, dict) for name in holder)
    return next((name for name in names if same_name(name, kind)), None)


def _uid_finding(problem: UidProblem, event_path: Path, index: int, line: int | None) -> Finding:
    where, payload = path_text(event_path), path_text(("units", index, "uid"))
    return problem.rule.at(problem.message, problem.hint, event_path=where, payload_path=payload, config_line=line)
