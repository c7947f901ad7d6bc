"""Findings about one event and the decision about it: those of every destination here, and the destination's own through its contract."""

from __future__ import annotations

from abtui.core.checks.event import REPEATED, RecentIds, event_findings, repeated_finding, usable_id
from abtui.core.checks.integrations import filtered_finding, integrations_findings
from abtui.core.checks.keys import KeyCheck
from abtui.core.checks.not_event import not_event_finding
from abtui.core.checks.request import contract_findings, fetch_finding
from abtui.core.config.model import Config
from abtui.core.destination import FETCH_THROWS, FILTERED, Decision, Destination, Result
from abtui.core.events import Event
from abtui.core.findings import Finding

__all__ = ["REPEATED", "Checks", "RecentIds", "not_event_finding", "repeated_finding", "usable_id"]


class Checks:
    """All checks of an event against one config of a destination."""

    def __init__(self, config: Config, destination: Destination) -> None:
        self._config = config
        self._title = destination.title
        self._reasons = destination.reasons
        self._keys = KeyCheck(config)
        self._check = destination.checks_with(config)
        self._check_result = destination.checks_result_with(config)

    def findings(
        self, event: Event, decision: Decision, recent: RecentIds | None, *, valid: bool
    ) -> tuple[Finding, ...]:
        """The findings of reading the event first, then those about the event, the mapping, and the payload.

        A JSON object that is no event has only the finding that says so, those of its text, and one if it carries a key.
        `valid` tells whether the decision's body keeps the collector's contract; it is True for a summary of several mappings,
        whose own findings are not among these (`of_result`).
        """
        wrong = not_event_finding(event.value)
        if wrong is not None:
            found = [wrong, *event.findings]
            self._keys.check(event, found)
            return tuple(found)
        found = list(event.findings)
        event_findings(event, recent, found)
        if decision.code == FILTERED:
            found.append(filtered_finding(decision, self._title))
        integrations_findings(event.value, self._title, found)
        self._keys.check(event, found)
        if decision.code == FILTERED:
            return tuple(found)
        if decision.code == FETCH_THROWS and not decision.results:
            found.append(fetch_finding(decision, self._config))
            return tuple(found)
        self._check(event.value, decision, found)
        if decision.verdict == "send" and not valid:
            contract_findings(decision, self._reasons[decision.code].body_at, found)
        return tuple(found)

    def of_result(self, event: Event, result: Result, *, valid: bool) -> tuple[Finding, ...]:
        """The findings about what one of several mappings does with an event. `valid` is as for `findings`."""
        found: list[Finding] = []
        decision = result.decision
        if decision.code == FETCH_THROWS:
            return (fetch_finding(decision, self._config),)
        self._check_result(event.value, result, found)
        if decision.verdict == "send" and not valid:
            contract_findings(decision, self._reasons[decision.code].body_at, found)
        return tuple(found)
