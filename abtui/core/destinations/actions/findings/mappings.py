"""Findings about the mappings of a config, and about settings that the destination refuses: told once, at their places."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from abtui.core.config.model import CATALOG_NOUNS, CatalogPart, Config
from abtui.core.destinations.actions.fields import ACTIONS, FIELDS, GOAL, MOST_MAPPINGS, Field
from abtui.core.destinations.actions.findings.directives import directives_in
from abtui.core.destinations.actions.findings.places import Part, parts_of, paths_at, written_at
from abtui.core.destinations.actions.findings.subscriptions import overlap_findings, subscription_findings
from abtui.core.destinations.actions.given import settings_of
from abtui.core.destinations.actions.mapping import DIRECTIVES, HIDDEN, ROOT, compile_mapping, mistakes_of
from abtui.core.destinations.actions.mapping.validation import is_directive
from abtui.core.destinations.actions.problems import MappingProblem, SchemaProblem
from abtui.core.destinations.actions.schema import coerced, missing, wrong
from abtui.core.destinations.actions.settings import checked_settings
from abtui.core.findings import Finding, Fix, error, info, warning
from abtui.core.fixes import Problem, name_in_catalog, same_name
from abtui.core.text.javascript import json_kind
from abtui.core.text.nearest import Nearest
from abtui.core.text.paths import Path
from abtui.core.text.yaml_edit import Rename
from abtui.core.values import value_at

_SURE: Final = ("properties", "exposure")
"""The fields whose default of Segment's page is what nearly every mapping has."""
_ROOT_IN_TEMPLATE: Final = re.compile(r"(\{\{\s*)\$\.")


def _given_at(problem: Problem, path: Path) -> Any:
    return None if problem.config is None else value_at(list(problem.config.lists["mappings"]), path[1:])


def _near_action(problem: Problem) -> Fix | None:
    for path in paths_at(problem):
        near = Nearest(ACTIONS).of(str(_given_at(problem, path)))
        if path[2:] == ("partnerAction",) and near is not None:
            return Fix(f"Write `{near}`", {path: near})
    return None


def _near_field(problem: Problem) -> Fix | None:
    for path in paths_at(problem):
        if path[2:3] == ("mapping",) and len(path) == 4:
            others = _given_at(problem, path[:-1])
            names = [field.name for field in FIELDS if field.name not in others]
            near = _near_name(str(path[-1]), names)
            if near is not None:
                return Fix(f"Rename the field to `{near}`", {path: Rename(near)})
    return None


def _near_name(written: str, names: Iterable[str]) -> str | None:
    labels = {field.label: field.name for field in FIELDS}
    return labels.get(written) or Nearest(names).of(written)


def _default_of_field(problem: Problem) -> Fix | None:
    for path in paths_at(problem):
        for field in FIELDS:
            is_it = field.name in _SURE and missing(field.name) in problem.finding.message
            if path[2:] == ("mapping",) and is_it and isinstance(_given_at(problem, path), dict):
                title = f"Add `{field.name}` with Segment's own default"
                return Fix(title, {(*path, field.name): field.default})
    return None


def _near_directive(problem: Problem) -> Fix | None:
    for path in paths_at(problem):
        value = _given_at(problem, path)
        for key in value if isinstance(value, dict) else ():
            near = Nearest(DIRECTIVES).of(key) if key.startswith("@") and key not in DIRECTIVES else None
            if near is not None:
                return Fix(f"Rename `{key}` to `{near}`", {(*path, key): Rename(near)})
    return None


def _switch(problem: Problem) -> Fix | None:
    for path in paths_at(problem):
        wanted = {"true": True, "false": False}.get(str(_given_at(problem, path)).strip().lower())
        if path[2:] == ("enabled",) and wanted is not None:
            return Fix(f"Write `{str(wanted).lower()}` without quotes", {path: wanted})
    return None


def _without_root(problem: Problem) -> Fix | None:
    for path in paths_at(problem):
        node = written_at(problem.root, path)
        if node is not None and _ROOT_IN_TEMPLATE.search(node.value):
            return Fix("Remove `$.` from the template", {path: _ROOT_IN_TEMPLATE.sub(r"\1", node.value)})
    return None


