"""A plan to map an event to a goal from the screen. Each destination makes it, in values that all of them share."""

from __future__ import annotations

from typing import Final

import msgspec

from abtui.core.config.form_change import FormEdit
from abtui.core.config.model import Config
from abtui.core.text.paths import Path, path_text
from abtui.core.text.secret import excerpt, hide_all

_WIDTH: Final = 60


class Offer(msgspec.Struct, frozen=True):
    """A change that would help: a few words, the line it writes, and the change.

    `certain`: it is what anybody would want, and not one of several possible ones. `note` is about it, "" if nothing is.
    """

    label: str
    written: str
    edit: FormEdit
    certain: bool = True
    note: str = ""

    @property
    def edits(self) -> dict[Path, object]:
        """The change as the values that it sets."""
        edit = self.edit
        if edit.kind == "toggle":
            return {("settings", edit.field): edit.on}
        return {("settings", edit.field, edit.text): edit.value}

    @property
    def said(self) -> str:
        """The words with the note."""
        return f"{self.label} ({self.note})" if self.note else self.label


class GoalPlan(msgspec.Struct, frozen=True, kw_only=True):
    """The possible changes of an event's goal.

    `field` is the setting that maps names to goals. `name` is the key it would have for the event, or None if it does not
    apply; `goal` is what it has now, in row `row`, or "" and -1. `about` are sentences to read first, `offers` what else would help.
    """

    about: tuple[str, ...]
    field: str = ""
    name: str | None = None
    goal: str = ""
    row: int = -1
    offers: tuple[Offer, ...] = ()

    def edit(self, goal: str) -> FormEdit:
        """The change that maps the event to a goal."""
        if self.row >= 0:
            return FormEdit(field=self.field, kind="value", row=self.row, text=goal)
        return FormEdit(field=self.field, kind="add", text=self.name or "", value=goal)


def written(path: tuple[str, ...], value: str, config: Config) -> str:
    """The line that a change of an entry of `settings` writes, such as `settings.map["Signed Up"]: signup`."""
    key = hide_all(path_text(("settings", *path)).removeprefix("$."), config.secrets)
    return f"{key}: {excerpt(value, _WIDTH, config.secrets)}"


def goal_note(plan: GoalPlan, goal: str, config: Config) -> tuple[str, str]:
    """The line that mapping to `goal` writes, and an objection to it; either may be ""."""
    if plan.name is None or not goal:
        return "", ""
    line = written((plan.field, plan.name), goal, config)
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
