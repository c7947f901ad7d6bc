"""JSON Schema (draft 2020-12) of case files, for editors that complete and check YAML by one.

It is made of the same tables of names as the reader, and is as strict as JSON Schema can be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from abtui.core.corpus.cases.names import CASE, EXPECT, FILE, OF_A_REQUEST, REQUEST, Key
from abtui.core.delivery.request import KEY_HEADER
from abtui.core.destinations import REASONS
from abtui.core.fate import FATES, SENT_FATES, verdicts_of
from abtui.core.findings import RULES
from abtui.core.outcomes import VERDICTS
from abtui.core.segment import EVENT_TYPES

Schema = dict[str, Any]

_FATES: Final = [fate for fate in FATES if verdicts_of(fate)]
"""Those that a case can expect: a config that can be used leaves none unknown."""
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
    "fate": {"enum": _FATES},
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


def _allows(name: str, words: Iterable[object], **others: Iterable[object]) -> Schema:
    """Where the key has one of the words, no other key may have a word that says otherwise."""
    allowed = {other: {"enum": list(choice)} for other, choice in others.items()}
    return {
        "if": {"properties": {name: {"enum": list(words)}}, "required": [name]},
        "then": {"properties": allowed},
    }


_UNSENT_VERDICTS: Final = [verdict for verdict in VERDICTS if verdict != "send"]
_UNSENT: Final[list[Schema]] = [
    {"properties": {"sent": {"const": False}}, "required": ["sent"]},
    {"properties": {"verdict": {"enum": _UNSENT_VERDICTS}}, "required": ["verdict"]},
    {"properties": {"fate": {"enum": [fate for fate in _FATES if fate not in SENT_FATES]}}, "required": ["fate"]},
]
_CONFLICTS: Final[list[Schema]] = [
    {"if": {"anyOf": _UNSENT}, "then": _without_request()},
    _allows("sent", [True], verdict=["send"], fate=SENT_FATES),
    _allows("sent", [False], verdict=_UNSENT_VERDICTS, fate=[fate for fate in _FATES if fate not in SENT_FATES]),
    *(_allows("fate", [fate], verdict=verdicts_of(fate)) for fate in _FATES),
]
