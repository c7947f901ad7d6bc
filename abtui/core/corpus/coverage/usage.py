"""How much of a config the events use, and their outcomes, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from copy import copy
from typing import Any, ClassVar, Final, Self

from abtui.core.config import Config
from abtui.core.corpus.coverage.model import (
    Coverage,
    EntryUse,
    GoalCount,
    MappingUse,
    MapUse,
    NameCount,
    ReasonCount,
    SegmentView,
    TypeCount,
    UnitCount,
)
from abtui.core.corpus.fold import Fold
from abtui.core.corpus.places import BEFORE, LeastPlaces, Rank
from abtui.core.corpus.tally import MOST, Tally, count
from abtui.core.destination import FILTERED, JSONObject, MapKeys
from abtui.core.destinations import REASONS, destination_of
from abtui.core.experiments.found import Counted
from abtui.core.fate import FATES
from abtui.core.outcomes import RESULT_VERDICTS, UNSUBSCRIBED, VERDICTS, Fate, Outcome, Verdict
from abtui.core.segment import SHOWS_SUCCESS, is_event
from abtui.core.text.paths import Path
from abtui.core.text.plain import most_first
from abtui.core.text.secret import hide_all

_VIEWS: Final = ("page", "screen")
UNKNOWN: Final[Rank] = (BEFORE, 0)
"""The place of events that are counted in the order of the input: the first of them is the first."""


class Usage(Fold):
    """Counts events and their outcomes against one config. Memory does not grow with the number of events."""

    counted: ClassVar[tuple[str, ...]] = (
        "events", "entries", "identities", "entry_fates", "setting_fates", "fields", "unmapped", "viewed", "_first", "mapped",
        "mapped_fates", "filled", "_types", "_reasons", "_goals", "_units", "_unit_events", "_success", "_exposure_goals", "_nothing",
    )  # fmt: skip

    def __init__(self, config: Config) -> None:
        self.config = config
        self.events = 0
        self.experiments: Counted | None = None
        """The experiments, for those who count them beside."""
        destination = destination_of(config.destination)
        self._name_key, self._decided_by = destination.name_key, destination.decided_by
        self._name_maps, self._field_maps = destination.maps("names"), destination.maps("fields")
        self._mapped_names = frozenset(self._keys(self._name_maps))
        self._mapped_fields = self._keys(self._field_maps)
        self.entries: Counter[str] = Counter()
        """Events by their name, for names that a map of names has an entry for."""
        self.identities: Counter[str] = Counter()
        """Events by the fields that hold text or a number, for fields that a map of fields has an entry for."""
        self.entry_fates: Counter[tuple[str, Fate]] = Counter()
        """The events of `entries` by their fate."""
        self.setting_fates: Counter[tuple[tuple[str, str], Fate]] = Counter()
        """Events by the toggles and choices that decide about them, and by their fate."""
        self.fields: Tally[str] = Tally()
        """Top-level fields whose value is text or a number: what a map of fields could name."""
        self.unmapped: Tally[str] = Tally()
        """Names that are looked up in maps of names, and that none of these has an entry for."""
        self.viewed: Tally[str] = Tally()
        """Names of page and screen calls."""
        self._first: dict[str, LeastPlaces[str]] = {}
        """The source of the first event with each name of `unmapped`, and of others that were among them."""
        self.mapped: Counter[tuple[str, Verdict]] = Counter()
        """Events by the mappings of a destination that has several, and what each does with them."""
        self.mapped_fates: Counter[tuple[str, Fate]] = Counter()
        """Events by the mappings that are for them, and the fate of what each makes of them."""
        self.filled: Counter[Path] = Counter()
        """Events by the entries of the config that they fill, of a destination that tells."""
        self._uses = destination.uses_with(config)
        self._types: dict[str, Counter[tuple[Verdict, Fate]]] = {}
        self._reasons: Counter[tuple[Verdict, str]] = Counter()
        self._goals: Tally[str] = Tally()
        self._units: Tally[str] = Tally()
        self._unit_events = self._success = self._exposure_goals = 0
        self._nothing: Counter[str] = Counter()

    def _keys(self, maps: list[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(key for name in maps for key in self.config.settings[name]))

    def copy(self) -> Usage:
        """An independent copy."""
        other = copy(self)
        vars(other).update({name: _copied(value) for name, value in vars(self).items()})
        return other

    def add(self, event: JSONObject, outcome: Outcome, times: int = 1, rank: Rank = UNKNOWN) -> None:
        """Count an event and its outcome, or so many that are alike, of which `rank` is the first place.

        An object that is no event is not counted, here and below.
        """
        if not is_event(event):
            return
        self.add_use(event, outcome, times, rank)
        verdict, code = outcome.verdict, outcome.reason.code
        reason = REASONS[code]
        self._types.setdefault(event["type"], Counter())[verdict, outcome.fate] += times
        self._reasons[verdict, code] += times
        if outcome.segment_shows == SHOWS_SUCCESS:
            self._success += times
            if outcome.request is None:
                self._nothing[code] += times
        for part in (outcome,) if outcome.results is None else outcome.results:
            if part.request is not None:
                self._add_body(part.request.body, times, exposure=REASONS[part.reason.code].body_at is not None)
        if outcome.request is not None or reason.no_unit:
            self._unit_events += times

    def add_use(self, event: JSONObject, outcome: Outcome, times: int = 1, rank: Rank = UNKNOWN) -> None:
        """Count only what an event uses of the config, which is all that `coverage_findings` needs and much faster.

        With -1 for `times` an event that was counted with these arguments is removed.
        """
        if not is_event(event):
            return
        self.events += times
        if outcome.reason.code == FILTERED:
            return
        for result in outcome.results or ():
            self.mapped[result.mapping, result.verdict] += times
            if result.verdict not in UNSUBSCRIBED:
                self.mapped_fates[result.mapping, result.fate] += times
        for path in self._uses(event, outcome):
            self.filled[path] += times
        counts = self.fields.counts
        for key, value in event.items():
            kind = type(value)
            if kind is str or kind is int or kind is float:
                if times > 0 and key in counts:
                    counts[key] += times
                else:
                    self.fields.add(key, times)
        for key in self._mapped_fields:
            kind = type(event.get(key))
            if kind is str or kind is int or kind is float:
                self.identities[key] += times
        for path in self._decided_by(event):
            self.setting_fates[path, outcome.fate] += times
        if self._name_maps:
            self._add_name(event, outcome, times, rank)

    def _add_name(self, event: Mapping[str, Any], outcome: Outcome, times: int, rank: Rank) -> None:
        name = outcome.name
        if outcome.type in _VIEWS and name is not None:
            self.viewed.add(name, times)
            return
        key = self._name_key(event)
        if key is not None and key in self._mapped_names:
            count(self.entries, key, times)
            self.entry_fates[key, outcome.fate] += times
        elif key is not None and name is not None and (self.unmapped.add(name, times) or rank is not UNKNOWN):
            self._see(name, outcome.source, rank)

    def _see(self, name: str, source: str, rank: Rank) -> None:
        first = self._first.get(name)
        if first is None:
            if name not in self.unmapped.counts:
                return
            first = self._first[name] = LeastPlaces(1)
            self._forget_firsts()
        if first.wants(rank):
            first.add(rank, source)

    def _forget_firsts(self) -> None:
        """Forget where names occurred first that are no longer counted by themselves, if those are many."""
        if len(self._first) > 2 * MOST:
            self._first = {name: first for name, first in self._first.items() if name in self.unmapped.counts}

    def merge(self, other: Self) -> None:
        """Add what was counted of another part of the input."""
        super().merge(other)
        self._forget_firsts()

    def names_without_entry(self) -> list[tuple[str, int]]:
        """The names of `unmapped` with their numbers, the most frequent first, and equal ones in the order of the input."""
        counts = self.unmapped.counts
        return sorted(counts.items(), key=lambda item: (-item[1], self._first[item[0]].ranked()[0][0]))

    def first(self, name: str) -> str:
        """The source of the first event with a name of `unmapped`."""
        return self._first[name].values()[0]

    def _add_body(self, body: object, times: int, *, exposure: bool) -> None:
        """Count what is sent. Goals inside an exposure pass no map of names."""
        goals, units = sent_names(body, exposure=exposure)
        if exposure:
            self._exposure_goals += len(goals) * times
        else:
            for name in goals:
                self._goals.add(name, times)
        for kind in units:
            self._units.add(kind, times)

    def without_entry(self) -> tuple[NameCount, ...]:
        """The names that no map of names has an entry for, the most frequent first."""
        return tuple(
            NameCount(name=self._shown(name), count=count, source=self.first(name), in_catalog=self._in_catalog(name))
            for name, count in self.names_without_entry()
        )

    def _shown(self, name: str) -> str:
        """A name with keys masked: an event may carry the API key."""
        return hide_all(name, self.config.secrets)

    def _in_catalog(self, goal: str) -> bool | None:
        known = self.config.catalog.goals
        return None if known is None else goal in known

    def coverage(self) -> Coverage:
        """The numbers so far."""
        fates = _by_fate(sum(self._types.values(), Counter()))
        several = destination_of(self.config.destination).several
        return Coverage(
            mappings=tuple(self.mapping_uses()) if several else None,
            types=tuple(
                TypeCount(type=kind, events=counter.total(), verdicts=_by_verdict(counter), fates=_by_fate(counter))
                for kind, counter in sorted(self._types.items(), key=lambda item: (-item[1].total(), item[0]))
            ),
            reasons=tuple(
                ReasonCount(verdict=verdict, code=code, count=count)
                for (verdict, code), count in most_first(self._reasons)
            ),
            segment=SegmentView(
                success=self._success,
                nothing_sent=dict(most_first(self._nothing)),
                refused=fates["refused"],
                ignored=fates["ignored"],
            ),
            fates=fates,
            goals=tuple(
                GoalCount(name=self._shown(name), count=count, in_catalog=self._in_catalog(name))
                for name, count in most_first(self._goals.counts)
            ),
            exposure_goals=self._exposure_goals,
            units=tuple(self._unit_counts()),
            events=self.events,
            unit_events=self._unit_events,
            maps=tuple(self._map_uses()),
            names_without_entry=self.without_entry(),
            uncounted=sum(
                names.others for names in (self.fields, self.unmapped, self.viewed, self._goals, self._units)
            ),
        )

    def mapping_uses(self) -> Iterator[MappingUse]:
        """What each mapping did with the events, in the config's order."""
        destination = destination_of(self.config.destination)
        for mapping in dict.fromkeys(name for name, _verdict in self.mapped):
            verdicts = {verdict: self.mapped[mapping, verdict] for verdict in RESULT_VERDICTS}
            yield MappingUse(
                mapping=self._shown(mapping),
                verdicts=verdicts,
                line=destination.line_of_mapping(self.config, mapping),
            )

    def _map_uses(self) -> Iterator[MapUse]:
        maps: tuple[tuple[MapKeys, list[str], Counter[str]], ...] = (
            ("names", self._name_maps, self.entries),
            ("fields", self._field_maps, self.identities),
        )
        for keys, names, used in maps:
            for name in names:
                entries = (
                    EntryUse(key=key, value=value, count=used[key], line=self.config.line("settings", name, key))
                    for key, value in self.config.settings[name].items()
                )
                yield MapUse(name=name, keys=keys, entries=tuple(entries))

    def _unit_counts(self) -> Iterator[UnitCount]:
        """The unit types that the config names or events bring, the most frequent first."""
        identities: dict[str, list[str]] = {}
        for name in self._field_maps:
            for identity, unit in self.config.settings[name].items():
                identities.setdefault(unit, []).append(identity)
        counts = Counter(dict.fromkeys(identities, 0)) + self._units.counts
        counts.update({unit: 0 for unit in identities if unit not in counts})
        for unit, events in most_first(counts):
            yield UnitCount(type=self._shown(unit), count=events, identities=tuple(identities.get(unit, ())))


