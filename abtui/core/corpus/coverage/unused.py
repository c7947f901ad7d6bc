"""Findings about a config that only a corpus can tell: what of it no event uses, and what it does not name."""

from __future__ import annotations

from collections.abc import Iterator

from abtui.core.checks.nearest import Nearest
from abtui.core.corpus.coverage.usage import Usage
from abtui.core.destinations.classic.decide import EXPOSURE_EVENT
from abtui.core.findings import Finding, finding
from abtui.core.text.plain import plural


def coverage_findings(usage: Usage) -> Iterator[tuple[str | None, Finding]]:
    """Entries of goalMapping and unitMapping that no event used, and names of track calls that nothing knows.

    Each with the source it was met in; None is the config itself.
    """
    if usage.events:
        yield from ((None, item) for _path, item in unused_entries(usage))
        yield from _unnamed(usage)


def unused_entries(usage: Usage) -> Iterator[tuple[tuple[str, ...], Finding]]:
    """Entries of goalMapping and unitMapping that no event used: the key path in the config, and the finding."""
    yield from _unused_goals(usage)
    yield from _unfilled_units(usage)


def _unused_goals(usage: Usage) -> Iterator[tuple[tuple[str, ...], Finding]]:
    config = usage.config
    names = Nearest((*usage.unmapped.counts, *usage.entries))
    for key, goal in config.settings.get("goalMapping", {}).items():
        if usage.entries[key]:
            continue
        message = f'goalMapping "{key}" -> "{goal}" was used by none of {plural(usage.events, "event")}.'
        near = names.of(key)
        hint = "Remove it, or check the corpus: it may not hold every kind of event."
        if key == EXPOSURE_EVENT:
            hint = "Remove it: events of this name are exposures and never become goals."
        elif near is not None:
            hint = f'Did you mean "{near}"? {plural(usage.unmapped.counts[near] + usage.entries[near], "event")} came under that name.'
        elif key in usage.viewed.counts:
            hint = "Page and screen calls of this name came, but goalMapping applies to track calls only."
        path = ("settings", "goalMapping", key)
        line = config.line(*path)
        yield path, finding("COVERAGE-GOAL", message, hint, config_line=line, line=line)


def _unfilled_units(usage: Usage) -> Iterator[tuple[tuple[str, ...], Finding]]:
    config = usage.config
    mapping = config.settings.get("unitMapping", {})
    fields = Nearest(usage.fields.counts)
    for key, unit in mapping.items():
        if usage.identities[key]:
            continue
        message = f'unitMapping "{key}" -> "{unit}" was filled by none of {plural(usage.events, "event")}.'
        near = fields.of(key)
        hint = f"No event has a top-level field `{key}` that is text or a number."
        if unit in usage.fields.counts:
            hint = f"Is it the wrong way round? Events have a field `{unit}`; the key is the event's field, the value the unit type."
        elif near is not None:
            hint = f"Did you mean `{near}`? {plural(usage.fields.counts[near], 'event')} had that field."
        path = ("settings", "unitMapping", key)
        line = config.line(*path)
        yield path, finding("COVERAGE-UNIT", message, hint, config_line=line, line=line)


def _unnamed(usage: Usage) -> Iterator[tuple[str, Finding]]:
    for item in usage.without_entry():
        if not item.in_catalog:
            message = (
                f'"{item.name}" has no entry in goalMapping and goes under its own name, {plural(item.count, "time")}.'
            )
            hint = "Map it to a goal if the web console has no goal of this name."
            yield item.source, finding("COVERAGE-NAME", message, hint, event_path="$.event")
