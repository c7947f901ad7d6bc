"""Segment's own part: its event types and limits, the filtering before a destination, and the words of its Event Delivery page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from abtui.core.outcomes import Verdict

READ_FIRST: Final = "integrations"
"""The field of an event that Segment reads before any destination (`filtered_by`)."""

EVENT_LIMIT_BYTES: Final = 32 * 1024
MESSAGE_ID_LIMIT: Final = 100

EVENT_TYPES: Final = ("track", "page", "screen", "identify", "group", "alias")

_TYPES: Final = frozenset(EVENT_TYPES)

SHOWS_SUCCESS: Final = "Success"
SHOWS_BAD_REQUEST: Final = "Bad Request"
SHOWS_UNSUPPORTED: Final = "Unsupported Event Type"
SHOWS_RETRY: Final = "Retry"
SHOWS_FILTERED: Final = "Filtered"

SHOWS: Final[Mapping[Verdict, str]] = {
    "send": SHOWS_SUCCESS,
    "drop": SHOWS_SUCCESS,
    "fail": SHOWS_BAD_REQUEST,
    "unsupported": SHOWS_UNSUPPORTED,
    "not-subscribed": SHOWS_FILTERED,
    "disabled": SHOWS_FILTERED,
}
"""The word that Event Delivery shows for a verdict, if the collector answers a sent request with any JSON."""


def filtered_by(event: dict[str, Any], title: str) -> str | None:
    """The key of the event's `integrations` that switches the destination with this title off, or None.

    Segment filters such an event before the destination runs. The destination's own entry wins over `All`, and only `false`
    in it switches off: an object or anything else leaves the destination on. `All` counts in any case, and one spelling of
    it that is false is enough. Only true and false count.
    """
    integrations = event.get(READ_FIRST)
    if not isinstance(integrations, dict) or not integrations:
        return None
    if title in integrations:
        return title if integrations[title] is False else None
    key: str
    for key, value in integrations.items():
        if value is False and is_all(key):
            return key
    return None


def is_all(key: str) -> bool:
    """Whether a key of `integrations` means all destinations."""
    return key.lower() == "all"


def is_event(value: Mapping[str, Any]) -> bool:
    """Whether an object is an event: it has a `type` that Segment knows. abtui counts no other object as an event."""
    try:
        return value.get("type") in _TYPES
    except TypeError:  # a list or an object
        return False


def event_name(event: dict[str, Any]) -> str | None:
    """The name by which a person knows the event: `event` of a track call, `name` of a page or screen; None if it is not text."""
    name = event.get("event") if event.get("type") == "track" else event.get("name")
    return name if isinstance(name, str) else None


LABEL_FIELDS: Final = ("event", "name", "type", "context", "traits", "groupId", "previousId", "userId")
"""The fields that `event_label` reads."""


def event_label(event: dict[str, Any]) -> str:
    """One short text for a list of events: the name, or else an audience, traits, a group or a user."""
    name = event_name(event)
    if name is not None:
        return name
    kind = event.get("type")
    audience = audience_key(event)
    if kind == "identify" and audience is not None:
        return audience
    traits = event.get("traits")
    if kind == "identify" and isinstance(traits, dict) and traits:
        return ", ".join(map(str, traits))
    field = {"group": "groupId", "alias": "previousId"}.get(str(kind), "userId")
    value = event.get(field)
    return "" if value is None else str(value)


def audience_key(event: dict[str, Any]) -> str | None:
    """The key of the Engage audience or computed trait that made this event, from `context.personas`; None for other events."""
    context = event.get("context")
    personas = context.get("personas") if isinstance(context, dict) else None
    key = personas.get("computation_key") if isinstance(personas, dict) else None
    return key if isinstance(key, str) else None
