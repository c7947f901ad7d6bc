"""Findings about a mapping that only a corpus can show: directives that give nothing for any of the events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from abtui.core.config.model import Config
from abtui.core.destination import Usage, Uses
from abtui.core.destinations.actions.findings.directives import directives_in
from abtui.core.destinations.actions.findings.places import Part, parts_of, paths_at
from abtui.core.destinations.actions.mapping.paths import found as at_path
from abtui.core.destinations.actions.mapping.paths import keys_of, without_root
from abtui.core.findings import Finding, Fix, warning
from abtui.core.fixes import Problem, same_name
from abtui.core.outcomes import UNSUBSCRIBED, Outcome
from abtui.core.text.javascript import ABSENT
from abtui.core.text.paths import Path
from abtui.core.text.plain import plural


def _near_field(problem: Problem) -> Fix | None:
    usage, config = problem.usage, problem.config
    for path in paths_at(problem) if usage is not None and config is not None and not usage.fields.others else ():
        part = parts_of(problem.config)[int(path[1])] if problem.config is not None else None
        for where, keys in () if part is None else _paths(part):
            if where != path or len(keys) != 1 or usage is None:
                continue
            near = [name for name in usage.fields.counts if same_name(name, keys[0])]
            return Fix(f"Write `$.{near[0]}`", {path: f"$.{near[0]}"}) if len(near) == 1 else None
    return None


UNFILLED: Final = warning(
    "COVERAGE-PATH",
    "A path that gives nothing for any event",
    "The mapping is for some of the events, and none of them has a value at this path, so nothing is sent for it. The path may be misspelt; a corpus that lacks some kinds of events also causes this finding.",
    fix=_near_field,
)


def _paths(part: Part) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """The paths that a mapping reads of every event, each with its place in the config."""
    for directive in directives_in(part.values, ("mappings", part.index, "mapping")):
        if not directive.of_event or not directive.always:
            continue
        path, text = directive.path, directive.options
        if directive.name == "@arrayPath" and isinstance(text, list) and text:
            path, text = (*path, 0), text[0]
        if directive.name in ("@path", "@arrayPath") and isinstance(text, str):
            yield path, keys_of(without_root(text))


def uses_with(config: Config) -> Uses:
    """The function that tells which paths of the mappings an event fills."""
    read = {part.name: list(_paths(part)) for part in parts_of(config) if part.is_on}

    def uses(event: dict[str, Any], outcome: Outcome) -> Iterator[Path]:
        for result in outcome.results or ():
            if result.verdict not in UNSUBSCRIBED:
                for path, keys in read[result.mapping]:
                    value = at_path(event, keys)
                    if value is not ABSENT and value is not None and value != "":
                        yield path

    return uses


def corpus_findings(usage: Usage) -> Iterator[tuple[str | None, Finding]]:
    """The paths that no event filled, of mappings that were for some. One that another mapping reads with success is right."""
    config = usage.config
    read = [(part, path, keys) for part in parts_of(config) for path, keys in _paths(part)]
    right = {keys for _part, path, keys in read if usage.filled[path]}
    for part, path, keys in read if "mappings" in config.lists else ():
        events = sum(
            count
            for (name, verdict), count in usage.mapped.items()
            if name == part.name and verdict not in UNSUBSCRIBED
        )
        if events and keys not in right:
            shown = ".".join(keys)
            message = f"{part.shown}: no event has a value at `{shown}` ({plural(events, 'event')} in all)."
            yield None, UNFILLED.at(message, "Compare the path with the events, or remove it.", **config.at(*path))
