"""The counts of a summary as one JSON object."""

from __future__ import annotations

from collections import Counter
from typing import Any

from abtui.core.experiments.achieved import Achieved
from abtui.core.experiments.attribution import REASONS, GoalCount, count_goals
from abtui.core.experiments.chi_square import chi_square
from abtui.core.experiments.exposed import ROW_COUNTS, Exposed
from abtui.core.experiments.summary import ExperimentSummary


def counted(summary: ExperimentSummary) -> dict[str, Any]:
    """All counts: of the requests, of each experiment of the file or of an exposure, and of each goal. Numbers have 6 digits."""
    numbers = summary.requests
    return {
        "requests": {
            "lines": numbers["requests"],
            **{name: numbers[name] for name in ("requests", "rejected", "exposures", "goals", "attributes")},
            "environments": dict(sorted(summary.environments.items())),
            "applications": dict(sorted(summary.applications.items())),
        },
        "experiments": {
            name: experiment_counts(exposed, summary) for name, exposed in sorted(summary.experiments.items())
        },
        "goals": _goals(summary.achieved),
    }


def experiment_counts(exposed: Exposed, summary: ExperimentSummary) -> dict[str, Any]:
    """The counts of one experiment."""
    tracked, units = exposed.unit_type, summary.units
    participants = {key: first for key, first in exposed.first.items() if units.types[key] == tracked}
    sizes = Counter(first[1] for first in participants.values())
    shares = split_of(exposed)
    rows = exposed.rows
    names = ("rows", "participating", *ROW_COUNTS)
    return {
        "unitType": tracked,
        "exposures": {
            "withoutTrackedUnit": sum(n for types, n in exposed.exposures.items() if tracked not in types),
            **{name: rows[tracked or "", name] for name in names},
        },
        "participants": {str(variant): sizes[variant] for variant in sorted({*sizes, *range(len(shares))})},
        "participantsTotal": len(participants),
        "crossovers": sum(first[2] for first in participants.values()),
        "srm": sample_ratio(exposed, sizes, shares),
        "assignment": _assignment(exposed),
        "goals": {name: _goal(found) for name, found in count_goals(exposed, summary.achieved, units).items()},
    }


def split_of(exposed: Exposed) -> list[float]:
    """The split of the file; else an equal one over its variants, or over those that were seen, at least two."""
    described = exposed.described
    if described is not None and described.shares:
        return list(described.shares)
    if described is not None and described.variants:
        return [1.0] * len(described.variants)
    return [1.0] * max(2, *(variant + 1 for variant in exposed.variants), 2)


def sample_ratio(exposed: Exposed, sizes: Counter[int], shares: list[float]) -> dict[str, Any] | None:
    """The test of the participants against the split; None without participants, or with one variant that has a share."""
    tested = [variant for variant, share in enumerate(shares) if share > 0]
    found = chi_square([sizes[variant] for variant in tested], [shares[variant] for variant in tested])
    if found is None:
        return None
    return {
        "splitAssumed": exposed.described is None or exposed.described.shares is None,
        "outsideSplit": sum(number for variant, number in sizes.items() if variant not in tested),
        "chi2": _short(found.statistic),
        "df": found.degrees,
        "p": _short(found.p),
        "leastExpected": _short(found.least_expected),
    }


def _assignment(exposed: Exposed) -> dict[str, int] | None:
    if not exposed.has_seeds:
        return None
    tracked = exposed.unit_type or ""
    return {name: exposed.rows[tracked, name] for name in ("checked", "wrongVariant", "wrongEligibility")}


def _goal(found: GoalCount) -> dict[str, Any]:
    return {
        "total": found.reasons.total(),
        **{reason: found.reasons[reason] for reason in REASONS},
        "detail": dict(sorted(found.details.items())),
        "perVariant": {
            str(variant): {"events": number, "converters": found.converters[variant]}
            for variant, number in sorted(found.events.items())
        },
    }


def _goals(achieved: Achieved) -> dict[str, Any]:
    duplicates = achieved.duplicates()
    return {
        name: {
            **{key: census.counts[key] for key in ("total", "rejected", "withoutProperties", "over2048Bytes")},
            "duplicates": duplicates[name],
            "properties": census.properties(),
            "rows": census.counts["rows"],
        }
        for name, census in sorted(achieved.census.items())
    }


def _short(number: float) -> float:
    return float(f"{number:.6g}")
