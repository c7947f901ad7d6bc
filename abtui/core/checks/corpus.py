"""What can only be said of an event beside others."""

from __future__ import annotations

from typing import Final

from abtui.core.segment import MESSAGE_ID_LIMIT

WINDOW: Final = 10_000


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
