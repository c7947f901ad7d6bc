"""Findings about names of events that are close to one that a subscription asks for."""

from __future__ import annotations

from typing import Any, Final

from abtui.core.catalog_check import CatalogCheck
from abtui.core.config.model import Config
from abtui.core.destination import Decision
from abtui.core.destinations.actions.fields import GOAL
from abtui.core.destinations.actions.findings.places import Part, parts_of
from abtui.core.destinations.actions.given import mappings_of
from abtui.core.destinations.actions.goals import asked_names
from abtui.core.destinations.actions.widening import widened
from abtui.core.findings import Finding, Fix, warning
from abtui.core.fixes import Problem, nearest_names
from abtui.core.text.nearest import Nearest
from abtui.core.text.secret import excerpt

_REMEMBERED: Final = 10_000
_LONGEST_REMEMBERED: Final = 200
_WIDTH: Final = 30


def _asked(config: Config) -> dict[str, list[Part]]:
    """The names that the mappings which run ask for, each with its mappings."""
    asked: dict[str, list[Part]] = {}
    for part in parts_of(config):
        for name in asked_names(part.given.get("subscribe")) if part.is_on else ():
            asked.setdefault(name, []).append(part)
    return asked


def _for_it_too(problem: Problem) -> Fix | None:
    name, config = problem.event_name, problem.config
    if name is None or config is None or "mappings" not in config.lists:
        return None
    asked = _asked(config)
    parts = asked.get(Nearest(asked).of(name) or "", ())
    if len(parts) != 1 or parts[0].given.get("partnerAction") != GOAL:
        return None
    edits = widened([name], parts[0].index, mappings_of(config))
    return Fix(f"Let {excerpt(parts[0].name, _WIDTH, config.secrets)} be for it, too", edits) if edits else None


def _near_names(problem: Problem) -> tuple[str, ...]:
    if problem.event_name is None or problem.config is None:
        return ()
    return nearest_names(problem.event_name, _asked(problem.config))


NEAR: Final = warning(
    "SUBSCRIPTION-NEAR",
    "The event's name is close to one of a subscription",
    "A subscription compares names exactly. The name differs only by case, spaces or one edit from one that a mapping asks for, so that mapping is not for the event: nothing is sent, or a goal of another name, which the web console probably does not know.",
    fix=_for_it_too,
    candidates=_near_names,
    about_goal=True,
)


class NearCheck:
    """Checks names against one config. Near misses are remembered by name: a corpus has few names and many events."""

    def __init__(self, config: Config) -> None:
        self._asked = _asked(config)
        off = (part for part in parts_of(config) if not part.is_on)
        self._known = {*self._asked, *(name for part in off for name in asked_names(part.given.get("subscribe")))}
        self._nearest, self._catalog = Nearest(self._asked), CatalogCheck(config)
        self._near: dict[str, str | None] = {}

    def check(self, event: dict[str, Any], decision: Decision, found: list[Finding]) -> None:
        """Append the finding about the event's name."""
        name = event.get("event")
        if event.get("type") != "track" or not isinstance(name, str) or not name.strip() or name in self._known:
            return
        goals = [result.decision.goal for result in decision.results if result.decision.verdict in ("send", "fail")]
        # A mapping that gives it another goal is for it on purpose.
        if any(goal != name for goal in goals) or (goals and self._catalog.knows_goal(name)):
            return
        near = self._near_name(name)
        if near is None:
            return
        part = self._asked[near][0]
        message = (
            f'"{name}" is close to "{near}", which {part.shown} asks for, but not equal, so {part.shown} is not for it.'
        )
        hint = f'Send the event as "{near}", or let the mapping be for "{name}", too.'
        found.append(NEAR.at(message, hint, event_path="$.event", config_line=part.line("subscribe")))

    def _near_name(self, name: str) -> str | None:
        if name in self._near:
            return self._near[name]
        near = self._nearest.of(name)
        if len(self._near) < _REMEMBERED and len(name) <= _LONGEST_REMEMBERED:
            self._near[name] = near
        return near
