"""Which rules of the contract a body breaks, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from abtui.core.contract.messages import message
from abtui.core.contract.schema import Body, definition, schema, validator
from abtui.core.contract.wire_safe import stand_in
from abtui.core.text.paths import Path, path_text

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError


class Violation(msgspec.Struct, frozen=True):
    """One broken rule. `path` is the place in the body, for a missing member its own; `path_text` the same as text.

    `message` is a sentence; `rule` the JSON Schema keyword: required, type, minLength, maxLength, minimum, maximum, minItems, maxItems.
    """

    path: Path
    path_text: str
    message: str
    rule: str


def is_valid(body: Any) -> bool:
    """Whether a body keeps the contract of PUT /context. Quick: made to be asked for every event."""
    return _is_valid("PublishRequest", body)


def violations(body: Any, *, wire: bool = False) -> tuple[Violation, ...]:
    """What is wrong with the body of a PUT /context: one violation for each broken rule, none if it is valid.

    With `wire` the body was received, and its integers are those of its text, to the last digit.
    """
    return _violations("PublishRequest", body, wire=wire)


def batch_violations(body: Any) -> tuple[Violation, ...]:
    """What is wrong with the received body of a PUT /context/batch."""
    return _violations("BatchRequest", body, wire=True)


def context_violations(body: Any) -> tuple[Violation, ...]:
    """What is wrong with the received body of a POST /context."""
    return _violations("ContextRequest", body, wire=True)


def _is_valid(name: Body, body: Any, *, wire: bool = False) -> bool:
    try:
        return validator(name, wire=wire).is_valid(body)
    except UnicodeEncodeError:  # a key with a lone surrogate
        return validator(name, wire=wire).is_valid(stand_in(body, definition(name)))


def _violations(name: Body, body: Any, *, wire: bool = False) -> tuple[Violation, ...]:
    if _is_valid(name, body, wire=wire):
        return ()
    safe = stand_in(body, definition(name))
    return tuple(_violation(error, body) for error in validator(name, wire=wire).iter_errors(safe))


def _violation(error: ValidationError, body: Any) -> Violation:
    rule = error.kind.name
    path: Path = tuple(error.instance_path)
    value = body
    for step in path:
        value = value[step]
    _, owner, *keywords, _ = error.schema_path
    part = schema()["$defs"][owner]
    for keyword in keywords:
        part = part[keyword]
    if rule == "required":
        path = (*path, error.kind.as_dict()["property"])
    return Violation(path, path_text(path), message(rule, path, value, part, str(owner)), rule)
