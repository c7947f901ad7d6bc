"""Findings about the event itself: its identity, its messageId, and its size (limits of Segment's API)."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, Final

from abtui.core.events import Event
from abtui.core.findings import Finding, warning
from abtui.core.segment import EVENT_LIMIT_BYTES, MESSAGE_ID_LIMIT
from abtui.core.text.javascript import stringify

WINDOW: Final = 10_000
SIZE: Final = warning(
    "EVENT-SIZE",
    "The event is over 32 KB",
    "Segment's API answers 400 to an event over 32 KB, so it never reaches the destination.",
)
IDENTITY: Final = warning(
    "EVENT-IDENTITY",
    "The event has neither userId nor anonymousId",
    "Segment requires one of the two and refuses an event that has neither.",
)
MESSAGE_ID: Final = warning(
    "EVENT-MESSAGE-ID",
    "The messageId is unusable",
    "A messageId is text of at most 100 characters. Segment uses it to drop duplicates.",
)
REPEATED: Final = warning(
    "EVENT-REPEATED",
    "The messageId is not unique",
    "An earlier event has the same messageId. Segment delivers only one of them. It is told where events are looked at together: `abtui check` compares up to 1,000,000 different messageIds, and says if there are more; the workbench looks at the 10,000 events before each.",
)


def event_findings(event: Event, recent: RecentIds | None, found: list[Finding]) -> None:
    """Append the findings about an event that do not depend on a mapping."""
    value = event.value
    if not _is_identity(value.get("userId")) and not _is_identity(value.get("anonymousId")):
        found.append(
            IDENTITY.at(
                "The event has neither a userId nor an anonymousId.",
                "Send one of the two. Segment's API refuses an event without them, so no destination would get it; the result shown"
                " here is for an event that Segment let through.",
                event_path="$.userId",
            )
        )
    if value.get("messageId") is not None:
        _message_id(event, value["messageId"], recent, found)
    text = event.text
    if type(text) is bytes and len(text) <= EVENT_LIMIT_BYTES:
        # Nearly all events: compact JSON is never longer than what was read.
        return
    size = event_size(event)
    if size > EVENT_LIMIT_BYTES:
        message = f"The event has {size:,} bytes; Segment refuses events over {EVENT_LIMIT_BYTES:,}."
        found.append(SIZE.at(message, "Remove properties that your goals do not need.", event_path="$"))


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
    hint, path = "Let the SDK make the messageId; it makes a unique one.", "$.messageId"
    if usable_id(message_id) is None:
        found.append(MESSAGE_ID.at("The messageId is not text.", hint, event_path=path))
        return
    if len(message_id) > MESSAGE_ID_LIMIT:
        message = f"The messageId has {len(message_id)} characters; the limit is {MESSAGE_ID_LIMIT}."
        found.append(MESSAGE_ID.at(message, hint, event_path=path))
    repeated = None if recent is None else recent.finding(message_id, event.source)
    if repeated is not None:
        found.append(repeated)


def usable_id(message_id: Any) -> str | None:
    """A messageId by which Segment knows an event, or None if it is not text or empty."""
    return message_id if isinstance(message_id, str) and message_id else None


def repeated_finding(earlier: str) -> Finding:
    """The finding about an event that has the messageId of an earlier one, whose source or place is given."""
    message = f"An earlier event, {earlier}, has the same messageId."
    return REPEATED.at(message, "Segment delivers only one event per messageId.", event_path="$.messageId")


class RecentIds:
    """The last messageIds, each with the source of its event. Bounded, so that memory does not grow with the corpus."""

    def __init__(self, window: int = WINDOW) -> None:
        self._window = window
        # The first key of a plain dict takes long to find after many before it were removed.
        self._sources: OrderedDict[str | int, str] = OrderedDict()

    def repeated(self, message_id: str, source: str) -> str | None:
        """The source of an earlier event with this id, or None; the id is remembered either way."""
        key = _key(message_id)
        earlier = self._sources.get(key)
        if earlier is None:
            self._sources[key] = source
            if len(self._sources) > self._window:
                self._sources.popitem(last=False)
        return earlier

    def forget(self, message_id: str) -> None:
        """Remember an id no longer: its event did not come in."""
        self._sources.pop(_key(message_id), None)

    def finding(self, message_id: str, source: str) -> Finding | None:
        """The finding about an event that has the id of an earlier one, or None; the id is remembered either way."""
        earlier = self.repeated(message_id, source)
        return None if earlier is None else repeated_finding(earlier)


def _key(message_id: str) -> str | int:
    # Ids may be of any length; of a long one its hash is enough to tell it from the others.
    return message_id if len(message_id) <= MESSAGE_ID_LIMIT else hash(message_id)
