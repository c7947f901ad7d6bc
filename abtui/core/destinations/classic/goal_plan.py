"""How to map an event to a goal: the change of the config, or the reason why goalMapping does not apply."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from abtui.core.config.corpus_names import CorpusNames, CorpusNameTally
from abtui.core.config.model import Config
from abtui.core.destinations.classic.decide import mapping_key
from abtui.core.destinations.classic.reasons import REASONS
from abtui.core.destinations.classic.settings import SETTINGS, classic_settings
from abtui.core.destinations.exposures import EXPOSURE_EVENT
from abtui.core.goal_plan import GoalPlan, Offer, written
from abtui.core.outcomes import Outcome
from abtui.core.text.plain import letters, plural
from abtui.core.text.secret import excerpt

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WIDTH: Final = 60
_LABELS: Final = {setting.name: setting.label for setting in SETTINGS}
_IDENTITIES: Final = ("userId", "anonymousId")
"""Identities that any event may have, in the order in which they are offered."""
_NO_UNITS: Final = frozenset({"name", "channel", "version", "category", "writeKey"})
"""Top-level texts of Segment's own that name no one."""


def plan_goal(event: dict[str, Any], outcome: Outcome, config: Config, seen: CorpusNames) -> GoalPlan:
    """The plan for one event and its present outcome."""
    about = [outcome.reason.message[:1].upper() + outcome.reason.message[1:] + "."]
    offers = list(_unit_offers(event, config, seen)) if outcome.reason.code == "NO-UNIT" else []
    name = event.get("event")
    if isinstance(name, int | float):
        # JavaScript looks a number up as text.
        name = mapping_key(name)
    if outcome.type == "track" and isinstance(name, str) and name and name != EXPOSURE_EVENT:
        if outcome.reason.code == "NO-UNIT":
            none = "" if offers else " This one has no identity that unitMapping does not name."
            about.append(f"A goal alone does not help: an event needs a unit to be sent.{none}")
        if count := seen.count_of(name):
            about.append(f"{plural(count, 'event')} {'has' if count == 1 else 'have'} this name.")
        known = config.settings["goalMapping"]
        place = ("settings", "goalMapping", name)
        goal = known.get(name, "")
        return GoalPlan(about=tuple(about), name=name, place=place, goal=goal, known=known, offers=tuple(offers))
    about.append(_why_not(outcome, name, config))
    kind = REASONS.get(outcome.reason.code)
    if kind is not None and kind.setting is not None:
        toggle = kind.setting[1]
        offers.append(
            Offer(
                f"Switch on {_LABELS[toggle].removeprefix('Enable ').lower()}",
                f"settings.{toggle}: true",
                {("settings", toggle): True},
            )
        )
    return GoalPlan(about=tuple(about), offers=tuple(offers))


def _why_not(outcome: Outcome, name: object, config: Config) -> str:
    kind = outcome.type
    if kind in ("page", "screen"):
        example = "Page: Home" if classic_settings(config).view_goal_names == "title" else "home_pageview"
        example = example if kind == "page" else example.replace("Page", "Screen").replace("page", "screen")
        return f"goalMapping applies to track calls only: the goal of a {kind} call is named after the call, like `{example}`."
    if kind == "group" or (kind == "track" and name == EXPOSURE_EVENT):
        return "It carries an exposure, which is sent as it is: goalMapping does not apply."
    if kind == "identify":
        return "An identify call sets attributes of a user; it is no goal."
    if kind == "track":
        return "The event has no name that goalMapping could have a key for."
    return "The destination does nothing with events of this type."


def _unit_offers(event: dict[str, Any], config: Config, seen: CorpusNames) -> Iterator[Offer]:
    """Offers to map an identity that the event has and unitMapping lacks, Segment's own identities first."""
    tally = CorpusNameTally()
    tally.add(event)
    known = config.settings["unitMapping"]
    fields = [name for name, _ in tally.seen().fields if name not in known and name not in _NO_UNITS]
    fields.sort(key=lambda name: _IDENTITIES.index(name) if name in _IDENTITIES else len(_IDENTITIES))
    counts = dict(seen.fields)
    for field in fields[:3]:
        unit = unit_for(field, config)
        notes = (
            [f"{plural(count, 'event')} {'has' if count == 1 else 'have'} it"] if (count := counts.get(field)) else []
        )
        notes += (
            [] if config.catalog.units is None or unit in config.catalog.units else ["the catalog has no such unit"]
        )
        yield Offer(
            f"Use `{excerpt(field, _WIDTH, config.secrets)}` as a unit",
            written(("settings", "unitMapping", field), unit, config),
            {("settings", "unitMapping", field): unit},
            certain=field in _IDENTITIES or unit in (config.catalog.units or ()),
            note=", ".join(notes),
        )


def unit_for(field: str, config: Config) -> str:
    """The likely unit type of an identity: the catalog's with the same letters, otherwise the name in snake case."""
    units = sorted(config.catalog.units or ())
    same = next((unit for unit in units if letters(unit) == letters(field)), None)
    return same or _HUMP.sub("_", field).lower()
