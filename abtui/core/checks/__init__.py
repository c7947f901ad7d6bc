"""Findings about one event and what becomes of it. Each module checks one thing; the codes are documented in `core.rules`."""

from __future__ import annotations

from abtui.core.checks.corpus import REPEATED, RecentIds, usable_id
from abtui.core.checks.dates import date_findings
from abtui.core.checks.event import event_findings
from abtui.core.checks.keys import KeyCheck
from abtui.core.checks.names import NameChecks
from abtui.core.checks.not_event import not_event_finding
from abtui.core.checks.payload import payload_findings
from abtui.core.checks.units import UnitChecks
from abtui.core.config.model import Config
from abtui.core.destination import Decision
from abtui.core.destinations import FETCH_THROWS, destination_of
from abtui.core.events import Event
from abtui.core.fetch import fetch_error
from abtui.core.findings import Finding, finding
from abtui.core.text.paths import path_text

__all__ = ["REPEATED", "Checks", "RecentIds", "not_event_finding", "usable_id"]


class Checks:
    """All checks of an event against one config."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._title = destination_of(config.destination).title
        self._units = UnitChecks(config)
        self._names = NameChecks(config)
        self._keys = KeyCheck(config)

    def findings(
        self, event: Event, decision: Decision, recent: RecentIds | None, *, valid: bool
    ) -> tuple[Finding, ...]:
        """The event's own findings (from reading it) first, then those about the mapping, then the payload's.

        Of what is no event only that is told, what there was to tell of its text, and whether it carries a key. `valid` tells whether the decision's
        body keeps the collector's contract.
        """
        wrong = not_event_finding(event.value)
        if wrong is not None:
            found = [wrong, *event.findings]
            self._keys.check(event, found)
            return tuple(found)
        found = list(event.findings)
        event_findings(event, decision, recent, self._title, found)
        self._keys.check(event, found)
        if decision.code == "FILTERED":
            return tuple(found)
        if decision.code == "THROWS":
            path = None if decision.path is None else path_text(decision.path)
            message = f"The destination throws a TypeError: {decision.detail}."
            found.append(
                finding("EVENT-THROWS", message, "Send an object there, or leave the field out.", event_path=path)
            )
            return tuple(found)
        if decision.code == FETCH_THROWS:
            found.append(self._of_fetch(decision))
            return tuple(found)
        self._names.check(event.value, decision, found)
        self._units.check(event.value, decision, found)
        if decision.verdict == "send":
            date_findings(event.value, decision, found)
            payload_findings(decision, found, valid=valid)
        return tuple(found)

    def _of_fetch(self, decision: Decision) -> Finding:
        error = fetch_error(self._config.default_target)
        setting = "collectorEndpoint" if error is None else error.setting
        return finding(
            "FETCH-THROWS",
            f"The request cannot be made: the function's fetch throws {decision.detail!r}.",
            f"Correct `{setting}` in the settings.",
            config_line=self._config.line("settings", setting),
        )
