"""Findings about a config that only a corpus can show: entries that no event used, and event names without an entry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from abtui.core.destination import Usage
from abtui.core.destinations.classic.findings.goals import key_for_name
from abtui.core.destinations.classic.findings.units import key_for_field
from abtui.core.destinations.exposures import EXPOSURE_EVENT
from abtui.core.findings import Finding, Fix, info, warning
from abtui.core.fixes import KeyPath, Problem, nearest_names
from abtui.core.text.nearest import Nearest
from abtui.core.text.plain import plural
from abtui.core.text.secret import hide_all


def _used_key(problem: Problem) -> Fix | None:
    config, usage, path = problem.config, problem.usage, _path(problem)
    if config is None or usage is None or path is None or path not in config.lines:
        return None
    return key_for_name(path[-1], config, usage)


def _filled_key(problem: Problem) -> Fix | None:
    config, usage, path = problem.config, problem.usage, _path(problem)
    if config is None or usage is None or path is None:
        return None
    return key_for_field([path[-1]], config, usage)


def _near_names(problem: Problem) -> tuple[str, ...]:
    usage, path = problem.usage, _path(problem)
    if usage is None or path is None:
        return ()
    return nearest_names(path[-1], sorted({*usage.unmapped.counts, *usage.entries}))


def _path(problem: Problem) -> KeyPath | None:
    """The path of the entry that the finding is about."""
    entries = () if problem.usage is None else _unused_entries(problem.usage)
    return next((path for path, finding in entries if finding == problem.finding), None)


GOAL: Final = warning(
    "COVERAGE-GOAL",
    "An entry of goalMapping that no event used",
    "No event has this name, so this entry never reports its goal. Often the name is almost the one that is sent; the hint shows the nearest name seen. A corpus that lacks some kinds of events also causes this finding.",
    fix=_used_key,
    candidates=_near_names,
)
UNIT: Final = warning(
    "COVERAGE-UNIT",
    "An entry of unitMapping that no event filled",
    "No event has a top-level field of this name whose value is text or a number, so no payload has this unit. The key is the event's field and the value is the unit type; the entry may be the wrong way round.",
    fix=_filled_key,
)
NAME: Final = info(
    "COVERAGE-NAME",
    "An event name without an entry in goalMapping",
    "Track calls with this name become a goal of the same name. That is right if the web console has such a goal; otherwise the console silently ignores it. If the config has a catalog, names in it do not cause this finding.",
)


def corpus_findings(usage: Usage) -> Iterator[tuple[str | None, Finding]]:
    """Entries of goalMapping and unitMapping that no event used, and names of track calls that neither goalMapping nor the catalog has."""
    yield from ((None, finding) for _path, finding in _unused_entries(usage))
    yield from _unnamed(usage)


def _unused_entries(usage: Usage) -> Iterator[tuple[KeyPath, Finding]]:
    yield from _unused_goals(usage)
    yield from _unfilled_units(usage)


def _unused_goals(usage: Usage) -> Iterator[tuple[KeyPath, Finding]]:
    config = usage.config
    names = Nearest(sorted({*usage.unmapped.counts, *usage.entries}))
    for key, goal in config.settings["goalMapping"].items():
        if usage.entries[key]:
            continue
        message = f'No event used goalMapping "{key}" -> "{goal}" ({plural(usage.events, "event")} in all).'
        near = names.of(key)
        hint = "Remove it, or check whether the corpus has every kind of event."
        if key == EXPOSURE_EVENT:
            hint = "Remove it: events of this name are exposures and never become goals."
        elif near is not None:
            hint = f'Did you mean "{near}"? {plural(usage.unmapped.counts[near] + usage.entries[near], "event")} had that name.'
        elif key in usage.viewed.counts:
            hint = "There are page or screen calls of this name, but goalMapping applies to track calls only."
        path = ("settings", "goalMapping", key)
        line = config.line(*path)
        yield path, GOAL.at(message, hint, config_line=line, line=line)


def _unfilled_units(usage: Usage) -> Iterator[tuple[KeyPath, Finding]]:
    config = usage.config
    fields = Nearest(sorted(usage.fields.counts))
    for key, unit in config.settings["unitMapping"].items():
        if usage.identities[key]:
            continue
        message = f'No event filled unitMapping "{key}" -> "{unit}" ({plural(usage.events, "event")} in all).'
        near = fields.of(key)
        hint = f"No event has a top-level field `{key}` that is text or a number."
        if unit in usage.fields.counts:
            hint = f"Is it the wrong way round? Events have a field `{unit}`; the key is the event's field, the value the unit type."
        elif near is not None:
            hint = f"Did you mean `{near}`? {plural(usage.fields.counts[near], 'event')} had that field."
        path = ("settings", "unitMapping", key)
        line = config.line(*path)
        yield path, UNIT.at(message, hint, config_line=line, line=line)


def _unnamed(usage: Usage) -> Iterator[tuple[str, Finding]]:
    known, secrets = usage.config.catalog.goals or (), usage.config.secrets
    for name, count in usage.names_without_entry():
        if name not in known:
            shown, times = hide_all(name, secrets), plural(count, "time")
            message = f'"{shown}" has no entry in goalMapping and becomes a goal of its own name, {times}.'
            hint = "Map it to a goal, unless the web console has a goal of this name."
            yield usage.first(name), NAME.at(message, hint, event_path="$.event")
