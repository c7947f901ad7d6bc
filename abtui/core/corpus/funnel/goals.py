"""Names of goals: those like a goal, and those that may be meant while one is typed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from abtui.core.config.completion import match_names
from abtui.core.config.corpus_names import CorpusNames
from abtui.core.config.model import Config
from abtui.core.corpus.funnel.aim import Aim, mapped_names, sent_goal
from abtui.core.corpus.funnel.model import NamedEvents
from abtui.core.destination import JSONObject
from abtui.core.destinations import destination_of
from abtui.core.fate import console_has
from abtui.core.outcomes import Outcome
from abtui.core.segment import event_name, is_event
from abtui.core.text.nearest import one_edit, plain
from abtui.core.text.plain import plural

_MOST: Final = 3
_SHORTEST: Final = 4
_LONGEST: Final = 200


def goal_of(event: JSONObject, outcome: Outcome, config: Config) -> str:
    """The goal that an event is meant for, "" for none: the one that it sends, or would send if nothing stood in its way.

    If neither the console nor the config knows that one, it is the only goal that is much like it, or to which a name much
    like it is mapped.
    """
    name = event_name(event) if is_event(event) else None
    aim = Aim("", config)
    goal = sent_goal(outcome) or (aim.would_send(event["type"], name) if name is not None else None) or ""
    named = set(_in_settings(config))
    if len(goal) > _LONGEST or console_has("goals", goal, config) or (goal in named and not config.catalog.goals):
        return goal
    known = config.catalog.goals or named
    like = plain(goal or name or "")
    meant = {other for other in known if like in {plain(text) for text in (other, *mapped_names(other, config))}}
    return meant.pop() if len(meant) == 1 else goal


def other_goals(goal: str, config: Config) -> tuple[str, ...]:
    """Up to three other goals of the catalog with a name like this one: one is a part of the other, or they differ by a letter."""
    found = (name for name in config.catalog.goals or () if name != goal and _is_like(goal, name))
    return tuple(sorted(found, key=lambda name: (len(name), name))[:_MOST])


def _is_like(one: str, other: str) -> bool:
    if max(len(one), len(other)) > _LONGEST:
        return False
    short, long = sorted((plain(one), plain(other)), key=len)
    if len(short) < _SHORTEST:
        return short == long != ""
    return short in long or one_edit(short, long)


def almost(goal: str, config: Config, seen: CorpusNames) -> NamedEvents:
    """Up to three names of track calls that are a letter off, with the number of their events. They are not counted as meant for the goal."""
    aim = Aim(goal, config)
    wanted = {plain(name) for name in (goal, *mapped_names(goal, config)) if _SHORTEST <= len(name) <= _LONGEST}
    found = (
        (name, events)
        for name, events in seen.names
        if any(one_edit(plain(name), text) for text in wanted)
        and aim.meant("track", name) == name
        and not aim.is_near(name)
    )
    return tuple(found)[:_MOST]


def suggest(typed: str, config: Config, seen: CorpusNames) -> list[tuple[str, str]]:
    """The goals that fit what was typed, the best first, each with a note: those of the catalog, of the config, and of the events."""
    aim = Aim("", config)
    events: dict[str, int] = {}
    for name, count in seen.names:
        goal = aim.would_send("track", name)
        if goal:
            events[goal] = events.get(goal, 0) + count
    console, settings = sorted(config.catalog.goals or ()), _in_settings(config)
    names = dict.fromkeys((*console, *settings, *events))
    return match_names(typed, [(name, _note(name, config, settings, events.get(name, 0))) for name in names])


def _in_settings(config: Config) -> list[str]:
    named = destination_of(config.destination).catalog_names(config)
    return [name for part, name in named if part == "goals"]


def _note(name: str, config: Config, settings: Iterable[str], events: int) -> str:
    places = []
    if name in (config.catalog.goals or ()):
        places.append("in the console")
    elif name in settings:
        places.append("in the config")
    return ", ".join([*places, *([plural(events, "event")] if events else [])])
