"""Findings about the units of exposures and goals: which do not meet, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from abtui.core.config.model import Config
from abtui.core.experiments.advice import advice, expose_unit, lacks_unit
from abtui.core.experiments.found import Counted, Found
from abtui.core.experiments.judgement import Loss
from abtui.core.experiments.naming import (
    LEAST,
    OTHERWISE,
    console_lacks,
    entry_of,
    mismatch,
    mismatch_is_of_goals,
    name_of,
    named_otherwise,
    quoted,
    short,
)
from abtui.core.experiments.results import ExperimentResult
from abtui.core.findings import Finding, Fix, Rule, error, info, warning
from abtui.core.fixes import Problem
from abtui.core.text.nearest import plain
from abtui.core.text.plain import listed, most_first, plural

_NAMED: Final = 3


def _unit_as_tracked(problem: Problem) -> Fix | None:
    """Certain if the exposures are of the tracked unit type, and no other experiment tracks the goals' one."""
    config, counted = problem.config, None if problem.usage is None else problem.usage.experiments
    if config is None or counted is None:
        return None
    for result in counted.results.values():
        for found in unit_name_findings(result, counted):
            if found.finding == problem.finding:
                return _entry_as_tracked(problem, result, found, counted, config)
    return None


def _of_goals(found: Found, result: ExperimentResult) -> str | None:
    """The unit type that goals have in place of the tracked one."""
    if OTHERWISE in found.causes:
        return named_otherwise(result)
    pair = mismatch(result)
    return None if pair is None or pair[1] != result.unit_type else pair[0]


def _entry_as_tracked(
    problem: Problem, result: ExperimentResult, found: Found, counted: Counted, config: Config
) -> Fix | None:
    tracked, described, of_goals = result.unit_type, result.exposed.described, _of_goals(found, result)
    [cause] = found.causes
    entry, known = None if of_goals is None else entry_of(of_goals, config), config.catalog.units
    if entry is None or of_goals is None or tracked is None or of_goals in counted.tracked:
        return None
    # Another entry that gives the unit, or another experiment that wants another name: then it would be wrong for some.
    if tracked in config.settings[entry[0]].values() or advice(cause, result, counted).entry != entry:
        return None
    named = result.exposed.units_named[tracked] or (described is not None and described.unit_type)
    if not named or (known is not None and tracked not in known):
        return None
    path = ("settings", *entry)
    return Fix(f"Map `{problem.show(entry[1])}` to `{problem.show(tracked)}`", {path: tracked})


