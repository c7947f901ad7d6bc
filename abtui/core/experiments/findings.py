"""Findings about experiments that only all exposures and goals together show: what does not count, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from abtui.core.config.model import Config
from abtui.core.destinations import switch_of
from abtui.core.experiments.advice import advice, flags_told, is_by_clock, no_exposure, send_exposures
from abtui.core.experiments.found import Counted, Found
from abtui.core.experiments.judgement import Loss
from abtui.core.experiments.naming import LEAST, OTHERWISE, name_of, quoted, short
from abtui.core.experiments.reason_words import REASON_WORDS, reason_name
from abtui.core.experiments.results import ExperimentResult
from abtui.core.experiments.summary import ExperimentSummary
from abtui.core.experiments.unit_findings import found_of, not_counted, one_of, unit_findings
from abtui.core.fate import console_has
from abtui.core.findings import Finding, Fix, error, info, warning
from abtui.core.fixes import Problem
from abtui.core.text.plain import listed, most_first, plural

LEAST_EXPECTED: Final = 5
"""A chi-square test says nothing about smaller groups."""
_MOST_WRONG: Final = "Copy the seeds, the split and the traffic again from `GET /context`."
_FEW_WRONG: Final = "Something else than the seeds gave these units their variant."
_MOST_REASONS: Final = 3
_BY_FLAG: Final = {
    "notEligible": "Look at the traffic and the audience of the experiment: its exposures are not eligible.",
    "notAssigned": "Have the SDK assign variants: its context lacks the unit, or the experiment does not run.",
    "overridden": "Expose without overrides: those are for tests.",
    "fullOn": "Nothing is tested any more: the experiment is full on.",
    "ignored": "Leave the attribute `__ignore` out.",
}
"""What helps if most exposures take no part because of a flag."""


def _exposures_on(problem: Problem) -> Fix | None:
    """Certain if a toggle of the config is all that keeps exposures from being sent."""
    counted = None if problem.usage is None else problem.usage.experiments
    if counted is None or len(counted.unsent) != 1:
        return None
    switch = switch_of(next(iter(counted.unsent)), problem.destination)
    return None if switch is None else Fix(f"Turn on {switch[1]}", {switch[0]: True})


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
SWITCHED_OFF: Final = warning(
    "EXPERIMENT-EXPOSURES-OFF",
    "Some exposures are not sent",
    "The events have exposures with a payload that the config does not send, and there are goals of units that no other exposure exposes. If the SDK publishes by itself, those are the same exposures, and it is right not to send them twice.",
    fix=_exposures_on,
)
NAMED_OTHERWISE: Final = warning(
    "EXPERIMENT-NAME",
    "An experiment has one name in the file and another one in exposures",
    "The file of experiments has an experiment without any exposure, and exposures name one that the file does not have, with the same id or with nearly the same name. AB Smartly finds experiments by name, so these exposures belong to none if the file is right.",
)
NOT_EXPOSED: Final = warning(
    "EXPERIMENT-NOT-EXPOSED",
    "An experiment of the file has no exposure",
    "No request has an exposure of this experiment, so no goal can count in it. Does the page ask for its variant? `peek` makes no exposure, and the file may write the name differently.",
)
NO_EXPOSURES: Final = warning(
    "EXPERIMENT-NO-EXPOSURES",
    "There are goals, but no exposure at all",
    "No request has an exposure, so no goal can be attributed. Many sites publish exposures from the SDK, past Segment: give them with `--exposures`. If they should come through Segment: exposure tracking may be off in the config (it is unless it is turned on); a unit that is null before log-in stops the SDK's context, and an error in the SDK's event logger loses the exposure without a word.",
    fix=_exposures_on,
)
NO_GOALS: Final = warning(
    "EXPERIMENT-NO-GOALS",
    "There are exposures, but no goal at all",
    "No request has a goal, so no metric gets a value. Are goals sent another way, such as by the SDK's `track`? A publisher that hands everything to Segment drops those.",
)
NOBODY: Final = warning(
    "EXPERIMENT-NOBODY",
    "Nobody takes part in an experiment that has exposures",
    "An exposure takes part if it is eligible and assigned, and neither overridden, full on nor ignored. None of this experiment's is. Overrides are for tests, a variant that is full on has ended the experiment, and who is not eligible is not in its traffic or its audience.",
)
BEFORE: Final = info(
    "EXPERIMENT-GOAL-BEFORE",
    "Goals before the first exposure",
    "A goal counts from the unit's first exposure on. What happened before is usual while an experiment starts.",
)
LATE: Final = warning(
    "EXPERIMENT-EXPOSED-LATE",
    "Most goals of exposed units come before the exposure",
    "A goal counts from the unit's first exposure on. Of units that take part, more goals come before it than count: the page may ask for the variant too late, for example after the order instead of before it.",
)
NOTHING: Final = error(
    "EXPERIMENT-NOTHING-COUNTS",
    "No goal counts in an experiment",
    "Units take part and goals were achieved, and not one of these counts, so no metric of the experiment gets a value. The message says why by the number of goals.",
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
        if counted.not_sent:
            message = f"{message[:-1]}: none of {plural(counted.not_sent, 'exposure event')} is sent."
        yield Found(NO_EXPOSURES.at(message, no_exposure(None, counted).sentence), causes=_UNEXPOSED)
    yield from _of_unsent(counted)
    if numbers["exposures"] and not numbers["goals"]:
        message = f"There {'is' if numbers['exposures'] == 1 else 'are'} {plural(numbers['exposures'], 'exposure')} and no goal."
        hint = "Add the events that become goals; track goals through Segment, too."
        if counted.silent:
            hint = f"{plural(counted.silent, 'event sends', 'events send')} nothing: `abtui check` says why."
        yield Found(NO_GOALS.at(message, hint))
    for result in counted.results.values():
        found = list(_of_experiment(result, counted))
        yield from found
        yield from _of_nothing(result, counted, found)


def _of_unsent(counted: Counted) -> Iterator[Found]:
    """Exposures that are not sent while there are others, and goals of units without any."""
    missed = sum(
        goal.details["unitNotExposed"] for result in counted.results.values() for goal in result.goals.values()
    )
    helps = send_exposures(counted)
    if counted.summary.requests["exposures"] and missed and helps is not None:
        number = counted.not_sent
        message = f"{plural(number, 'exposure event')} with a payload {'is' if number == 1 else 'are'} not sent."
        yield Found(SWITCHED_OFF.at(message, helps.sentence), causes=_UNEXPOSED)


_UNEXPOSED: Final = ("unitNotExposed", "noTrackedUnit", "neverExposed")


def _of_experiment(result: ExperimentResult, counted: Counted) -> Iterator[Found]:
    described = counted.summary.described
    if not result.is_exposed:
        other = counted.other_names.get(result.name)
        if other is not None:
            message = f"{name_of(result)} is in the file and has no exposure; {quoted(other)}, which is exposed, is not in the file."
            finding = NAMED_OTHERWISE.at(message, no_exposure(result, counted).sentence)
            yield Found(finding, result.name, causes=_UNEXPOSED, other=other)
        elif counted.summary.requests["exposures"] and _runs_here(result, counted.summary):
            message = f"{name_of(result)} is in the file, and no exposure is of it."
            yield found_of(NOT_EXPOSED.at(message, no_exposure(result, counted).sentence), result, *_UNEXPOSED)
        return
    if described and result.name not in (*described, *counted.other_names.values()):
        near = counted.names_in_file.of(result.name)
        meant = "" if near is None else f" The file has {quoted(near)}."
        message = f"{name_of(result)} is exposed, and is not in the file.{meant}"
        yield found_of(
            NOT_IN_FILE.at(message, "Add it to the file, or correct the name where it is asked for."), result
        )
    yield from unit_findings(result, counted)
    yield from _of_assignment(result, counted.config)
    yield from _of_time(result, counted)


def _of_nothing(result: ExperimentResult, counted: Counted, found: Sequence[Found]) -> Iterator[Found]:
    """That no goal counts, unless an error says so. Nothing is wrong with a rare page, as long as goals count elsewhere."""
    reasons: Counter[str] = Counter()
    ignored = 0
    for name, goal in result.goals.items():
        reasons.update(goal.reasons)
        if counted.config is not None and console_has("goals", name, counted.config) is False:
            ignored += goal.reasons["attributed"]
    reasons["attributed"] -= ignored
    total, described = reasons.total(), result.exposed.described
    if result.participants < LEAST or total + ignored < LEAST or reasons["attributed"]:
        return
    if (described is not None and described.full_on) or not _runs_here(result, counted.summary):
        return
    known = ignored + sum(loss.goals.total() for loss in result.losses.values())
    if (known < LEAST and counted.goals_count) or any(item.finding.severity == "error" for item in found):
        return
    ignoring = f"{ignored:,} would, and the web console ignores {'it' if ignored == 1 else 'them'}"
    told = listed(
        [ignoring] * bool(ignored)
        + [f"{number:,} {reason_name(reason)}" for reason, number in most_first(reasons) if number],
        _MOST_REASONS,
    )
    message = f"{name_of(result)}: {plural(result.participants, 'unit takes', 'units take')} part, and of {plural(total + ignored, 'goal')} none counts: {told}."
    helps = advice(_gravest(result), result, counted)
    hint = "Create the goals in the web console, or map the events to goals that exist." if ignored else helps.sentence
    yield Found(NOTHING.at(message, hint), result.name, causes=tuple(REASON_WORDS))


def _gravest(result: ExperimentResult) -> str:
    """The cause that loses most goals."""
    causes = Counter({cause: loss.goals.total() for cause, loss in result.losses.items() if cause in REASON_WORDS})
    named = result.losses[OTHERWISE].goals if OTHERWISE in result.losses else Counter[str]()
    for name, goal in result.goals.items():
        causes["unitNotExposed"] += goal.details["unitNotExposed"]
        causes["noTrackedUnit"] += goal.details["noTrackedUnit"] - named[name]
    causes = +causes
    return most_first(causes)[0][0] if causes else "neverExposed"


def _runs_here(result: ExperimentResult, summary: ExperimentSummary) -> bool:
    """Whether an experiment of the file runs in an application that the requests are of."""
    of = () if result.exposed.described is None else result.exposed.described.applications
    return not of or not summary.applications or any(name in summary.applications for name in of)


def _of_assignment(result: ExperimentResult, config: Config | None) -> Iterator[Found]:
    is_full_on = result.exposed.described is not None and result.exposed.described.full_on
    if not result.participants and result.rows("rows") and not is_full_on:
        message = (
            f"{name_of(result)}: of {plural(result.rows('rows'), 'exposure')} none takes part: {flags_told(result)}."
        )
        flag = max(_BY_FLAG, key=lambda name: result.rows(name))
        yield found_of(NOBODY.at(message, _BY_FLAG[flag]), result, "excluded")
    if result.crossovers:
        message = f"{name_of(result)}: {plural(result.crossovers, 'unit was', 'units were')} exposed to several variants, of {result.participants:,}."
        yield found_of(CROSSOVER.at(message, one_of(result.crossed).strip()), result)
    yield from (found_of(finding, result) for finding in _of_ratio(result, config))
    checked, wrong = result.rows("checked"), result.rows("wrongVariant") + result.rows("wrongEligibility")
    if wrong:
        message = f"{name_of(result)}: {wrong:,} of {plural(checked, 'assignment')} {'is not that' if wrong == 1 else 'are not those'} of the file's seeds."
        hint = _MOST_WRONG if wrong * 2 > checked else _FEW_WRONG
        yield found_of(ASSIGNMENT.at(message, f"{hint}{one_of(result.exposed.wrong)}"), result)
    if wrong := result.exposed.audience["wrong"]:
        checked = result.exposed.audience["checked"]
        message = f"{name_of(result)}: {wrong:,} of {plural(checked, 'exposure')} {'says' if wrong == 1 else 'say'} something else than the file's audience."
        yield found_of(
            AUDIENCE.at(message, "Copy the audience again, and set attributes before asking for the variant."), result
        )


def _of_ratio(result: ExperimentResult, config: Config | None) -> Iterator[Finding]:
    if result.outside:
        message = f"{name_of(result)}: {plural(result.outside, 'unit is', 'units are')} in a variant without a share."
        yield OUTSIDE.at(message, "Compare the file's variants and split with the web console.")
    ratio = result.sample_ratio
    if ratio is None:
        return
    limits = (0.001, 0.01) if config is None else (config.check.sample_ratio_error, config.check.sample_ratio_warning)
    if ratio.test.least_expected < LEAST_EXPECTED or ratio.test.p >= max(limits):
        return
    sizes = ", ".join(f"{number:,} in `{short(result.variant(variant))}`" for variant, number in result.sizes.items())
    split = " The file gives no split, so equal parts are assumed." if ratio.assumed else ""
    rule = RATIO if ratio.test.p < limits[0] else RATIO_NEAR
    yield rule.at(
        f"{name_of(result)}: {sizes}. The split gives that by chance with p = {ratio.test.p:.2g}.{split}",
        "Look for what loses exposures of one variant: a redirect, an error, a filter, bots.",
    )


def _of_time(result: ExperimentResult, counted: Counted) -> Iterator[Found]:
    if (loss := result.losses.get("beforeExposure")) is not None:
        helps = f"{advice('beforeExposure', result, counted).sentence}{one_of(loss.example)}"
        lost = not_counted(loss.goals)
        if is_by_clock(result):
            message = f"{name_of(result)}: {lost}: each is at most {loss.earliest / 1_000:.3g} s before the exposure of the unit."
            yield found_of(CLOCK.at(message, helps), result, "beforeExposure")
        else:
            message = f"{name_of(result)}: {lost}: {'it is' if loss.goals.total() == 1 else 'they are'} before the first exposure of the unit."
            rule = LATE if _is_late(result, loss) else BEFORE
            yield found_of(rule.at(message, helps), result, "beforeExposure")
    if (loss := result.losses.get("excluded")) is not None:
        one = loss.goals.total() == 1
        message = f"{name_of(result)}: {not_counted(loss.goals)}: {'its unit was' if one else 'their units were'} exposed and take{'s' if one else ''} no part."
        yield found_of(
            EXCLUDED.at(message, f"{advice('excluded', result, counted).sentence}{one_of(loss.example)}"),
            result,
            "excluded",
        )


def _is_late(result: ExperimentResult, loss: Loss) -> bool:
    """Whether most goals of units that take part came before the exposure, and enough of them for a pattern.

    A goal may well come before the page with the experiment, such as the view of a product before the checkout, as long as another
    one mostly counts.
    """
    goals = {name: goal.reasons["attributed"] for name, goal in result.goals.items()}
    on_time = any(counts >= LEAST and counts >= loss.goals[name] for name, counts in goals.items())
    return not on_time and loss.goals.total() >= LEAST and sum(goals.values()) < loss.goals.total()
