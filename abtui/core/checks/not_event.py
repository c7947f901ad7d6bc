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


_AS_SEGMENT: Final = "Export the events as Segment has them, with a `type`."
_OTHERS: Final[tuple[tuple[set[str], set[str], str, str], ...]] = (
    ({"dependencies", "devDependencies", "scripts"}, {"name"}, "the package.json of a program", "Pass the file with the events."),
    ({"compilerOptions", "eslintConfig", "openapi", "swagger", "$schema"}, set(), "the configuration of a program", "Pass the file with the events."),
    ({"destinations", "sources", "pagination"}, set(), "an answer of an API about settings", "Pass the file with the events."),
    ({"mpid", "user_identities"}, set(), "an event of mParticle", _AS_SEGMENT),
    ({"event_type"}, {"user_id", "device_id", "insert_id", "$insert_id"}, "an event of Amplitude", _AS_SEGMENT),
    ({"distinct_id", "$distinct_id"}, set(), "an event of Mixpanel or PostHog", _AS_SEGMENT),
    ({"event"}, {"properties", "distinct_id"}, "an event of another tool", _AS_SEGMENT),
    ({"client_id", "app_instance_id", "event_params"}, set(), "an event of Google Analytics", _AS_SEGMENT),
    ({"app_id"}, {"event_id", "event_vendor", "platform"}, "an event of Snowplow", _AS_SEGMENT),
    ({"schema"}, {"data"}, "an event of Snowplow", _AS_SEGMENT),
)  # fmt: skip
"""Other objects that people have: one of the first keys, one of the second if there are any, what it is, and what to do."""

_ANSWERS: Final = {"destination", "destinations", "subscriptions"}
"""What Segment's API answers under `data`, and what can stand for a config."""


def not_event_finding(value: dict[str, Any]) -> Finding | None:
    """The error about an object that is not an event; None for an event."""
    if is_event(value):
        return None
    kind = value.get("type")
    if kind is None:
        why, hint = "it has no `type`", "Add one: " + ", ".join(EVENT_TYPES) + "."
        data = value.get("data")
        if len(value) == 1 and isinstance(data, dict) and data.keys() & _ANSWERS:
            why, hint = (
                "it looks like a destination's settings from Segment's API",
                "Pass it first, as the config: abtui CONFIG EVENTS.",
            )
        for one, another, name, advice in _OTHERS:
            if one & value.keys() and (not another or another & value.keys()):
                why, hint = f"it looks like {name}", advice
                break
    else:
        near = kind.lower().strip() if isinstance(kind, str) else None
        shown = one_line(stringify(kind).decode(), _SHOWN)
        why = f"{shown} is not a type of event"
        hint = f"Write it as `{near}`." if near in EVENT_TYPES else "Types are " + ", ".join(EVENT_TYPES) + "."
    return TYPE.at(f"This is not an event: {why}.", hint, event_path="$.type")
