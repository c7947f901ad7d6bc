"""Whether a goal counts in an experiment, and if not, why: the first reason that holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final, Literal, NamedTuple

from abtui.core.experiments.achieved import Achieved, Goal
from abtui.core.experiments.assignment import uid_hash
from abtui.core.experiments.exposed import Exposed
from abtui.core.experiments.units import Units, near

Reason = Literal["attributed", "beforeExposure", "excluded", "otherUnitType", "neverExposed"]
REASONS: Final[tuple[Reason, ...]] = ("attributed", "beforeExposure", "excluded", "otherUnitType", "neverExposed")
Detail = Literal[
    "", "sameUidOtherType", "sameTypeNotTracked", "alreadyHashed", "nearUid", "noTrackedUnit", "unitNotExposed"
]
Spoiled = Literal["alreadyHashed", "nearUid", "exposureHashed"]


class Judged(NamedTuple):
    """The reason of a goal for an experiment, in more detail if there is some; and the keys of the goal that it rests on.

    Those of an attributed goal are the participants that it counts for. `cause` is what is wrong, for findings, where it is known:
    a goal that shares its anonymous unit with an exposure may have a user's id that is hashed twice.
    """

    reason: Reason
    detail: Detail = ""
    keys: tuple[int, ...] = ()
    cause: str = ""

    @property
    def told(self) -> str:
        """What is told of it: the cause if it is known, else the detail, else the reason."""
        return self.cause or self.detail or self.reason


class Attribution:
    """Judges goals for one experiment, once all exposures are known."""

    def __init__(self, exposed: Exposed, units: Units) -> None:
        self._exposed, self._units = exposed, units
        self.type = exposed.unit_type
        self._strangers: dict[tuple[int, ...], Judged] = {}
        """The judgement of sets of keys that were never exposed, which depends on no time."""

    def judge(self, keys: tuple[int, ...], at: int) -> Judged:
        """The reason for a goal with these keys, achieved at `at` (ms)."""
        outside, types, tracked = self._exposed.outside, self._units.types, self.type
        found = ((key, self._exposed.first.get(key)) for key in keys if types[key] == tracked)
        exposed = {key: first.at for key, first in found if first is not None}
        if exposed:
            counts_for = tuple(key for key, since in exposed.items() if since <= at)
            if counts_for:
                return Judged("attributed", "", counts_for)
            return Judged("beforeExposure", "", tuple(exposed), "beforeExposure")
        excluded = tuple(key for key in keys if key in outside and types[key] == tracked)
        if excluded:
            return Judged("excluded", "", excluded, "excluded")
        stranger = self._strangers.get(keys)
        if stranger is None:
            stranger = self._strangers[keys] = self._stranger(keys)
        return stranger

    def types_of(self, key: int) -> tuple[str, ...]:
        """The unit types under which the uid of a key takes part."""
        return self._types_of(self._units.hashes[key])

    def _types_of(self, hashed: str) -> tuple[str, ...]:
        units = self._units
        return tuple(units.types[key] for key in units.of_hash(hashed) if key in self._exposed.first)

    def same_uid(self, key: int) -> tuple[int, ...]:
        """The keys of participants that have the uid of a key under another type."""
        found = self._units.of_hash(self._units.hashes[key])
        return tuple(other for other in found if other != key and other in self._exposed.first)

    def _stranger(self, keys: tuple[int, ...]) -> Judged:
        units = self._units
        own = tuple(key for key in keys if units.types[key] == self.type)
        same = {key: types for key in keys if (types := self.types_of(key))}
        other = tuple(key for key, types in same.items() if any(type != units.types[key] for type in types))
        if other:
            return Judged("otherUnitType", "sameUidOtherType", other, "sameUidOtherType")
        if same:
            cause, spoiled = self._spoiled(own)
            told = cause or ("otherUid" if own else "sameTypeNotTracked")
            return Judged("otherUnitType", "sameTypeNotTracked", spoiled or own or tuple(same), told)
        cause, spoiled = self._spoiled(keys)
        if cause == "alreadyHashed" or cause == "nearUid":
            return Judged("neverExposed", cause, spoiled, cause)
        return Judged("neverExposed", "unitNotExposed" if own else "noTrackedUnit", spoiled, cause or "")

    def _spoiled(self, keys: tuple[int, ...]) -> tuple[Spoiled | None, tuple[int, ...]]:
        """How uids are written otherwise than those that take part, and which ones; nothing if they are other uids."""
        for cause, hashes in _SPOILED.items():
            found = tuple(key for key in keys if any(map(self._types_of, hashes(self._units, key))))
            if found:
                return cause, found
        return None, ()


_SPOILED: Final[dict[Spoiled, Callable[[Units, int], Iterable[str]]]] = {
    "alreadyHashed": lambda units, key: filter(None, [units.plain[key]]),
    "nearUid": lambda units, key: near(units.plain[key] or ""),
    "exposureHashed": lambda units, key: [uid_hash(units.hashes[key])],
}
"""The hashes that a key's uid would have, by what is wrong with it if one of them takes part."""


