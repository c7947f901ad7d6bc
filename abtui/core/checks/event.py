"""The event itself: its identity, messageId and size, and whether Segment would filter it (Segment's API limits)."""

from __future__ import annotations

from typing import Any

from abtui.core.checks.corpus import RecentIds, usable_id
from abtui.core.checks.integrations import integrations_findings
from abtui.core.destination import Decision
from abtui.core.events import Event
from abtui.core.findings import Finding, finding
from abtui.core.segment import EVENT_LIMIT_BYTES, MESSAGE_ID_LIMIT, READ_FIRST
from abtui.core.text.javascript import stringify
from abtui.core.text.paths import path_text


def event_findings(
    event: Event, decision: Decision, recent: RecentIds | None, title: str, found: list[Finding]
) -> None:
    """Append what is wrong with the event before any mapping."""
    value = event.value
    if not _is_identity(value.get("userId")) and not _is_identity(value.get("anonymousId")):
        found.append(
            finding(
                "EVENT-IDENTITY",
                "The event has neither a userId nor an anonymousId.",
                "Segment's API refuses such an event before any destination gets it: what Segment shows here is for one that came"
                " through all the same. Give it one of the two.",
                event_path="$.userId",
            )
        )
    if value.get("messageId") is not None:
        _message_id(event, value["messageId"], recent, found)
    size = event_size(event)
    if size > EVENT_LIMIT_BYTES:
        found.append(
            finding(
                "EVENT-SIZE",
                f"The event has {size:,} bytes; Segment refuses one over {EVENT_LIMIT_BYTES:,}.",
                "Leave out what the goals do not need.",
                event_path="$",
            )
        )
    if decision.code == "FILTERED":
        found.append(
            finding(
                "EVENT-FILTERED",
                f'"{decision.detail}": false filters the event away from this destination.',
                f'Set "{title}": true in `integrations` to let it through.',
                event_path=path_text((READ_FIRST, decision.detail)),
            )
        )
    integrations_findings(value, title, found)


def event_size(event: Event) -> int:
    """Bytes of the event as compact JSON in UTF-8, the form in which Segment counts it."""
    text = event.text
    if text is not None and len(text) * (1 if isinstance(text, bytes) else 3) <= EVENT_LIMIT_BYTES:
        # Compact JSON is never longer than what was read, and a str has at most three bytes per UTF-16 unit.
        return len(text)
    return len(stringify(event.value))


def _is_identity(value: Any) -> bool:
    return value is not None and value != ""


def _message_id(event: Event, message_id: Any, recent: RecentIds | None, found: list[Finding]) -> None:
    if usable_id(message_id) is None:
        found.append(
            finding(
                "EVENT-MESSAGE-ID",
                "The messageId is not text.",
                "Leave it to the SDK, which makes a unique one.",
                event_path="$.messageId",
            )
        )
        return
    if len(message_id) > MESSAGE_ID_LIMIT:
        found.append(
            finding(
                "EVENT-MESSAGE-ID",
                f"The messageId has {len(message_id)} characters; {MESSAGE_ID_LIMIT} is the most.",
                "Leave it to the SDK, which makes a unique one.",
                event_path="$.messageId",
            )
        )
    repeated = None if recent is None else recent.finding(message_id, event.source)
    if repeated is not None:
        found.append(repeated)
