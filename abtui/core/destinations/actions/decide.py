"""ABsmartly (Actions): what each mapping does with one event, as Segment's published code does it.

A config is compiled once. Each rule exists once and reports its step where it is applied; without a trace no step is built.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from abtui.core.destination import NOT_SUBSCRIBED, Decision, Result
from abtui.core.destinations.actions.bodies import PayloadProblem, exposure_body, goal_body
from abtui.core.destinations.actions.fields import GOAL, fields_of
from abtui.core.destinations.actions.fql import Invalid, parse
from abtui.core.destinations.actions.headers import HeaderProblem, Headers
from abtui.core.destinations.actions.javascript import entries
from abtui.core.destinations.actions.mapping import MappingProblem, Resolve, compile_mapping
from abtui.core.destinations.actions.schema import SchemaProblem, checked_payload
from abtui.core.destinations.actions.settings import CheckedSettings, checked_settings
from abtui.core.destinations.actions.steps import Line, Steps
from abtui.core.text.javascript import JavaScriptTypeError
from abtui.core.text.javascript.members import is_truthy
from abtui.core.text.paths import Path

_HIDDEN: Final = ("__segment_internal_sync_mode", "__segment_internal_matching_key")
_OFF: Final = Decision("disabled", "MAPPING-OFF")
_NOT_FOR_IT: Final = Decision("not-subscribed", NOT_SUBSCRIBED)
_HEADERS: Final = {"agent": "X-Agent", "application": "X-Application"}


class Actions:
    """The destination with its settings and mappings, both JSON values. `shown` is the API key as it may be shown."""

    def __init__(
        self, settings: Mapping[str, Any], mappings: Iterable[Mapping[str, Any]], line: Line, shown: str | None = None
    ) -> None:
        checked: CheckedSettings | str
        try:
            checked = checked_settings(settings)
        except SchemaProblem as found:
            checked = str(found)
        self._mappings = [_Mapping(at, mapping, checked, line, shown) for at, mapping in enumerate(mappings)]

    def results(self, event: dict[str, Any], *, explain: bool = False) -> list[Result]:
        """What each mapping does with the event, which is not changed, in the config's order. With `explain` each has its steps."""
        return [mapping.result(event, explain=explain) for mapping in self._mappings]


def name_of(mapping: Mapping[str, Any]) -> str:
    """The name of a mapping, "" if it has none."""
    name = mapping.get("name")
    return name if isinstance(name, str) else ""


class _Mapping:
    """One mapping, compiled."""

    def __init__(
        self, at: int, given: Mapping[str, Any], settings: CheckedSettings | str, line: Line, shown: str | None
    ) -> None:
        self._name = name_of(given)
        self._path: Path = ("mappings", at)
        self._line = line
        self._subscribe = given.get("subscribe")
        self._subscription = parse(self._subscribe)
        self._action = given.get("partnerAction")
        self._fields = fields_of(self._action) if isinstance(self._action, str) else ()
        self._headers = None if isinstance(settings, str) else _headers(settings, shown)
        self._always = self._same_for_all(given, settings)
        self._fixed = None if self._always is None else Result(self._name, self._always)
        self._skipped = Result(self._name, _NOT_FOR_IT)
        self._resolve: Resolve | MappingProblem
        try:
            self._resolve = compile_mapping(_mapping_of(given), (*self._path, "mapping"))
        except MappingProblem as found:
            self._resolve = found

    def _same_for_all(self, given: Mapping[str, Any], settings: CheckedSettings | str) -> Decision | None:
        """The decision that does not depend on the event, if there is one."""
        if given.get("enabled") is False:
            return _OFF
        if isinstance(settings, str):
            return Decision("fail", "SETTINGS-REFUSED", detail=settings)
        if isinstance(self._subscription, Invalid):
            return Decision("drop", "SUBSCRIPTION-INVALID", detail=self._subscription.message)
        return None

    def result(self, event: dict[str, Any], *, explain: bool) -> Result:
        if not explain:
            if self._fixed is not None:
                return self._fixed
            try:
                if not self._subscription.holds(event):  # type: ignore[union-attr]
                    return self._skipped
            except JavaScriptTypeError as error:
                return Result(self._name, Decision("fail", "THROWS", detail=f"TypeError: {error}"))
            return Result(self._name, self._act(event, None))
        tell = Steps(self._path, self._line)
        return Result(self._name, self._explained(event, tell), tuple(tell.made))

    def _explained(self, event: dict[str, Any], tell: Steps) -> Decision:
        if self._always is not None:
            decision, places = self._always, {"MAPPING-OFF": ("enabled",), "SUBSCRIPTION-INVALID": ("subscribe",)}
            message = decision.detail or "the mapping is switched off, so it is not run"
            tell.stopped("mapping", message, *places.get(decision.code, ()))
            return decision
        try:
            explanation = self._subscription.explain(event)  # type: ignore[union-attr]
        except JavaScriptTypeError as error:
            tell.stopped("subscribe", f"TypeError: {error}", "subscribe")
            return Decision("fail", "THROWS", detail=f"TypeError: {error}")
        tell.subscribed(explanation)
        return self._act(event, tell) if explanation.holds else _NOT_FOR_IT

    def _act(self, event: dict[str, Any], tell: Steps | None) -> Decision:
        if not self._fields:
            if tell is not None:
                tell.stopped("action", "the destination has no such action, so nothing is sent", "partnerAction")
            return Decision("drop", "ACTION-UNKNOWN", detail=str(self._action))
        try:
            return self._sent(event, tell)
        except MappingProblem as found:
            code, detail, place = "MAPPING-REFUSED", str(found), "mapping"
        except SchemaProblem as found:
            code, detail, place = "PAYLOAD-REFUSED", str(found), "mapping"
        except PayloadProblem as found:
            code, detail, place = "PAYLOAD-REFUSED", str(found), "partnerAction"
        except (HeaderProblem, JavaScriptTypeError) as found:
            text = str(found)
            code, detail, place = "THROWS", text if isinstance(found, HeaderProblem) else f"TypeError: {text}", "mapping"
        if tell is not None:
            tell.stopped("error", detail, place)
        return Decision("fail", code, detail=detail)

    def _sent(self, event: dict[str, Any], tell: Steps | None) -> Decision:
        if isinstance(self._resolve, MappingProblem):
            raise self._resolve
        assert self._headers is not None
        payload = checked_payload(self._resolve(event, tell), self._fields)
        self._headers.check()
        goal = self._action == GOAL
        body = goal_body(event, payload, tell) if goal else exposure_body(event, payload, tell)
        headers = self._headers.of(payload.get("agent", ""), payload.get("application", ""))
        if tell is not None:
            for name, header in _HEADERS.items():
                tell.header(name, header, dict(headers).get(header, ""))
        return Decision("send", "ACTION-GOAL" if goal else "ACTION-EXPOSURE", body, payload.get("name"), headers=headers)


def _headers(settings: CheckedSettings, shown: str | None) -> Headers:
    return Headers(settings.api_key, settings.environment, settings.api_key if shown is None else shown)


def _mapping_of(given: Mapping[str, Any]) -> dict[str, Any]:
    mapping = given.get("mapping")
    return {key: value for key, value in entries(mapping if is_truthy(mapping) else {}) if key not in _HIDDEN}
