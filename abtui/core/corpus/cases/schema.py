"""The JSON Schema (draft 2020-12) of case files, for editors that complete and check YAML.

It is built from the same tables of keys as the reader, and is as strict as JSON Schema can be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from abtui.core.corpus.cases.model import CASE, EXPECT, FILE, OF_A_REQUEST, REQUEST, RESULT, Key
from abtui.core.corpus.cases.reader import EXPECTABLE_FATES
from abtui.core.delivery.request import KEY_HEADER
from abtui.core.destinations import REASONS
from abtui.core.fate import SENT_FATES, verdicts_of
from abtui.core.findings import RULES
from abtui.core.outcomes import RESULT_VERDICTS, VERDICTS
from abtui.core.segment import EVENT_TYPES

Schema = dict[str, Any]

_TEXT: Final[Schema] = {"type": "string", "pattern": r"\S"}
_KEY_HEADER: Final = "^" + "".join(f"[{c.upper()}{c.lower()}]" if c.isalpha() else c for c in KEY_HEADER) + "$"
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
    "events": {"type": "array", "minItems": 1, "items": {"anyOf": [_TEXT, {"$ref": "#/$defs/event"}]}},
    "verdict": {"enum": list(VERDICTS)},
    "result": {"enum": list(RESULT_VERDICTS)},
    "results": {"type": "object", "additionalProperties": {"$ref": "#/$defs/result"}},
    "fate": {"enum": list(EXPECTABLE_FATES)},
    "reason": {"$ref": "#/$defs/reason"},
    "pattern": {"type": "array", "items": {"anyOf": [{"$ref": "#/$defs/code"}, {"type": "string", "pattern": r"[*?\[]"}]}},
    "code": {"type": "array", "items": {"$ref": "#/$defs/code"}},
    "headers": {
        "type": "object",
        "additionalProperties": {"type": ["string", "null"]},
        "propertyNames": {"not": {"pattern": _KEY_HEADER}},
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
            "case": {"title": "Case", **_map(CASE, required=["expect"], oneOf=_EVENT_OR_FILE)},
            "expect": {"title": "Expected", **_map(EXPECT, minProperties=1, allOf=_CONFLICTS)},
            "result": {"title": "Expected of a mapping", **_map(RESULT)},
            "reason": {"title": "Reason", "enum": list(REASONS)},
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


def _map(keys: Mapping[str, Key], **others: Any) -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: {**_KINDS[key.kind], "description": key.text} for name, key in keys.items()},
        **others,
    }


_EVENT_OR_FILE: Final = [
    {"required": ["event"], "properties": {"events": False, "file": False, "index": False}},
    {"required": ["events"], "properties": {"event": False, "file": False, "index": False}},
    {"required": ["file", "index"], "properties": {"event": False, "events": False}},
]


_WITHOUT_REQUEST: Final = {"properties": {name: {"type": "null"} if name == "goal" else False for name in OF_A_REQUEST}}
"""Nothing is expected of a request; `goal: null` says that there is none."""


def _allows(name: str, word: object, **others: Iterable[object]) -> Schema:
    """If the key has this value, the other keys may only have values that do not contradict it."""
    return {
        "if": {"properties": {name: {"enum": [word]}}, "required": [name]},
        "then": {"properties": {other: {"enum": list(values)} for other, values in others.items()}},
    }


_UNSENT_VERDICTS: Final = [verdict for verdict in VERDICTS if verdict != "send"]
_UNSENT_FATES: Final = [fate for fate in EXPECTABLE_FATES if fate not in SENT_FATES]
_UNSENT: Final[list[Schema]] = [
    {"properties": {"sent": {"const": False}}, "required": ["sent"]},
    {"properties": {"verdict": {"enum": _UNSENT_VERDICTS}}, "required": ["verdict"]},
    {"properties": {"fate": {"enum": _UNSENT_FATES}}, "required": ["fate"]},
]
_CONFLICTS: Final[list[Schema]] = [
    {"if": {"anyOf": _UNSENT}, "then": _WITHOUT_REQUEST},
    _allows("sent", True, verdict=["send"], fate=SENT_FATES),
    _allows("sent", False, verdict=_UNSENT_VERDICTS, fate=_UNSENT_FATES),
    *(_allows("fate", fate, verdict=verdicts_of(fate)) for fate in EXPECTABLE_FATES),
]
