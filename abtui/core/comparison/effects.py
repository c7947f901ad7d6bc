"""What each setting that differs does to the events, as far as the counts tell it."""

from __future__ import annotations

from typing import Final

from abtui.core.comparison.counts import Counts
from abtui.core.comparison.settings import KeyPath
from abtui.core.tally import cut
from abtui.core.text import plural

Effect = tuple[str, int | None]
"""A sentence, and the number of events that change by this entry; None where several entries share them."""

_STOPS: Final = {
    "enablePageViewTracking": "PAGE-TRACKING-OFF",
    "enableAppScreenViewTracking": "SCREEN-TRACKING-OFF",
    "enableExposureTracking": "EXPOSURE-TRACKING-OFF",
}
_FRAME: Final = frozenset({"apiKey", "collectorEndpoint", "environment", "application"})
_VIEWS: Final = ("GOAL-PAGE", "GOAL-SCREEN")


def effect(path: KeyPath, counts: Counts, sent: int, other_units: int) -> Effect:
    """What the entry at `path` does. `sent` events are sent under both configs, `other_units` of them with other units."""
    match path:
        case ("settings", name) if name in _FRAME:
            return _told(sent, "Changes the request of {}.", "event")
        case ("settings", name) if name in _STOPS:
            let_through, stopped = _one_sided(counts, _STOPS[name])
            return (
                _told(let_through, "Lets {} through.", "event") if let_through else _told(stopped, "Stops {}.", "event")
            )
        case ("settings", "goalMapping", key):
            return _told(counts.renamed_by_key.counts[cut(key)], "Renames the goal of {}.", "event")
        case ("settings", "unitMapping", *_):
            return _of_unit_mapping(other_units, *_one_sided(counts, "NO-UNIT"))
        case ("behavior", "identify"):
            return _told(sum(_one_sided(counts, "NO-HANDLER")), "Changes what becomes of {}.", "identify call")
        case ("behavior", "viewGoalNames"):
            named = sum(counts.renamed_by_code[code] for code in _VIEWS)
            return _told(named, "Renames the goal of {}.", "page and screen call")
    return "Changes nothing that is sent.", 0


def _told(events: int, sentence: str, noun: str) -> Effect:
    return sentence.format(plural(events, noun)) if events else "Changes none of these events.", events


def _of_unit_mapping(units: int, found: int, lost: int) -> Effect:
    parts = []
    if units:
        parts.append(f"other units in {plural(units, 'event')}")
    if lost:
        parts.append(f"no unit left in {plural(lost, 'event')}")
    if found:
        parts.append(f"a unit in {plural(found, 'event')} that had none")
    if not parts:
        return "Changes none of these events.", 0
    return f"The changes of unitMapping together: {', '.join(parts)}.", None


def _one_sided(counts: Counts, code: str) -> tuple[int, int]:
    """Events that stop for a reason under OLD only, and under NEW only."""
    old_only = new_only = 0
    for (_old_verdict, old, _new_verdict, new), count in counts.reasons.items():
        if old == code != new:
            old_only += count
        elif new == code != old:
            new_only += count
    return old_only, new_only
