"""The contract of AB Smartly's collector: `collector.schema.json`, and the rules of it that a request body breaks."""

from __future__ import annotations

import math
import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from abtui.core.text.javascript import number_to_string
from abtui.core.text.paths import Path, path_text

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator, ValidationError

Body = Literal["PublishRequest", "BatchRequest", "ContextRequest"]
"""The bodies a client sends: to PUT /context, PUT /context/batch and POST /context."""
_INT64_MAX: Final = 2**63 - 1
_LARGEST_WRITTEN: Final = 2**63 - 513
"""The largest integer whose double is written as a 64-bit one: the next is rounded to 2^63, which JSON.stringify writes as
9223372036854776000. The double -2^63 is written as -9223372036854776000.
"""
_TOO_LARGE: Final = 2**63
_TOO_SMALL: Final = -(2**63) - 1
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_TYPES: Final = {
    "string": "text",
    "integer": "an integer",
    "boolean": "true, false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}


class Violation(msgspec.Struct, frozen=True):
    """One broken rule. `path` is the place in the body, also that of a missing member; `path_text` is the same as text.

    `message` is a sentence; `rule` the JSON Schema keyword: required, type, minLength, maxLength, minimum, maximum, minItems, maxItems.
    """

    path: Path
    path_text: str
    message: str
    rule: str


def is_valid(body: Any, kind: Body = "PublishRequest", *, wire: bool = False) -> bool:
    """Whether a body keeps the contract. Fast enough to be asked for every event. `wire` is as for `violations`."""
    try:
        return _validator(kind, wire=wire).is_valid(body)
    except UnicodeEncodeError:  # a key with a lone surrogate
        return _validator(kind, wire=wire).is_valid(_stand_in(body, _definition(kind)))


def violations(body: Any, kind: Body = "PublishRequest", *, wire: bool = False) -> tuple[Violation, ...]:
    """One violation for each rule that a body breaks; none if it is valid.

    With `wire` the body was received, and its integers are exact. Otherwise they are JavaScript's, as it would write them.
    """
    if is_valid(body, kind, wire=wire):
        return ()
    safe = _stand_in(body, _definition(kind))
    found = tuple(_violation(error, body) for error in _validator(kind, wire=wire).iter_errors(safe))
    # A rule about what the copy leaves out still has to be reported.
    return found or (Violation((), "$", "the body breaks the collector's contract", "body"),)


def complaint(message: str) -> str:
    """A violation's message without what the collector wants, in plain text: `achievedAt is null`."""
    return message.partition(";")[0].replace("`", "")


@cache
def schema() -> dict[str, Any]:
    """`collector.schema.json`: JSON Schema 2020-12, with its definitions under `$defs`. Do not change it."""
    from pkgutil import get_data  # faster to import than `importlib.resources`

    return msgspec.json.decode(get_data("abtui.core", "collector.schema.json") or b"", type=dict[str, Any])


@cache
def _validator(kind: Body, *, wire: bool) -> Draft202012Validator:
    import jsonschema_rs  # takes longer to import than the whole core

    definitions = schema()["$defs"]
    if not wire:
        limits = {"minimum": -_LARGEST_WRITTEN, "maximum": _LARGEST_WRITTEN}
        definitions = {**definitions, "int64": {**definitions["int64"], **limits}}
    return jsonschema_rs.Draft202012Validator({**schema(), "$defs": definitions, "$ref": f"#/$defs/{kind}"})


@cache
def _definition(name: str) -> dict[str, Any]:
    """A definition of the schema in which every reference is replaced by what it refers to. Do not change it."""
    return _expanded(schema()["$defs"][name])


def _expanded(part: dict[str, Any] | bool) -> dict[str, Any]:
    if isinstance(part, bool):
        return {}
    if "$ref" in part:
        return _definition(part["$ref"].removeprefix("#/$defs/"))
    whole = dict(part)
    if "properties" in part:
        whole["properties"] = {key: _expanded(member) for key, member in part["properties"].items()}
    if "items" in part:
        whole["items"] = _expanded(part["items"])
    return whole


def _stand_in(value: Any, part: dict[str, Any]) -> Any:
    """A copy of `value` that is safe to hand to the validator: it has the members that `part` names, everything else is emptied.

    Lists keep their length, so paths stay the same. Free-form values keep only their JSON type. Numbers beyond 64 bits
    stay out of range, NaN and the infinities become null (as JSON.stringify writes them), a surrogate becomes U+FFFD.
    """
    if isinstance(value, str):
        return value if value.isascii() else _SURROGATE.sub("\ufffd", value)
    if isinstance(value, dict):
        members = part.get("properties", {})
        return {key: _stand_in(value[key], member) for key, member in members.items() if key in value}
    if isinstance(value, list):
        return [_stand_in(item, part["items"]) for item in value] if "items" in part else []
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, int) and not isinstance(value, bool):
        return max(_TOO_SMALL, min(value, _TOO_LARGE))
    return value


def _violation(error: ValidationError, body: Any) -> Violation:
    rule = error.kind.name
    path: Path = tuple(error.instance_path)
    value = body
    for step in path:
        value = value[step]
    _, owner, *keywords, _ = error.schema_path
    definition = part = schema()["$defs"][owner]
    for keyword in keywords:
        part = part[keyword]
    if rule == "required":
        path = (*path, error.kind.as_dict()["property"])
        message = f"{_subject(path)} is missing; the collector requires it in every {definition['title']}"
    else:
        message = f"{_subject(path)} {_complaint(rule, value, part)}"
    return Violation(path, path_text(path), message, rule)


def _subject(path: Path) -> str:
    """`uid`, `units[1]`, or the body itself."""
    if not path:
        return "the body"
    return f"`{path[-2]}[{path[-1]}]`" if isinstance(path[-1], int) else f"`{path[-1]}`"


def _complaint(rule: str, value: Any, part: dict[str, Any]) -> str:
    """The predicate of a message: how `value` breaks `rule` of `part`, a part of the schema."""
    if rule == "type":
        types = [part["type"]] if isinstance(part["type"], str) else part["type"]
        wanted = " or ".join(", ".join(_TYPES[name] for name in types).rsplit(", ", 1))
        return f"is {_kind(value)}; the collector wants {wanted}"
    if rule in ("minimum", "maximum"):
        wanted = "a 64-bit integer" if part["maximum"] == _INT64_MAX else f"{part['minimum']} to {part['maximum']}"
        return f"is {number_to_string(value)}; the collector wants {wanted}"
    if not rule.endswith(("Length", "Items")):
        return f"breaks the rule `{rule}` of the collector's contract"
    limit, noun = ("Length", "characters") if rule.endswith("Length") else ("Items", "items")
    count = f"has {len(value):,} {noun}" if value else "is empty"
    return f"{count}; the collector wants {part[f'min{limit}']} to {part[f'max{limit}']} {noun}"


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"the number {number_to_string(value)}"
    return "text" if isinstance(value, str) else "a list" if isinstance(value, list) else "an object"
