"""Findings about exposures that a mapping does not send: they stand elsewhere, or something replaced or broke them."""

from __future__ import annotations

from typing import Any, Final

from abtui.core.destinations import exposures as shared
from abtui.core.destinations.actions.bodies import exposure_problem
from abtui.core.destinations.actions.findings.places import Part, part_on
from abtui.core.destinations.actions.mapping.paths import found as at_path
from abtui.core.destinations.actions.mapping.paths import keys_at
from abtui.core.destinations.actions.problems import Thrown
from abtui.core.destinations.exposures import EXPOSURE_EVENT
from abtui.core.findings import Finding, Fix, error
from abtui.core.fixes import Problem
from abtui.core.text.paths import path_text

_CLASSIC: Final = ("properties", "absmartly")
"""The place of an exposure for the classic destination."""
_DEFAULT: Final = {"@path": "$.properties.exposure"}


def _other_path(problem: Problem) -> Fix | None:
    part = part_on(problem, "exposure")
    if part is None or part.values.get("exposure") != _DEFAULT:
        return None
    path = ("mappings", part.index, "mapping", "exposure")
    return Fix("Take the exposure from `$.properties.absmartly`", {path: {"@path": path_text(_CLASSIC)}})


PLACE: Final = error(
    "EXPOSURE-PLACE",
    "The exposure is where the classic destination wants it",
    "The preset reads `properties.exposure`, and the event has the exposure in `properties.absmartly`. AB Smartly's pages say the one, its snippet for the SDK writes the other. The mapping fails.",
    fix=_other_path,
)
NO_PAYLOAD, REPLACED = shared.NO_PAYLOAD, shared.REPLACED
INVALID: Final = error(
    "EXPOSURE-INVALID",
    "The destination refuses the exposure",
    "`publishedAt` and each `exposedAt` are times from 2010 to 2050, `units` and `exposures` are lists with something in them, `goals` is empty. Otherwise the mapping fails.",
)


def no_payload_finding(event: dict[str, Any], part: Part) -> Finding | None:
    """The finding about an event that has no payload anywhere, and names an experiment for other tools."""
    named = shared.names_experiment(event.get("properties"))
    if not named or keys_at(part.values.get("exposure")) is None:
        return None
    message = f"The event has {named} and no exposure."
    return NO_PAYLOAD.at(message, shared.NO_PAYLOAD_HINT, event_path="$.properties")


def exposure_finding(event: dict[str, Any], part: Part) -> Finding | None:
    """The finding about an event whose exposure a mapping does not send; None if none of these says why."""
    keys = keys_at(part.values.get("exposure"))
    if keys is None:
        return None
    value, elsewhere = at_path(event, keys), at_path(event, _CLASSIC)
    line, where = part.line("mapping", "exposure"), path_text(keys)
    is_missing = not isinstance(value, dict)
    for place, payload in ((where, value), (path_text(_CLASSIC), elsewhere if is_missing else None)):
        if isinstance(payload, dict) and "units" in payload and "exposures" not in payload:
            message = f"`{place[2:]}` has units, but no exposures: a middleware replaced the exposure."
            hint = f"Let the units middleware skip `{EXPOSURE_EVENT}`."
            return REPLACED.at(message, hint, event_path=place, config_line=line)
    if is_missing and isinstance(elsewhere, dict) and "exposures" in elsewhere:
        message = f"The exposure is in `properties.absmartly`; {part.shown} takes it from `{where[2:]}`."
        hint = f"Let the mapping take it from `$.properties.absmartly`, or send it in `{where[2:]}`."
        return PLACE.at(message, hint, event_path=path_text(_CLASSIC), config_line=line)
    try:
        problem = exposure_problem(value) if isinstance(value, dict) else ""
    except Thrown:
        return None
    if not problem:
        return None
    message = f"The exposure is refused: {problem}."
    return INVALID.at(message, "Send what the AB Smartly SDK publishes, unchanged.", event_path=where, config_line=line)
