"""The finding about a JSON object that is not an event, and in which no event was found either: it has no type that Segment knows."""

from __future__ import annotations

from typing import Any, Final

from abtui.core.findings import Finding, error
from abtui.core.segment import EVENT_TYPES, is_event
from abtui.core.text.javascript import stringify
from abtui.core.text.plain import one_line

_SHOWN: Final = 60
TYPE: Final = error(
    "EVENT-TYPE",
    "Not an event: it has no type that Segment knows",
    "An event's `type` is one of track, page, screen, identify, group and alias, in lower case. abtui shows what the destination does with any JSON object, but does not count one without such a type as an event: `abtui map` and `abtui check` exit with code 1. Events inside an object, as in a record of a queue or a list under `data`, are read, and the object itself is none.",
)


def not_event_finding(value: dict[str, Any]) -> Finding | None:
    """The error about an object that is not an event; None for an event."""
    if is_event(value):
        return None
    kind = value.get("type")
    if kind is None:
        why, hint = "it has no `type`", "Add one: " + ", ".join(EVENT_TYPES) + "."
    else:
        near = kind.lower().strip() if isinstance(kind, str) else None
        shown = one_line(stringify(kind).decode(), _SHOWN)
        why = f"{shown} is not a type of event"
        hint = f"Write it as `{near}`." if near in EVENT_TYPES else "Types are " + ", ".join(EVENT_TYPES) + "."
    return TYPE.at(f"This is not an event: {why}.", hint, event_path="$.type")
