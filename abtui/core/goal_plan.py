"""A plan to map an event to a goal from the screen. Each destination makes it, in values that all of them share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from abtui.core.config.model import Config
from abtui.core.text.paths import Path, path_text
from abtui.core.text.secret import excerpt, hide_all

_WIDTH: Final = 60


class Offer(msgspec.Struct, frozen=True):
    """A change that would help: a few words, the line it writes, and the values that it sets, by their paths in the config.

    `certain`: it is what anybody would want, and not one of several possible ones. `note` is about it, "" if nothing is.
    """

    label: str
    written: str
    edits: Mapping[Path, Any]
    certain: bool = True
    note: str = ""

    @property
    def said(self) -> str:
        """The words with the note."""
        return f"{self.label} ({self.note})" if self.note else self.label


class GoalPlan(msgspec.Struct, frozen=True, kw_only=True):
    """The possible changes of an event's goal.

    `name` is what the event is called in the config, or None if nothing there can choose its goal. `place` is the path in the
    config at which the goal is written, and `goal` the one that it has now, or "". What is new around it, such as a whole item of
    a list, is in `around`, by its path, and `adds` says it in a few words. `known` are other names with their goals. `about` are
    sentences to read first, `offers` what else would help.
    """

    about: tuple[str, ...]
    name: str | None = None
    place: Path = ()
    goal: str = ""
    around: Mapping[Path, Any] = {}
    adds: str = ""
    known: Mapping[str, str] = {}
    offers: tuple[Offer, ...] = ()

    def edits(self, goal: str) -> dict[Path, Any]:
        """The change that maps the event to a goal, as the values that it sets."""
        if not self.around:
            return {self.place: goal}
        return {
            path: _with(value, self.place[len(path) :], goal) if self.place[: len(path)] == path else value
            for path, value in self.around.items()
        }

    def written(self, goal: str, config: Config) -> str:
        """What mapping to a goal writes, in one line."""
        if self.adds:
            return f"{self.adds}, {self.place[-1]}: {excerpt(goal, _WIDTH, config.secrets)}"
        return written(self.place, goal, config)


def _with(value: Any, path: Path, goal: str) -> Any:
    """A value with the goal at a path in it."""
    if not path:
        return goal
    step, rest = path[0], path[1:]
    if isinstance(value, list):
        return [_with(item, rest, goal) if at == step else item for at, item in enumerate(value)]
    return {**value, step: _with(value.get(step, {}), rest, goal)}


def written(path: Path, value: str, config: Config) -> str:
    """The line that a change of an entry of the config writes, such as `settings.map["Signed Up"]: signup`."""
    key = hide_all(path_text(path).removeprefix("$."), config.secrets)
    return f"{key}: {excerpt(value, _WIDTH, config.secrets)}"


def goal_note(plan: GoalPlan, goal: str, config: Config) -> tuple[str, str]:
    """The line that mapping to `goal` writes, and an objection to it; either may be ""."""
    if plan.name is None or not goal:
        return "", ""
    line = plan.written(goal, config)
    if goal == plan.goal:
        return "", "It is already mapped to this goal."
    if goal in config.catalog.archived.goals:
        return (
            line,
            f"`{excerpt(goal, _WIDTH, config.secrets)}` is archived in the web console, which silently ignores it.",
        )
    if config.catalog.goals is not None and goal not in config.catalog.goals:
        return (
            line,
            f"The catalog has no goal `{excerpt(goal, _WIDTH, config.secrets)}`; the web console would silently ignore it.",
        )
    return line, ""
