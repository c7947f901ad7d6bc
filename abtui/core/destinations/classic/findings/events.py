"""Findings about events that the function throws over, about exposures, and about identify calls."""

from __future__ import annotations

from typing import Any, Final

from abtui.core.destination import Decision
from abtui.core.destinations.classic.reasons import REASONS
from abtui.core.destinations.exposures import (
    EXPOSURE_EVENT,
    NO_PAYLOAD,
    NO_PAYLOAD_HINT,
    REPLACED,
    is_replaced,
    names_experiment,
    payload_in,
)
from abtui.core.findings import Finding, error, warning
from abtui.core.text.paths import path_text

THROWS: Final = error(
    "EVENT-THROWS",
    "The event makes the destination throw",
    "The function tests `in` on a value that is not an object, which is a TypeError in JavaScript. Segment shows an error and does not retry.",
)
VIEW_NAME: Final = error(
    "VIEW-NAME",
    "A page or screen without a name",
    "With view tracking on, the destination raises an error if the top-level `name` of a page or screen is not text. It does not read the copy that SDKs put in `properties.name`.",
)
EXPOSURE_MISSING: Final = warning(
    "EXPOSURE-MISSING",
    "The exposure is missing",
    "Exposure tracking is on, but the event has no `absmartly`, so the destination sends nothing, and Segment shows Success.",
)
EXPOSURE_ELSEWHERE: Final = error(
    "EXPOSURE-ELSEWHERE",
    "The exposure is where this destination does not look",
    "The event has the payload of an exposure in another property, such as `properties.exposure`, where ABsmartly (Actions) wants it. AB Smartly's pages say the one, its snippet for the SDK writes the other. The destination reads `absmartly` only, so it sends nothing, and Segment shows Success.",
)
EXPOSURE_GOALS: Final = warning(
    "EXPOSURE-GOALS",
    "An exposure with goals inside",
    "The destination passes the payload on unchanged, so it also publishes goals inside an exposure, without the goal mapping.",
)
IDENTIFY_NO_HANDLER: Final = warning(
    "IDENTIFY-NO-HANDLER",
    "The published function has no identify handler",
    "Segment's catalog page promises that Engage traits become user properties, but the published function has no handler for them, and Segment shows Unsupported Event Type. abtui shows the promise; `behavior.identify: reject` shows the function.",
)
IDENTIFY_NO_TRAITS: Final = warning(
    "IDENTIFY-NO-TRAITS",
    "An identify call without traits",
    "There is nothing to set, so the destination sends nothing.",
)


def throws_finding(decision: Decision) -> Finding:
    """The finding about an event that the function throws over."""
    path = None if decision.path is None else path_text(decision.path)
    message = f"The destination throws a TypeError: {decision.detail}."
    return THROWS.at(message, "Send an object there, or omit the field.", event_path=path)


def check_event(event: dict[str, Any], decision: Decision, found: list[Finding]) -> None:
    """Append the findings about a view without a name, a missing exposure, and an identify call."""
    match decision.code:
        case "VIEW-NAME":
            copied = event.get("properties")
            hint = "Set the call's `name`."
            if isinstance(copied, dict) and isinstance(copied.get("name"), str):
                hint = "Set the top-level `name`; the destination does not read `properties.name`."
            found.append(VIEW_NAME.at(f"{decision.detail} The event's `name` is not text.", hint, event_path="$.name"))
        case "ATTRIBUTES":
            message = (
                "Segment's catalog page promises these attributes, but the published function refuses identify calls."
            )
            hint = "Ask AB Smartly which version you have; `behavior.identify: reject` shows what the function does."
            found.append(IDENTIFY_NO_HANDLER.at(message, hint, event_path="$.type"))
        case "NO-TRAITS":
            found.append(IDENTIFY_NO_TRAITS.at("The identify call has no traits to set.", event_path="$.traits"))
        case "EXPOSURE-MISSING":
            found.append(_missing(event, decision.detail))


def _missing(event: dict[str, Any], field: str) -> Finding:
    """The finding about an exposure without the payload that is read: it is elsewhere, or the event is for other tools."""
    holder, place = event.get(field), f"{field}.absmartly"
    elsewhere = payload_in(holder, "absmartly")
    if elsewhere is not None:
        path = path_text((field, elsewhere))
        message = f"The payload is under `{path[2:]}`; this destination reads `{place}`."
        return EXPOSURE_ELSEWHERE.at(message, f"Let the page write it to `{place}`.", event_path=path)
    if named := names_experiment(holder):
        message = f"The event has {named} and no `{place}`, so there is no exposure to send."
        return NO_PAYLOAD.at(message, NO_PAYLOAD_HINT, event_path=f"$.{place}")
    message = f"The event has no `{place}`, so there is no exposure to send."
    hint = "Let the AB Smartly SDK publish through Segment, or do not send this event."
    return EXPOSURE_MISSING.at(message, hint, event_path=f"$.{place}")


def check_exposure(decision: Decision, found: list[Finding]) -> None:
    """Append the finding about goals inside an exposure that is sent."""
    body, origin = decision.body, REASONS[decision.code].body_at
    if origin is not None and is_replaced(body):
        place = path_text(origin)
        message = f"`{place[2:]}` has units, but no exposures: a middleware replaced the payload."
        found.append(REPLACED.at(message, f"Let the units middleware skip `{EXPOSURE_EVENT}`.", event_path=place))
    if origin is not None and isinstance(body, dict) and body.get("goals"):
        message = "The exposure contains goals, and the destination publishes them with it."
        path = path_text((*origin, "goals"))
        hint = "Send each goal as a separate track call."
        found.append(EXPOSURE_GOALS.at(message, hint, event_path=path, payload_path="$.goals"))
