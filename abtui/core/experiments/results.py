"""What the counts of a summary come to for each experiment: who takes part, the sample ratio, and the goals with their reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import NamedTuple

import msgspec

from abtui.core.experiments.attribution import GoalCount
from abtui.core.experiments.chi_square import ChiSquare, chi_square
from abtui.core.experiments.exposed import Exposed, Participants
from abtui.core.experiments.judgement import Judgement, Loss, Pause, no_pause
from abtui.core.experiments.summary import ExperimentSummary


class SampleRatio(NamedTuple):
    """The test of the participants against the split."""

    test: ChiSquare
    assumed: bool
    """Whether the file gives no split, so that an equal one is tested."""


class ExperimentResult(msgspec.Struct, frozen=True, kw_only=True):
    """The result for one experiment. `unit_type` is the tracked unit type, None without any exposure that has a unit.

    `sizes` are the participants by variant, with each variant of the split, `outside` those in a variant without a share; `losses` are the goals that do not count and of which
    it is known why, by reason or detail.
    """

    name: str
    exposed: Exposed
    unit_type: str | None
    sizes: dict[int, int]
    outside: int
    crossovers: int
    crossed: str
    """The least hash of a unit that was in several variants."""
    sample_ratio: SampleRatio | None
    goals: dict[str, GoalCount]
    losses: dict[str, Loss]

    @property
    def is_exposed(self) -> bool:
        """Whether there is an exposure of it."""
        return bool(self.exposed.exposures or self.exposed.rows)

    @property
    def participants(self) -> int:
        """The number of participants."""
        return sum(self.sizes.values())

    def rows(self, name: str) -> int:
        """The number of rows of the tracked unit type that have a count of `ROW_COUNTS`, or are `rows` or `participating`."""
        return self.exposed.rows[self.unit_type or "", name]

    @property
    def without_unit(self) -> int:
        """The number of exposures whose request has no unit of the tracked type."""
        return sum(number for types, number in self.exposed.exposures.items() if self.unit_type not in types)

    @property
    def assigned_without_unit(self) -> int:
        """Those of them that say that the unit was assigned, which the SDK does by the tracked one."""
        return sum(number for types, number in self.exposed.assigned.items() if self.unit_type not in types)

    def variant(self, number: int) -> str:
        """The name of a variant: the file's, or its number."""
        described = self.exposed.described
        names = () if described is None else described.variants or ()
        return names[number].name if number < len(names) else str(number)


def results_of(
    summary: ExperimentSummary, goals: Collection[str] | None = None, pause: Pause = no_pause
) -> dict[str, ExperimentResult]:
    """The results of all experiments, those of the file and those of an exposure, for all `goals` or those that are wanted."""
    sizes: dict[str, Counter[int]] = {name: Counter() for name in sorted(summary.experiments)}
    crossovers: Counter[str] = Counter()
    crossed: dict[str, list[str]] = {name: [] for name in sizes}
    for part in summary.unit_parts():
        for name, known in sizes.items():
            found = part.experiments[name].participants(part.units)
            known.update(found.sizes)
            crossovers[name] += found.crossovers
            crossed[name] += filter(None, (found.crossed,))
    judged = _judged(summary, goals, pause)
    return {
        name: _result(
            name, summary.of(name), Participants(known, crossovers[name], min(crossed[name], default="")), judged[name]
        )
        for name, known in sizes.items()
    }


def _judged(summary: ExperimentSummary, goals: Collection[str] | None, pause: Pause) -> dict[str, Judgement]:
    distinct = summary.distinct()
    judged = {name: Judgement(name, distinct, wanted=goals, pause=pause) for name in summary.experiments}
    for part in summary.goal_parts():
        for judgement in judged.values():
            judgement.add(part)
        if distinct is not None:
            distinct.put_away()
    if distinct is not None:
        counts = distinct.counts()
        distinct.close()
        for judgement in judged.values():
            judgement.finish(counts)
    return judged


def _result(name: str, exposed: Exposed, known: Participants, judged: Judgement) -> ExperimentResult:
    shares, sizes = exposed.split, known.sizes
    return ExperimentResult(
        name=name,
        exposed=exposed,
        unit_type=exposed.unit_type,
        sizes={variant: sizes[variant] for variant in sorted({*sizes, *range(len(shares))})},
        outside=sum(number for variant, number in sizes.items() if not any(shares[variant : variant + 1])),
        crossovers=known.crossovers,
        crossed=known.crossed,
        sample_ratio=_sample_ratio(exposed, sizes, shares),
        goals=dict(sorted(judged.goals.items())),
        losses=judged.losses,
    )


def _sample_ratio(exposed: Exposed, sizes: Counter[int], shares: list[float]) -> SampleRatio | None:
    tested = [variant for variant, share in enumerate(shares) if share > 0]
    test = chi_square([sizes[variant] for variant in tested], [shares[variant] for variant in tested])
    if test is None:
        return None
    assumed = exposed.described is None or exposed.described.shares is None
    return SampleRatio(test, assumed)
