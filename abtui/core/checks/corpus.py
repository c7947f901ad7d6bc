"""What can only be said of an event beside others."""

from __future__ import annotations

from typing import Any, Final

from abtui.core.findings import Finding, finding
from abtui.core.segment import MESSAGE_ID_LIMIT

WINDOW: Final = 10_000


REPEATED: Final = "EVENT-REPEATED"


def usable_id(message_id: Any) -> str | None:
    """A messageId by which Segment knows an event; None where it is none."""
    return message_id if isinstance(message_id, str) and message_id else None


class RecentIds:
    """The last 10,000 messageIds and where they stood. Bounded, so that memory does not grow with the corpus."""

    def __init__(self) -> None:
        self._sources: dict[str | int, str] = {}

    def repeated(self, message_id: str, source: str) -> str | None:
        """The source of an earlier event with this id, or None; the id is remembered either way."""
        # Ids may be of any length; of a long one its hash is enough to tell it from 10,000 others.
        key = message_id if len(message_id) <= MESSAGE_ID_LIMIT else hash(message_id)
        earlier = self._sources.get(key)
        if earlier is None:
            self._sources[key] = source
            if len(self._sources) > WINDOW:
                del self._sources[next(iter(self._sources))]
        return earlier

    def finding(self, message_id: str, source: str) -> Finding | None:
        """The finding about an event that has the id of an earlier one, or None; the id is remembered either way."""
        earlier = self.repeated(message_id, source)
        if earlier is None:
            return None
        return finding(
            REPEATED,
            f"The messageId stood before, at {earlier}.",
            "Segment delivers only one event of a messageId.",
            event_path="$.messageId",
        )
