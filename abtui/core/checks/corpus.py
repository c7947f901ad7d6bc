"""What can only be said of an event beside others."""

from __future__ import annotations

from typing import Final

WINDOW: Final = 10_000


class RecentIds:
    """The last 10,000 messageIds and where they stood. Bounded, so that memory does not grow with the corpus."""

    def __init__(self) -> None:
        self._sources: dict[str, str] = {}

    def repeated(self, message_id: str, source: str) -> str | None:
        """The source of an earlier event with this id, or None; the id is remembered either way."""
        earlier = self._sources.get(message_id)
        if earlier is None:
            self._sources[message_id] = source
            if len(self._sources) > WINDOW:
                del self._sources[next(iter(self._sources))]
        return earlier
