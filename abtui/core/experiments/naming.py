"""Names that should be one: of a unit type, as exposures, goals, the config and the web console have it, and of an experiment."""

from __future__ import annotations

from typing import Final

from abtui.core.config.model import Config
from abtui.core.destinations import destination_of
from abtui.core.experiments.found import Counted
from abtui.core.experiments.results import ExperimentResult
from abtui.core.fate import console_has
from abtui.core.text.plain import one_line

_WIDTH: Final = 80
LEAST: Final = 3
"""Fewer are no pattern: a goal may come a few seconds before the page with the experiment, and two people share a device."""
OTHERWISE: Final = "unitNamedOtherwise"
"""The cause of a goal that writes the name of the tracked unit in another way."""


def short(text: str) -> str:
    """A name for a sentence: one line, and not too long."""
    return one_line(text, _WIDTH)


def quoted(name: str) -> str:
    """A name for a sentence, in quotes."""
    return f"`{short(name)}`"


def name_of(result: ExperimentResult) -> str:
    """The name of an experiment for a sentence."""
    return quoted(result.name)


def entry_of(unit: str, config: Config) -> tuple[str, str] | None:
    """The setting and the key of the one entry that gives a unit type, in a map from fields to unit types."""
    maps = destination_of(config.destination).maps("fields")
    found = [(name, key) for name in maps for key, value in config.settings[name].items() if value == unit]
    return found[0] if len(found) == 1 else None


def console_lacks(unit: str, counted: Counted) -> bool:
    """Whether the web console is known to have no such unit type."""
    return counted.config is not None and console_has("units", unit, counted.config) is False


def mismatch(result: ExperimentResult) -> tuple[str, str] | None:
    """The unit types of goals and of exposures that have the same uids: those of the tracked type first.

    None if so few of those who take part have a uid that another unit has, too, that these may be equal by chance.
    """
    loss, tracked = result.losses.get("sameUidOtherType"), result.unit_type
    if loss is None:
        return None
    least = min(LEAST, (result.participants + 1) // 2)
    pairs = [pair for pair, uids in loss.types.items() if pair[0] != pair[1] and (pair[1] != tracked or uids >= least)]
    if not pairs:
        return None
    return min(pairs, key=lambda pair: (pair[1] != tracked, pair[0] != tracked, -loss.types[pair], pair))


def mismatch_is_of_goals(result: ExperimentResult) -> bool:
    """Whether goals name the unit otherwise than the experiment, and exposures do not."""
    pair = mismatch(result)
    return pair is not None and pair[1] == result.unit_type


def named_otherwise(result: ExperimentResult) -> str | None:
    """The unit type by which most goals name the tracked unit, if they write it in another way."""
    loss = result.losses.get(OTHERWISE)
    return None if loss is None else min(loss.types, key=lambda pair: (-loss.types[pair], pair))[0]
