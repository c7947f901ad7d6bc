"""Findings about the dates of a payload. The function reads `sentAt` and `originalTimestamp` only."""

from __future__ import annotations

from typing import Any, Final

from abtui.core.destination import Decision
from abtui.core.findings import Finding, error, warning
from abtui.core.text.javascript import parse_date

_2010: Final = 1_262_304_000_000
_2051: Final = 2_556_144_000_000
_POSTED: Final = (
    "Segment makes `originalTimestamp` from the `timestamp` that SDKs post, so an event taken from an SDK has none. To see"
    " what the destination gets, add the field, or copy the event from Segment's debugger."
)
CLOCK_TOLERANCE_MS: Final = 5_000
MISSING: Final = error(
    "DATE-MISSING",
    "A date is missing",
    "The payload has null where the collector requires milliseconds. `publishedAt` comes from `sentAt`; `achievedAt` and `setAt` come from `originalTimestamp`. The destination does not read `timestamp` and `receivedAt`.",
)
INVALID: Final = error(
    "DATE-INVALID",
    "A date that JavaScript cannot parse",
    "Date.parse gives NaN, so the payload has null where the collector requires milliseconds.",
)
RANGE: Final = warning(
    "DATE-RANGE",
    "A date outside 2010 to 2050",
    "Common causes are seconds used as milliseconds, a wrong century, and a device clock that was never set.",
)
FUTURE: Final = warning(
    "DATE-FUTURE",
    "A date after the event was received",
    "The device's clock is ahead. The payload has its uncorrected date, because the destination does not read `timestamp`.",
)


def check_dates(event: dict[str, Any], decision: Decision, found: list[Finding]) -> None:
    """Append the findings about the dates of a goal's or attributes' payload. Not for an exposure, which has dates of its own."""
    body = decision.body
    sent = body["publishedAt"]
    if "goals" in body:
        original, path = body["goals"][0]["achievedAt"], "$.goals[0].achievedAt"
    else:
        original, path = body["attributes"][0]["setAt"], "$.attributes[0].setAt"
    if sent is None or not is_in_range(sent):
        found.append(_wrong(event, "sentAt", sent, "$.publishedAt"))
    if original is None or not is_in_range(original):
        found.append(_wrong(event, "originalTimestamp", original, path))
    received_at = event.get("receivedAt")
    received = parse_date(received_at) if type(received_at) is str else None
    if received is None or not is_future(received, sent, original):
        return
    latest = received + CLOCK_TOLERANCE_MS
    for field, value, place in (("sentAt", sent, "$.publishedAt"), ("originalTimestamp", original, path)):
        if value is not None and value > latest:
            late = (value - received) / 1000
            message = f"`{field}` is {late:,.0f} s later than `receivedAt`: the device's clock is ahead."
            hint = "Correct the clock; the destination sends the date as it is."
            found.append(FUTURE.at(message, hint, event_path=f"$.{field}", payload_path=place))


def is_in_range(date: int) -> bool:
    """Whether a date is between 2010 and 2050."""
    return _2010 <= date < _2051


def is_future(received: int | None, *dates: int | None) -> bool:
    """Whether one of the dates is later than when the event was received, by more than clocks differ."""
    if received is None:
        return False
    latest = received + CLOCK_TOLERANCE_MS
    return any(date is not None and date > latest for date in dates)


def _wrong(event: dict[str, Any], field: str, parsed: int | None, payload_path: str) -> Finding:
    hint = "Send ISO 8601 text such as 2026-01-31T09:15:00.000Z."
    if parsed is not None:
        rule, message = RANGE, f"`{field}` is not between 2010 and 2050."
    elif event.get(field) is not None:
        rule, message = INVALID, f"JavaScript cannot parse `{field}`, so `{payload_path[2:]}` is null."
    else:
        rule, message = MISSING, f"The event has no `{field}`, so `{payload_path[2:]}` is null."
        # Segment's spec, "Common fields": `originalTimestamp` is the time on the client, from the `timestamp` that was posted.
        if field == "originalTimestamp" and event.get("timestamp") is not None:
            hint = _POSTED
    return rule.at(message, hint, event_path=f"$.{field}", payload_path=payload_path)
