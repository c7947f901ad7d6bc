"""Which events are meant for a goal.

An event is meant for the goal that it sends or, if nothing is sent, for the goal that an event of its type and name would
send if nothing stood in its way. That goal must be the wanted one, or differ only by case, spaces, hyphens and underscores
from the wanted one or from a name that the config maps to it. So `order_completed`, which has no entry, is meant for
`purchase` if `Order Completed` is mapped to it; a name that the config maps to something else is not, and neither is a name
that is a letter off. A text over 1,000 characters has to be equal.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from abtui.core.config.model import Config
from abtui.core.corpus.query import Facts
from abtui.core.destination import Decide, Destination, JSONObject
from abtui.core.destinations import REASONS, destination_of
from abtui.core.fate import SENT_FATES
from abtui.core.outcomes import MappingOutcome, Outcome, Part
from abtui.core.segment import event_name, is_event
from abtui.core.text.nearest import plain
from abtui.core.text.secret import MASK

_LONGEST: Final = 1_000
_REMEMBERED: Final = 10_000
_LONGEST_REMEMBERED: Final = 200


class Aim:
    """Tells which events are meant for a goal under a config. Answers are remembered by name: a corpus has few names and many events."""

    def __init__(self, goal: str, config: Config) -> None:
        self.goal = goal
        self._destination = destination_of(config.destination)
        self._decide, self._filled = _unhindered(config, self._destination)
        self._like = {plain(text) for text in (goal, *mapped_names(goal, config)) if len(text) <= _LONGEST} - {""}
        self._would: dict[tuple[str, str], str | None] = {}
        self._near: dict[str, bool] = {}

    def is_near(self, goal: str) -> bool:
        """Whether a goal is the wanted one, or much like it."""
        near = self._near.get(goal)
        if near is None:
            near = goal == self.goal or (len(goal) <= _LONGEST and plain(goal) in self._like)
            if len(self._near) < _REMEMBERED and len(goal) <= _LONGEST_REMEMBERED:
                self._near[goal] = near
        return near

    def would_send(self, kind: str, name: str) -> str | None:
        """The goal that an event of this type and name sends if it has an id, and nothing is switched off."""
        known = (kind, name)
        if known in self._would:
            return self._would[known]
        goal = self._decide({**self._filled, "type": kind, "event": name, "name": name}, None).goal
        found = goal if isinstance(goal, str) else None
        if len(self._would) < _REMEMBERED and len(name) <= _LONGEST_REMEMBERED:
            self._would[known] = found
        return found

    def meant(self, kind: str, name: str) -> str | None:
        """The goal that an event of this type and name would send, or else the name, where a destination has no goal for it."""
        # With mappings of its own, a destination has no goal for a name that none of them is for.
        return self.would_send(kind, name) or (name if self._destination.several else None)

    def part_of(self, outcome: Outcome) -> Part:
        """What an outcome says of the goal: of several mappings the one that sends it, or was to, or one like it; else the worst."""
        near = [part for part in outcome.results or () if isinstance(part.goal, str) and self.is_near(part.goal)]
        # What one mapping fails to send, another may send.
        return min(near, key=lambda part: (part.goal != self.goal, part.request is None), default=outcome.decisive)

    def is_meant(self, event: JSONObject, outcome: Part) -> bool:
        """Whether an event is meant for the goal. Of several mappings the outcome is that of `part_of`."""
        if not is_event(event):
            return False
        if isinstance(outcome, MappingOutcome) and isinstance(outcome.goal, str):
            return self.is_near(outcome.goal)
        goal = self._sent(event, outcome) if outcome.request is not None else self._unsent(event)
        return goal is not None and self.is_near(goal)

    def _sent(self, event: JSONObject, outcome: Part) -> str | None:
        goal = sent_goal(outcome)
        if goal is None:
            # A goal without a name in text, or a destination that sends none: what is left is the name that is looked up.
            key = self._destination.name_key(event)
            return key if REASONS[outcome.reason.code].goal or key == event_name(event) else None
        return goal

    def _unsent(self, event: JSONObject) -> str | None:
        name = event_name(event)
        if name is None:
            return None
        return self.meant(event["type"], name)

    def may_fit(self, row: Facts) -> bool:
        """Whether the event of a row may be meant for the goal; False is certain."""
        if row.fate not in FATES_OF_EVENTS:
            return False
        if self._destination.several:
            # A row tells the goal of one mapping; another one may be for this goal.
            return True
        if row.fate not in SENT_FATES:
            if MASK in row.name:
                return True
            goal = self.would_send(row.type, row.name)
            return goal is not None and self.is_near(goal)
        if row.goal:
            return self.is_near(row.goal)
        kind = REASONS[row.reason]
        return kind.goal or (kind.body_at is None and (MASK in row.name or self.is_near(row.name)))


FATES_OF_EVENTS: Final = frozenset((*SENT_FATES, "never-leaves", "fails"))


def sent_goal(outcome: Part) -> str | None:
    """The name of the goal that an outcome sends, if it is a text that is not empty. Goals inside an exposure are not the event's."""
    outcome = outcome.leading
    if outcome.request is None or not REASONS[outcome.reason.code].goal:
        return None
    body = outcome.request.body
    goals = body.get("goals") if isinstance(body, dict) else None
    name = goals[0].get("name") if isinstance(goals, list) and goals and isinstance(goals[0], dict) else None
    return name if isinstance(name, str) and name else None


def mapped_names(goal: str, config: Config) -> Iterator[str]:
    """The names that the config maps to a goal."""
    destination = destination_of(config.destination)
    yield from destination.names_for(goal, config)
    for setting in destination.maps("names"):
        yield from (name for name, value in config.settings[setting].items() if value == goal)


def _unhindered(config: Config, destination: Destination) -> tuple[Decide, JSONObject]:
    """The decision function of the config with all that can be switched on, and the fields of an event that give it an id."""
    settings = dict(config.settings)
    for kind in destination.reasons.values():
        if kind.setting is not None and kind.setting[0] == "settings" and settings.get(kind.setting[1]) is False:
            settings[kind.setting[1]] = True
    for name in destination.maps("fields"):
        settings[name] = {**settings[name], "userId": "id"}
    open_config = msgspec.structs.replace(config, settings=settings)
    fields: dict[str, Any] = dict.fromkeys(destination.mapped_fields(open_config), "id")
    return destination.decide_with(open_config), fields
