"""What has goals count that do not, by what the events, the config and the web console say: for findings and for screens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from abtui.core.config.model import Config
from abtui.core.destinations import destination_of, short_reason, switch_of
from abtui.core.experiments.found import Counted
from abtui.core.experiments.naming import (
    LEAST,
    console_lacks,
    entry_of,
    mismatch,
    named_otherwise,
    quoted,
    short,
)
from abtui.core.experiments.reason_words import usual_help, way_back
from abtui.core.experiments.results import ExperimentResult
from abtui.core.text.plain import most_first, plural

_CLOCK_MS: Final = 10_000
"""Goals that are earlier than their exposure by less may be so by the clocks alone."""
_PAST_SEGMENT: Final = "If the SDK publishes past Segment, add what it sent: `--exposures FILE`; the workbench opens such a file like events."
_FLAG_WORDS: Final = {
    "overridden": "overridden",
    "fullOn": "full on",
    "ignored": "ignored",
    "notEligible": "not eligible",
    "notAssigned": "not assigned",
}
"""The flags because of which an exposure takes no part."""


class Advice(NamedTuple):
    """What has goals count, in a few words and as a sentence. `past_help`: nothing has, and the words say why.

    `entry` is the setting and the key of the config's entry that is to be changed, if it is one.
    """

    short: str
    sentence: str
    past_help: bool = False
    entry: tuple[str, str] | None = None


ADD_EXPOSURES: Final = Advice(
    "add the exposures",
    f"{_PAST_SEGMENT} Otherwise look whether the SDK is made before log-in, and whether its event logger runs without an error.",
)
"""What helps if nothing tells why there is no exposure."""


def advice(cause: str, result: ExperimentResult, counted: Counted) -> Advice:
    """What has the goals count that one cause loses for an experiment; `cause` is a key of `REASON_WORDS`."""
    make = _BY_CAUSE.get(cause)
    return (None if make is None else make(result, counted)) or _usual(cause, result)


def usual_advice(cause: str, unit: str) -> Advice:
    """What helps as far as the cause alone tells, which loses goals of an experiment that counts by `unit`."""
    back = way_back(cause, unit)
    return Advice(back, usual_help(cause, unit), back.startswith("none: "))


def _usual(cause: str, result: ExperimentResult) -> Advice:
    return usual_advice(cause, short(result.unit_type or "unit"))


def _in_sdk(unit: str, why: str) -> Advice:
    named = quoted(unit)
    return Advice(f"name it {short(unit)} in the SDK", f"{why}: name the unit {named} in the AB Smartly SDK's context.")


def _unit_type(result: ExperimentResult, counted: Counted) -> Advice | None:
    pair = mismatch(result)
    return None if pair is None else _of_pair(*pair, result, counted)


def _named_otherwise(result: ExperimentResult, counted: Counted) -> Advice | None:
    name = named_otherwise(result)
    return None if name is None else _of_pair(name, result.unit_type or "", result, counted)


def _of_pair(of_goals: str, exposed: str, result: ExperimentResult, counted: Counted) -> Advice:
    """What helps if goals and exposures name one unit in two ways."""
    if exposed != result.unit_type:
        tracked = result.unit_type or ""
        return _in_sdk(tracked, f"The experiment tracks {quoted(tracked)}")
    if console_lacks(exposed, counted) and not console_lacks(of_goals, counted):
        return _in_sdk(of_goals, f"The web console has no unit {quoted(exposed)}, so it ignores these exposures")
    named = _names_of(of_goals, counted)
    if len(named) > 1:
        units = " and ".join(map(quoted, named))
        return Advice(
            "send both units",
            f"Experiments track {units}, and goals have {quoted(of_goals)}: send goals with both, or give the AB Smartly SDK's context one unit for all.",
        )
    if of_goals in counted.tracked:
        sentence = f"Other experiments track {quoted(of_goals)}: name the unit in the AB Smartly SDK's context as they do, or send goals with both."
        return Advice(f"name it {short(of_goals)} in the SDK", sentence)
    return _of_goals(of_goals, result, counted.config)


def _names_of(of_goals: str, counted: Counted) -> list[str]:
    """The unit types that experiments track, and for which goals have this one."""
    pairs = [(mismatch(result), result.unit_type) for result in counted.results.values()]
    return sorted({tracked for pair, tracked in pairs if tracked and pair == (of_goals, tracked)})


def _of_goals(of_goals: str, result: ExperimentResult, config: Config | None) -> Advice:
    """Goals should name the unit as the experiment does."""
    tracked = quoted(result.unit_type or "")
    entry = None if config is None else entry_of(of_goals, config)
    if entry is None:
        sentence = f"The experiment tracks {tracked}: name the unit so where goals get theirs."
        return Advice(f"name it {short(result.unit_type or '')} in the goal", sentence)
    key = quoted(entry[1])
    return Advice(
        f"map {short(entry[1])} to {short(result.unit_type or '')}",
        f"The experiment tracks {tracked}: map {key} to it.",
        entry=entry,
    )


def _before(result: ExperimentResult, _counted: Counted) -> Advice | None:
    if not is_by_clock(result):
        return None
    return Advice(
        "compare the clocks",
        "Compare the clocks of what sends exposures and goals, and expose before the goal.",
    )


def is_by_clock(result: ExperimentResult) -> bool:
    """Whether all goals before their exposure are so by a few seconds, and there are enough for a pattern."""
    loss = result.losses.get("beforeExposure")
    if loss is None or loss.earliest > _CLOCK_MS:
        return False
    # The view of a page comes before the exposure on it each time, and never counts.
    counts = {name for name, goal in result.goals.items() if goal.reasons["attributed"]}
    return sum(number for name, number in loss.goals.items() if not counts or name in counts) >= LEAST


def _excluded(result: ExperimentResult, _counted: Counted) -> Advice | None:
    told = flags_told(result)
    return _usual("excluded", result)._replace(sentence=f"Their exposures leave them out: {told}.") if told else None


def flags_told(result: ExperimentResult) -> str:
    """`3 overridden, 1 not assigned`: the exposures that have a flag because of which one takes no part."""
    return ", ".join(f"{number:,} {word}" for name, word in _FLAG_WORDS.items() if (number := result.rows(name)))


def _never(result: ExperimentResult, counted: Counted) -> Advice | None:
    if not result.is_exposed:
        return no_exposure(result, counted)
    if lacks_unit(result):
        return expose_unit(result, counted)
    return send_exposures(counted) or _never_meet(result, counted)


def _never_meet(result: ExperimentResult, counted: Counted) -> Advice | None:
    """What helps if there are exposures and goals with the tracked unit, and not one goal counts anywhere."""
    unmet = sum(goal.details["unitNotExposed"] for goal in result.goals.values())
    if result.participants < LEAST or unmet < LEAST or counted.goals_count:
        return None
    return Advice(
        "compare the uids of both",
        "The uids of exposures and of goals never meet: compare how both name a person, and which field of the config gives the unit.",
    )


def _no_tracked(result: ExperimentResult, counted: Counted) -> Advice | None:
    found = None if result.is_exposed and not lacks_unit(result) else _never(result, counted)
    return found or _map_unit(result, counted)


def _map_unit(result: ExperimentResult, counted: Counted) -> Advice | None:
    """What helps if no field of the config gives the tracked unit."""
    config, tracked = counted.config, result.unit_type
    maps = [] if config is None else destination_of(config.destination).maps("fields")
    if config is None or not maps or not tracked or any(tracked in config.settings[name].values() for name in maps):
        return None
    return Advice(
        f"map a field to {short(tracked)}",
        f"No field of the config gives {quoted(tracked)}: map one to it in `{maps[0]}`, such as `{'anonymousId' if 'anon' in tracked.lower() else 'userId'}`.",
    )


def lacks_unit(result: ExperimentResult) -> int:
    """The number of exposures that lack the tracked unit, and should have it.

    Without it the SDK assigns nobody, as before log-in: those are no fault as long as others have it.
    """
    return result.assigned_without_unit or (0 if result.rows("rows") else result.without_unit)


def expose_unit(result: ExperimentResult, counted: Counted) -> Advice:
    """What helps if exposures lack the tracked unit."""
    tracked, described = quoted(result.unit_type or ""), result.exposed.described
    if described is not None and described.unit_type and console_lacks(described.unit_type, counted):
        return Advice(
            "correct unitType in the file",
            f"Correct `unitType` in the file of experiments: the web console has no unit {tracked}.",
        )
    return Advice(
        f"give the SDK the unit {short(result.unit_type or '')}", f"Give the SDK's context the unit {tracked}."
    )


def no_exposure(result: ExperimentResult | None, counted: Counted) -> Advice:
    """What helps if there is no exposure of an experiment, or none at all."""
    if result is not None and (name := counted.other_names.get(result.name)) is not None:
        sentence = f"The exposures name it {quoted(name)}: write one name in the file of experiments and on the page."
        return Advice(f"exposures name it {short(name)}", sentence)
    if counted.summary.requests["exposures"]:
        return Advice("expose it on the page", "Ask for its variant on the page, and write its name as the file does.")
    if (switched := send_exposures(counted)) is not None:
        return switched
    if counted.lost:
        return Advice("mend the exposures", counted.lost[0].hint)
    if refused := counted.summary.requests["rejectedExposures"]:
        sentence = f"The collector refuses {plural(refused, 'exposure')}, such as one of which {counted.summary.complaint}. Mend them where they are made."
        return Advice("mend the refused exposures", sentence)
    return ADD_EXPOSURES


def send_exposures(counted: Counted) -> Advice | None:
    """What helps if exposures with a payload are not sent; None if all are."""
    if not counted.unsent or counted.config is None:
        return None
    code, number = most_first(counted.unsent)[0]
    switch = switch_of(code, destination_of(counted.config.destination))
    if switch is None:
        return Advice(
            "have the exposures sent",
            f"Have exposures sent: {plural(number, 'exposure event')} {'is' if number == 1 else 'are'} not ({short_reason(code)}).",
        )
    path, label = switch
    return Advice(f"turn on {label}", f"Turn on {label} in the config (`{path[-1]}`). {_PAST_SEGMENT}")


_BY_CAUSE: Final[dict[str, Callable[[ExperimentResult, Counted], Advice | None]]] = {
    "sameUidOtherType": _unit_type,
    "unitNamedOtherwise": _named_otherwise,
    "beforeExposure": _before,
    "excluded": _excluded,
    "noTrackedUnit": _no_tracked,
    "sameTypeNotTracked": _map_unit,
    "unitNotExposed": _never,
    "neverExposed": _never,
}
