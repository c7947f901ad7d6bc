"""Mapping an event to a goal: what the config would need for it, or why goalMapping has no say in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from abtui.core.config.corpus_names import CorpusNames, CorpusNameTally
from abtui.core.config.form_edit import FormEdit
from abtui.core.config.model import Config
from abtui.core.config.names import LABELS, letters
from abtui.core.destinations.classic import EXPOSURE_EVENT, mapping_key
from abtui.core.outcomes import Outcome
from abtui.core.text.paths import path_text
from abtui.core.text.plain import plural
from abtui.core.text.secret import excerpt, hide_all

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WIDTH: Final = 60
_TITLES: Final = {name: label for label, name in LABELS.items()}
_OFF: Final = {
    "PAGE-TRACKING-OFF": "enablePageViewTracking",
    "SCREEN-TRACKING-OFF": "enableAppScreenViewTracking",
    "EXPOSURE-TRACKING-OFF": "enableExposureTracking",
}
"""Why nothing is sent, and the setting that changes it."""
_NO_UNITS: Final = frozenset({"name", "channel", "version", "category", "writeKey"})
"""Top-level texts of Segment's own that name no one."""


class Offer(msgspec.Struct, frozen=True):
    """A change that would help: a few words, the line it writes, and the change."""

    label: str
    written: str
    edit: FormEdit


class GoalPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What can be done about an event's goal.

    `name` is the key goalMapping would have for it, or None where it has no say; `goal` is what it has now, in row `row`, or
    "" and -1. `about` are sentences to read first, `offers` what else would help.
    """

    about: tuple[str, ...]
    name: str | None = None
    goal: str = ""
    row: int = -1
    offers: tuple[Offer, ...] = ()

    def edit(self, goal: str) -> FormEdit:
        """The change that maps the event to a goal."""
        if self.row >= 0:
            return FormEdit(field="goalMapping", kind="value", row=self.row, text=goal)
        return FormEdit(field="goalMapping", kind="add", text=self.name or "", value=goal)


def plan_goal(event: dict[str, Any], outcome: Outcome, config: Config, seen: CorpusNames) -> GoalPlan:
    """The plan for one event and what happens to it now."""
    about = [outcome.reason.message[:1].upper() + outcome.reason.message[1:] + "."]
    offers = list(_unit_offers(event, config, seen)) if outcome.reason.code == "NO-UNIT" else []
    name = event.get("event")
    if isinstance(name, int | float):
        # What JavaScript makes of it when it looks the key up.
        name = mapping_key(name)
    if outcome.type == "track" and isinstance(name, str) and name and name != EXPOSURE_EVENT:
        if outcome.reason.code == "NO-UNIT":
            none = "" if offers else " This one has no identity that unitMapping does not name."
            about.append(f"A goal alone does not help: an event needs a unit to be sent.{none}")
        if count := seen.count_of(name):
            about.append(f"{plural(count, 'event')} {'has' if count == 1 else 'have'} this name.")
        keys = list(config.settings.goal_mapping)
        row = keys.index(name) if name in keys else -1
        goal = config.settings.goal_mapping.get(name, "")
        return GoalPlan(about=tuple(about), name=name, goal=goal, row=row, offers=tuple(offers))
    about.append(_why_not(outcome, name, config))
    toggle = _OFF.get(outcome.reason.code)
    if toggle is not None:
        offers.append(
            Offer(
                f"Turn on {_TITLES[toggle].removeprefix('Enable ')}",
                f"settings.{toggle}: true",
                FormEdit(field=toggle, kind="toggle", on=True),
            )
        )
    return GoalPlan(about=tuple(about), offers=tuple(offers))


def _why_not(outcome: Outcome, name: object, config: Config) -> str:
    kind = outcome.type
    if kind in ("page", "screen"):
        example = "Page: Home" if config.behavior.view_goal_names == "title" else "home_pageview"
        example = example if kind == "page" else example.replace("Page", "Screen").replace("page", "screen")
        return f"goalMapping is asked for track calls only: a {kind} call's goal is named after it, like `{example}`."
    if kind == "group" or (kind == "track" and name == EXPOSURE_EVENT):
        return "It carries an exposure, which goes out as it is: goalMapping has no say in it."
    if kind == "identify":
        return "An identify call sets attributes of a user; it is no goal."
    if kind == "track":
        return "The event has no name that goalMapping could have a key for."
    return "The destination does nothing with events of this type."


def _unit_offers(event: dict[str, Any], config: Config, seen: CorpusNames) -> Iterator[Offer]:
    """The identities the event has and unitMapping does not name, those of Segment first."""
    tally = CorpusNameTally()
    tally.add(event)
    known = config.settings.unit_mapping
    fields = [name for name, _ in tally.seen().fields if name not in known and name not in _NO_UNITS]
    fields.sort(key=lambda name: ("userId", "anonymousId").index(name) if name in ("userId", "anonymousId") else 2)
    counts = dict(seen.fields)
    for field in fields[:3]:
        unit = unit_for(field, config)
        notes = (
            [f"{plural(count, 'event')} {'has' if count == 1 else 'have'} it"] if (count := counts.get(field)) else []
        )
        notes += (
            [] if config.catalog.units is None or unit in config.catalog.units else ["the catalog has no such unit"]
        )
        said = f" ({', '.join(notes)})" if notes else ""
        yield Offer(
            f"Use `{excerpt(field, _WIDTH, config.secrets)}` as a unit{said}",
            written(("unitMapping", field), unit, config),
            FormEdit(field="unitMapping", kind="add", text=field, value=unit),
        )


def unit_for(field: str, config: Config) -> str:
    """The unit type an identity most likely is: the catalog's of the same letters, else the name in snake case."""
    units = sorted(config.catalog.units or ())
    same = next((unit for unit in units if letters(unit) == letters(field)), None)
    return same or _HUMP.sub("_", field).lower()


def written(path: tuple[str, ...], value: str, config: Config) -> str:
    """The line a change writes, in short: `settings.goalMapping["Signed Up"]: signup`."""
    key = hide_all(path_text(("settings", *path)).removeprefix("$."), config.secrets)
    return f"{key}: {excerpt(value, _WIDTH, config.secrets)}"


def goal_note(plan: GoalPlan, goal: str, config: Config) -> tuple[str, str]:
    """What mapping to `goal` writes, and what is to be said against it; either may be ""."""
    if plan.name is None or not goal:
        return "", ""
    line = written(("goalMapping", plan.name), goal, config)
    if goal == plan.goal:
        return "", "It is mapped so already."
    if goal in config.catalog.archived.goals:
        return (
            line,
            f"`{excerpt(goal, _WIDTH, config.secrets)}` is archived in the web console, which ignores it without a word.",
        )
    if config.catalog.goals is not None and goal not in config.catalog.goals:
        return (
            line,
            f"The catalog has no goal `{excerpt(goal, _WIDTH, config.secrets)}`; the web console would ignore it without a word.",
        )
    return line, ""
