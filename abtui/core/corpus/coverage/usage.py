"""How much of a config the events use, and what becomes of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from copy import copy
from typing import Any, Final

from abtui.core.config import Config
from abtui.core.corpus.coverage.model import (
    Coverage,
    EntryUse,
    GoalCount,
    NameCount,
    ReasonCount,
    SegmentView,
    TypeCount,
    UnitCount,
)
from abtui.core.corpus.tally import Tally
from abtui.core.destinations import REASONS
from abtui.core.destinations.classic.decide import EXPOSURE_EVENT, mapping_key
from abtui.core.fate import FATES
from abtui.core.outcomes import VERDICTS, Fate, Outcome, Verdict
from abtui.core.segment import SHOWS_SUCCESS, is_event
from abtui.core.text.javascript import ABSENT, JavaScriptTypeError
from abtui.core.text.secret import hide_all

_PLAIN: Final = (str, int, float)
"""What a unit can be made of; true and false are none of it."""


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
        self.mapped: Tally[str] = Tally()
        """Names of track calls that goalMapping has an entry for."""
        self.unmapped: Tally[str] = Tally()
        """Names of track calls that it has none for."""
        self.viewed: Tally[str] = Tally()
        """Names of page and screen calls."""
        self.first: dict[str, str] = {}
        """The source of the first event with each name of `unmapped`."""
        self._types: dict[str, Counter[tuple[Verdict, Fate]]] = {}
        self._reasons: Counter[tuple[Verdict, str]] = Counter()
        self._goals: Tally[str] = Tally()
        self._units: Tally[str] = Tally()
        self._unit_events = self._success = self._exposure_goals = 0
        self._nothing: Counter[str] = Counter()

    def copy(self) -> Usage:
        """A count that goes on by itself from here."""
        other = copy(self)
        for name, value in vars(self).items():
            if isinstance(value, dict | Tally):
                setattr(other, name, value.copy())
        other._types = {kind: counter.copy() for kind, counter in self._types.items()}
        return other

    def add(self, event: Mapping[str, Any], outcome: Outcome) -> None:
        """Count an event and what becomes of it. What is no event is not counted, here and below."""
        if not is_event(event):
            return
        self.add_use(event, outcome)
        verdict, code = outcome.verdict, outcome.reason.code
        self._types.setdefault(event["type"], Counter())[verdict, outcome.fate] += 1
        self._reasons[verdict, code] += 1
        if outcome.segment_shows == SHOWS_SUCCESS:
            self._success += 1
            if outcome.request is None:
                self._nothing[code] += 1
        if outcome.request is not None:
            self._add_body(outcome.request.body, exposure=REASONS[code].body_at is not None)
        if outcome.request is not None or code == "NO-UNIT":
            self._unit_events += 1

    def add_use(self, event: Mapping[str, Any], outcome: Outcome) -> None:
        """Count an event, and only what it uses of the config: all that `coverage_findings` asks for, in a fraction of the time."""
        if not is_event(event):
            return
        self.events += 1
        if outcome.reason.code != "FILTERED":
            self._add_fields(event)
            self._add_name(event, outcome)

    def take_back_use(self, event: Mapping[str, Any], outcome: Outcome) -> None:
        """Count no longer what `add_use` was given with these."""
        if not is_event(event):
            return
        self.events -= 1
        if outcome.reason.code == "FILTERED":
            return
        for key, value in event.items():
            if type(value) in _PLAIN:
                self.fields.take_back(key)
        for key in self.config.settings["unitMapping"]:
            if type(event.get(key)) in _PLAIN:
                self.identities[key] -= 1
        self._take_back_name(event, outcome)

    def _take_back_name(self, event: Mapping[str, Any], outcome: Outcome) -> None:
        name = outcome.name
        if outcome.type in ("page", "screen") and name is not None:
            self.viewed.take_back(name)
        elif outcome.type == "track" and name != EXPOSURE_EVENT:
            key = _mapping_key(event)
            if key is not None and key in self.config.settings["goalMapping"]:
                self.entries[key] -= 1
                self.mapped.take_back(key)
            elif name is not None:
                self.unmapped.take_back(name)

    def _shown(self, name: str) -> str:
        """A name as it may be shown: an event may carry the API key."""
        return hide_all(name, self.config.secrets)

    def _add_body(self, body: object, *, exposure: bool) -> None:
        """Count what is sent. Goals inside an exposure are none of the mapping, and a unit without an id is nobody's."""
        if not isinstance(body, dict):
            return
        goals, units = body.get("goals"), body.get("units")
        for goal in goals if isinstance(goals, list) else ():
            name = goal.get("name") if isinstance(goal, dict) else None
            if exposure:
                self._exposure_goals += 1
            elif isinstance(name, str):
                self._goals.add(name)
        brought = [unit for unit in units if isinstance(unit, dict)] if isinstance(units, list) else []
        types = [unit.get("type") for unit in brought if unit.get("uid") is not None]
        for kind in dict.fromkeys(kind for kind in types if isinstance(kind, str)):
            self._units.add(kind)

    def _add_fields(self, event: Mapping[str, Any]) -> None:
        counts = self.fields.counts
        for key, value in event.items():
            kind = type(value)
            if kind is str or kind is int or kind is float:
                if key in counts:
                    counts[key] += 1
                else:
                    self.fields.add(key)
        for key in self.config.settings["unitMapping"]:
            kind = type(event.get(key))
            if kind is str or kind is int or kind is float:
                self.identities[key] += 1

    def _add_name(self, event: Mapping[str, Any], outcome: Outcome) -> None:
        name = outcome.name
        if outcome.type in ("page", "screen") and name is not None:
            self.viewed.add(name)
        elif outcome.type == "track" and name != EXPOSURE_EVENT:
            key = _mapping_key(event)
            if key is not None and key in self.config.settings["goalMapping"]:
                self.entries[key] += 1
                self.mapped.add(key)
            elif name is not None and self.unmapped.add(name):
                self.first[name] = outcome.source

    def without_entry(self) -> tuple[NameCount, ...]:
        """Names of track calls that goalMapping has no entry for, the most frequent first."""
        return tuple(
            NameCount(name=self._shown(name), count=count, source=self.first[name], in_catalog=self._in_catalog(name))
            for name, count in self.unmapped.counts.most_common()
        )

    def _in_catalog(self, goal: str) -> bool | None:
        known = self.config.catalog.goals
        return None if known is None else goal in known

    def coverage(self) -> Coverage:
        """The numbers so far."""
        config = self.config
        settings = config.settings
        fates = _by_fate(sum(self._types.values(), Counter()))
        return Coverage(
            types=tuple(
                TypeCount(type=kind, events=counter.total(), verdicts=_by_verdict(counter), fates=_by_fate(counter))
                for kind, counter in sorted(self._types.items(), key=lambda item: (-item[1].total(), item[0]))
            ),
            reasons=tuple(
                ReasonCount(verdict=verdict, code=code, count=count)
                for (verdict, code), count in self._reasons.most_common()
            ),
            segment=SegmentView(
                success=self._success,
                nothing_sent=dict(self._nothing.most_common()),
                refused=fates["refused"],
                ignored=fates["ignored"],
            ),
            fates=fates,
            goals=tuple(
                GoalCount(name=self._shown(name), count=count, in_catalog=self._in_catalog(name))
                for name, count in self._goals.counts.most_common()
            ),
            exposure_goals=self._exposure_goals,
            units=self._unit_counts(),
            events=self.events,
            unit_events=self._unit_events,
            goal_mapping=tuple(
                EntryUse(
                    key=key, value=value, count=self.entries[key], line=config.line("settings", "goalMapping", key)
                )
                for key, value in settings["goalMapping"].items()
            ),
            unit_mapping=tuple(
                EntryUse(
                    key=key, value=value, count=self.identities[key], line=config.line("settings", "unitMapping", key)
                )
                for key, value in settings["unitMapping"].items()
            ),
            names_without_entry=self.without_entry(),
            uncounted=sum(
                names.others for names in (self.fields, self.unmapped, self.viewed, self._goals, self._units)
            ),
        )

    def _unit_counts(self) -> tuple[UnitCount, ...]:
        identities: dict[str, list[str]] = {}
        for identity, unit in self.config.settings["unitMapping"].items():
            identities.setdefault(unit, []).append(identity)
        counts = Counter(dict.fromkeys(identities, 0)) + self._units.counts
        counts.update({unit: 0 for unit in identities if unit not in counts})
        return tuple(
            UnitCount(type=self._shown(unit), count=count, identities=tuple(identities.get(unit, ())))
            for unit, count in counts.most_common()
        )


def _by_verdict(counter: Counter[tuple[Verdict, Fate]]) -> dict[Verdict, int]:
    return {name: sum(count for (verdict, _), count in counter.items() if verdict == name) for name in VERDICTS}


def _by_fate(counter: Counter[tuple[Verdict, Fate]]) -> dict[Fate, int]:
    return {name: sum(count for (_, fate), count in counter.items() if fate == name) for name in FATES}


def _mapping_key(event: Mapping[str, Any]) -> str | None:
    """What goalMapping is asked for, or None where the destination throws over it."""
    name = event.get("event", ABSENT)
    if type(name) is str:
        return name
    try:
        return mapping_key(name)
    except JavaScriptTypeError:
        return None
