"""Findings about experiments that only all exposures and goals together show: what does not count, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from abtui.core.config.model import Config
from abtui.core.destinations import destination_of
from abtui.core.experiments.attribution import Loss
from abtui.core.experiments.results import ExperimentResult
from abtui.core.experiments.summary import ExperimentSummary
from abtui.core.findings import Finding, Fix, error, info, warning
from abtui.core.fixes import Problem
from abtui.core.text.plain import listed, one_line, plural

_WIDTH: Final = 80
_NAMED: Final = 3
_LEAST_EXPECTED: Final = 5
"""A chi-square test says nothing about smaller groups."""
_MOST_WRONG: Final = "Copy the seeds, the split and the traffic again from `GET /context`."
_FEW_WRONG: Final = "Something else than the seeds gave these units their variant: look at one with `--unit UID`."
_CLOCK_MS: Final = 10_000
"""Goals that are earlier than their exposure by less may be so by the clocks alone."""
_LEAST_BY_CLOCK: Final = 3
"""Fewer are no pattern: a goal may come a few seconds before the page with the experiment."""


class Found(msgspec.Struct, frozen=True):
    """A finding about an experiment or a goal; both are "" if it is about the whole corpus."""

    finding: Finding
    experiment: str = ""
    goal: str = ""


class Counted(msgspec.Struct, frozen=True):
    """What was counted, and what it is held against: the results of the summary, and the config that made the requests.

    `lost` are the findings about exposures that became no request, or one that the collector refuses.
    """

    summary: ExperimentSummary
    results: Mapping[str, ExperimentResult]
    config: Config | None = None
    lost: tuple[Finding, ...] = ()


def _entry_of(unit: str, config: Config) -> tuple[str, str] | None:
    """The setting and the key of the one entry that gives a unit type, in a map from fields to unit types."""
    maps = destination_of(config.destination).maps("fields")
    found = [(name, key) for name in maps for key, value in config.settings[name].items() if value == unit]
    return found[0] if len(found) == 1 else None


def _unit_as_exposed(problem: Problem) -> Fix | None:
    """Certain if the exposures are of the tracked unit type, and no other experiment tracks the goals' one."""
    config, usage = problem.config, problem.usage
    if config is None or usage is None:
        return None
    for result in usage.experiments.values():
        pair = _mismatch(result)
        if pair is None or pair[1] != result.unit_type or unit_type_finding(result, config) != problem.finding:
            continue
        goals_of, exposed = pair
        entry, known = _entry_of(goals_of, config), config.catalog.units
        others = [other for other in usage.experiments.values() if other.unit_type == goals_of]
        described = result.exposed.described
        named = result.exposed.units_named[exposed] or (described is not None and described.unit_type)
        if entry is None or others or not named or (known is not None and exposed not in known):
            return None
        path = ("settings", *entry)
        return Fix(f"Map `{problem.show(entry[1])}` to `{problem.show(exposed)}`", {path: exposed})
    return None


