"""The findings of the classic destination: each with its rule, its check and its fix in one file."""

from __future__ import annotations

from typing import Any, Final

from abtui.core.catalog_check import CatalogCheck
from abtui.core.config.model import Config
from abtui.core.destination import Check, Decision
from abtui.core.destinations.classic import settings
from abtui.core.destinations.classic.findings import dates, events, goals, units, unused
from abtui.core.destinations.classic.reasons import REASONS
from abtui.core.findings import Finding, declared_in

RULES: Final = tuple(declared_in(settings, units, goals, dates, events, unused))


def checks_with(config: Config) -> Check:
    """The function that appends the findings about one event."""
    catalog = CatalogCheck(config)
    goal_check, unit_check = goals.GoalCheck(config, catalog), units.UnitCheck(config, catalog)

    def check(event: dict[str, Any], decision: Decision, found: list[Finding]) -> None:
        if decision.code == "THROWS":
            found.append(events.throws_finding(decision))
            return
        sends = decision.verdict == "send"
        is_goal = sends and REASONS[decision.code].goal
        if not is_goal:
            events.check_event(event, decision, found)
        goal_check.check(event, decision, found)
        unit_check.check(event, decision, found)
        if is_goal or decision.code == "ATTRIBUTES":
            dates.check_dates(event, decision, found)
        elif sends:
            events.check_exposure(decision, found)

    return check
