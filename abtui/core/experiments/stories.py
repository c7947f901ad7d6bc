"""The stories of single units: their exposures to one experiment and their goals, in time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, Literal, NamedTuple

from abtui.core.experiments.attribution import Attribution
from abtui.core.experiments.moments import Moments

MOST: Final = 60
"""The moments that a story has at most."""
_STRETCH: Final = 1_024
What = Literal["exposed", "stays-out", "untracked", "counts", "does-not-count"]
"""`untracked` is an exposure of another unit than the one that the experiment counts by."""


class Moment(NamedTuple):
    """One moment of a story: when (ms), what, the goal's name or "", the variant of an exposure, why a goal does not count or
    the unit type of an exposure that is not tracked, and the index of the event."""

    at: int
    what: What
    name: str
    variant: int
    reason: str
    event: int


class Wanted(NamedTuple):
    """A unit whose story is wanted: its key, the number of the set of keys of its newest goal in question, its variant, why that
    goal does not count, when it was and its event, and how many such goals there are."""

    key: int
    keys: int
    variant: int | None
    reason: str
    at: int
    event: int
    number: int


class Story(NamedTuple):
    """The moments in order, and how many more there are."""

    moments: tuple[Moment, ...]
    more: int


class Stories:
    """Tells the stories of some units: what has one of their keys, or the same uid under another type."""

    def __init__(
        self, moments: Moments, experiment: str, goal: str, attribution: Attribution, wanted: Sequence[Wanted]
    ) -> None:
        self._moments, self._experiment, self._goal = moments, experiment, goal
        self._attribution, self._wanted = attribution, wanted
        self._owners: dict[int, set[int]] = {}
        """The units, by their place in `wanted`, that a key belongs to."""
        self._told: list[list[Moment]] = [[] for _ in wanted]
        sets = moments.summary.achieved.keys
        for place, unit in enumerate(wanted):
            for key in {unit.key, *sets[unit.keys]}:
                for own in (key, *attribution.same_uid(key)):
                    self._owners.setdefault(own, set()).add(place)

    def tell(self, pause: Callable[[], None]) -> list[Story]:
        """The stories in the order of the units."""
        if self._wanted:
            self._tell_exposures(pause)
            self._tell_goals(pause)
        return [_shortened(told, unit.event) for told, unit in zip(self._told, self._wanted, strict=True)]

    def _of(self, sets: Iterable[tuple[int, ...]]) -> list[set[int]]:
        """By the number of a set of keys the units that have one of them."""
        owners = self._owners
        return [set().union(*(owners[key] for key in keys if key in owners)) for keys in sets]

    def _tell_exposures(self, pause: Callable[[], None]) -> None:
        moments = self._moments
        if self._experiment not in moments.experiments:
            return
        number, units = moments.experiments.index(self._experiment), self._of(moments.keys)
        types, tracked = moments.summary.units.types, self._attribution.type
        for at, item in enumerate(moments.exposures):
            if at % _STRETCH == 0:
                pause()
            if item.name == number and units[item.keys]:
                of = [types[key] for key in moments.keys[item.keys]]
                what: What = "stays-out" if not item.takes_part else "exposed" if tracked in of else "untracked"
                told = Moment(item.at, what, "", item.variant, of[0] if what == "untracked" else "", item.event)
                for place in units[item.keys]:
                    self._told[place].append(told)

    def _tell_goals(self, pause: Callable[[], None]) -> None:
        achieved = self._moments.summary.achieved
        units = self._of(achieved.keys)
        for at, goal in enumerate(self._moments.goals):
            if at % _STRETCH == 0:
                pause()
            if not units[goal.keys]:
                continue
            judged = self._attribution.judge(achieved.keys[goal.keys], goal.at)
            reason = "" if judged.reason == "attributed" else judged.told
            what: What = "does-not-count" if reason else "counts"
            told = Moment(goal.at, what, achieved.names[goal.name], 0, reason, goal.event)
            for place in units[goal.keys]:
                self._told[place].append(told)


_EXPOSURES: Final = ("exposed", "stays-out", "untracked")


def _shortened(told: list[Moment], event: int) -> Story:
    """A story of at most `MOST` moments: repeated exposures go first, then what is farthest from the goal in question.

    A goal of the millisecond of an exposure counts, so it stands after it.
    """
    told.sort(key=lambda item: (item.at, item.what not in _EXPOSURES, item.event))
    seen: set[tuple[str, int]] = set()
    kept = []
    for item in told:
        again = (item.what, item.variant) in seen if item.what in _EXPOSURES else False
        seen.add((item.what, item.variant))
        if not again:
            kept.append(item)
    if len(kept) > MOST:
        place = next((at for at, item in enumerate(kept) if item.event == event and item.name), 0)
        first = next((at for at, item in enumerate(kept) if item.what == "exposed"), 0)
        start = min(max(0, place - MOST // 2), len(kept) - MOST)
        around = kept[start : start + MOST]
        kept = around if first >= start else [kept[first], *around[1:]]
    return Story(tuple(kept), len(told) - len(kept))
