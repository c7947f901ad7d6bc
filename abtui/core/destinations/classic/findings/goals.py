"""Findings about names: goals without one, near misses of goalMapping, and goals that the catalog does not have."""

from __future__ import annotations

from typing import Any, Final

from abtui.core.catalog_check import CatalogCheck
from abtui.core.config.model import Config
from abtui.core.destination import Decision, Usage
from abtui.core.destinations.exposures import EXPOSURE_EVENT
from abtui.core.findings import Finding, Fix, warning
from abtui.core.fixes import Problem, nearest_names, rename_key, same_name
from abtui.core.text.nearest import Nearest

_REMEMBERED: Final = 10_000
_LONGEST_REMEMBERED: Final = 200


def key_for_name(key: str, config: Config, usage: Usage) -> Fix | None:
    """Another key for an entry of goalMapping. Certain if no event has the key's own name, and all names that nearly match it are one."""
    path = ("settings", "goalMapping", key)
    if usage.entries[key] or usage.unmapped.others or path not in config.lines:
        return None
    names = [name for name in (*usage.unmapped.counts, *usage.entries) if same_name(name, key)]
    return rename_key(path, names[0], config) if len(names) == 1 and names[0] in usage.unmapped.counts else None


def _key_for_event(problem: Problem) -> Fix | None:
    name, config, usage = problem.event_name, problem.config, problem.usage
    if name is None or config is None or usage is None:
        return None
    keys = [key for key in config.settings["goalMapping"] if same_name(key, name)]
    return key_for_name(keys[0], config, usage) if len(keys) == 1 else None


def _near_keys(problem: Problem) -> tuple[str, ...]:
    if problem.event_name is None or problem.config is None:
        return ()
    return nearest_names(problem.event_name, problem.config.settings["goalMapping"])


GOAL_NEAR: Final = warning(
    "GOAL-NEAR",
    "The event's name is close to a goalMapping key",
    "Goal mapping is exact and case-sensitive. The name differs from a key only by case, spaces or one edit. The destination therefore sends it as a goal of its own, which the web console probably does not know.",
    fix=_key_for_event,
    candidates=_near_keys,
    about_goal=True,
)
GOAL_NO_NAME: Final = warning(
    "GOAL-NO-NAME",
    "A goal without a name",
    "The event has no usable name, so the destination sends the goal with a missing or empty `name`, and it counts for nothing.",
)


class GoalCheck:
    """Checks names against one config. Near misses are remembered by name: a corpus has few names and many events."""

    def __init__(self, config: Config, catalog: CatalogCheck) -> None:
        self._config = config
        self._goals = config.settings["goalMapping"]
        self._nearest = Nearest((*self._goals, EXPOSURE_EVENT))
        self._catalog = catalog
        self._near: dict[str, str | None] = {}
        self._quiet: set[tuple[str, str]] = set()
        """Reasons with the goals about which there is no finding."""

    def check(self, event: dict[str, Any], decision: Decision, found: list[Finding]) -> None:
        """Append the findings about the event's name and its goal."""
        goal, before = decision.goal, len(found)
        if type(goal) is not str:
            self._check(event, decision, found)
        elif (decision.code, goal) not in self._quiet:
            self._check(event, decision, found)
            if len(found) == before and len(self._quiet) < _REMEMBERED and len(goal) <= _LONGEST_REMEMBERED:
                self._quiet.add((decision.code, goal))

    def _check(self, event: dict[str, Any], decision: Decision, found: list[Finding]) -> None:
        code = decision.code
        if code in ("GOAL-OWN-NAME", "GOAL-NAMELESS") or (code == "NO-UNIT" and event.get("type") == "track"):
            self._own_name(event, decision, found)
        elif code == "GOAL-INHERITED":
            message = f'"{event.get("event")}" is a name that every JavaScript object inherits, so the goal has no usable name.'
            path = "$.goals[0].name"
            found.append(GOAL_NO_NAME.at(message, "Rename the event.", event_path="$.event", payload_path=path))
        goal = decision.goal
        if isinstance(goal, str):
            line = self._line(str(event.get("event"))) if code == "GOAL-MAPPED" else None
            self._catalog.goal(goal, "$.event" if event.get("type") == "track" else "$.name", line, found)

    def _own_name(self, event: dict[str, Any], decision: Decision, found: list[Finding]) -> None:
        name = event.get("event")
        payload_path = "$.goals[0].name" if decision.verdict == "send" else None
        if not isinstance(name, str) or not name.strip():
            missing = "no `event`" if name is None else "an `event` that is not a name"
            message = f"The track call has {missing}."
            found.append(GOAL_NO_NAME.at(message, "Name the event.", event_path="$.event", payload_path=payload_path))
            return
        key = None if name in self._goals or self._catalog.knows_goal(name) else self._near_key(name)
        if key is None:
            return
        if key == EXPOSURE_EVENT and key not in self._goals:
            message = f'"{name}" is close to "{EXPOSURE_EVENT}", the name of exposures, but not equal, so it is a goal and not an exposure.'
        else:
            message = f'"{name}" is close to the goalMapping key "{key}" but not equal, so goalMapping does not apply.'
        hint = f'Send the event as "{key}", or add an entry for "{name}".'
        line = self._line(key)
        found.append(GOAL_NEAR.at(message, hint, event_path="$.event", payload_path=payload_path, config_line=line))

    def _near_key(self, name: str) -> str | None:
        if name in self._near:
            return self._near[name]
        key = self._nearest.of(name)
        if len(self._near) < _REMEMBERED and len(name) <= _LONGEST_REMEMBERED:
            self._near[name] = key
        return key

    def _line(self, key: str) -> int | None:
        return self._config.line("settings", "goalMapping", key)
