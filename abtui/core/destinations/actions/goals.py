"""The goals of mappings: which ones send a goal, of which track calls, and the name that one which stops was to send."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from abtui.core.config.model import Config
from abtui.core.destinations.actions.fields import GOAL
from abtui.core.destinations.actions.fql import Subscription, parse
from abtui.core.destinations.actions.fql.matching import track_names
from abtui.core.destinations.actions.given import mappings_of
from abtui.core.destinations.actions.mapping import ROOT, compile_field
from abtui.core.destinations.actions.mapping.validation import is_directive
from abtui.core.destinations.actions.schema import coerced
from abtui.core.text.javascript import ABSENT
from abtui.core.text.paths import Path


def names_for(goal: str, config: Config) -> Iterator[str]:
    """The names of track calls that the mappings for a goal ask for."""
    for mapping in mappings_of(config):
        if sends_goal(mapping, goal):
            yield from asked_names(mapping.get("subscribe"))


def sends_goal(mapping: Mapping[str, Any], goal: str) -> bool:
    """Whether a mapping says that it sends this goal, whatever the event is."""
    fields = mapping.get("mapping")
    return isinstance(fields, dict) and fields.get("name") == goal and mapping.get("partnerAction") == GOAL


def asked_names(subscribe: Any) -> list[str]:
    """The names of track calls that a subscription asks for one by one."""
    subscription = parse(subscribe)
    return track_names(subscription.condition) if isinstance(subscription, Subscription) else []


class GoalName:
    """The field `name` of a mapping alone, which may be right where the rest of it is not.

    `is_read`: the events tell the name. `config` is the mapping's key path in the config.
    """

    def __init__(self, given: Mapping[str, Any], config: Path) -> None:
        fields = given.get("mapping")
        has_goal = isinstance(fields, dict) and given.get("partnerAction") == GOAL and ROOT not in fields
        name = fields.get("name") if isinstance(fields, dict) and has_goal else None
        self._value = None if name is None else compile_field("name", name, config)
        # No event has a name where the field always throws.
        self.is_read = is_directive(name) and self._value is not None

    def of(self, event: dict[str, Any]) -> str | None:
        """The name for an event; None if there is none."""
        text, fits = coerced(ABSENT if self._value is None else self._value(event))
        return text if fits and text else None
