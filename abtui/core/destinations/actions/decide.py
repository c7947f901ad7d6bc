"""ABsmartly (Actions): what each mapping does with one event, as Segment's published code does it.

A config is compiled once. Each rule exists once and reports its step where it is applied; without a trace no step is built.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from msgspec.structs import replace

from abtui.core.destination import Decision, Result
from abtui.core.destinations.actions.bodies import exposure_body, goal_body
from abtui.core.destinations.actions.fields import ACTIONS, GOAL, fields_of
from abtui.core.destinations.actions.fql import Invalid, Subscription, parse
from abtui.core.destinations.actions.goals import GoalName
from abtui.core.destinations.actions.headers import Headers
from abtui.core.destinations.actions.javascript import entries
from abtui.core.destinations.actions.mapping import HIDDEN, Resolve, compile_mapping, thrower
from abtui.core.destinations.actions.problems import MappingProblem, SchemaProblem, Thrown, too_deep
from abtui.core.destinations.actions.schema import payload_check
from abtui.core.destinations.actions.settings import CheckedSettings, checked_settings
from abtui.core.destinations.actions.steps import Line, Steps
from abtui.core.mapping_names import mapping_name
from abtui.core.text.javascript import JavaScriptTypeError
from abtui.core.text.javascript.members import is_truthy
from abtui.core.text.paths import Path

_OFF: Final = Decision("disabled", "MAPPING-OFF")
_NOT_FOR_IT: Final = Decision("not-subscribed", "SUBSCRIPTION-FALSE")
_HEADERS: Final = {"agent": "X-Agent", "application": "X-Application"}


class Actions:
    """The destination with its settings and mappings, both JSON values. `shown` is the API key as it may be shown."""

    def __init__(
        self, settings: Mapping[str, Any], mappings: Iterable[Mapping[str, Any]], line: Line, shown: str | None = None
    ) -> None:
        checked: CheckedSettings | SchemaProblem
        try:
            checked = checked_settings(settings)
        except SchemaProblem as found:
            checked = found
        self._mappings = [_prepared(at, mapping, checked, line, shown) for at, mapping in enumerate(mappings)]
        # Most mappings are not for an event, and then nothing of them but the subscription is called.
        self._quick = [(mapping.holds, mapping.meet, mapping.skipped) for mapping in self._mappings]

    def results(self, event: dict[str, Any], *, explain: bool = False) -> list[Result]:
        """What each mapping does with the event, which is not changed, in the config's order. With `explain` each has its steps."""
        if explain:
            return [mapping.explained(event) for mapping in self._mappings]
        made: list[Result] = []
        for holds, meet, skipped in self._quick:
            try:
                made.append(meet(event) if holds(event) else skipped)
            except JavaScriptTypeError as found:
                # The subscription throws; `meet` catches what it throws itself.
                made.append(replace(skipped, decision=_failed(found, None)))
        return made


def _prepared(
    at: int, given: Mapping[str, Any], settings: CheckedSettings | SchemaProblem, line: Line, shown: str | None
) -> _Mapping | _SameForAll:
    subscription = parse(given.get("subscribe"))
    if given.get("enabled") is False:
        return _SameForAll(at, given, line, _OFF, "enabled", "the mapping is switched off")
    goal = GoalName(given, ("mappings", at, "mapping"))
    if isinstance(settings, SchemaProblem):
        decision = Decision("fail", "SETTINGS-REFUSED", detail=str(settings))
        meant = None if isinstance(subscription, Invalid) else _Meant(goal, subscription)
        return _SameForAll(at, given, line, decision, "settings", decision.detail, meant)
    if isinstance(subscription, Invalid):
        decision = Decision("drop", "SUBSCRIPTION-INVALID", detail=subscription.message)
        # Which events a goal of its own name was meant for is not known.
        meant = _Meant(goal, None) if goal.is_read else None
        return _SameForAll(at, given, line, decision, "subscribe", decision.detail, meant)
    headers = Headers(settings.api_key, settings.environment, settings.api_key if shown is None else shown)
    return _Mapping(at, given, line, subscription, headers, goal)


class _Meant:
    """The goal that an event was meant for, of a mapping that does not run."""

    def __init__(self, goal: GoalName, subscription: Subscription | None) -> None:
        self._goal, self._subscription = goal, subscription

    def of(self, event: dict[str, Any]) -> str | None:
        """The goal's name, None for an event that the mapping is not for."""
        try:
            is_for_it = self._subscription is None or self._subscription.holds(event)
        except JavaScriptTypeError:
            return None
        return self._goal.of(event) if is_for_it else None


