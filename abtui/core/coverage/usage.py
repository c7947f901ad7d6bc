"""How much of a config the events use, and what becomes of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from abtui.core.arrival import arrival
from abtui.core.config import Config
from abtui.core.coverage.model import (
    Coverage,
    EntryUse,
    GoalCount,
    NameCount,
    ReasonCount,
    SegmentView,
    TypeCount,
    UnitCount,
)
from abtui.core.destinations.classic import EXPOSURE_EVENT
from abtui.core.outcomes import VERDICTS, Outcome, Verdict
from abtui.core.segment import SHOWS_SUCCESS
from abtui.core.tally import MOST, Tally, cut

_OWN_NAMES: Final = frozenset({"GOAL-OWN-NAME", "NO-UNIT"})


class Usage:
    """Counts events and their outcomes against one config. Memory does not grow with the number of events."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.events = 0
        self.entries: Counter[str] = Counter()
        """Uses of goalMapping entries, by key."""
        self.identities: Counter[str] = Counter()
        """Events whose field a unitMapping entry can use, by key."""
        self.fields: Tally[str] = Tally()
        """Top-level fields whose value is text or a number: what unitMapping could name."""
        self.tracked: Tally[str] = Tally()
        """Names of track calls."""
        self.viewed: Tally[str] = Tally()
        """Names of page and screen calls."""
        self._first: dict[str, str] = {}
        self._types: dict[str | None, Counter[Verdict]] = {}
        self._reasons: Counter[tuple[Verdict, str]] = Counter()
        self._goals: Tally[str] = Tally()
        self._units: Tally[str] = Tally()
        self._unit_events = self._success = self._other_types = 0
        self._nothing: Counter[str] = Counter()
        self._arrivals: Counter[str] = Counter()

    def add(self, event: Mapping[str, Any], outcome: Outcome) -> None:
        """Count an event and what becomes of it."""
        self.events += 1
        verdict, code = outcome.verdict, outcome.reason.code
        self._type(outcome.type)[verdict] += 1
        self._reasons[verdict, code] += 1
        if outcome.segment_shows == SHOWS_SUCCESS:
            self._success += 1
            if outcome.request is None:
                self._nothing[code] += 1
            else:
                self._arrivals[arrival(outcome)] += 1
        if outcome.request is not None:
            self._add_body(outcome.request.body)
        if outcome.request is not None or code == "NO-UNIT":
            self._unit_events += 1
        if code != "FILTERED":
            self._add_fields(event)
            self._add_name(event, outcome)

    def _type(self, kind: str | None) -> Counter[Verdict]:
        counter = self._types.get(kind)
        if counter is None:
            if len(self._types) >= MOST:
                self._other_types += 1
                return Counter()
            counter = self._types[kind] = Counter()
        return counter

    def _add_body(self, body: object) -> None:
        if not isinstance(body, dict):
            return
        goals, units = body.get("goals"), body.get("units")
        for goal in goals if isinstance(goals, list) else ():
            name = goal.get("name") if isinstance(goal, dict) else None
            if isinstance(name, str):
                self._goals.add(cut(name))
        types = [unit.get("type") for unit in units if isinstance(unit, dict)] if isinstance(units, list) else []
        for kind in dict.fromkeys(kind for kind in types if isinstance(kind, str)):
            self._units.add(cut(kind))

    def _add_fields(self, event: Mapping[str, Any]) -> None:
        for key, value in event.items():
            if type(value) in (str, int, float):
                self.fields.add(cut(key))
        for key in self.config.settings.unit_mapping:
            if type(event.get(key)) in (str, int, float):
                self.identities[key] += 1

    def _add_name(self, event: Mapping[str, Any], outcome: Outcome) -> None:
        name = outcome.name
        if name is None:
            return
        if outcome.type in ("page", "screen"):
            self.viewed.add(cut(name))
        elif outcome.type == "track" and name != EXPOSURE_EVENT:
            if name in self.config.settings.goal_mapping:
                self.entries[name] += 1
            if self.tracked.add(cut(name)):
                self._first[cut(name)] = outcome.source

    def without_entry(self) -> tuple[NameCount, ...]:
        """Names of track calls that goalMapping has no entry for, the most frequent first."""
        mapping = self.config.settings.goal_mapping
        return tuple(
            NameCount(name=name, count=count, source=self._first[name], in_catalog=self._in_catalog(name))
            for name, count in self.tracked.counts.most_common()
            if name not in mapping
        )

    def _in_catalog(self, goal: str) -> bool | None:
        known = self.config.catalog.goals
        return None if known is None else goal in known

    def coverage(self) -> Coverage:
        """The numbers so far."""
        config = self.config
        settings = config.settings
        return Coverage(
            types=tuple(
                TypeCount(type=kind, events=counter.total(), verdicts={name: counter[name] for name in VERDICTS})
                for kind, counter in sorted(self._types.items(), key=lambda item: (-item[1].total(), item[0] or ""))
            ),
            reasons=tuple(
                ReasonCount(verdict=verdict, code=code, count=count)
                for (verdict, code), count in self._reasons.most_common()
            ),
            segment=SegmentView(
                success=self._success,
                nothing_sent=dict(self._nothing.most_common()),
                refused=self._arrivals["refused"],
                ignored=self._arrivals["ignored"],
            ),
            goals=tuple(
                GoalCount(name=name, count=count, in_catalog=self._in_catalog(name))
                for name, count in self._goals.counts.most_common()
            ),
            units=self._unit_counts(),
            unit_events=self._unit_events,
            goal_mapping=tuple(
                EntryUse(
                    key=key, value=value, count=self.entries[key], line=config.line("settings", "goalMapping", key)
                )
                for key, value in settings.goal_mapping.items()
            ),
            unit_mapping=tuple(
                EntryUse(
                    key=key, value=value, count=self.identities[key], line=config.line("settings", "unitMapping", key)
                )
                for key, value in settings.unit_mapping.items()
            ),
            names_without_entry=self.without_entry(),
            uncounted=self._other_types
            + sum(names.others for names in (self.fields, self.tracked, self.viewed, self._goals, self._units)),
        )

    def _unit_counts(self) -> tuple[UnitCount, ...]:
        identities: dict[str, list[str]] = {}
        for identity, unit in self.config.settings.unit_mapping.items():
            identities.setdefault(unit, []).append(identity)
        counts = Counter(dict.fromkeys(identities, 0)) + self._units.counts
        counts.update({unit: 0 for unit in identities if unit not in counts})
        return tuple(
            UnitCount(type=unit, count=count, identities=tuple(identities.get(unit, ())))
            for unit, count in counts.most_common()
        )
