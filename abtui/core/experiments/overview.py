"""One experiment and one goal of it, as they are looked at: who was exposed, what counts, what does not and why, and whose it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from abtui.core.experiments.attribution import Attribution, GoalCount, Judged
from abtui.core.experiments.exposed import First
from abtui.core.experiments.judgement import STRETCH, Pause, no_pause
from abtui.core.experiments.moments import Achievement, Moments
from abtui.core.experiments.stories import Moment, Stories, Wanted
from abtui.core.experiments.summary import DAY
from abtui.core.experiments.units import Units
from abtui.core.text.plain import most_first

MOST_UNITS: Final = 500
"""Units whose story is told: the newest."""
_Newest = tuple[int, int, int, str, int]


class Unit(NamedTuple):
    """A unit with a goal that does not count, or with one that does where all count.

    `reason` is why the newest such goal does not count, "" if it does; `at` and `event` are that goal's; `lost` counts them.
    `variant` is None for a unit that takes no part. `more` moments are left out of the story.
    """

    uid: str
    type: str
    variant: int | None
    reason: str
    at: int
    event: int
    lost: int
    moments: tuple[Moment, ...] = ()
    more: int = 0


class GoalView(NamedTuple):
    """One goal in one experiment. `reasons` say how many do not count and why, the most first; `more` units are not in `units`."""

    name: str
    total: int
    counts: int
    events: dict[int, int]
    converters: dict[int, int]
    reasons: tuple[tuple[str, int], ...]
    other_types: tuple[tuple[str, str], ...]
    """The unit types of goals, each with the one under which the same uid was exposed, the most frequent first."""
    units: tuple[Unit, ...]
    more: int
    days: dict[int, int]
    """The goals that count by day, in days of UTC since 1970."""

    @property
    def lost(self) -> int:
        """The number of those that do not count."""
        return self.total - self.counts


class ExperimentView(NamedTuple):
    """One experiment. `sizes` are the participants by variant, `names` the variants' names as far as the file has them.

    `goals` are all goals with their number, the most frequent first.
    """

    name: str
    id: int | None
    unit_type: str | None
    names: tuple[str, ...]
    sizes: dict[int, int]
    crossovers: int
    goals: tuple[tuple[str, int], ...]
    goal: GoalView | None
    days: dict[int, int]
    """The exposures by day, in days of UTC since 1970."""
    refused: Mapping[str, int] = {}
    """The goals of which the collector refuses requests, with their number."""

    @property
    def participants(self) -> int:
        """The number of units that take part."""
        return sum(self.sizes.values())


def sizes_of(moments: Moments) -> dict[str, int]:
    """The experiments with the number of their participants: those with any first, then those of the config in its order, then the largest."""
    types = moments.summary.units.types
    sizes = {}
    for name, exposed in moments.summary.experiments.items():
        tracked = exposed.unit_type
        sizes[name] = sum(types[key] == tracked for key in exposed.first)
    described = list(moments.summary.described)
    known = moments.summary.experiments

    def order(item: tuple[str, int]) -> tuple[bool, bool, int, int, str]:
        name, size = item
        place = described.index(name) if name in described else len(described)
        return not size, not known[name].exposures and not known[name].rows, place, -size, name

    return dict(sorted(sizes.items(), key=order))


def overview(moments: Moments, experiment: str, goal: str, pause: Pause = no_pause) -> ExperimentView:
    """What is known of one experiment and one of its goals; "" is the goal that there is most of."""
    summary = moments.summary
    exposed = summary.of(experiment)
    described = exposed.described
    sizes, crossovers, _crossed = exposed.participants(summary.units)
    names = () if described is None else tuple(item.name for item in described.variants or ())
    totals = Counter({name: census.counts["total"] for name, census in summary.achieved.census.items()})
    goals = tuple((name, number) for name, number in most_first(totals) if number)
    chosen = goal if totals[goal] else goals[0][0] if goals else ""
    return ExperimentView(
        name=experiment,
        id=None if described is None else described.id,
        unit_type=exposed.unit_type,
        names=names,
        sizes={variant: sizes[variant] for variant in sorted({*sizes, *range(len(exposed.split))})},
        crossovers=crossovers,
        goals=goals,
        goal=_goal_view(moments, experiment, chosen, pause) if chosen else None,
        days=_exposures_by_day(moments, experiment, pause),
        refused={
            name: number
            for name, census in sorted(summary.achieved.census.items())
            if (number := census.counts["rejected"])
        },
    )


def _exposures_by_day(moments: Moments, experiment: str, pause: Pause) -> dict[int, int]:
    days: Counter[int] = Counter()
    number = moments.experiments.index(experiment) if experiment in moments.experiments else -1
    for at, item in enumerate(moments.exposures):
        if at % STRETCH == 0:
            pause()
        if item.name == number:
            days[item.at // DAY] += 1
    return dict(sorted(days.items()))


def _goal_view(moments: Moments, experiment: str, name: str, pause: Pause) -> GoalView:
    summary = moments.summary
    exposed, units = summary.of(experiment), summary.units
    attribution, counted, converted = Attribution(exposed, units), GoalCount(), set[int]()
    days: Counter[int] = Counter()
    known = _Losses(units, attribution, _tracked_beside(moments, attribution.type))
    for at, goal in enumerate(_of_name(moments, name)):
        if at % STRETCH == 0:
            pause()
        judged = attribution.judge(summary.achieved.keys[goal.keys], goal.at)
        counted.add(judged, exposed, converted)
        known.add(goal, judged, summary.achieved.keys[goal.keys])
        days[goal.at // DAY] += judged.reason == "attributed"
    found, more = known.newest(exposed.first)
    stories = Stories(moments, experiment, name, attribution, found)
    pause()
    told = stories.tell(pause)
    return GoalView(
        name=name,
        total=counted.reasons.total(),
        counts=counted.reasons["attributed"],
        events=dict(counted.events),
        converters=dict(counted.converters),
        reasons=tuple(known.reasons.most_common()),
        other_types=tuple(pair for pair, _ in known.types.most_common()),
        units=tuple(
            Unit(
                units.plain[wanted.key] or units.hashes[wanted.key],
                units.types[wanted.key],
                wanted.variant,
                wanted.reason,
                wanted.at,
                wanted.event,
                wanted.number,
                story.moments,
                story.more,
            )
            for wanted, story in zip(found, told, strict=True)
        ),
        more=more,
        days={day: number for day, number in sorted(days.items()) if number},
    )


def _of_name(moments: Moments, name: str) -> Iterator[Achievement]:
    names = moments.summary.achieved.names
    number = names.index(name) if name in names else -1
    return (goal for goal in moments.goals if goal.name == number)


def _tracked_beside(moments: Moments, tracked: str | None) -> dict[int, int]:
    """By the other keys of exposures, the key of the tracked type that was exposed with them."""
    types = moments.summary.units.types
    found: dict[int, int] = {}
    for keys in moments.keys:
        own = [key for key in keys if types[key] == tracked]
        found.update((key, own[0]) for key in keys if own and key not in own)
    return found


class _Losses:
    """The goals that do not count by reason, and the units that they are of; and the units of those that count."""

    def __init__(self, units: Units, attribution: Attribution, beside: dict[int, int]) -> None:
        self.reasons: Counter[str] = Counter()
        self.types: Counter[tuple[str, str]] = Counter()
        self._units, self._attribution, self._beside = units, attribution, beside
        self._lost: dict[int, _Newest] = {}
        """By the key of a unit the newest goal that does not count: when, its event, its set of keys, why; and how many there are."""
        self._counts: dict[int, _Newest] = {}

    def add(self, goal: Achievement, judged: Judged, keys: tuple[int, ...]) -> None:
        """Take note of a goal."""
        attribution = self._attribution
        if judged.reason == "attributed":
            if not self._lost:
                self._note(self._counts, judged.keys[0], goal, "")
            return
        reason = judged.told
        self.reasons[reason] += 1
        if reason == "sameUidOtherType":
            self.types.update(
                (self._units.types[key], row)
                for key in keys
                for row in attribution.types_of(key)
                if row != self._units.types[key]
            )
        if keys:
            self._note(self._lost, self._telling(keys, judged), goal, reason)

    def _telling(self, keys: tuple[int, ...], judged: Judged) -> int:
        """The key that a goal that does not count is told under: the tracked unit, else one that was exposed in another way."""
        if judged.detail == "sameTypeNotTracked":
            return next((self._beside[key] for key in keys if key in self._beside), judged.keys[0])
        types, tracked = self._units.types, self._attribution.type
        return next(iter((*judged.keys, *(key for key in keys if types[key] == tracked), *keys)))

    @staticmethod
    def _note(known: dict[int, _Newest], key: int, goal: Achievement, reason: str) -> None:
        before = known.get(key)
        number = 1 if before is None else before[4] + 1
        newest = (goal.at, goal.event, goal.keys, reason)
        if before is not None and before[:2] > newest[:2]:
            newest = before[:4]
        known[key] = (*newest, number)

    def newest(self, first: Mapping[int, First]) -> tuple[list[Wanted], int]:
        """The newest units with a loss, or of any if there is no loss, and how many are left out."""
        known = self._lost or self._counts
        ordered = sorted(known.items(), key=lambda item: (-item[1][0], self._units.hashes[item[0]]))
        found = []
        for key, (at, event, keys, reason, number) in ordered[:MOST_UNITS]:
            exposed = [other for other in (key, *self._attribution.same_uid(key)) if other in first]
            variant = first[exposed[0]].variant if exposed else None
            found.append(Wanted(key, keys, variant, reason, at, event, number))
        return found, max(0, len(known) - MOST_UNITS)


def letters(variants: Iterable[int]) -> dict[int, str]:
    """A letter for each variant, or its number where there is none: `A` is the control."""
    return {variant: chr(ord("A") + variant) if 0 <= variant < 26 else str(variant) for variant in variants}