UNIT_TYPE: Final = error(
    "EXPERIMENT-UNIT-TYPE",
    "Exposures and goals name the unit differently",
    "The same uids come under one unit type with exposures and under another with goals. AB Smartly joins by type and uid, so none of these goals counts. AB Smartly's snippets say `userId` where the example of Segment's settings says `user_id`. If the experiment tracks the exposures' type, the destination's mapping of units is wrong; if it tracks the goals' type, the unit in the SDK's context is.",
    fix=_unit_as_tracked,
)
UNIT_NAME: Final = warning(
    "EXPERIMENT-UNIT-NAME",
    "Goals write the tracked unit's name in another way",
    "The goals have a unit whose name differs from the one that the experiment tracks by case, hyphens or underscores only, such as `anonymousId` and `anonymous_id`. Unit types are compared as they are written, so nothing joins the two.",
    fix=_unit_as_tracked,
)
UNIT_EQUAL: Final = warning(
    "EXPERIMENT-UNIT-EQUAL",
    "It is open which unit an experiment tracks",
    "The file of experiments does not say which unit type the experiment tracks, and its exposures name two equally often. The one that comes first by the alphabet is taken.",
)
UNIT_UNKNOWN: Final = warning(
    "EXPERIMENT-UNIT-IGNORED",
    "The web console has no such unit",
    "The catalog does not have the unit type that the experiment's exposures name, or that its file says. The web console ignores it, so nobody takes part, and Segment shows Success.",
)
HASHED: Final = error(
    "EXPERIMENT-HASHED-TWICE",
    "Uids are hashed twice",
    "The uid on one side is a hash already: that of the uid on the other side. The collector hashes it once more, so the two never meet. Only a request with `hashed: true` may have hashed uids, and Segment's destinations cannot say so for goals.",
)
NEAR: Final = warning(
    "EXPERIMENT-NEAR-UID",
    "Uids differ by case or by spaces only",
    "The uid of a goal would equal one of an exposure if it were trimmed or written in the other case. A hash takes each character into account. The SDK trims uids and Segment's destinations do not.",
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
OTHER_UID: Final = warning(
    "EXPERIMENT-OTHER-UID",
    "Goals of exposed units have another uid",
    "The goal shares a unit with an exposure, such as the visitor's anonymous id, but its uid of the tracked type is another one, which was never exposed. On a device that people share that happens once in a while. In most of a goal it means that the two sides name a person differently, such as by email and by a number.",
)
NO_TRACKED: Final = info(
    "EXPERIMENT-NO-TRACKED-UNIT",
    "Goals without the tracked unit",
    "These goals have no unit of the type that the experiment tracks, so they cannot count in it. That is usual for visitors who are not logged in, if the experiment tracks users.",
)


def unit_findings(result: ExperimentResult, counted: Counted) -> Iterator[Found]:
    """The findings about the units of one experiment."""
    yield from _of_tracked(result, counted)
    yield from unit_name_findings(result, counted)
    tracked = quoted(result.unit_type or "")
    lacking = lacks_unit(result)
    if lacking and (mismatch(result) is None or mismatch_is_of_goals(result)):
        message = f"{name_of(result)} tracks {tracked}, which {plural(lacking, 'exposure lacks', 'exposures lack')}."
        yield found_of(EXPOSURE_UNIT.at(message, expose_unit(result, counted).sentence), result)
    for cause, side in _HASHED_ON.items():
        if (loss := result.losses.get(cause)) is not None:
            message = f"{name_of(result)}: {_uids(loss)} of {side} {'is hashed already and gets' if loss.units == 1 else 'are hashed already and get'} hashed again; {lost(loss)}"
            yield _of_loss(HASHED, message, cause, result, counted)
    if (loss := result.losses.get("nearUid")) is not None:
        message = f"{name_of(result)}: {_uids(loss)} of goals {'differs' if loss.units == 1 else 'differ'} from those of exposures by case or spaces; {lost(loss)}"
        yield _of_loss(NEAR, message, "nearUid", result, counted)
    if result.participants:
        yield from _of_other_units(result, counted, told=lacking > 0)
    if not mismatch_is_of_goals(result):
        yield from _of_no_unit(result, tracked, counted)


def found_of(finding: Finding, result: ExperimentResult, *causes: str) -> Found:
    """A finding about an experiment. If it is about one goal, it is that goal's, too."""
    goals = {name for cause in causes if cause in result.losses for name in result.losses[cause].goals}
    return Found(finding, result.name, next(iter(goals)) if len(goals) == 1 else "", causes)


def _of_loss(rule: Rule, message: str, cause: str, result: ExperimentResult, counted: Counted) -> Found:
    """The finding about what one cause loses, with what helps and a unit to look at."""
    hint = f"{advice(cause, result, counted).sentence}{one_of(result.losses[cause].example)}"
    return found_of(rule.at(message, hint), result, cause)


def one_of(hashed: str) -> str:
    """A sentence that names one unit, by its hash."""
    return f" Look at one: `--unit {hashed}`." if hashed else ""


def _of_tracked(result: ExperimentResult, counted: Counted) -> Iterator[Found]:
    """Whether the tracked unit type is certain, and known to the web console."""
    tracked = result.unit_type or ""
    if result.is_exposed and (other := result.exposed.equally_named):
        message = f"{name_of(result)}: exposures name {quoted(tracked)} and {quoted(other)} equally often; {quoted(tracked)} is taken as what it tracks."
        yield found_of(UNIT_EQUAL.at(message, "Say which: `unitType` in the file of experiments."), result)
    if tracked and result.rows("rows") and console_lacks(tracked, counted):
        known = () if counted.config is None else sorted(counted.config.catalog.units or ())
        near = next((unit for unit in known if plain(unit) == plain(tracked)), None)
        use = f"Name it {quoted(near)}" if near is not None else "Give it the name of a unit that the console has"
        message = f"{name_of(result)} tracks {quoted(tracked)}, and the web console has no such unit: it ignores these exposures."
        yield found_of(
            UNIT_UNKNOWN.at(
                message, f"{use} in the AB Smartly SDK's context, or create {quoted(tracked)} in the console."
            ),
            result,
        )


_HASHED_ON: Final = {"alreadyHashed": "goals", "exposureHashed": "exposures"}
"""The side that has the hashes, by the cause of the loss."""


def _mostly(result: ExperimentResult, cause: str) -> dict[str, int]:
    """The goals of which at least half are lost by one cause."""
    loss = result.losses.get(cause)
    goals = {} if loss is None else loss.goals
    return {name: number for name, number in goals.items() if number * 2 >= result.goals[name].reasons.total()}


def _of_other_units(result: ExperimentResult, counted: Counted, *, told: bool) -> Iterator[Found]:
    """Goals of units that take part, whose tracked unit is missing or another one; `told` is that exposures lack it."""
    tracked = quoted(result.unit_type or "")
    if lacking := _mostly(result, "sameTypeNotTracked"):
        message = f"{name_of(result)} tracks {tracked}; goals of exposed units lack it; {not_counted(lacking)}."
        yield _of_loss(GOAL_UNIT, message, "sameTypeNotTracked", result, counted)
    others = _mostly(result, "otherUid")
    if others and not told and result.losses["otherUid"].units >= LEAST:
        message = f"{name_of(result)}: goals of exposed units have another {tracked} than the exposures; {not_counted(others)}."
        yield _of_loss(OTHER_UID, message, "otherUid", result, counted)


def _of_no_unit(result: ExperimentResult, tracked: str, counted: Counted) -> Iterator[Found]:
    """Goals without the tracked unit: of a goal that mostly has it they are of visitors who are not known yet."""
    usual = Counter({name: found.details["noTrackedUnit"] for name, found in result.goals.items()})
    for cause in ("sameTypeNotTracked", "notTrackedYet"):
        usual.update(result.losses[cause].goals if cause in result.losses else {})
    if result.participants:
        usual.subtract(_mostly(result, "sameTypeNotTracked"))
    if (named := result.losses.get(OTHERWISE)) is not None:
        usual.subtract(named.goals)
    if missing := +usual:
        message = f"{name_of(result)} tracks {tracked}; {goals_text(missing, 'has', 'have')} none."
        yield Found(
            NO_TRACKED.at(message, advice("noTrackedUnit", result, counted).sentence),
            result.name,
            next(iter(missing)) if len(missing) == 1 else "",
            ("noTrackedUnit",),
        )


def unit_name_findings(result: ExperimentResult, counted: Counted) -> Iterator[Found]:
    """The findings about a unit that has two names, at the entry of the config that gives the goals' one, if that is wrong."""
    pair, loss = mismatch(result), result.losses.get("sameUidOtherType")
    if pair is not None and loss is not None:
        message = f"{name_of(result)}: exposures are of {quoted(pair[1])}, goals of {quoted(pair[0])}: the same {plural(loss.types[pair], 'uid')}; {lost(loss)}"
        yield _at_entry(UNIT_TYPE, message, "sameUidOtherType", result, counted)
    name, loss = named_otherwise(result), result.losses.get(OTHERWISE)
    if name is not None and loss is not None and (pair is None or pair[0] != name):
        message = f"{name_of(result)} tracks {quoted(result.unit_type or '')}; {goals_text(loss.goals, 'names', 'name')} it {quoted(name)}."
        yield _at_entry(UNIT_NAME, message, OTHERWISE, result, counted)


def _at_entry(rule: Rule, message: str, cause: str, result: ExperimentResult, counted: Counted) -> Found:
    config, helps = counted.config, advice(cause, result, counted)
    line = None if config is None or helps.entry is None else config.line("settings", *helps.entry)
    return found_of(rule.at(message, helps.sentence, config_line=line, line=line), result, cause)


def _uids(loss: Loss) -> str:
    return plural(loss.units, "uid")


def goals_text(counts: Mapping[str, int], one: str = "", several: str = "") -> str:
    """`38 purchase goals` or `40 goals (38 purchase, 2 refund)`, and a verb for one goal or several."""
    total = sum(counts.values())
    verb = f" {one if total == 1 else several}" if one else ""
    if len(counts) == 1:
        return f"{total:,} `{short(*counts)}` goal{'' if total == 1 else 's'}{verb}"
    named = [f"{number:,} `{short(name)}`" for name, number in most_first(counts)]
    return f"{total:,} goals ({listed(named, _NAMED)}){verb}"


def not_counted(goals: Mapping[str, int]) -> str:
    """`38 purchase goals do not count`."""
    return goals_text(goals, "does not count", "do not count")


def lost(loss: Loss) -> str:
    """The goals of a loss, as a sentence."""
    return f"{not_counted(loss.goals)}."
