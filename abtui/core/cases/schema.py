"""JSON Schema (draft 2020-12) of case files, for editors that complete and check YAML by one.

It is made of the same tables of names as the reader, and is as strict as JSON Schema can be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from abtui.core.cases.names import CASE, EXPECT, FILE, OF_A_REQUEST, REQUEST, Key
from abtui.core.destinations.reasons import REASONS
from abtui.core.outcomes import VERDICTS
from abtui.core.request import KEY_HEADER
from abtui.core.rules import RULES
from abtui.core.segment import EVENT_TYPES

Schema = dict[str, Any]

_TEXT: Final[Schema] = {"type": "string", "pattern": r"\S"}
_KINDS: Final[Mapping[str, Schema]] = {
    "text": _TEXT,
    "time": {**_TEXT, "examples": ["2026-01-31T09:15:00.000Z"]},
    "flag": {"type": "boolean"},
    "index": {"type": "integer", "minimum": 1},
    "json": {},
    "object": {"type": "object", "examples": [{"user_id": "u-1"}]},
    "event": {
        "anyOf": [{**_TEXT, "examples": ['analytics.track("Order Completed")']}, {"$ref": "#/$defs/event"}],
    },
    "verdict": {"enum": list(VERDICTS)},
    "reason": {"enum": list(REASONS)},
    "pattern": {"type": "array", "items": {"anyOf": [{"$ref": "#/$defs/code"}, {"type": "string", "pattern": r"[*?\[]"}]}},
    "code": {"type": "array", "items": {"$ref": "#/$defs/code"}},
    "headers": {
        "type": "object",
        "additionalProperties": {"type": ["string", "null"]},
        "propertyNames": {"not": {"pattern": "^" + "".join(f"[{c.upper()}{c.lower()}]" if c.isalpha() else c for c in KEY_HEADER) + "$"}},
    },
    "request": {"$ref": "#/$defs/request"},
    "cases": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/case"}},
    "expect": {"$ref": "#/$defs/expect"},
}  # fmt: skip


def cases_schema() -> Schema:
    """The schema of a case file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "abtui golden cases",
        "description": "Events, and what the AB Smartly destination of Segment is expected to do with each.",
        **_map(FILE, required=["cases"]),
        "$defs": {
            "request": {"title": "Expected of a request", **_map(REQUEST)},
            "case": {"title": "Case", **_map(CASE, required=["expect"]), "oneOf": _EVENT_OR_FILE},
            "expect": {"title": "Expected", **_map(EXPECT), "minProperties": 1, "allOf": _CONFLICTS},
            "event": {
                "title": "Event",
                "type": "object",
                "properties": {"type": {"description": "The type of event.", "examples": list(EVENT_TYPES)}},
            },
            "code": {
                "title": "Finding",
                "oneOf": [{"const": code, "title": rule.title, "description": rule.text} for code, rule in RULES.items()],
            },
        },
    }  # fmt: skip


def _map(keys: Mapping[str, Key], required: Iterable[str] = ()) -> Schema:
    schema: Schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: {**_KINDS[key.kind], "description": key.text} for name, key in keys.items()},
    }
    names = list(required)
    return {**schema, "required": names} if names else schema


_EVENT_OR_FILE: Final = [
    {"required": ["event"], "properties": {"file": False, "index": False}},
    {"required": ["file", "index"], "properties": {"event": False}},
]


def _without_request() -> Schema:
    """Nothing is expected of a request; `goal: null` says that there is none."""
    return {"properties": {name: {"type": "null"} if name == "goal" else False for name in OF_A_REQUEST}}


_CONFLICTS: Final[list[Schema]] = [
    {
        "if": {"properties": {"sent": {"const": False}}, "required": ["sent"]},
        "then": {"allOf": [_without_request(), {"properties": {"verdict": {"not": {"const": "send"}}}}]},
    },
    {
        "if": {"properties": {"verdict": {"not": {"const": "send"}}}, "required": ["verdict"]},
        "then": {"allOf": [_without_request(), {"properties": {"sent": {"not": {"const": True}}}}]},
    },
]