class GoalCount:
    """How many achievements of one goal have which reason for one experiment, and what counts for each variant."""

    def __init__(self) -> None:
        self.reasons: Counter[Reason] = Counter()
        self.details: Counter[Detail] = Counter()
        self.events: Counter[int] = Counter()
        """By variant, the pairs of an achievement and a participant that it counts for."""
        self.converters: Counter[int] = Counter()
        """By variant, the participants that it counts for."""

    def add(self, judged: Judged, exposed: Exposed, known: set[int]) -> None:
        """Count one achievement. `known` are the participants that the goal counted for before."""
        self.reasons[judged.reason] += 1
        if judged.detail:
            self.details[judged.detail] += 1
        if judged.reason != "attributed":
            return
        for key in judged.keys:
            variant = exposed.first[key].variant
            self.events[variant] += 1
            if key not in known:
                known.add(key)
                self.converters[variant] += 1


class Loss:
    """The goals that do not count for one reason: how many of each name, the keys that tell it, and how early the earliest is."""

    def __init__(self) -> None:
        self.goals: Counter[str] = Counter()
        self.keys: set[int] = set()
        self.types: Counter[tuple[str, str]] = Counter()
        """The goals by the unit type of a goal's key, and the one under which its uid takes part."""
        self.earliest = 0
        """Of goals before their exposure, the longest time between the two (ms)."""


class Judgement:
    """All goals of a summary, judged for one experiment. `losses` are those of which the cause is known, by it."""

    def __init__(self, exposed: Exposed, achieved: Achieved, units: Units) -> None:
        self.goals = {name: GoalCount() for name in sorted(achieved.names)}
        self.losses: dict[str, Loss] = {}
        attribution = Attribution(exposed, units)
        counts = [self.goals[name] for name in achieved.names]
        known: list[set[int]] = [set() for _ in counts]
        for goal in achieved:
            judged = attribution.judge(achieved.keys[goal.keys], goal.at)
            counts[goal.name].add(judged, exposed, known[goal.name])
            if judged.cause:
                loss = self.losses.setdefault(_cause(judged, goal, exposed), Loss())
                loss.goals[achieved.names[goal.name]] += 1
                loss.keys.update(judged.keys)
                if judged.reason == "beforeExposure":
                    first = min(exposed.first[key].at for key in judged.keys)
                    loss.earliest = max(loss.earliest, first - goal.at)
        for loss in self.losses.values():
            for key in loss.keys:
                loss.types.update((units.types[key], row) for row in attribution.types_of(key))


def _cause(judged: Judged, goal: Goal, exposed: Exposed) -> str:
    """The cause of a loss. Without the tracked unit nothing is lost before the exposure, such as of visitors who log in later."""
    if judged.cause == "sameTypeNotTracked" and all(exposed.first[key].at > goal.at for key in judged.keys):
        return "notTrackedYet"
    return judged.cause
