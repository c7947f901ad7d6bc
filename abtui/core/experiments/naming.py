"""Names that should be one: of a unit type, as exposures, goals, the config and the web console have it, and of an experiment."""

from __future__ import annotations

from abtui.core.config.model import Config
from abtui.core.destinations import destination_of
from abtui.core.experiments.found import Counted
from abtui.core.experiments.results import ExperimentResult
from abtui.core.fate import console_has
from abtui.core.text.nearest import Nearest
from abtui.core.text.plain import one_line

_WIDTH = 80
OTHERWISE = "unitNamedOtherwise"


def short(text: str) -> str:
    """A name for a sentence: one line, and not too long."""
    return one_line(text, _WIDTH)


def name_of(result: ExperimentResult) -> str:
    """The name of an experiment for a sentence."""
    return f"`{short(result.name)}`"


def entry_of(unit: str, config: Config) -> tuple[str, str] | None:
    """The setting and the key of the one entry that gives a unit type, in a map from fields to unit types."""
    maps = destination_of(config.destination).maps("fields")
    found = [(name, key) for name in maps for key, value in config.settings[name].items() if value == unit]
    return found[0] if len(found) == 1 else None


def is_tracked(unit: str, counted: Counted) -> bool:
    """Whether an experiment tracks a unit type."""
    return any(result.unit_type == unit for result in counted.results.values())


def console_lacks(unit: str, counted: Counted) -> bool:
    """Whether the web console is known to have no such unit type."""
    return counted.config is not None and console_has("units", unit, counted.config) is False


def mismatch(result: ExperimentResult) -> tuple[str, str] | None:
    """The unit types of goals and of exposures that have the same uids: those of the tracked type first."""
    loss = result.losses.get("sameUidOtherType")
    pairs = [] if loss is None else [pair for pair in loss.types if pair[0] != pair[1]]
    if loss is None or not pairs:
        return None
    tracked = result.unit_type
    return min(pairs, key=lambda pair: (pair[1] != tracked, pair[0] != tracked, -loss.types[pair], pair))


def mismatch_is_of_goals(result: ExperimentResult) -> bool:
    """Whether goals name the unit otherwise than the experiment, and exposures do not."""
    pair = mismatch(result)
    return pair is not None and pair[1] == result.unit_type


def named_otherwise(result: ExperimentResult) -> str | None:
    """The unit type by which most goals name the tracked unit, if they write it in another way."""
    loss = result.losses.get(OTHERWISE)
    return None if loss is None else min(loss.types, key=lambda pair: (-loss.types[pair], pair))[0]


def is_exposed(result: ExperimentResult) -> bool:
    """Whether there is an exposure of an experiment."""
    return bool(result.exposed.exposures or result.exposed.rows)


def other_name(result: ExperimentResult, counted: Counted) -> str | None:
    """The name by which exposures call an experiment of the file that has none, or the file one that is exposed and not in it.

    It has the same id, or is nearly the same and the only one.
    """
    described = result.exposed.described is not None
    if not counted.summary.described or described is is_exposed(result):
        return None
    others = [
        other
        for other in counted.results.values()
        if is_exposed(other) is described and (other.exposed.described is None) is described
    ]
    same = [other.name for other in others if _ids(other) & _ids(result)]
    return same[0] if len(same) == 1 else Nearest(other.name for other in others).of(result.name)


def _ids(result: ExperimentResult) -> set[int]:
    described = result.exposed.described
    return result.exposed.ids if described is None else {described.id} if described.id is not None else set()
