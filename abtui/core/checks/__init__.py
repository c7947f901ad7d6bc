"""Findings about one event and what becomes of it. Each module checks one thing; the codes are documented in `core.rules`."""

from __future__ import annotations

from abtui.core.checks.corpus import REPEATED, RecentIds, usable_id
from abtui.core.checks.dates import date_findings
from abtui.core.checks.event import event_findings
from abtui.core.checks.keys import KeyCheck
from abtui.core.checks.names import NameChecks
from abtui.core.checks.payload import payload_findings
from abtui.core.checks.units import UnitChecks
from abtui.core.config.model import Config
from abtui.core.destinations.decision import Decision
from abtui.core.events import Event
from abtui.core.findings import Finding, finding
from abtui.core.paths import path_text

__all__ = ["REPEATED", "Checks", "RecentIds", "usable_id"]


class Checks:
    """All checks of an event against one config."""

    def __init__(self, config: Config) -> None:
        self._units = UnitChecks(config)
        self._names = NameChecks(config)
        self._keys = KeyCheck(config)

    def findings(self, event: Event, decision: Decision, recent: RecentIds | None) -> tuple[Finding, ...]:
        """The event's own findings (from reading it) first, then those about the mapping, then the payload's."""
        found = list(event.findings)
        event_findings(event, decision, recent, found)
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
        self._names.check(event.value, decision, found)
        if decision.unit_source is not None:
            self._units.check(event.value, decision, found)
        if decision.verdict == "send":
            date_findings(event.value, decision, found)
            payload_findings(decision, found)
        return tuple(found)