UNIT_TYPE: Final = error(
    "EXPERIMENT-UNIT-TYPE",
    "Exposures and goals name the unit differently",
    "The same uids come under one unit type with exposures and under another with goals. AB Smartly joins by type and uid, so none of these goals counts. AB Smartly's snippets say `userId` where the example of Segment's settings says `user_id`. If the experiment tracks the exposures' type, the destination's mapping of units is wrong; if it tracks the goals' type, the unit in the SDK's context is.",
    fix=_unit_as_exposed,
)
HASHED: Final = error(
    "EXPERIMENT-HASHED-TWICE",
    "Uids are hashed twice",
    "The uid of a goal is the hash that an exposure has already. The collector hashes it once more, so it equals no exposure. Only a request with `hashed: true` may have hashed uids, and Segment's destinations cannot say so for goals.",
)
NEAR: Final = warning(
    "EXPERIMENT-NEAR-UID",
    "Uids differ by case or by spaces only",
    "The uid of a goal would equal one of an exposure if it were trimmed or written in the other case. A hash takes each character into account. The SDK trims uids and Segment's destinations do not.",
)
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
EXPOSURE_UNIT: Final = error(
    "EXPERIMENT-EXPOSURE-UNIT",
    "Exposures lack the tracked unit",
    "The experiment tracks a unit type that these exposures do not have, so they make nobody a participant. Give the SDK's context that unit, under exactly that name.",
)
GOAL_UNIT: Final = warning(
    "EXPERIMENT-GOAL-UNIT",
    "Goals of exposed units lack the tracked unit",
    "The goal has a unit that is in the exposure, too, but not the one that the experiment tracks. Nothing joins two units of one person. Send the tracked unit with the goal.",
)
NO_TRACKED: Final = info(
    "EXPERIMENT-NO-TRACKED-UNIT",
    "Goals without the tracked unit",
    "These goals have no unit of the type that the experiment tracks, so they cannot count in it. That is usual for visitors who are not logged in, if the experiment tracks users.",
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
        message = f"There are {plural(numbers['goals'], 'goal')} and no exposure."
        hint = "If the SDK publishes past Segment, add its requests with `--exposures`. Otherwise: is the SDK made before log-in, and does its event logger run without an error?"
        yield Found(NO_EXPOSURES.at(message, hint))
    if numbers["exposures"] and not numbers["goals"]:
        message = f"There are {plural(numbers['exposures'], 'exposure')} and no goal."
        yield Found(NO_GOALS.at(message, "Add the events that become goals; track goals through Segment, too."))
    for name, result in counted.results.items():
        for finding in _of_experiment(result, counted):
            yield Found(finding, experiment=name)


def _of_experiment(result: ExperimentResult, counted: Counted) -> Iterator[Finding]:
    if not result.exposed.exposures and not result.exposed.rows:
        if counted.summary.requests["exposures"] and _runs_here(result, counted.summary):
            message = f"{_name(result)} is in the file, and no exposure is of it."
            yield NOT_EXPOSED.at(message, "Does the page ask for its variant, and is the name the same?")
        return
    if counted.summary.described and result.exposed.described is None:
        message = f"{_name(result)} is exposed, and is not in the file."
        yield NOT_IN_FILE.at(message, "Add it to the file, or correct the name where it is asked for.")
    yield from _of_units(result, counted.config)
    yield from _of_assignment(result, counted.config)
    yield from _of_time(result)


def _runs_here(result: ExperimentResult, summary: ExperimentSummary) -> bool:
    """Whether an experiment of the file runs in an application that the requests are of."""
    of = () if result.exposed.described is None else result.exposed.described.applications
    return not of or not summary.applications or any(name in summary.applications for name in of)


def _of_units(result: ExperimentResult, config: Config | None) -> Iterator[Finding]:
    mismatch = unit_type_finding(result, config)
    if mismatch is not None:
        yield mismatch
    tracked = f"`{_short(result.unit_type or '')}`"
    # Without the tracked unit the SDK assigns nobody, as before log-in.
    lacking = result.assigned_without_unit or (0 if result.rows("rows") else result.without_unit)
    if lacking and (mismatch is None or _mismatch_is_of_goals(result)):
        message = f"{_name(result)} tracks {tracked}, which {plural(lacking, 'exposure lacks', 'exposures lack')}."
        yield EXPOSURE_UNIT.at(message, f"Give the SDK's context the unit {tracked}.")
    if (loss := result.losses.get("alreadyHashed")) is not None:
        message = f"{_name(result)}: {_uids(loss)} of goals are hashed already and get hashed again; {_lost(loss)}"
        yield HASHED.at(message, "Send the plain uid with goals, as text.")
    if (loss := result.losses.get("nearUid")) is not None:
        message = (
            f"{_name(result)}: {_uids(loss)} of goals differ from those of exposures by case or spaces; {_lost(loss)}"
        )
        yield NEAR.at(message, "Write a uid the same way everywhere, without spaces around it.")
    yield from _of_missing_units(result, tracked)


def _of_missing_units(result: ExperimentResult, tracked: str) -> Iterator[Finding]:
    """Goals without the tracked unit: of a goal that mostly has it they are of visitors who are not known yet."""
    other = result.losses.get("sameTypeNotTracked")
    lost = {} if other is None else other.goals
    mostly = {name: number for name, number in lost.items() if number * 2 >= result.goals[name].reasons.total()}
    if mostly:
        lacking = goals_text(mostly, "does not count", "do not count")
        message = f"{_name(result)} tracks {tracked}; goals of exposed units lack it; {lacking}."
        yield GOAL_UNIT.at(message, f"Send {tracked} with these goals.")
    missing = {
        name: found.details["noTrackedUnit"] + (0 if name in mostly else lost.get(name, 0))
        for name, found in result.goals.items()
    }
    if any(missing.values()):
        some = {name: number for name, number in missing.items() if number}
        message = f"{_name(result)} tracks {tracked}; {goals_text(some, 'has', 'have')} none."
        yield NO_TRACKED.at(message, f"If it should count, send {tracked} with the goal.")


def _of_assignment(result: ExperimentResult, config: Config | None) -> Iterator[Finding]:
    if not result.participants and result.rows("rows"):
        counts = {name: result.rows(name) for name in ("overridden", "fullOn", "ignored", "notEligible", "notAssigned")}
        why = ", ".join(f"{number:,} {_FLAG_WORDS[name]}" for name, number in counts.items() if number)
        message = f"{_name(result)}: of {plural(result.rows('rows'), 'exposure')} none takes part: {why}."
        yield NOBODY.at(message, "Look at the flags of its exposures.")
    if result.crossovers:
        message = f"{_name(result)}: {plural(result.crossovers, 'unit was', 'units were')} exposed to several variants, of {result.participants:,}."
        yield CROSSOVER.at(message, "Look at one of them with `--unit UID`.")
    yield from _of_ratio(result, config)
    checked, wrong = result.rows("checked"), result.rows("wrongVariant") + result.rows("wrongEligibility")
    if wrong:
        message = f"{_name(result)}: {wrong:,} of {plural(checked, 'assignment')} are not those of the file's seeds."
        yield ASSIGNMENT.at(message, _MOST_WRONG if wrong * 2 > checked else _FEW_WRONG)
    if wrong := result.exposed.audience["wrong"]:
        checked = result.exposed.audience["checked"]
        message = (
            f"{_name(result)}: {wrong:,} of {plural(checked, 'exposure')} say something else than the file's audience."
        )
        yield AUDIENCE.at(message, "Copy the audience again, and set attributes before asking for the variant.")


_FLAG_WORDS: Final = {
    "overridden": "overridden",
    "fullOn": "full on",
    "ignored": "ignored",
    "notEligible": "not eligible",
    "notAssigned": "not assigned",
}


def _of_ratio(result: ExperimentResult, config: Config | None) -> Iterator[Finding]:
    ratio = result.sample_ratio
    if ratio is None:
        return
    if ratio.outside:
        message = f"{_name(result)}: {plural(ratio.outside, 'unit is', 'units are')} in a variant without a share."
        yield OUTSIDE.at(message, "Compare the file's variants and split with the web console.")
    limits = (0.001, 0.01) if config is None else (config.check.sample_ratio_error, config.check.sample_ratio_warning)
    if ratio.test.least_expected < _LEAST_EXPECTED or ratio.test.p >= max(limits):
        return
    sizes = ", ".join(f"{number:,} in `{_short(result.variant(variant))}`" for variant, number in result.sizes.items())
    split = " The file gives no split, so equal parts are assumed." if ratio.assumed else ""
    rule = RATIO if ratio.test.p < limits[0] else RATIO_NEAR
    yield rule.at(
        f"{_name(result)}: {sizes}. The split gives that by chance with p = {ratio.test.p:.2g}.{split}",
        "Look for what loses exposures of one variant: a redirect, an error, a filter, bots.",
    )


def _of_time(result: ExperimentResult) -> Iterator[Finding]:
    if (loss := result.losses.get("beforeExposure")) is not None:
        seconds = loss.earliest / 1_000
        if loss.earliest <= _CLOCK_MS and loss.goals.total() >= _LEAST_BY_CLOCK:
            message = f"{_name(result)}: {_lost(loss)[:-1]}, at most {seconds:.3g} s before the exposure of the unit."
            yield CLOCK.at(message, "Compare the clocks of what sends exposures and goals, and expose before the goal.")
        else:
            message = f"{_name(result)}: {_lost(loss)[:-1]}, before the first exposure of the unit."
            yield BEFORE.at(message)
    if (loss := result.losses.get("excluded")) is not None:
        message = f"{_name(result)}: {_lost(loss)[:-1]}, of units that were exposed and take no part."
        yield EXCLUDED.at(message)


def _mismatch(result: ExperimentResult) -> tuple[str, str] | None:
    """The unit types of goals and of exposures that have the same uids: those of the tracked type first."""
    loss = result.losses.get("sameUidOtherType")
    pairs = [] if loss is None else [pair for pair in loss.types if pair[0] != pair[1]]
    if loss is None or not pairs:
        return None
    tracked = result.unit_type
    return min(pairs, key=lambda pair: (pair[1] != tracked, pair[0] != tracked, -loss.types[pair], pair))


def _mismatch_is_of_goals(result: ExperimentResult) -> bool:
    pair = _mismatch(result)
    return pair is not None and pair[1] == result.unit_type


def unit_type_finding(result: ExperimentResult, config: Config | None) -> Finding | None:
    """The finding about unit types of the same uids, at the entry of the config that gives the goals' type, if it is wrong."""
    pair, loss = _mismatch(result), result.losses.get("sameUidOtherType")
    if pair is None or loss is None:
        return None
    goals_of, exposed = (f"`{_short(unit)}`" for unit in pair)
    message = f"{_name(result)}: exposures are of {exposed}, goals of {goals_of}: the same {_uids(loss)}; {_lost(loss)}"
    if pair[1] != result.unit_type:
        tracked = f"`{_short(result.unit_type or '')}`"
        return UNIT_TYPE.at(
            message, f"The experiment tracks {tracked}: name the unit so in the AB Smartly SDK's context."
        )
    hint = f"The experiment tracks {exposed}: name the unit so where goals get theirs."
    entry = None if config is None else _entry_of(pair[0], config)
    if config is None or entry is None:
        return UNIT_TYPE.at(message, hint)
    line = config.line("settings", *entry)
    return UNIT_TYPE.at(
        message, f"The experiment tracks {exposed}: map `{entry[1]}` to it.", config_line=line, line=line
    )


def _name(result: ExperimentResult) -> str:
    return f"`{_short(result.name)}`"


def _short(text: str) -> str:
    return one_line(text, _WIDTH)


def _uids(loss: Loss) -> str:
    return plural(len(loss.keys), "uid")


def goals_text(counts: Mapping[str, int], one: str = "", several: str = "") -> str:
    """`38 purchase goals` or `40 goals (38 purchase, 2 refund)`, and a verb for one goal or several."""
    total = sum(counts.values())
    verb = f" {one if total == 1 else several}" if one else ""
    if len(counts) == 1:
        return f"{total:,} `{_short(*counts)}` goal{'' if total == 1 else 's'}{verb}"
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return f"{total:,} goals ({listed([f'{number:,} `{_short(name)}`' for name, number in ordered], _NAMED)}){verb}"


def _lost(loss: Loss) -> str:
    return f"{goals_text(loss.goals, 'does not count', 'do not count')}."
