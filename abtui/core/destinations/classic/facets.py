"""The effects of classic's settings that do not follow from the table of settings, and the key that goalMapping looks up for an event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from abtui.core.corpus.effect import NO_EFFECT, ChangeCounts, Effect, counted
from abtui.core.destinations.classic.decide import mapping_key
from abtui.core.destinations.exposures import EXPOSURE_EVENT
from abtui.core.text.javascript import ABSENT, JavaScriptTypeError
from abtui.core.text.plain import plural

_VIEWS: Final = ("GOAL-PAGE", "GOAL-SCREEN")
_BEFORE_UNITS: Final = ("PAGE-TRACKING-OFF", "SCREEN-TRACKING-OFF", "NO-HANDLER")
"""Reasons by which other settings stop an event before the destination looks for its units."""
_WITH_UNITS: Final = (*_VIEWS, "ATTRIBUTES", "NO-UNIT")
"""Reasons that such an event has where the destination looks for its units."""


def name_key(event: Mapping[str, Any]) -> str | None:
    """The key that is looked up in goalMapping for an event, or None where none is looked up."""
    name = event.get("event", ABSENT)
    if event.get("type") != "track" or name == EXPOSURE_EVENT:
        return None
    if type(name) is str:
        return name
    try:
        return mapping_key(name)
    except JavaScriptTypeError:
        return None


_EXPOSURES: Final = (("settings", "enableExposureTracking"),)
_DECIDED_BY: Final[dict[Any, tuple[tuple[str, str], ...]]] = {
    "page": (("settings", "enablePageViewTracking"), ("behavior", "viewGoalNames")),
    "screen": (("settings", "enableAppScreenViewTracking"), ("behavior", "viewGoalNames")),
    "group": _EXPOSURES,
    "identify": (("behavior", "identify"),),
}


def decided_by(event: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The paths of the toggles and choices that decide about an event."""
    kind = event.get("type")
    if kind == "track":
        return _EXPOSURES if event.get("event") == EXPOSURE_EVENT else ()
    return _DECIDED_BY.get(kind, ())


def effect(path: tuple[str, ...], counts: ChangeCounts) -> Effect | None:
    """The effect of the config entry at `path` on the events; None if it follows from the table of settings and the reasons."""
    match path:
        case ("settings", "unitMapping", *_):
            return _effect_of_units(counts)
        case ("behavior", "identify"):
            events = sum(side.total() for side in counts.with_reason("NO-HANDLER"))
            return counted("Changes what becomes of {}.", "identify call", events)
        case ("behavior", "viewGoalNames"):
            renamed = sum(counts.renamed[code] for code in _VIEWS)
            shared = sum(side.total() for code in _VIEWS for side in counts.with_reason(code))
            return counted("Renames the goal of {}.", "page and screen call", renamed, shared=shared)
    return None


def _effect_of_units(counts: ChangeCounts) -> Effect:
    found, lost = (
        sum(count for (verdict, _code), count in side.items() if verdict == "send")
        for side in counts.with_reason("NO-UNIT")
    )
    parts = []
    if counts.other_units:
        parts.append(f"other units in {plural(counts.other_units, 'event')}")
    if lost:
        parts.append(f"no unit left in {plural(lost, 'event')}")
    if found:
        parts.append(f"a unit in {plural(found, 'event')} that had none")
    if parts:
        return Effect(f"The changes of unitMapping together: {', '.join(parts)}.", None)
    if any(
        (old in _BEFORE_UNITS and new in _WITH_UNITS) or (new in _BEFORE_UNITS and old in _WITH_UNITS)
        for _old_verdict, old, _new_verdict, new in counts.reasons
    ):
        return Effect("Changes none of the events that both configs look for units in.", None)
    return NO_EFFECT
