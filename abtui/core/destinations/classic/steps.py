"""The sentences and places of steps. The destination calls these methods where it decides; they decide nothing."""

from __future__ import annotations

from typing import Any, Final

from abtui.core.config.model import Config
from abtui.core.destination import Trace
from abtui.core.outcomes import Link, Step, StepResult
from abtui.core.segment import audience_key
from abtui.core.text.javascript import ABSENT, json_kind, stringify
from abtui.core.text.paths import Path, path_text

_GOAL_NAME: Final = ("goals", 0, "name")


class Steps:
    """Appends steps to a trace, each with the line of the config entry it read."""

    def __init__(self, config: Config, trace: Trace) -> None:
        self._config = config
        self._trace = trace
        # Reads that need no step of their own go with the next step. The type chose the handler.
        self._on_the_way: tuple[Link, ...] = (Link(("type",)),)

    def _add(
        self,
        rule: str,
        result: StepResult,
        message: str,
        *,
        config: tuple[str, ...] | None = None,
        event: Path | None = None,
        payload: Path | None = None,
        value: Any = None,
        links: tuple[Link, ...] | None = None,
    ) -> None:
        """`links` is given if the step read or wrote other places than `event` and `payload`."""
        if links is None:
            links = (Link(event, payload),)
        links, self._on_the_way = self._on_the_way + links, ()
        line = self._config.line(*config) if config else None
        self._trace.append(
            Step(
                rule=rule,
                result=result,
                message=message if line is None else f"{message} (config line {line})",
                config_path=".".join(config) if config else None,
                config_line=line,
                event_path=None if event is None else path_text(event),
                payload_path=None if payload is None else path_text(payload),
                value=value,
                links=links,
            )
        )

    def no_handler(self, kind: Any) -> None:
        """Add that the destination does not know the type."""
        message = f"no handler for type {stringify(kind).decode()}: the destination refuses the event"
        self._add("handler", "stopped", message, event=("type",), value=kind)

    def throws(self, message: str, path: Path) -> None:
        """Add that the function throws over a value."""
        self._add("throw", "stopped", f"the function throws a TypeError: {message}", event=path)

    def tracking(self, kind: str, setting: str, enabled: bool) -> None:
        """Add that a toggle was read."""
        message = f"{kind} tracking is on" if enabled else f"{kind} tracking is off, so nothing is sent"
        self._add("tracking", "used" if enabled else "stopped", message, config=("settings", setting), value=enabled)

    def exposure_event(self, name: str) -> None:
        """Add that a track call is an exposure."""
        message = f'the name is exactly "{name}": an exposure, never a goal'
        self._add("exposure-event", "used", message, event=("event",), value=name)

    def exposure(self, field: str, body: Any) -> None:
        """Add the body of an exposure, or that there is none."""
        path = (field, "absmartly")
        if body is ABSENT:
            message = f"the event has no `{path_text(path)}`, so nothing is sent"
            self._add("exposure", "stopped", message, event=path, links=(Link((field,), shape=True), Link(path)))
        else:
            message = f"body <- `{path_text(path)}`, verbatim"
            links = (Link((field,), shape=True), Link(path, (), verbatim=True))
            self._add("exposure", "used", message, event=path, payload=(), value=body, links=links)

    def goal(self, name: Any, key: str, goal: Any, code: str) -> None:
        """Add the goal's name of a track call: `key` was looked up, and `goal` is the result."""
        path = ("settings", "goalMapping", key)
        if code == "GOAL-MAPPED":
            message = f'goal "{goal}" <- `$.event` = "{key}"'
            self._add("goal-mapping", "used", message, config=path, event=("event",), payload=_GOAL_NAME, value=goal)
            return
        self._add("goal-mapping", "skipped", f'goalMapping has no entry "{key}"', config=path[:2], event=("event",))
        if code == "GOAL-INHERITED":
            message = f'every JavaScript object inherits "{key}", which the function takes for an entry: the goal has no usable name'
        elif name is ABSENT:
            message = "the event has no `event`: the goal is sent without a name"
        elif name is None:
            message = "`$.event` is null, and so is the goal's name"
        else:
            message = f'goal "{key}" <- `$.event`, its own name'
        value = None if goal is ABSENT else goal
        links = (Link(("event",), _GOAL_NAME, verbatim=code != "GOAL-INHERITED"),)
        self._add("goal-name", "used", message, event=("event",), payload=_GOAL_NAME, value=value, links=links)

    def view_name(self, kind: str, name: str, goal: str) -> None:
        """Add the goal's name of a page or screen call."""
        message = f'goal "{goal}" <- `$.name` = "{name}" (goalMapping is not applied to {kind} goals)'
        config = ("behavior", "viewGoalNames")
        self._add("view-name", "used", message, config=config, event=("name",), payload=_GOAL_NAME, value=goal)

    def no_view_name(self, error: str, name: Any) -> None:
        """Add that a page or screen call has no name."""
        message = f"the event's top-level `name` is not text: the function raises {error!r}"
        self._add("view-name", "stopped", message, event=("name",), value=name)

    def audience(self, event: dict[str, Any]) -> None:
        """Add that Engage made the event, if it did."""
        key = audience_key(event)
        if key is not None:
            path = ("context", "personas", "computation_key")
            # The person should know, but the destination does not read it.
            self._add("audience", "used", f"Engage made this event for `{key}`", event=path, value=key, links=())

    def no_traits(self, traits: Any) -> None:
        """Add that an identify call has nothing to set."""
        message = "the event has no traits to set, so nothing is sent"
        self._add("traits", "stopped", message, event=("traits",), value=traits)

    def attributes(self, attributes: list[dict[str, Any]]) -> None:
        """Add one step for each trait."""
        for index, attribute in enumerate(attributes):
            path = ("traits", attribute["name"])
            message = f"attribute `{attribute['name']}` <- `{path_text(path)}`"
            payload = ("attributes", index)
            links = (
                Link(path, (*payload, "name"), key=True),
                Link(path, (*payload, "value"), verbatim=True),
            )
            self._add("attribute", "used", message, event=path, payload=payload, value=attribute["value"], links=links)

    def event_units(self, units: Any) -> None:
        """Add that the event brings its own units."""
        message = "units <- `$.properties.absmartly.units` as they are; the unit mapping is ignored"
        path = ("properties", "absmartly", "units")
        links = (*(Link(path[:length], shape=True) for length in (1, 2)), Link(path, ("units",), verbatim=True))
        self._add("event-units", "used", message, event=path, payload=("units",), value=units, links=links)

    def no_event_units(self) -> None:
        """Note that the event's properties were searched for units and have none."""
        self._on_the_way += (Link(("properties",), shape=True), Link(("properties", "absmartly"), shape=True))

    def unit(self, key: str, unit: str, value: Any, resolved: list[dict[str, str]]) -> None:
        """Add one entry of the unit mapping; `resolved` ends with its unit if it gave one."""
        config, where = ("settings", "unitMapping", key), path_text((key,))
        if value is ABSENT:
            message = f"unit mapping `{key}`: the event has no top-level field `{key}`"
            self._add("unit-mapping", "skipped", message, config=config, event=(key,))
        elif value is None:
            message = f"unit mapping `{key}`: `{where}` is null, as if it were absent"
            self._add("unit-mapping", "skipped", message, config=config, event=(key,))
        elif type(value) in (str, int, float):
            uid = resolved[-1]["uid"]
            message = f'unit `{unit}` <- `{where}` = "{uid}"'
            payload = ("units", len(resolved) - 1)
            # The type of the unit is the entry's own text, its uid the event's.
            links = (Link(None, (*payload, "type")), Link((key,), (*payload, "uid")))
            self._add(
                "unit-mapping", "used", message, config=config, event=(key,), payload=payload, value=uid, links=links
            )
        else:
            message = f"unit mapping `{key}`: `{where}` is {json_kind(value)}, only text and numbers count"
            self._add("unit-mapping", "skipped", message, config=config, event=(key,), value=value)

    def no_unit(self, units: Any) -> None:
        """Add that nothing is sent because there is no unit."""
        message = "no unit, so nothing is sent, and no error is raised"
        self._add("units", "stopped", message, payload=("units",), value=units)

    def date(self, event: dict[str, Any], field: str, parsed: int | None, payload: Path, *others: Path) -> None:
        """Add a date of the payload: milliseconds, or None for null. `others` are more places that it is written to."""
        if parsed is None:
            why = "missing" if field not in event else "null" if event[field] is None else "no date to JavaScript"
            message = f"`{payload[-1]}` is null: `$.{field}` is {why}"
        else:
            message = f"`{payload[-1]}` = {parsed} <- `$.{field}`"
        links = tuple(Link((field,), place) for place in (payload, *others))
        self._add("date", "used", message, event=(field,), payload=payload, value=parsed, links=links)

    def properties(self, properties: Any, of_event: Any) -> None:
        """Add the properties of a goal: those of the event, or a copy of them without `absmartly`."""
        if properties is ABSENT:
            message = "the event has no `properties`; the goal has none"
            self._add("properties", "skipped", message, event=("properties",))
            return
        is_copy = properties is not of_event
        removed = " without `absmartly`" if is_copy else ""
        message = f"goal properties <- `$.properties`{removed}"
        path, payload = ("properties",), ("goals", 0, "properties")
        if is_copy:
            kept = (Link((*path, key), (*payload, key), verbatim=True) for key in properties)
            links = (Link(path, payload, shape=True), *kept)
        else:
            links = (Link(path, payload, verbatim=True),)
        self._add("properties", "used", message, event=path, payload=payload, links=links)
