"""Findings about goals and unit types that the web console does not know, for the checks of destinations."""

from __future__ import annotations

from typing import Final

from abtui.core.config.model import Config
from abtui.core.findings import Finding, Fix, warning
from abtui.core.fixes import Problem, name_in_catalog, nearest_names
from abtui.core.text.paths import path_text


def _goal_in_catalog(problem: Problem) -> Fix | None:
    config, entry = problem.config, _goal_entry(problem)
    if config is None or entry is None:
        return None
    path, goal = entry
    return name_in_catalog(path, goal, config.catalog.goals, config)


def _near_goals(problem: Problem) -> tuple[str, ...]:
    config, name, entry = problem.config, problem.event_name, _goal_entry(problem)
    if config is None or name is None:
        return ()
    return nearest_names(name if entry is None else entry[1], config.catalog.goals or ())


def _goal_entry(problem: Problem) -> tuple[tuple[str, ...], str] | None:
    """The config's entry for the event's name in a map from names to goals: its path, and the goal."""
    name, config = problem.event_name, problem.config
    if name is None or config is None:
        return None
    for setting in problem.destination.settings:
        if setting.kind == "map" and setting.catalog == "goals" and name in config.settings[setting.name]:
            return ("settings", setting.name, name), config.settings[setting.name][name]
    return None


GOAL: Final = warning(
    "CATALOG-GOAL",
    "The goal is not in the catalog",
    "The web console ignores a goal that it does not know, and Segment shows Success.",
    fix=_goal_in_catalog,
    candidates=_near_goals,
    about_goal=True,
)
UNIT: Final = warning(
    "CATALOG-UNIT",
    "The unit type is not in the catalog",
    "The web console ignores a unit type that it does not know, and Segment shows Success.",
)


class CatalogCheck:
    """Compares names with one config's catalog."""

    def __init__(self, config: Config) -> None:
        catalog, archived = config.catalog, config.catalog.archived
        self.goals, self.units = catalog.goals, catalog.units
        self.archived_goals = archived.goals - (catalog.goals or frozenset())
        self.archived_units = archived.units - (catalog.units or frozenset())

    def knows_goal(self, name: str) -> bool:
        """Whether the catalog lists a goal, or has it as archived."""
        return (self.goals is not None and name in self.goals) or name in self.archived_goals

    def goal(self, name: str, event_path: str, config_line: int | None, found: list[Finding]) -> None:
        """Append the finding about a goal that the web console does not count, at the first goal of the payload."""
        if name in self.archived_goals:
            message, hint = "is archived in the web console.", "Restore it there, or map the event to another goal."
        elif self.goals is not None and name not in self.goals:
            message = "is not in the catalog."
            hint = "Create it in the web console, or map the event to a goal that exists."
        else:
            return
        message = f'Goal "{name}" {message}'
        path = "$.goals[0].name"
        found.append(GOAL.at(message, hint, event_path=event_path, payload_path=path, config_line=config_line))

    def tells_unit(self, name: str) -> bool:
        """Whether there is a finding about a unit type."""
        return name in self.archived_units or (self.units is not None and name not in self.units)

    def unit(self, name: str, index: int, config_line: int | None, found: list[Finding]) -> None:
        """Append the finding about a unit type that the web console does not count, at the unit `index` of the payload."""
        if name in self.archived_units:
            message, hint = "is archived in the web console.", "Restore it there, or use another unit type."
        elif self.units is not None and name not in self.units:
            message, hint = "is not in the catalog.", "Create it in the web console, or correct the name."
        else:
            return
        path = path_text(("units", index, "type"))
        found.append(UNIT.at(f'Unit type "{name}" {message}', hint, payload_path=path, config_line=config_line))