def _catalog_name(problem: Problem) -> Fix | None:
    config = problem.config
    for path in paths_at(problem) if config is not None else ():
        name, is_unit = str(path[-1]), path[2:4] == ("mapping", "units")
        if config is not None and is_unit:
            near = [known for known in config.catalog.units or () if same_name(known, name)]
            return Fix(f"Rename the unit to `{near[0]}`", {path: Rename(near[0])}) if len(near) == 1 else None
        if config is not None and path[2:] in (("mapping", "name"), ("mapping", "application")):
            known = config.catalog.goals if path[3] == "name" else config.catalog.applications
            return name_in_catalog(path, str(_given_at(problem, path)), known, config)
    return None


REFUSED: Final = error(
    "CONFIG-SETTINGS-REFUSED",
    "The destination refuses its settings",
    "Segment checks the settings for every event, before anything else. A setting that is missing, is not text, or is not an address makes every event fail. The message is Segment's own.",
)
MANY: Final = error(
    "CONFIG-MAPPINGS-MANY",
    "Too many mappings",
    f"Segment allows {MOST_MAPPINGS} mappings for one destination.",
)
ACTION: Final = error(
    "CONFIG-MAPPING-ACTION",
    "A mapping without an action that exists",
    "The destination has two actions: `trackGoal` and `trackExposure`. A mapping with another one sends nothing.",
    fix=_near_action,
)
REQUIRED: Final = error(
    "CONFIG-MAPPING-REQUIRED",
    "A required field of a mapping is missing",
    "The mapping fails for every event that it is for. A field that is left out has no default: Segment's page fills the defaults in when the mapping is made.",
    fix=_default_of_field,
)
INVALID: Final = error(
    "CONFIG-MAPPING-INVALID",
    "A mapping that Segment refuses",
    "A directive or a value in the mapping is not what it has to be, so the mapping fails for every event that it is for. The message is Segment's own; the path in it names directives, too.",
    fix=_near_directive,
)
FIELD: Final = warning(
    "CONFIG-MAPPING-FIELD",
    "A field that the action does not have",
    "The destination removes it before anything is sent. Fields are named as in Segment's code (`units`, `name`, `properties`, `exposure`, `agent`, `application`), not by the labels of its page.",
    fix=_near_field,
)
VALUE: Final = warning(
    "CONFIG-MAPPING-VALUE",
    "A part of a mapping has the wrong type",
    "`name` is a text and `enabled` is true or false. Only a plain `false` switches a mapping off here.",
    fix=_switch,
)
TEMPLATE: Final = warning(
    "CONFIG-MAPPING-TEMPLATE",
    "A template with `$.`",
    "`@path` takes `$.name` and `name` alike, but in a template `{{ $.name }}` looks for a field called `$` and gives nothing.",
    fix=_without_root,
)
CATALOG: Final = warning(
    "CONFIG-MAPPING-CATALOG",
    "A name in a mapping is not in the catalog",
    "The goal, the unit type or the application is not in the config's `catalog`. The web console ignores names that it does not know or has archived, and Segment shows Success.",
    fix=_catalog_name,
)
OFF: Final = info(
    "CONFIG-MAPPING-OFF",
    "A mapping that is switched off",
    "Segment does not run it. Its events are sent only if another mapping is for them.",
)


def check_config(config: Config) -> Iterator[Finding]:
    """The findings about a config. None of them stops the mapping."""
    try:
        checked_settings(settings_of(config))
    except SchemaProblem as found:
        yield REFUSED.at(str(found), "Every event fails until the settings are mended.", **config.at("settings"))
    if "mappings" not in config.lists:
        return
    parts = parts_of(config)
    if len(parts) > MOST_MAPPINGS:
        message = f"There are {len(parts)} mappings; Segment allows {MOST_MAPPINGS}."
        yield MANY.at(message, "Join mappings whose fields are the same.", **config.at("mappings", MOST_MAPPINGS))
    for part in parts:
        yield from part_findings(part)
    yield from overlap_findings(parts)


def part_findings(part: Part) -> Iterator[Finding]:
    """The findings about one mapping, without those about others beside it."""
    yield from _types(part)
    yield from subscription_findings(part)
    if not part.is_on:
        yield OFF.at(f"{part.shown} is switched off.", **part.at("enabled"))
    action = part.given.get("partnerAction")
    if action not in ACTIONS:
        what = "no `partnerAction`" if action is None else f"the action `{action}`, which does not exist"
        yield ACTION.at(
            f"{part.shown} has {what}.", "Write `trackGoal` or `trackExposure`.", **part.at("partnerAction")
        )
    yield from _fields(part)
    yield from _refusals(part)
    for directive in directives_in(part.values, ("mapping",)):
        text = directive.options
        if directive.name == "@template" and isinstance(text, str) and _ROOT_IN_TEMPLATE.search(text):
            message = f"{part.shown}: the template `{text}` looks for a field called `$`."
            yield TEMPLATE.at(message, "Write the path without `$.`.", **part.at(*directive.path))
    if part.is_on:
        yield from _unknown_names(part)


