"""The dates a payload takes from the event (the destination's function reads `sentAt` and `originalTimestamp` only)."""

from __future__ import annotations

from typing import Any, Final

from abtui.core.destination import Decision
from abtui.core.findings import Finding, finding
from abtui.core.text.javascript import parse_date

_2010: Final = 1_262_304_000_000
_2051: Final = 2_556_144_000_000
_POSTED: Final = (
    "Client libraries post `timestamp`, and Segment makes `originalTimestamp` of it: in an event as an SDK posts it this is no"
    " fault. To see what the destination gets, add the field, or take the event from Segment's debugger."
)
CLOCK_TOLERANCE_MS: Final = 5_000


def date_findings(event: dict[str, Any], decision: Decision, found: list[Finding]) -> None:
    """Append what is wrong with the dates of a goal's or attributes' payload; an exposure carries its own."""
    body = decision.body
    if decision.code.startswith("EXPOSURE"):
        return
    sent = body["publishedAt"]
    if "goals" in body:
        original, path = body["goals"][0]["achievedAt"], "$.goals[0].achievedAt"
    else:
        original, path = body["attributes"][0]["setAt"], "$.attributes[0].setAt"
    if sent is None or not _2010 <= sent < _2051:
        _wrong(event, "sentAt", sent, "$.publishedAt", found)
    if original is None or not _2010 <= original < _2051:
        _wrong(event, "originalTimestamp", original, path, found)
    received_at = event.get("receivedAt")
    received = parse_date(received_at) if isinstance(received_at, str) else None
    if received is None:
        return
    for field, value, place in (("sentAt", sent, "$.publishedAt"), ("originalTimestamp", original, path)):
        if value is not None and value > received + CLOCK_TOLERANCE_MS:
            message = (
                f"`{field}` is {(value - received) / 1000:,.0f} s after `receivedAt`: the device's clock is ahead."
            )
            found.append(
                finding(
                    "DATE-FUTURE",
                    message,
                    "The destination does not correct it.",
                    event_path=f"$.{field}",
                    payload_path=place,
                )
            )


def _wrong(event: dict[str, Any], field: str, parsed: int | None, payload_path: str, found: list[Finding]) -> None:
    if parsed is not None:
        code, message = "DATE-RANGE", f"`{field}` lies outside 2010 to 2050."
    elif event.get(field) is None:
        code, message = "DATE-MISSING", f"The event has no `{field}`: `{payload_path[2:]}` is null."
    else:
        code, message = "DATE-INVALID", f"JavaScript cannot parse `{field}`: `{payload_path[2:]}` is null."
    hint = "Send ISO 8601 text such as 2026-01-31T09:15:00.000Z."
    if code == "DATE-MISSING" and field == "originalTimestamp" and event.get("timestamp") is not None:
        # Segment's spec, "Common fields": `originalTimestamp` is the time on the client, from the `timestamp` that was posted.
        hint = _POSTED
    found.append(finding(code, message, hint, event_path=f"$.{field}", payload_path=payload_path))
