"""Whether a goal counts in an experiment, and if not, why: the first reason that holds."""

from __future__ import annotations

from collections import Counter
from typing import Final, Literal, NamedTuple

from abtui.core.experiments.achieved import Achieved
from abtui.core.experiments.exposed import Exposed
from abtui.core.experiments.units import Units, near

Reason = Literal["attributed", "beforeExposure", "excluded", "otherUnitType", "neverExposed"]
REASONS: Final[tuple[Reason, ...]] = ("attributed", "beforeExposure", "excluded", "otherUnitType", "neverExposed")
Detail = Literal[
    "", "sameUidOtherType", "sameTypeNotTracked", "alreadyHashed", "nearUid", "noTrackedUnit", "unitNotExposed"
]


class Judged(NamedTuple):
    """The reason of a goal for an experiment, in more detail if there is some, and the participants that it counts for."""

    reason: Reason
    detail: Detail = ""
    counts_for: tuple[int, ...] = ()


class Attribution:
    """Judges goals for one experiment, once all exposures are known."""

    def __init__(self, exposed: Exposed, units: Units) -> None:
        self._exposed, self._units = exposed, units
        self.type = exposed.unit_type
        self._types: dict[str, tuple[str, ...]] = {}
        """The unit types under which a hash takes part. Few hashes have two, so that most share one tuple."""
        alone = {name: (name,) for name in set(units.types)}
        for key in exposed.first:
            before = self._types.get(units.hashes[key])
            own = alone[units.types[key]]
            self._types[units.hashes[key]] = own if before is None else before + own
        self._strangers: dict[tuple[int, ...], Judged] = {}
        """The judgement of sets of keys that were never exposed, which depends on no time."""

    def judge(self, keys: tuple[int, ...], at: int) -> Judged:
        """The reason for a goal with these keys, achieved at `at` (ms)."""
        first, types, tracked = self._exposed.first, self._units.types, self.type
        exposed = [key for key in keys if key in first and types[key] == tracked]
        if exposed:
            counts_for = tuple(key for key in exposed if first[key][0] <= at)
            return Judged("attributed", "", counts_for) if counts_for else Judged("beforeExposure")
        if any(key in self._exposed.outside and types[key] == tracked for key in keys):
            return Judged("excluded")
        stranger = self._strangers.get(keys)
        if stranger is None:
            stranger = self._strangers[keys] = self._stranger(keys)
        return stranger

    def _stranger(self, keys: tuple[int, ...]) -> Judged:
        units, types = self._units, self._types
        same = [(units.types[key], types[units.hashes[key]]) for key in keys if units.hashes[key] in types]
        if same:
            other = any(row != own for own, rows in same for row in rows)
            return Judged("otherUnitType", "sameUidOtherType" if other else "sameTypeNotTracked")
        plain = [uid for key in keys if (uid := units.plain[key]) is not None]
        if any(uid in types for uid in plain):
            return Judged("neverExposed", "alreadyHashed")
        if any(hashed in types for uid in plain for hashed in near(uid)):
            return Judged("neverExposed", "nearUid")
        if not any(units.types[key] == self.type for key in keys):
            return Judged("neverExposed", "noTrackedUnit")
        return Judged("neverExposed", "unitNotExposed")


class GoalCount:
    """How many achievements of one goal have which reason for one experiment, and what counts for each variant."""

    def __init__(self) -> None:
        self.reasons: Counter[Reason] = Counter()
        self.details: Counter[Detail] = Counter()
        self.events: Counter[int] = Counter()
        """By variant, the pairs of an achievement and a participant that it counts for."""
        self._converters: set[int] = set()
        self.converters: Counter[int] = Counter()

    def add(self, judged: Judged, exposed: Exposed) -> None:
        """Count one achievement."""
        self.reasons[judged.reason] += 1
        if judged.detail:
            self.details[judged.detail] += 1
        for key in judged.counts_for:
            variant = exposed.first[key][1]
            self.events[variant] += 1
            if key not in self._converters:
                self._converters.add(key)
                self.converters[variant] += 1


def count_goals(exposed: Exposed, achieved: Achieved, units: Units) -> dict[str, GoalCount]:
    """All goals by name, judged for one experiment."""
    attribution = Attribution(exposed, units)
    counts = [GoalCount() for _ in achieved.names]
    for goal in achieved:
        counts[goal.name].add(attribution.judge(achieved.keys[goal.keys], goal.at), exposed)
    return dict(sorted(zip(achieved.names, counts, strict=True)))