def _types(part: Part) -> Iterator[Finding]:
    for key, kind, wanted in (("name", str, "a text"), ("enabled", bool, "true or false")):
        # The name is the unique one.
        value = part.config.lists["mappings"][part.index].get(key)
        if value is not None and not isinstance(value, kind):
            yield VALUE.at(f"`{key}` of {part.shown} is {json_kind(value)}, not {wanted}.", **part.at(key))


def _fields(part: Part) -> Iterator[Finding]:
    names = [field.name for field in part.fields]
    for key in part.values if names else ():
        if key not in names and key not in HIDDEN:
            near = _near_name(key, [name for name in names if name not in part.values])
            hint = (
                f"Did you mean `{near}`?" if near is not None else f"It has {', '.join(f'`{name}`' for name in names)}."
            )
            message = f"{part.shown}: `{part.given['partnerAction']}` has no field `{key}`, so it is left out."
            yield FIELD.at(message, hint, **part.at("mapping", key))
    for field in part.fields:
        if field.required and _is_empty(part.values.get(field.name)):
            hint = f"Write `{field.name}:` below `mapping`."
            yield REQUIRED.at(f"{part.shown}: {missing(field.name)}", hint, **part.at("mapping", field.name))


def _is_empty(value: Any) -> bool:
    return value is None or value == ""


def _refusals(part: Part) -> Iterator[Finding]:
    """The findings about what makes a mapping fail for every event, whatever is in it."""
    for keys, text in _refused(part):
        hint = "Correct this place: until then the mapping fails for every event."
        yield INVALID.at(f"{part.shown}: {text}", hint, **part.at("mapping", *keys))


def _refused(part: Part) -> Iterator[tuple[Path, str]]:
    """The places below `mapping` that are refused, each with what is said of it."""
    values, given = part.values, part.given.get("mapping")
    if given and not isinstance(given, dict):
        yield (), f"`mapping` is {json_kind(given)}, not fields with values."
    yield from _mistakes(values)
    for directive in directives_in(values):
        # The validator does not look into lists.
        if directive.name not in DIRECTIVES and any(isinstance(step, int) for step in directive.path):
            yield directive.path[:-1], f"Error: {directive.name} is not a valid directive, got undefined"
    for field in part.fields:
        value = values.get(field.name)
        if not _is_empty(value) and not is_directive(value) and not _fits(field, value):
            yield (field.name,), wrong(field.label, field.kind, value)


def _mistakes(values: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    if ROOT not in values:
        yield from mistakes_of({key: value for key, value in values.items() if key not in HIDDEN})
        return
    try:
        compile_mapping(values, ())
    except MappingProblem as found:
        yield (ROOT,), " ".join(str(found).split())


def _fits(field: Field, value: Any) -> bool:
    return isinstance(value, dict) if field.kind == "object" else coerced(value)[1]


def _unknown_names(part: Part) -> Iterator[Finding]:
    values, units = part.values, part.values.get("units")
    named: list[tuple[CatalogPart, Any, tuple[str, ...]]] = [
        ("applications", values.get("application"), ("application",))
    ]
    if part.given.get("partnerAction") == GOAL:
        named.append(("goals", values.get("name"), ("name",)))
        members = units if isinstance(units, dict) and not is_directive(units) else {}
        named += [("units", unit, ("units", unit)) for unit in members]
    catalog = part.config.catalog
    for kind, name, keys in named:
        known: frozenset[str] | None = getattr(catalog, kind)
        archived: frozenset[str] = getattr(catalog.archived, kind)
        if not isinstance(name, str) or not name or (known is not None and name in known):
            continue
        if name in archived or known is not None:
            state = "is archived in the web console" if name in archived else f"is not in `catalog.{kind}`"
            message = f"{part.shown}: the {CATALOG_NOUNS[kind]} `{name}` {state}."
            yield CATALOG.at(message, "Use a name that the web console has.", **part.at("mapping", *keys))
