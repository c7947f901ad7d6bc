"""Findings about the units of exposures and goals: which do not meet, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from abtui.core.config.model import Config
from abtui.core.destinations import destination_of
from abtui.core.experiments.judgement import Loss
from abtui.core.experiments.results import ExperimentResult
from abtui.core.findings import Finding, Fix, error, info, warning
from abtui.core.fixes import Problem
from abtui.core.text.plain import listed, most_first, one_line, plural

_WIDTH: Final = 80
_NAMED: Final = 3
Results = Mapping[str, ExperimentResult]
LEAST: Final = 3
"""Fewer are no pattern: a goal may come a few seconds before the page with the experiment, and two people share a device."""


def _entry_of(unit: str, config: Config) -> tuple[str, str] | None:
    """The setting and the key of the one entry that gives a unit type, in a map from fields to unit types."""
    maps = destination_of(config.destination).maps("fields")
    found = [(name, key) for name in maps for key, value in config.settings[name].items() if value == unit]
    return found[0] if len(found) == 1 else None


def _is_tracked(unit: str, results: Results) -> bool:
    """Whether an experiment tracks a unit type."""
    return any(result.unit_type == unit for result in results.values())


def _unit_as_exposed(problem: Problem) -> Fix | None:
    """Certain if the exposures are of the tracked unit type, and no other experiment tracks the goals' one."""
    config, usage = problem.config, problem.usage
    if config is None or usage is None:
        return None
    for result in usage.experiments.values():
        pair = _mismatch(result)
        if pair is None or unit_type_finding(result, config, usage.experiments) != problem.finding:
            continue
        goals_of, exposed = pair
        entry, known = _entry_of(goals_of, config), config.catalog.units
        described = result.exposed.described
        named = result.exposed.units_named[exposed] or (described is not None and described.unit_type)
        tracked = exposed == result.unit_type and not _is_tracked(goals_of, usage.experiments)
        if entry is None or not tracked or not named or (known is not None and exposed not in known):
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


def unit_findings(result: ExperimentResult, config: Config | None, results: Results) -> Iterator[Finding]:
    """The findings about the units of one experiment; `results` are those of all."""
    mismatch = unit_type_finding(result, config, results)
    if mismatch is not None:
        yield mismatch
    tracked = f"`{short(result.unit_type or '')}`"
    # Without the tracked unit the SDK assigns nobody, as before log-in.
    lacking = result.assigned_without_unit or (0 if result.rows("rows") else result.without_unit)
    if lacking and (mismatch is None or _mismatch_is_of_goals(result)):
        message = f"{name_of(result)} tracks {tracked}, which {plural(lacking, 'exposure lacks', 'exposures lack')}."
        yield EXPOSURE_UNIT.at(message, f"Give the SDK's context the unit {tracked}.")
    for cause, (side, hint) in _HASHED_ON.items():
        if (loss := result.losses.get(cause)) is not None:
            message = f"{name_of(result)}: {_uids(loss)} of {side} {'is hashed already and gets' if loss.units == 1 else 'are hashed already and get'} hashed again; {lost(loss)}"
            yield HASHED.at(message, hint)
    if (loss := result.losses.get("nearUid")) is not None:
        message = f"{name_of(result)}: {_uids(loss)} of goals {'differs' if loss.units == 1 else 'differ'} from those of exposures by case or spaces; {lost(loss)}"
        yield NEAR.at(message, "Write a uid the same way everywhere, without spaces around it.")
    if result.participants:
        yield from _of_other_units(result, tracked, told=lacking > 0)
    if not _mismatch_is_of_goals(result):
        yield from _of_no_unit(result, tracked)


_HASHED_ON: Final = {
    "alreadyHashed": ("goals", "Send the plain uid with goals, as text."),
    "exposureHashed": ("exposures", "Publish hashed uids with `hashed: true`, or give the SDK's context plain ones."),
}
"""The side that has the hashes, by the cause of the loss, and what to do there."""


def _mostly(result: ExperimentResult, cause: str) -> dict[str, int]:
    """The goals of which at least half are lost by one cause."""
    loss = result.losses.get(cause)
    goals = {} if loss is None else loss.goals
    return {name: number for name, number in goals.items() if number * 2 >= result.goals[name].reasons.total()}


def _of_other_units(result: ExperimentResult, tracked: str, *, told: bool) -> Iterator[Finding]:
    """Goals of units that take part, whose tracked unit is missing or another one; `told` is that exposures lack it."""
    if lacking := _mostly(result, "sameTypeNotTracked"):
        message = f"{name_of(result)} tracks {tracked}; goals of exposed units lack it; {_not_counted(lacking)}."
        yield GOAL_UNIT.at(message, f"Send {tracked} with these goals.")
    others = _mostly(result, "otherUid")
    if others and not told and result.losses["otherUid"].units >= LEAST:
        message = f"{name_of(result)}: goals of exposed units have another {tracked} than the exposures; {_not_counted(others)}."
        yield OTHER_UID.at(message, f"Give {tracked} the same uid on both sides; compare two with `--unit UID`.")


def _of_no_unit(result: ExperimentResult, tracked: str) -> Iterator[Finding]:
    """Goals without the tracked unit: of a goal that mostly has it they are of visitors who are not known yet."""
    usual = Counter({name: found.details["noTrackedUnit"] for name, found in result.goals.items()})
    for cause in ("sameTypeNotTracked", "notTrackedYet"):
        usual.update(result.losses[cause].goals if cause in result.losses else {})
    if result.participants:
        usual.subtract(_mostly(result, "sameTypeNotTracked"))
    if missing := +usual:
        message = f"{name_of(result)} tracks {tracked}; {goals_text(missing, 'has', 'have')} none."
        yield NO_TRACKED.at(message, f"If it should count, send {tracked} with the goal.")


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


def unit_type_finding(result: ExperimentResult, config: Config | None, results: Results) -> Finding | None:
    """The finding about unit types of the same uids, at the entry of the config that gives the goals' type, if it is wrong."""
    pair, loss = _mismatch(result), result.losses.get("sameUidOtherType")
    if pair is None or loss is None:
        return None
    goals_of, exposed = (f"`{short(unit)}`" for unit in pair)
    message = f"{name_of(result)}: exposures are of {exposed}, goals of {goals_of}: the same {plural(loss.types[pair], 'uid')}; {lost(loss)}"
    if pair[1] != result.unit_type:
        tracked = f"`{short(result.unit_type or '')}`"
        return UNIT_TYPE.at(
            message, f"The experiment tracks {tracked}: name the unit so in the AB Smartly SDK's context."
        )
    if _is_tracked(pair[0], results):
        hint = f"Other experiments track {goals_of}: name the unit in the AB Smartly SDK's context as they do, or send goals with both."
        return UNIT_TYPE.at(message, hint)
    hint = f"The experiment tracks {exposed}: name the unit so where goals get theirs."
    entry = None if config is None else _entry_of(pair[0], config)
    if config is None or entry is None:
        return UNIT_TYPE.at(message, hint)
    line = config.line("settings", *entry)
    return UNIT_TYPE.at(
        message, f"The experiment tracks {exposed}: map `{entry[1]}` to it.", config_line=line, line=line
    )


def name_of(result: ExperimentResult) -> str:
    return f"`{short(result.name)}`"


def short(text: str) -> str:
    return one_line(text, _WIDTH)


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


def _not_counted(goals: Mapping[str, int]) -> str:
    return goals_text(goals, "does not count", "do not count")


def lost(loss: Loss) -> str:
    """The goals of a loss, as a sentence."""
    return f"{_not_counted(loss.goals)}."