def sent_names(body: object, *, exposure: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the goals in a body, and the types of the units, of those that have an id: without one a unit identifies nobody.

    The goals inside an exposure have no names here: these are not counted one by one.
    """
    if type(body) is not dict:
        return (), ()
    goals, units = body.get("goals"), body.get("units")
    names, types = [], {}
    for goal in goals if type(goals) is list else ():
        name = "" if exposure else goal.get("name") if type(goal) is dict else None
        if type(name) is str:
            names.append(name)
    for unit in units if type(units) is list else ():
        if type(unit) is dict and unit.get("uid") is not None and type(unit.get("type")) is str:
            types[unit["type"]] = True
    return tuple(names), tuple(types)


def _by_verdict(counter: Counter[tuple[Verdict, Fate]]) -> dict[Verdict, int]:
    return {name: sum(count for (verdict, _), count in counter.items() if verdict == name) for name in VERDICTS}


def _by_fate(counter: Counter[tuple[Verdict, Fate]]) -> dict[Fate, int]:
    return {name: sum(count for (_, fate), count in counter.items() if fate == name) for name in FATES}


def _copied(value: Any) -> Any:
    """A copy of counts, and of dicts of them; any other value itself."""
    if isinstance(value, Counter | Tally | LeastPlaces):
        return value.copy()
    return {key: _copied(item) for key, item in value.items()} if type(value) is dict else value
