"""Names that should be one: of a unit type, as exposures, goals, the config and the web console have it, and of an experiment."""

from __future__ import annotations

import re
from typing import Final

from abtui.core.config.model import Config
from abtui.core.destinations import destination_of
from abtui.core.experiments.found import Counted
from abtui.core.experiments.results import ExperimentResult
from abtui.core.fate import console_has
from abtui.core.text.nearest import Nearest
from abtui.core.text.plain import one_line

_WIDTH: Final = 80
OTHERWISE: Final = "unitNamedOtherwise"
"""The cause of a goal that writes the name of the tracked unit in another way."""
_NO_DIGITS: Final = re.compile(r"\D+")


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


def quoted(name: str) -> str:
    """A name for a sentence, in quotes."""
    return f"`{short(name)}`"


def other_name(result: ExperimentResult, counted: Counted) -> str | None:
    """The name by which exposures call an experiment of the file that has none.

    That one has the same id; or its name is nearly the same, with the same digits, and no id says that it is another one.
    """
    if result.exposed.described is None or is_exposed(result):
        return None
    own = _ids(result)
    others = [item for item in counted.results.values() if item.exposed.described is None and is_exposed(item)]
    same = [other.name for other in others if _ids(other) & own]
    if len(same) == 1:
        return same[0]
    free = [other.name for other in others if not (own and _ids(other)) and _digits(other.name) == _digits(result.name)]
    return Nearest(free).of(result.name)


def is_of_file(result: ExperimentResult, counted: Counted) -> bool:
    """Whether the file of experiments has an exposed experiment, be it by another name."""
    if result.exposed.described is not None:
        return True
    return any(other_name(other, counted) == result.name for other in counted.results.values())


def _digits(name: str) -> list[str]:
    return [digits for digits in _NO_DIGITS.split(name) if digits]


def _ids(result: ExperimentResult) -> set[int]:
    described = result.exposed.described
    return result.exposed.ids if described is None else {described.id} if described.id is not None else set()
