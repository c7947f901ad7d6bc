"""Findings about what one mapping does with an event."""

from __future__ import annotations

from typing import Any, Final

from abtui.core.catalog_check import CatalogCheck
from abtui.core.config.model import Config
from abtui.core.destination import Decision, Result
from abtui.core.destinations.actions.fields import EXPOSURE
from abtui.core.destinations.actions.findings.exposures import exposure_finding, no_payload_finding
from abtui.core.destinations.actions.findings.mappings import part_findings
from abtui.core.destinations.actions.findings.places import Part, part_on, parts_of
from abtui.core.destinations.actions.findings.values import GoalCheck, TextCheck, UnitCheck
from abtui.core.destinations.actions.schema import missing
from abtui.core.findings import Finding, Fix, error, warning
from abtui.core.fixes import Problem
from abtui.core.text.javascript import ABSENT, json_kind

_PROPERTIES: Final = {"@path": "$.properties"}


def _empty_properties(problem: Problem) -> Fix | None:
    part = part_on(problem, "properties")
    if part is None or part.values.get("properties") != _PROPERTIES:
        return None
    path = ("mappings", part.index, "mapping", "properties")
    value = {"@if": {"exists": _PROPERTIES, "then": _PROPERTIES, "else": {}}}
    return Fix("Send `{}` for an event without properties", {path: value})


FAILS: Final = error(
    "MAPPING-FAILS",
    "A mapping fails for the event",
    "Segment's code throws, so nothing is sent by this mapping, and Segment shows an error. The message is Segment's own. Other mappings are not touched.",
)
NO_PROPERTIES: Final = error(
    "PROPERTIES-MISSING",
    "The event has no properties, so the mapping fails",
    "`properties` is a required field of a goal. An event without properties, or with null, fails; `{}` is enough. The classic destination sends such an event.",
    fix=_empty_properties,
)
TIMESTAMP: Final = error(
    "DATE-TIMESTAMP",
    "The event's `timestamp` is missing, or is not a date",
    "All times that are sent come from `timestamp`, not from `sentAt` or `originalTimestamp`. Without a date they are null, and the collector refuses the request.",
)
TWICE: Final = warning(
    "MAPPING-TWICE",
    "Two mappings send the same thing",
    "Both mappings are for the event, and send the same goal or exposure, so that it counts twice.",
)


class ResultCheck:
    """Checks what mappings do against one config."""

    def __init__(self, config: Config) -> None:
        catalog = CatalogCheck(config)
        self._checks = {part.name: _PartCheck(part, catalog) for part in parts_of(config)}

    def check(self, event: dict[str, Any], result: Result, found: list[Finding]) -> None:
        """Append the findings about one mapping's result."""
        if result.decision.verdict in ("send", "fail"):
            self._checks[result.mapping].check(event, result.decision, found)

    def twice(self, decision: Decision, found: list[Finding]) -> None:
        """Append the findings about results of an event that are the same."""
        sent: dict[tuple[str, Any], Part] = {}
        for result in decision.results:
            own = result.decision
            if own.verdict != "send":
                continue
            part = self._checks[result.mapping].part
            first = sent.setdefault((own.code, own.goal), part)
            if first is not part and first.shown != part.shown:
                what = "the exposure" if own.goal is None else f'the goal "{own.goal}"'
                message = f"{first.shown} and {part.shown} both send {what}."
                hint = "Make their subscriptions exclusive of each other, or disable one of the two."
                found.append(TWICE.at(message, hint, config_line=part.line("subscribe")))


class _PartCheck:
    def __init__(self, part: Part, catalog: CatalogCheck) -> None:
        self.part = part
        self._goal, self._units = GoalCheck(part, catalog), UnitCheck(part, catalog)
        self._texts = TextCheck(part)
        is_given = "mappings" in part.config.lists
        # What makes each event fail is told once, of the config.
        self._always_fails = is_given and any(item.severity == "error" for item in part_findings(part))

    def check(self, event: dict[str, Any], decision: Decision, found: list[Finding]) -> None:
        if decision.verdict == "fail":
            if not self._always_fails and decision.code != "SETTINGS-REFUSED":
                found.append(failure := self._failure(event, decision))
                if failure.code == FAILS.code and self.part.given.get("partnerAction") == EXPOSURE:
                    found += filter(None, (no_payload_finding(event, self.part),))
            return
        _check_time(event, decision, found)
        self._units.check(event, decision, found)
        self._texts.check(event, decision, found)
        if decision.goal is not None:
            self._goal.check(event, decision, found)

    def _failure(self, event: dict[str, Any], decision: Decision) -> Finding:
        part = self.part
        if part.given.get("partnerAction") == EXPOSURE and decision.code in ("PAYLOAD-REFUSED", "ACTION-THROWS"):
            special = exposure_finding(event, part)
            if special is not None:
                return special
        properties = event.get("properties", ABSENT)
        if missing("properties") in decision.detail and properties in (ABSENT, None, ""):
            what = "no `properties`" if properties is ABSENT else f"`properties` that are {json_kind(properties)}"
            hint = "Send `properties: {}` with the event, or let the mapping send `{}` instead."
            line = part.line("mapping", "properties")
            message = f"The event has {what}, so {part.shown} fails."
            return NO_PROPERTIES.at(message, hint, event_path="$.properties", config_line=line)
        text = " ".join(decision.detail.split())
        hint = "Send what the message asks for with the event, or give the field another value in the mapping."
        return FAILS.at(f"{part.shown} fails: {text}", hint, config_line=part.line("mapping"))


def _check_time(event: dict[str, Any], decision: Decision, found: list[Finding]) -> None:
    if decision.body["publishedAt"] is None:
        is_there = event.get("timestamp") is not None
        what = "is not a date that JavaScript can parse" if is_there else "is missing"
        message = f"`timestamp` {what}, so the times that are sent are null."
        hint = "Send ISO 8601 text such as 2026-01-31T09:15:00.000Z."
        found.append(TIMESTAMP.at(message, hint, event_path="$.timestamp", payload_path="$.publishedAt"))
