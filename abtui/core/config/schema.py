"""JSON Schema (draft 2020-12) of the config, for editors that complete and check YAML by one.

It is made of the same table of settings as the reader, and is as strict as JSON Schema can be: labels of Segment's form,
which the reader understands with a warning, are not in it. A null is allowed where the reader takes it for absence.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from abtui.core.config.experiments import SECTION
from abtui.core.config.model import CATALOG_NOUNS
from abtui.core.config.names import FAIL_ON, SAMPLE_RATIO
from abtui.core.destination import Destination, Section, Setting, SettingKind
from abtui.core.destinations import DEFAULT, DESTINATIONS
from abtui.core.experiments.reader import EXPERIMENT_KEYS
from abtui.core.experiments.values import SEEDS
from abtui.core.findings import RULES
from abtui.core.list_section import ListSection

Schema = dict[str, Any]

_TYPES: Final[Mapping[SettingKind, str]] = {"map": "object", "toggle": "boolean"}


def config_schema() -> Schema:
    """The schema of a config: one alternative for each destination, if there are several. A new value at each call."""
    schemas = [_schema(destination) for destination in DESTINATIONS.values()]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "abtui config",
        **(schemas[0] if len(schemas) == 1 else {"anyOf": schemas}),
    }


def _schema(destination: Destination) -> Schema:
    is_default = destination is DEFAULT
    name: Schema = _choice(destination.name) if is_default else {"const": destination.name}
    if is_default:
        name["default"] = destination.name
    return {
        "description": f"{destination.about} Its settings, and what is known around them.",
        "required": ["settings"] if is_default else ["destination", "settings"],
        **_object(
            {
                "destination": {**name, "description": f"`{destination.name}`: {destination.about}"},
                "settings": _settings(destination),
                **{section.name: _own_section(section) for section in destination.sections},
                **{section.name: _own_list(section) for section in destination.lists},
                SECTION: _experiments(),
                "catalog": _catalog(),
                "targets": _targets(destination),
                "check": _check(),
            }
        ),
    }


def _object(properties: Mapping[str, Schema], *, null: bool = False) -> Schema:
    return {
        "type": ["object", "null"] if null else "object",
        "properties": dict(properties),
        "additionalProperties": False,
    }


def _choice(*names: str) -> Schema:
    return {"anyOf": [{"enum": [*names, None]}, {"type": "string", "pattern": r"\$\{"}]}


def _settings(destination: Destination) -> Schema:
    required = [setting.name for setting in destination.settings if _is_needed(setting)]
    properties = {setting.name: _setting(setting) for setting in destination.settings}
    description = "Exactly the settings of the destination in Segment, under their own names, not the form's labels."
    return {"description": description, "required": required, **_object(properties)}


def _is_needed(setting: Setting) -> bool:
    """Whether a config is unusable without this setting. A key is needed for sending only."""
    return setting.required and setting.kind != "secret"


def _setting(setting: Setting) -> Schema:
    if setting.kind == "choice":
        notes = "; ".join(f"`{choice}`: {note}" for choice, note in setting.choices)
        choices = _choice(*(choice for choice, _note in setting.choices))
        return {**choices, "description": f"{setting.about} {notes}.", "default": setting.default}
    kind = _TYPES.get(setting.kind, "string")
    result: Schema = {"title": setting.label, "type": kind if _is_needed(setting) else [kind, "null"]}
    if setting.kind == "map":
        result["additionalProperties"] = {"type": "string"}
    result["description"] = setting.about
    if setting.kind == "secret":
        result["default"] = setting.first
    elif setting.kind == "toggle" or (setting.kind == "map" and not _is_needed(setting)):
        result["default"] = setting.default
    if setting.example is not None:
        result["examples"] = [setting.example]
    return result


def _own_section(section: Section) -> Schema:
    properties = {setting.name: _setting(setting) for setting in section.settings}
    return {"description": section.about, **_object(properties, null=True)}


def _own_list(section: ListSection) -> Schema:
    return {
        "description": section.about,
        "type": ["array", "null"],
        "items": _object({name: dict(schema) for name, schema in section.keys.items()}),
    }


def _experiments() -> Schema:
    number: Schema = {"type": "number"}
    seeds = {name: {"type": "integer"} for name in SEEDS}
    variant: Schema = {"anyOf": [{"type": "string"}, _object({"name": {"type": "string"}, "config": {}})]}
    types: dict[str, Schema] = {
        "variants": {"type": "array", "items": variant},
        "split": {"type": "array", "items": {**number, "minimum": 0}},
        "traffic": {**number, "minimum": 0, "maximum": 100},
        "audience": {"type": ["object", "string", "null"]},
        "audienceEnforced": {"type": "boolean"},
        "applications": _texts(),
        "fullOn": {"type": "integer", "minimum": 0},
        "id": {"type": "integer", "minimum": 0},
        "seeds": {"required": list(SEEDS), **_object(seeds)},
    }
    keys = {
        name: {**types.get(name, {"type": "string"}), "description": text} for name, text in EXPERIMENT_KEYS.items()
    }
    return {
        "description": "The experiments that goals should count in. `!file experiments.yaml` reads them from a file.",
        "anyOf": [
            {"type": ["string", "null"], "title": "!file NAME"},
            {"type": "array", "items": {"required": ["name"], **_object(keys)}},
        ],
    }


def _catalog() -> Schema:
    def lists() -> dict[str, Schema]:
        return {part: {"title": f"{noun.capitalize()}s", **_texts()} for part, noun in CATALOG_NOUNS.items()}

    archived = {"description": "What exists there but is archived.", **_object(lists(), null=True)}
    file = {
        "type": ["string", "null"],
        "description": "A file with these lists; names that stand here are added to the file's.",
        "examples": ["catalog.yaml"],
    }
    whole = _object({**lists(), "archived": archived, "file": file}, null=True)
    return {
        "description": "The names that exist in the web console, which silently ignores all others. `!file catalog.yaml` reads it from a file that `abtui catalog pull` writes.",
        # A tagged text is a plain text to JSON Schema.
        "anyOf": [{"type": "string", "title": "!file NAME"}, whole],
    }


def _targets(destination: Destination) -> Schema:
    own = {setting.name: _setting(setting) for setting in destination.settings if setting.of_target}
    for schema in own.values():
        schema["type"] = ["string", "null"]
    allow = {"type": ["boolean", "null"], "description": "false: nothing may be sent to this target."}
    return {
        "type": ["object", "null"],
        "description": "Where requests can be sent, by name. What a target leaves out it takes from `settings`.",
        "additionalProperties": _object({**own, "allow": allow}, null=True),
    }


def _check() -> Schema:
    def codes(what: str) -> Schema:
        items = {"anyOf": [{"enum": list(RULES)}, {"type": "string", "pattern": r"[*?\[$]"}]}
        return {
            "type": ["array", "null"],
            "items": items,
            "description": what,
            "examples": [["UNIT-MISSING", "DATE-*"]],
        }

    def chance(which: str) -> Schema:
        text = f"The chance under which the variants' sizes of an experiment are {which}."
        return {"type": ["number", "null"], "minimum": 0, "maximum": 1, "description": text}

    return {
        "description": "Which findings count in `abtui check`. Codes may be patterns; `abtui explain` lists them.",
        **_object(
            {
                "failOn": {
                    **_choice(*FAIL_ON),
                    "description": "From which severity on a finding fails the check.",
                    "default": "error",
                },
                "ignore": codes("Findings that do not count."),
                "select": codes("The only findings that count; without it all do."),
                **{name: chance(which) for name, which in zip(SAMPLE_RATIO, ("wrong", "doubtful"), strict=True)},
            },
            null=True,
        ),
    }


def _texts() -> Schema:
    return {"type": ["array", "null"], "items": {"type": "string"}}