class _SameForAll:
    """A mapping that decides the same about every event, but for the goal that it was meant for."""

    def __init__(
        self,
        at: int,
        given: Mapping[str, Any],
        line: Line,
        decision: Decision,
        key: str,
        message: str,
        meant: _Meant | None = None,
    ) -> None:
        self.skipped = Result(mapping_name(given), decision)
        tell = Steps(("mappings", at), line)
        tell.stopped("mapping", message, key)
        self._explained = Result(mapping_name(given), decision, tuple(tell.made))
        self._meant = meant

    def holds(self, _event: dict[str, Any]) -> bool:
        """True: all events have its result."""
        return True

    def meet(self, event: dict[str, Any]) -> Result:
        """What the mapping does with an event."""
        return self._about(self.skipped, event)

    def explained(self, event: dict[str, Any]) -> Result:
        """The same, with its step."""
        return self._about(self._explained, event)

    def _about(self, result: Result, event: dict[str, Any]) -> Result:
        goal = None if self._meant is None else self._meant.of(event)
        return result if goal is None else replace(result, decision=replace(result.decision, goal=goal))


class _Mapping:
    """One mapping, compiled."""

    def __init__(
        self,
        at: int,
        given: Mapping[str, Any],
        line: Line,
        subscription: Subscription,
        headers: Headers,
        goal: GoalName,
    ) -> None:
        self._name = mapping_name(given)
        self._path: Path = ("mappings", at)
        self._line = line
        self._action = given.get("partnerAction")
        self._check = (
            payload_check(fields_of(self._action))
            if isinstance(self._action, str) and self._action in ACTIONS
            else None
        )
        self._subscription = subscription
        self.holds = subscription.holds
        self.skipped = Result(self._name, _NOT_FOR_IT)
        self._headers = headers
        self._goal = goal
        self._resolve = _resolver(given, (*self._path, "mapping"))

    def meet(self, event: dict[str, Any]) -> Result:
        """What the mapping does with an event that it is for (`holds`)."""
        return Result(self._name, self._decided(event, None))

    def explained(self, event: dict[str, Any]) -> Result:
        """What the mapping does with an event, whether it is for it or not, with its steps."""
        tell = Steps(self._path, self._line)
        return Result(self._name, self._explained(event, tell), tuple(tell.made))

    def _explained(self, event: dict[str, Any], tell: Steps) -> Decision:
        try:
            explanation = self._subscription.explain(event)
        except JavaScriptTypeError as found:
            failed = _failed(found, None)
            tell.stopped("error", failed.detail, "subscribe")
            return failed
        tell.subscribed(explanation)
        return self._decided(event, tell) if explanation.holds else _NOT_FOR_IT

    def _decided(self, event: dict[str, Any], tell: Steps | None) -> Decision:
        try:
            return self._sent(event, tell)
        except (Thrown, JavaScriptTypeError) as found:
            failed = _failed(found, self._goal.of(event))
            if tell is not None:
                keys = (found.place, *found.keys) if isinstance(found, Thrown) else ("mapping",)
                tell.stopped("error", failed.detail, *keys)
            return failed

    def _sent(self, event: dict[str, Any], tell: Steps | None) -> Decision:
        if self._check is None:
            if tell is not None:
                tell.stopped("action", "the destination has no such action, so nothing is sent", "partnerAction")
            return Decision("drop", "ACTION-UNKNOWN", detail=str(self._action))
        payload = self._check(self._resolve(event, tell))
        self._headers.check()
        is_goal = self._action == GOAL
        body = goal_body(event, payload, tell) if is_goal else exposure_body(event, payload, tell)
        headers = self._headers.of(payload.get("agent", ""), payload.get("application", ""))
        if tell is not None:
            for name, header in _HEADERS.items():
                tell.header(name, header, dict(headers).get(header, ""))
        code = "ACTION-GOAL" if is_goal else "ACTION-EXPOSURE"
        return Decision("send", code, body, payload.get("name"), headers=headers)


def _failed(found: Thrown | JavaScriptTypeError, goal: str | None) -> Decision:
    if isinstance(found, Thrown):
        return Decision("fail", found.code, goal=goal, detail=str(found))
    return Decision("fail", Thrown.code, goal=goal, detail=f"TypeError: {found}")


def _resolver(given: Mapping[str, Any], config: Path) -> Resolve:
    """The mapping as a function, which throws for every event what is wrong with it for every event."""
    mapping = given.get("mapping")
    members = {key: value for key, value in entries(mapping if is_truthy(mapping) else {}) if key not in HIDDEN}
    try:
        return compile_mapping(members, config)
    except MappingProblem as found:
        return thrower(found)
    except RecursionError:
        return thrower(too_deep())
