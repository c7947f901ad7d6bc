"""The classic AB Smartly destination: what its published function does with one event.

Each rule exists once, here, and reports its step where it is applied, so the explanation cannot drift from the behaviour. Source
of each rule: the partner's published function, observed on recorded cases (tests/data/classic.jsonl), and for Identify
the destination's catalog page, section Engage. Without a trace no step is built.
"""

from __future__ import annotations

import re
from typing import Any

from abtui.core.config.model import Config
from abtui.core.destination import Decision, Trace
from abtui.core.destinations.classic.settings import classic_settings
from abtui.core.destinations.classic.steps import Steps
from abtui.core.destinations.exposures import EXPOSURE_EVENT
from abtui.core.text.javascript import (
    ABSENT,
    PROTO_NAME,
    PROTOTYPE_NAMES,
    JavaScriptTypeError,
    json_kind,
    length_is_positive,
    number_to_string,
    ordered_items,
    parse_date,
    stringify,
    to_string,
)
from abtui.core.text.paths import Path, path_text
from abtui.core.text.plain import plural

_NOT_A_WORD = re.compile("[^A-Za-z0-9_]+")


class _TypeErrorAt(Exception):
    """The function throws a TypeError over the value at `path` of the event."""

    def __init__(self, message: str, path: Path) -> None:
        super().__init__(message)
        self.message = message
        self.path = path


def mapping_key(name: Any) -> str:
    """The key that goalMapping is searched for: the event's name (or ABSENT) as a JavaScript property key. Raises JavaScriptTypeError."""
    return "undefined" if name is ABSENT else to_string(name)


def brought_units(event: dict[str, Any]) -> Any:
    """The units that an event brings itself, `properties.absmartly.units`, or ABSENT. Not for an event the function throws over."""
    properties = event.get("properties")
    inner = properties.get("absmartly") if type(properties) is dict else None
    return inner.get("units", ABSENT) if type(inner) is dict else ABSENT


