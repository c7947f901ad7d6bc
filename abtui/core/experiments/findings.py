"""Findings about experiments that only all exposures and goals together show: what does not count, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from abtui.core.config.model import Config
from abtui.core.experiments.results import ExperimentResult
from abtui.core.experiments.summary import ExperimentSummary
from abtui.core.experiments.unit_findings import LEAST, lost, name_of, short, unit_findings
from abtui.core.findings import Finding, error, info, warning
from abtui.core.text.plain import plural

_LEAST_EXPECTED: Final = 5
"""A chi-square test says nothing about smaller groups."""
_MOST_WRONG: Final = "Copy the seeds, the split and the traffic again from `GET /context`."
_FEW_WRONG: Final = "Something else than the seeds gave these units their variant: look at one with `--unit UID`."
_CLOCK_MS: Final = 10_000
"""Goals that are earlier than their exposure by less may be so by the clocks alone."""


class Found(msgspec.Struct, frozen=True):
    """A finding about an experiment or a goal; both are "" if it is about the whole corpus."""

    finding: Finding
    experiment: str = ""
    goal: str = ""


class Counted(msgspec.Struct, frozen=True):
    """What was counted, and what it is held against: the results of the summary, and the config that made the requests.

    `lost` are the findings about exposures that became no request, or one that the collector refuses; `not_sent` is the number of
    exposure events that the config leaves out.
    """

    summary: ExperimentSummary
    results: Mapping[str, ExperimentResult]
    config: Config | None = None
    lost: tuple[Finding, ...] = ()
    not_sent: int = 0


CROSSOVER: Final = warning(
    "EXPERIMENT-CROSSOVER",
    "Units were exposed to several variants",
    "A unit should see one variant of an experiment for as long as it runs. Here it stays in the variant of its first exposure. AB Smartly calls this an assignment conflict. Usual causes are a changed split, overrides that are not flagged, two iterations in one corpus, and an SDK that is given another unit on some pages.",
)
RATIO: Final = error(
    "EXPERIMENT-RATIO",
    "The variants' sizes do not fit the split",
    "Such sizes come from the split by chance less often than `check.sampleRatioError` says (0.001 if it is not set). So exposures of one variant are lost or added somewhere, and its numbers compare other people. Find the cause before any result is used.",
)
RATIO_NEAR: Final = warning(
    "EXPERIMENT-RATIO-DOUBTFUL",
    "The variants' sizes hardly fit the split",
    "Such sizes come from the split by chance less often than `check.sampleRatioWarning` says (0.01 if it is not set), which happens once in a while. Look again with more events.",
)
OUTSIDE: Final = warning(
    "EXPERIMENT-OUTSIDE-SPLIT",
    "Units are in a variant that the split does not have",
    "The file of experiments gives this variant no share, or does not know it, but units were assigned to it. Either the file is old, or the exposures are of another iteration.",
)
ASSIGNMENT: Final = error(
    "EXPERIMENT-ASSIGNMENT",
    "Assignments are not those of the seeds",
    "The file has the experiment's seeds, and computed with them, other variants or other units take part than the exposures say. Either the seeds, the split or the traffic of the file are of another iteration, or the SDK assigned by something else, such as a uid that was hashed before.",
)
AUDIENCE: Final = warning(
    "EXPERIMENT-AUDIENCE",
    "Audience flags are not those of the attributes",
    "The requests have the attributes that the audience of the file looks at, and decided with them, the audience matches other units than the exposures say. Either the file's audience is of another iteration, or the attributes were set after the exposure was made.",
)
NOT_IN_FILE: Final = warning(
    "EXPERIMENT-NOT-IN-FILE",
    "An exposed experiment is not in the file",
    "Exposures name an experiment that the file of experiments does not have. AB Smartly finds experiments by name: if it runs none of that name, the exposure belongs to none.",
)
NOT_EXPOSED: Final = warning(
    "EXPERIMENT-NOT-EXPOSED",
    "An experiment of the file has no exposure",
    "No request has an exposure of this experiment, so no goal can count in it. Does the page ask for its variant? `peek` makes no exposure, and the file may write the name differently.",
)
NO_EXPOSURES: Final = warning(
    "EXPERIMENT-NO-EXPOSURES",
    "There are goals, but no exposure at all",
    "No request has an exposure, so no goal can be attributed. Many sites publish exposures from the SDK, past Segment: give them with `--exposures`. If they should come through Segment: a unit that is null before log-in stops the SDK's context, and an error in the SDK's event logger loses the exposure without a word.",
)
NO_GOALS: Final = warning(
    "EXPERIMENT-NO-GOALS",
    "There are exposures, but no goal at all",
    "No request has a goal, so no metric gets a value. Are goals sent another way, such as by the SDK's `track`? A publisher that hands everything to Segment drops those.",
)
NOBODY: Final = warning(
    "EXPERIMENT-NOBODY",
    "Nobody takes part in an experiment that has exposures",
    "An exposure takes part if it is eligible and assigned, and neither overridden, full on nor ignored. None of this experiment's is. Overrides are for tests, and a variant that is full on has ended the experiment.",
)
BEFORE: Final = info(
    "EXPERIMENT-GOAL-BEFORE",
    "Goals before the first exposure",
    "A goal counts from the unit's first exposure on. What happened before is usual while an experiment starts; if it is most of a goal, the exposure may be made too late.",
)
CLOCK: Final = warning(
    "EXPERIMENT-GOAL-CLOCK",
    "Goals seconds before the first exposure",
    "All goals of this experiment that come before the exposure of their unit do so by a few seconds. Devices and servers have clocks of their own, and a request's times are what its sender says: either the clocks differ, or the exposure is made after the goal.",
)
EXCLUDED: Final = info(
    "EXPERIMENT-EXCLUDED",
    "Goals of units that were exposed and take no part",
    "The unit has exposures, but each is not eligible, not assigned, overridden, full on or ignored. That is usual for traffic under 100 %.",
)


def experiment_findings(counted: Counted) -> Iterator[Found]:
    """The findings about all experiments, those about the whole corpus first."""
    numbers = counted.summary.requests
    yield from map(Found, counted.lost)
    if numbers["goals"] and not numbers["exposures"] and not counted.lost:
        message = (
            f"There {'is' if numbers['goals'] == 1 else 'are'} {plural(numbers['goals'], 'goal')} and no exposure."
        )
        hint = "If the SDK publishes past Segment, add its requests with `--exposures`. Otherwise: is the SDK made before log-in, and does its event logger run without an error?"
        if counted.not_sent:
            message = f"{message[:-1]}: none of {plural(counted.not_sent, 'exposure event')} is sent."
            hint = "Is exposure tracking, or the mapping of exposures, off in the config? If the SDK publishes past Segment, add its requests with `--exposures`."
        yield Found(NO_EXPOSURES.at(message, hint))
    if numbers["exposures"] and not numbers["goals"]:
        message = f"There {'is' if numbers['exposures'] == 1 else 'are'} {plural(numbers['exposures'], 'exposure')} and no goal."
        yield Found(NO_GOALS.at(message, "Add the events that become goals; track goals through Segment, too."))
    for name, result in counted.results.items():
        for finding in _of_experiment(result, counted):
            yield Found(finding, experiment=name)


def _of_experiment(result: ExperimentResult, counted: Counted) -> Iterator[Finding]:
    if not result.exposed.exposures and not result.exposed.rows:
        if counted.summary.requests["exposures"] and _runs_here(result, counted.summary):
            message = f"{name_of(result)} is in the file, and no exposure is of it."
            yield NOT_EXPOSED.at(message, "Does the page ask for its variant, and is the name the same?")
        return
    if counted.summary.described and result.exposed.described is None:
        message = f"{name_of(result)} is exposed, and is not in the file."
        yield NOT_IN_FILE.at(message, "Add it to the file, or correct the name where it is asked for.")
    yield from unit_findings(result, counted.config, counted.results)
    yield from _of_assignment(result, counted.config)
    yield from _of_time(result)


def _runs_here(result: ExperimentResult, summary: ExperimentSummary) -> bool:
    """Whether an experiment of the file runs in an application that the requests are of."""
    of = () if result.exposed.described is None else result.exposed.described.applications
    return not of or not summary.applications or any(name in summary.applications for name in of)


def _of_assignment(result: ExperimentResult, config: Config | None) -> Iterator[Finding]:
    is_full_on = result.exposed.described is not None and result.exposed.described.full_on
    if not result.participants and result.rows("rows") and not is_full_on:
        counts = {name: result.rows(name) for name in ("overridden", "fullOn", "ignored", "notEligible", "notAssigned")}
        why = ", ".join(f"{number:,} {_FLAG_WORDS[name]}" for name, number in counts.items() if number)
        message = f"{name_of(result)}: of {plural(result.rows('rows'), 'exposure')} none takes part: {why}."
        yield NOBODY.at(message, "Look at the flags of its exposures.")
    if result.crossovers:
        message = f"{name_of(result)}: {plural(result.crossovers, 'unit was', 'units were')} exposed to several variants, of {result.participants:,}."
        yield CROSSOVER.at(message, "Look at one of them with `--unit UID`.")
    yield from _of_ratio(result, config)
    checked, wrong = result.rows("checked"), result.rows("wrongVariant") + result.rows("wrongEligibility")
    if wrong:
        message = f"{name_of(result)}: {wrong:,} of {plural(checked, 'assignment')} {'is not that' if wrong == 1 else 'are not those'} of the file's seeds."
        yield ASSIGNMENT.at(message, _MOST_WRONG if wrong * 2 > checked else _FEW_WRONG)
    if wrong := result.exposed.audience["wrong"]:
        checked = result.exposed.audience["checked"]
        message = f"{name_of(result)}: {wrong:,} of {plural(checked, 'exposure')} {'says' if wrong == 1 else 'say'} something else than the file's audience."
        yield AUDIENCE.at(message, "Copy the audience again, and set attributes before asking for the variant.")


_FLAG_WORDS: Final = {
    "overridden": "overridden",
    "fullOn": "full on",
    "ignored": "ignored",
    "notEligible": "not eligible",
    "notAssigned": "not assigned",
}


def _of_ratio(result: ExperimentResult, config: Config | None) -> Iterator[Finding]:
    if result.outside:
        message = f"{name_of(result)}: {plural(result.outside, 'unit is', 'units are')} in a variant without a share."
        yield OUTSIDE.at(message, "Compare the file's variants and split with the web console.")
    ratio = result.sample_ratio
    if ratio is None:
        return
    limits = (0.001, 0.01) if config is None else (config.check.sample_ratio_error, config.check.sample_ratio_warning)
    if ratio.test.least_expected < _LEAST_EXPECTED or ratio.test.p >= max(limits):
        return
    sizes = ", ".join(f"{number:,} in `{short(result.variant(variant))}`" for variant, number in result.sizes.items())
    split = " The file gives no split, so equal parts are assumed." if ratio.assumed else ""
    rule = RATIO if ratio.test.p < limits[0] else RATIO_NEAR
    yield rule.at(
        f"{name_of(result)}: {sizes}. The split gives that by chance with p = {ratio.test.p:.2g}.{split}",
        "Look for what loses exposures of one variant: a redirect, an error, a filter, bots.",
    )


def _of_time(result: ExperimentResult) -> Iterator[Finding]:
    if (loss := result.losses.get("beforeExposure")) is not None:
        seconds = loss.earliest / 1_000
        if loss.earliest <= _CLOCK_MS and loss.goals.total() >= LEAST:
            message = f"{name_of(result)}: {lost(loss)[:-1]}, at most {seconds:.3g} s before the exposure of the unit."
            yield CLOCK.at(message, "Compare the clocks of what sends exposures and goals, and expose before the goal.")
        else:
            message = f"{name_of(result)}: {lost(loss)[:-1]}, before the first exposure of the unit."
            yield BEFORE.at(message)
    if (loss := result.losses.get("excluded")) is not None:
        message = f"{name_of(result)}: {lost(loss)[:-1]}, of units that were exposed and take no part."
        yield EXCLUDED.at(message)
