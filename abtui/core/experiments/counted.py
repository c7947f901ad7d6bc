"""The counts of a summary as one JSON object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from abtui.core.experiments.achieved import Achieved
from abtui.core.experiments.attribution import REASONS, GoalCount
from abtui.core.experiments.exposed import ROW_COUNTS
from abtui.core.experiments.results import ExperimentResult, results_of
from abtui.core.experiments.summary import ExperimentSummary


def counted(summary: ExperimentSummary, results: Mapping[str, ExperimentResult] | None = None) -> dict[str, Any]:
    """All counts: of the requests, of each experiment of the file or of an exposure, and of each goal. Numbers have 6 digits."""
    results = results_of(summary) if results is None else results
    numbers = summary.requests
    return {
        "requests": {
            "lines": numbers["requests"],
            **{name: numbers[name] for name in ("requests", "rejected", "exposures", "goals", "attributes")},
            "environments": dict(sorted(summary.environments.items())),
            "applications": dict(sorted(summary.applications.items())),
        },
        "experiments": {name: experiment_counts(result) for name, result in results.items()},
        "goals": _goals(summary.achieved),
    }


def experiment_counts(result: ExperimentResult) -> dict[str, Any]:
    """The counts of one experiment."""
    return {
        "unitType": result.unit_type,
        "exposures": {
            "withoutTrackedUnit": result.without_unit,
            **{name: result.rows(name) for name in ("rows", "participating", *ROW_COUNTS)},
        },
        "participants": {str(variant): number for variant, number in result.sizes.items()},
        "participantsTotal": result.participants,
        "crossovers": result.crossovers,
        "srm": _sample_ratio(result),
        "assignment": _assignment(result),
        "audience": _audience(result),
        "goals": {name: _goal(found) for name, found in result.goals.items()},
    }


def _sample_ratio(result: ExperimentResult) -> dict[str, Any] | None:
    ratio = result.sample_ratio
    if ratio is None:
        return None
    return {
        "splitAssumed": ratio.assumed,
        "outsideSplit": result.outside,
        "chi2": _short(ratio.test.statistic),
        "df": ratio.test.degrees,
        "p": _short(ratio.test.p),
        "leastExpected": _short(ratio.test.least_expected),
    }


def _assignment(result: ExperimentResult) -> dict[str, int] | None:
    if not result.exposed.has_seeds:
        return None
    return {name: result.rows(name) for name in ("checked", "wrongVariant", "wrongEligibility")}


def _audience(result: ExperimentResult) -> dict[str, int] | None:
    """How many exposures have the attributes of the audience, and of how many the flag is another; None without such a one."""
    counts = result.exposed.audience
    return {name: counts[name] for name in ("checked", "wrong")} if counts["checked"] else None


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
