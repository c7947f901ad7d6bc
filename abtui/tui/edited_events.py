"""Which events the screen counts itself, because they were edited, while a thread counts all others."""

from __future__ import annotations

import threading


class EditedEvents:
    """Divides the events between two threads, each of them to one. They come to the counting thread in order, from 0."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._indexes: set[int] = set()
        self._come = 0

    def admits(self, index: int) -> bool:
        """Asked in the counting thread: whether it counts this event. If so it does, as it has it now."""
        with self._lock:
            if index in self._indexes:
                return False
            self._come = index + 1
            return True

    def set_apart(self, index: int) -> bool:
        """Asked by the screen before an event is edited. True if the thread counted it, as it was."""
        with self._lock:
            new = index not in self._indexes
            self._indexes.add(index)
            return new and index < self._come
