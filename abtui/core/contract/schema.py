"""The schema file and the validators made of it, each read or built at its first use."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

Body = Literal["PublishRequest", "BatchRequest", "ContextRequest"]
"""The bodies a client sends: to PUT /context, PUT /context/batch and POST /context."""
_LARGEST_WRITTEN: Final = 2**63 - 513
"""The largest integer whose double is written as a 64-bit one: the next is rounded to 2^63, which JSON.stringify writes as
9223372036854776000. The double -2^63 is written as -9223372036854776000.
"""


@cache
def schema() -> dict[str, Any]:
    """`collector.schema.json`: JSON Schema 2020-12, its definitions under `$defs`. Not to be changed."""
    from importlib import resources  # slow to import, and needed once

    data = resources.files("abtui.core.contract").joinpath("collector.schema.json").read_bytes()
    return msgspec.json.decode(data, type=dict[str, Any])


@cache
def validator(body: Body, *, wire: bool = False) -> Draft202012Validator:
    """The validator of one definition: for the numbers of a text, with `wire`, else for JavaScript's, as they are written."""
    import jsonschema_rs  # takes longer to import than the whole core

    definitions = schema()["$defs"]
    if not wire:
        limits = {"minimum": -_LARGEST_WRITTEN, "maximum": _LARGEST_WRITTEN}
        definitions = {**definitions, "int64": {**definitions["int64"], **limits}}
    return jsonschema_rs.Draft202012Validator({**schema(), "$defs": definitions, "$ref": f"#/$defs/{body}"})


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
