"""The schema file and the validators made of it, each read or built at its first use."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Literal

import msgspec

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

Body = Literal["PublishRequest", "BatchRequest", "ContextRequest"]
"""The bodies a client sends: to PUT /context, PUT /context/batch and POST /context."""


@cache
def schema() -> dict[str, Any]:
    """`collector.schema.json`: JSON Schema 2020-12, its definitions under `$defs`. Not to be changed."""
    from importlib import resources  # slow to import, and needed once

    data = resources.files("abtui.core.contract").joinpath("collector.schema.json").read_bytes()
    return msgspec.json.decode(data, type=dict[str, Any])


@cache
def validator(body: Body) -> Draft202012Validator:
    """The validator of one definition."""
    import jsonschema_rs  # takes longer to import than the whole core

    return jsonschema_rs.Draft202012Validator({**schema(), "$ref": f"#/$defs/{body}"})


@cache
def definition(name: str) -> dict[str, Any]:
    """A definition of the schema with what it refers to put in place. Not to be changed."""
    return _expanded(schema()["$defs"][name])


def _expanded(part: dict[str, Any] | bool) -> dict[str, Any]:
    if isinstance(part, bool):
        return {}
    if "$ref" in part:
        return definition(part["$ref"].removeprefix("#/$defs/"))
    whole = dict(part)
    if "properties" in part:
        whole["properties"] = {key: _expanded(member) for key, member in part["properties"].items()}
    if "items" in part:
        whole["items"] = _expanded(part["items"])
    return whole
