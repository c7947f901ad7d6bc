"""Which rules of the contract a body breaks, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from abtui.core.contract.messages import message
from abtui.core.contract.schema import Body, definition, schema, validator
from abtui.core.contract.standin import stand_in
from abtui.core.paths import Path, path_text

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


def violations(body: Any) -> tuple[Violation, ...]:
    """What is wrong with the body of a PUT /context: one violation for each broken rule, none if it is valid."""
    return _violations("PublishRequest", body)


def batch_violations(body: Any) -> tuple[Violation, ...]:
    """What is wrong with the body of a PUT /context/batch."""
    return _violations("BatchRequest", body)


def context_violations(body: Any) -> tuple[Violation, ...]:
    """What is wrong with the body of a POST /context."""
    return _violations("ContextRequest", body)


def _is_valid(name: Body, body: Any) -> bool:
    try:
        return validator(name).is_valid(body)
    except UnicodeEncodeError:  # a key with a lone surrogate
        return validator(name).is_valid(stand_in(body, definition(name)))


def _violations(name: Body, body: Any) -> tuple[Violation, ...]:
    if _is_valid(name, body):
        return ()
    safe = stand_in(body, definition(name))
    return tuple(_violation(error, body) for error in validator(name).iter_errors(safe))


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
