"""Whether a goal counts in an experiment, and if not, why: the first reason that holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final, Literal, NamedTuple

from abtui.core.experiments.assignment import uid_hash
from abtui.core.experiments.exposed import Exposed
from abtui.core.experiments.units import Units, near
from abtui.core.text.nearest import plain

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
        if own or cause is not None:
            return Judged("neverExposed", "unitNotExposed" if own else "noTrackedUnit", spoiled, cause or "")
        tracked = plain(self.type or "")
        otherwise = tuple(key for key in keys if plain(units.types[key]) == tracked)
        return Judged("neverExposed", "noTrackedUnit", otherwise, "unitNamedOtherwise" if otherwise else "")

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
