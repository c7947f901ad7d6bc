"""The actions with their fields, and the four presets: one table, as Segment's page for a mapping has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

import msgspec

from abtui.core.destinations.exposures import EXPOSURE_EVENT

FieldKind = Literal["object", "string"]
GOAL: Final = "trackGoal"
EXPOSURE: Final = "trackExposure"
ACTIONS: Final = (GOAL, EXPOSURE)
MOST_MAPPINGS: Final = 50
"""Segment's limit of mappings for one destination."""


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One field of an action. `default` is what a preset's mapping has for it, None for nothing."""

    name: str
    label: str
    kind: FieldKind
    actions: tuple[str, ...] = ACTIONS
    required: bool = False
    default: Any = None


FIELDS: Final = (
    Field(
        name="units",
        label="Units",
        kind="object",
        actions=(GOAL,),
        required=True,
        default={"anonymousId": {"@path": "$.anonymousId"}, "userId": {"@path": "$.userId"}},
    ),
    Field(name="name", label="Goal Name", kind="string", actions=(GOAL,), required=True, default={"@path": "$.event"}),
    Field(
        name="properties",
        label="Goal Properties",
        kind="object",
        actions=(GOAL,),
        required=True,
        default={"@path": "$.properties"},
    ),
    Field(
        name="exposure",
        label="ABsmartly Exposure Payload",
        kind="object",
        actions=(EXPOSURE,),
        required=True,
        default={"@path": "$.properties.exposure"},
    ),
    Field(
        name="agent",
        label="Agent",
        kind="string",
        default={
            "@if": {
                "exists": {"@path": "$.context.library.name"},
                "then": {"@path": "$.context.library.name"},
                "else": "segment",
            }
        },
    ),
    Field(name="application", label="Application", kind="string"),
)
"""Every field, in the order in which Segment checks them."""


def fields_of(action: str) -> tuple[Field, ...]:
    """The fields of an action."""
    return tuple(field for field in FIELDS if action in field.actions)


def _preset(name: str, subscribe: str, action: str, /, **other: Any) -> Mapping[str, Any]:
    defaults = {field.name: field.default for field in fields_of(action) if field.default is not None}
    return {"name": name, "enabled": True, "subscribe": subscribe, "partnerAction": action, "mapping": defaults | other}


PRESETS: Final = (
    _preset("Track Calls", f'type = "track" and event != "{EXPOSURE_EVENT}"', GOAL),
    _preset("Page Calls", 'type = "page"', GOAL, name={"@template": "Page: {{ name }}"}),
    _preset("Screen Calls", 'type = "screen"', GOAL, name={"@template": "Screen: {{ name }}"}),
    _preset("Exposures (Verbatim)", f'type = "track" and event = "{EXPOSURE_EVENT}"', EXPOSURE),
)
"""The mappings that Segment makes for a new destination; a config without `mappings` has them."""
