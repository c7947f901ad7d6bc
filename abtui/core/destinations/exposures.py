"""Findings about the payload of an exposure event, which the destinations look for in different places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from abtui.core.findings import error, warning
from abtui.core.text.plain import listed

EXPOSURE_EVENT: Final = "Experiment Viewed"
"""The track call that carries an exposure."""
_SEMANTIC: Final = ("experiment_id", "experiment_name", "variation_id", "variation_name")
"""The properties of `Experiment Viewed` in Segment's specification of A/B testing events."""
_NAMED: Final = 2

REPLACED: Final = error(
    "EXPOSURE-REPLACED",
    "A middleware replaced the exposure by units",
    "The units middleware puts its units into every track call, and so overwrites the payload of an exposure that stands in the same place. What is left has units, but no exposures. Classic sends it and the collector refuses it; a mapping of Actions fails.",
)
NO_PAYLOAD: Final = warning(
    "EXPOSURE-NO-PAYLOAD",
    "The event names an experiment and has no payload",
    "The event has only the properties of Segment's specification, such as `experiment_name`, which other tools read. AB Smartly needs the payload that its SDK publishes: units, exposures and times. Classic sends nothing, and a mapping of Actions fails.",
)
NO_PAYLOAD_HINT: Final = "It carries no payload: AB Smartly must get exposures from the SDK."


def is_replaced(payload: object) -> bool:
    """Whether a payload has units and nothing else that an SDK publishes."""
    others = ("exposures", "goals", "attributes", "publishedAt")
    return isinstance(payload, dict) and "units" in payload and not any(name in payload for name in others)


def payload_in(holder: object, read: str) -> str | None:
    """The key of an object under which a whole payload stands, other than the one that is read."""
    if not isinstance(holder, dict):
        return None
    found = (key for key, value in holder.items() if isinstance(value, dict) and "exposures" in value)
    return next((key for key in found if key != read), None)


def names_experiment(holder: object) -> str:
    """The properties by which an event names an experiment, as text; "" for none."""
    names = [f"`{name}`" for name in _SEMANTIC if isinstance(holder, Mapping) and name in holder]
    return listed(names, _NAMED)
