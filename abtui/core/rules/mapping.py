"""Findings about what becomes of an event."""

from __future__ import annotations

from abtui.core.rules.rule import Rule

MAPPING: dict[str, Rule] = {
    # Units
    "UNIT-NONE": Rule(
        "error",
        "No unit could be resolved",
        "The destination sends nothing for an event without a unit, raises no error, and Segment shows Success. The most common reason that goals do not arrive.",
    ),
    "UNIT-MISSING": Rule(
        "info",
        "A mapped identity is not in the event",
        "The unit mapping names a top-level field the event does not have, or has as null. Usual where some events are anonymous; if it is all of them, the key is wrong.",
    ),
    "UNIT-NESTED": Rule(
        "warning",
        "A unit mapping key that can never match",
        "Keys of the unit mapping are top-level fields of the event. A path such as `traits.email` or `context.ip` is looked up as one name and is never there.",
    ),
    "UNIT-TYPE": Rule(
        "warning",
        "An identity of a type that is skipped",
        "Only text and numbers become a unit; true, false, lists and objects are passed over without a word. null counts as absent.",
    ),
    "UNIT-EMPTY": Rule(
        "warning",
        "A unit with an empty or blank id",
        "The destination counts an empty text as an id and sends it; the collector wants 1 to 640 characters, and a blank one is one user for everybody.",
    ),
    "UNIT-NO-UID": Rule(
        "warning",
        "A unit without an id",
        "The event brings its own units, and one has no `uid`. The collector takes it, and it identifies nobody: where no unit has an id, nothing is counted. An exposure with an empty list of units is alike.",
    ),
    "UNIT-LONG": Rule("error", "A unit id over 640 characters", "The collector accepts 1 to 640 characters."),
    "UNIT-PRECISION": Rule(
        "warning",
        "A number that loses digits",
        "Numbers in JavaScript are IEEE doubles: an integer beyond 2^53 is rounded, so different users can become the same unit. Send ids as text.",
    ),
    "UNIT-EMAIL": Rule(
        "warning",
        "A unit id that looks like an e-mail address",
        "Unit ids are stored by the collector. An e-mail address there is personal data; use an opaque id.",
    ),
    "UNIT-OVERRIDE": Rule(
        "info",
        "The event brings its own units",
        "`properties.absmartly.units` is used as it is, the unit mapping is ignored, and `absmartly` is removed from the goal's properties.",
    ),
    # Names
    "GOAL-NEAR": Rule(
        "warning",
        "The event's name is close to a goalMapping key",
        "Goal mapping is exact and case-sensitive. The name differs from a key only by case, spaces or one edit, so it is sent under its own name, which the web console probably does not know.",
    ),
    "GOAL-NO-NAME": Rule(
        "warning",
        "A goal without a name",
        "The event has no usable name, so the goal is sent with its `name` missing or empty, and counts for nothing.",
    ),
    "CATALOG-GOAL": Rule(
        "warning",
        "The goal is not in the catalog",
        "The web console ignores a goal it does not know. Segment shows Success.",
    ),
    "CATALOG-UNIT": Rule(
        "warning",
        "The unit type is not in the catalog",
        "The web console ignores a unit type it does not know. Segment shows Success.",
    ),
    "VIEW-NAME": Rule(
        "error",
        "A page or screen without a name",
        "With view tracking on, the destination raises an error for a page or screen whose top-level `name` is not text. The SDKs' copy in `properties.name` is not read.",
    ),
    # Dates
    "DATE-MISSING": Rule(
        "error",
        "A date is missing",
        "The payload gets null where the collector requires milliseconds: `publishedAt` comes from `sentAt`, `achievedAt` and `setAt` from `originalTimestamp`; `timestamp` and `receivedAt` are not read.",
    ),
    "DATE-INVALID": Rule(
        "error",
        "A date that JavaScript cannot parse",
        "Date.parse gives NaN, which becomes null in the payload, where the collector requires milliseconds.",
    ),
    "DATE-RANGE": Rule(
        "warning",
        "A date outside 2010 to 2050",
        "Usually seconds taken for milliseconds, a wrong century, or a device clock that was never set.",
    ),
    "DATE-FUTURE": Rule(
        "warning",
        "A date after the event was received",
        "The device's clock is ahead: the payload carries its date uncorrected, as the destination does not read `timestamp`.",
    ),
    # Exposures and Engage
    "EXPOSURE-MISSING": Rule(
        "warning",
        "The exposure is missing",
        "Exposure tracking is on, but the event has no `absmartly` to send: nothing is sent, and Segment shows Success.",
    ),
    "EXPOSURE-GOALS": Rule(
        "warning",
        "An exposure with goals inside",
        "The payload is passed on as it is, so goals inside an exposure are published as well, past the goal mapping.",
    ),
    "IDENTIFY-NO-HANDLER": Rule(
        "warning",
        "The published function has no identify handler",
        "The catalog page promises Engage traits as user properties; the published function has no handler and Segment shows Unsupported Event Type. What is shown is the promise; `behavior.identify: reject` shows the function.",
    ),
    "IDENTIFY-NO-TRAITS": Rule(
        "warning", "An identify call without traits", "There is nothing to set, so nothing is sent."
    ),
    "EVENT-THROWS": Rule(
        "error",
        "The event makes the destination throw",
        "The function tests `in` on a value that is no object, a TypeError in JavaScript. Segment shows an error and does not retry.",
    ),
    "FETCH-THROWS": Rule(
        "error",
        "The settings make the request impossible",
        "The published function calls `<collectorEndpoint>/context` with the API key and the environment as headers. An address that is not http or https with a host, or a header with a line break or a character outside Latin-1, makes its fetch throw: nothing is sent, Segment shows Bad Request and does not retry.",
    ),
    # The collector's contract
    "CONTRACT": Rule(
        "error",
        "The payload breaks the collector's contract",
        "The collector answers 400 with an error; Segment still shows Success, as the answer is JSON.",
    ),
}