class Classic:
    """The destination with one config. `decide` is a pure function of the event."""

    def __init__(self, config: Config) -> None:
        settings = classic_settings(config)
        self._config = config
        self._settings = settings
        # Object.entries: array-index keys come first, whatever the form's order.
        self._unit_entries = ordered_items(settings.unit_mapping)
        self._goals = settings.goal_mapping
        self._handlers = {
            "track": self._track,
            "page": self._page,
            "screen": self._screen,
            "group": self._group,
        }
        if settings.identify == "attributes":
            self._handlers["identify"] = self._identify

    def decide(self, event: dict[str, Any], trace: Trace | None = None) -> Decision:
        """Decide about `event`, which is not changed. Steps are appended to `trace`, in the order taken."""
        tell = None if trace is None else Steps(self._config, trace)
        kind = event.get("type")
        handler = self._handlers.get(kind) if type(kind) is str else None
        if handler is None:
            if tell is not None:
                tell.no_handler(kind)
            return Decision("unsupported", "NO-HANDLER", detail=stringify(kind).decode())
        try:
            return handler(event, tell)
        except _TypeErrorAt as error:
            if tell is not None:
                tell.throws(error.message, error.path)
            return Decision("fail", "THROWS", detail=error.message, path=error.path)

    # Event types

    def _track(self, event: dict[str, Any], tell: Steps | None) -> Decision:
        name = event.get("event", ABSENT)
        if name == EXPOSURE_EVENT:
            if tell is not None:
                tell.exposure_event(EXPOSURE_EVENT)
            return self._exposure(event, "properties", "EXPOSURE-TRACK", tell)
        try:
            key = name if type(name) is str else mapping_key(name)
        except JavaScriptTypeError as error:
            raise _TypeErrorAt(str(error), ("event",)) from None
        if key in self._goals:
            goal: Any = self._goals[key]
            code = "GOAL-MAPPED"
        elif key in PROTOTYPE_NAMES:
            # `in` also finds what every JavaScript object inherits: a function, which JSON.stringify leaves out.
            goal, code = ABSENT, "GOAL-INHERITED"
        elif key == PROTO_NAME:
            goal, code = {}, "GOAL-INHERITED"
        else:
            goal, code = name, "GOAL-NAMELESS" if name is ABSENT or name is None else "GOAL-OWN-NAME"
        if tell is not None:
            tell.goal(name, key, goal, code)
        return self._goal(event, goal, code, tell)

    def _page(self, event: dict[str, Any], tell: Steps | None) -> Decision:
        enabled = self._settings.enable_page_view_tracking
        return self._view(event, "page", "enablePageViewTracking", enabled, tell)

    def _screen(self, event: dict[str, Any], tell: Steps | None) -> Decision:
        enabled = self._settings.enable_app_screen_view_tracking
        return self._view(event, "screen", "enableAppScreenViewTracking", enabled, tell)

    def _view(self, event: dict[str, Any], kind: str, setting: str, enabled: bool, tell: Steps | None) -> Decision:
        if tell is not None:
            tell.tracking(kind, setting, enabled)
        if not enabled:
            return Decision("drop", f"{kind.upper()}-TRACKING-OFF")
        name = event.get("name")
        if type(name) is not str:
            message = f"{kind.capitalize()} event requires {kind} name."
            if tell is not None:
                tell.no_view_name(message, name)
            return Decision("fail", "VIEW-NAME", detail=message)
        if self._settings.view_goal_names == "title":
            goal = f"{kind.capitalize()}: {name}"
        else:
            goal = f"{_NOT_A_WORD.sub('_', name.lower())}_{kind}view"
        if tell is not None:
            tell.view_name(kind, name, goal)
        return self._goal(event, goal, f"GOAL-{kind.upper()}", tell)

    def _group(self, event: dict[str, Any], tell: Steps | None) -> Decision:
        return self._exposure(event, "traits", "EXPOSURE-GROUP", tell)

    def _identify(self, event: dict[str, Any], tell: Steps | None) -> Decision:
        """Engage traits become user attributes, as the catalog page promises. The published function has no such handler."""
        traits = event.get("traits")
        if tell is not None:
            tell.audience(event)
        if not isinstance(traits, dict) or not traits:
            if tell is not None:
                tell.no_traits(traits)
            return Decision("drop", "NO-TRAITS")
        set_at = _date(event.get("originalTimestamp", ABSENT), "originalTimestamp")
        attributes = [{"name": key, "value": value, "setAt": set_at} for key, value in ordered_items(traits)]
        if tell is not None:
            tell.attributes(attributes)
            tell.date(
                event, "originalTimestamp", set_at, *(("attributes", at, "setAt") for at in range(len(attributes)))
            )
        units, _ = self._units(event, tell)
        if not _has_units(units):
            return self._no_unit(units, tell)
        body = {"publishedAt": self._published(event, tell), "units": units, "attributes": attributes}
        return Decision("send", "ATTRIBUTES", body, detail=plural(len(attributes), "trait"))

    # Parts of a payload

    def _goal(self, event: dict[str, Any], name: Any, code: str, tell: Steps | None) -> Decision:
        value = event.get("originalTimestamp", ABSENT)
        achieved_at = parse_date(value) if type(value) is str else _date(value, "originalTimestamp")
        if tell is not None:
            tell.date(event, "originalTimestamp", achieved_at, ("goals", 0, "achievedAt"))
        units, properties = self._units(event, tell)
        if not (units if type(units) is list else _has_units(units)):
            return self._no_unit(units, tell)
        goal = {"name": name, "achievedAt": achieved_at, "properties": properties}
        if properties is ABSENT:
            del goal["properties"]
        if name is ABSENT:
            del goal["name"]
            name = None
        if tell is not None:
            tell.properties(properties, event.get("properties"))
        body = {"publishedAt": self._published(event, tell), "units": units, "goals": [goal]}
        return Decision("send", code, body, name)

    def _units(self, event: dict[str, Any], tell: Steps | None) -> tuple[Any, Any]:
        """The units, and the goal's properties, without `absmartly` if the units came from there."""
        properties = event.get("properties", ABSENT)
        if properties is not ABSENT and (type(properties) is not dict or "absmartly" in properties):
            inner = _member(properties, "absmartly", ("properties",))
            if inner is not ABSENT:
                units = _member(inner, "units", ("properties", "absmartly"))
                if units is not ABSENT:
                    if tell is not None:
                        tell.event_units(units)
                    return units, {key: value for key, value in properties.items() if key != "absmartly"}
        resolved: list[dict[str, str]] = []
        if tell is not None:
            tell.no_event_units()
        for key, unit in self._unit_entries:
            value = event.get(key, ABSENT)
            if type(value) is str:
                resolved.append({"type": unit, "uid": value})
            elif type(value) is int or type(value) is float:
                resolved.append({"type": unit, "uid": number_to_string(value)})
            if tell is not None:
                tell.unit(key, unit, value, resolved)
        return resolved, properties

    def _exposure(self, event: dict[str, Any], field: str, code: str, tell: Steps | None) -> Decision:
        """`<field>.absmartly` is the whole body, verbatim, of whatever type."""
        enabled = self._settings.enable_exposure_tracking
        if tell is not None:
            tell.tracking("exposure", "enableExposureTracking", enabled)
        if not enabled:
            return Decision("drop", "EXPOSURE-TRACKING-OFF")
        holder = event.get(field, ABSENT)
        body = ABSENT if holder is ABSENT else _member(holder, "absmartly", (field,))
        if tell is not None:
            tell.exposure(field, body)
        return Decision("drop", "EXPOSURE-MISSING", detail=field) if body is ABSENT else Decision("send", code, body)

    def _published(self, event: dict[str, Any], tell: Steps | None) -> int | None:
        value = event.get("sentAt", ABSENT)
        published_at = parse_date(value) if type(value) is str else _date(value, "sentAt")
        if tell is not None:
            tell.date(event, "sentAt", published_at, ("publishedAt",))
        return published_at

    @staticmethod
    def _no_unit(units: Any, tell: Steps | None) -> Decision:
        if tell is not None:
            tell.no_unit(units)
        return Decision("drop", "NO-UNIT")


def _text(value: Any, path: Path) -> str:
    """JavaScript's String(value)."""
    try:
        return to_string(value)
    except JavaScriptTypeError as error:
        raise _TypeErrorAt(str(error), path) from None


def _date(value: Any, field: str) -> int | None:
    """Date.parse of a field's value: milliseconds, or None where it is NaN (JSON.stringify writes null)."""
    return None if value is ABSENT else parse_date(value if type(value) is str else _text(value, (field,)))


def _has_units(units: Any) -> bool:
    if type(units) is list:
        return bool(units)
    try:
        return units is not None and length_is_positive(units)
    except JavaScriptTypeError as error:
        raise _TypeErrorAt(str(error), ("properties", "absmartly", "units", "length")) from None


def _member(holder: Any, key: str, path: Path) -> Any:
    """`holder[key]` if `key in holder`, else absent. JavaScript's `in` throws on anything that is no object or list."""
    if type(holder) is dict:
        return holder.get(key, ABSENT)
    if type(holder) is list:
        return ABSENT
    raise _TypeErrorAt(f"`{path_text(path)}` is {json_kind(holder)}, not an object", path)
