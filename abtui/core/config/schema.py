"""JSON Schema (draft 2020-12) of the config, for editors that complete and check YAML by one.

It is made of the same tables of names as the reader, and is as strict as JSON Schema can be: labels of Segment's form,
which the reader understands with a warning, are not in it. A null is allowed where the reader takes it for absence.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from abtui.core.config.model import DESTINATIONS
from abtui.core.config.names import CATALOG_PARTS, FAIL_ON, LABELS, SETTINGS, TARGET
from abtui.core.rules import RULES

Schema = dict[str, Any]

_REFERENCE: Final = "`${NAME}` and `${NAME:-default}` are read from the environment."
_TITLES: Final[Mapping[str, str]] = {name: label for label, name in LABELS.items()}
_SETTINGS: Final[Mapping[str, Schema]] = {
    "apiKey": {
        "type": ["string", "null"],
        "description": "The API key. Write `${ABSMARTLY_API_KEY}` and set that variable: a key never needs to be in a file.",
        "default": "${ABSMARTLY_API_KEY}",
    },
    "collectorEndpoint": {
        "type": "string",
        "description": f"The collector's address; `/context` is put behind it. {_REFERENCE}",
        "examples": ["https://acme.absmartly.io/v1"],
    },
    "environment": {
        "type": "string",
        "description": "The environment's name as the web console has it; case matters.",
        "examples": ["staging", "production"],
    },
    "application": {
        "type": ["string", "null"],
        "description": "The application's name as the web console has it, sent as `X-Application`.",
        "examples": ["website"],
    },
    "unitMapping": {
        "type": "object",
        "additionalProperties": {"type": "string"},
        "description": "A top-level field of the event -> the unit type in the web console.",
        "examples": [{"userId": "user_id", "anonymousId": "anonymous_id"}],
    },
    "goalMapping": {
        "type": ["object", "null"],
        "additionalProperties": {"type": "string"},
        "description": "A Segment event name, exactly as it is sent -> the goal in the web console. What is not named is sent under its own name.",
        "default": {},
        "examples": [{"Order Completed": "purchase"}],
    },
    "enablePageViewTracking": {
        "type": ["boolean", "null"],
        "description": "Page calls become goals: `Page: Home`.",
        "default": False,
    },
    "enableAppScreenViewTracking": {
        "type": ["boolean", "null"],
        "description": "Screen calls become goals: `Screen: Home`.",
        "default": False,
    },
    "enableExposureTracking": {
        "type": ["boolean", "null"],
        "description": "`Experiment Viewed` and group calls carry exposures.",
        "default": False,
    },
}
_REQUIRED: Final = ("collectorEndpoint", "environment", "unitMapping")
_NOUNS: Final[Mapping[str, str]] = {
    "goals": "Goals",
    "units": "Unit types",
    "environments": "Environments",
    "applications": "Applications",
}


def config_schema() -> Schema:
    """The schema, a new value at each call."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "abtui config",
        "description": "The AB Smartly destination of Segment: its settings, and what is known around them.",
        "required": ["settings"],
        **_object(
            {
                "destination": {
                    **_choice(*DESTINATIONS),
                    "description": "`classic` is the AB Smartly destination of Segment's catalog.",
                    "default": "classic",
                },
                "settings": _settings(),
                "behavior": _behavior(),
                "catalog": _catalog(),
                "targets": _targets(),
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


def _settings() -> Schema:
    properties = {name: {"title": _TITLES[name], **_SETTINGS[name]} for name in SETTINGS}
    description = "Exactly the settings of the destination in Segment, under their own names, not the form's labels."
    return {"description": description, "required": list(_REQUIRED), **_object(properties)}


def _behavior() -> Schema:
    return {
        "description": "Where the destination's catalog page and its published function disagree.",
        **_object(
            {
                "identify": {
                    **_choice("attributes", "reject"),
                    "description": "`attributes`: Engage traits as user attributes, as the page promises; `reject`: as the published function.",
                    "default": "attributes",
                },
                "viewGoalNames": {
                    **_choice("title", "slug"),
                    "description": '`title`: "Page: Home"; `slug`: "home_pageview".',
                    "default": "title",
                },
            },
            null=True,
        ),
    }


def _catalog() -> Schema:
    def lists() -> dict[str, Schema]:
        return {part: {"title": _NOUNS[part], **_texts()} for part in CATALOG_PARTS}

    archived = {"description": "What exists there but is archived.", **_object(lists(), null=True)}
    file = {
        "type": ["string", "null"],
        "description": "A file with these lists; names that stand here are added to the file's.",
        "examples": ["catalog.yaml"],
    }
    whole = _object({**lists(), "archived": archived, "file": file}, null=True)
    return {
        "description": "What exists in the web console; all else is ignored there without a word. `!file catalog.yaml` reads it from a file that `abtui catalog pull` writes.",
        # To JSON Schema a tagged text is a text.
        "anyOf": [{"type": "string", "title": "!file NAME"}, whole],
    }


def _targets() -> Schema:
    own = {name: {**_SETTINGS[name], "title": _TITLES[name]} for name in TARGET if name in _SETTINGS}
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
            },
            null=True,
        ),
    }


def _texts() -> Schema:
    return {"type": ["array", "null"], "items": {"type": "string"}}
