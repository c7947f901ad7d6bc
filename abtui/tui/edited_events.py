"""The division of work between the screen, which counts edited events, and a worker thread, which counts all others."""

from __future__ import annotations

import threading


class EditedEvents:
    """Tells which thread counts an event: the worker, or the screen once it was edited.

    The worker counts the events in order, from 0.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._indexes: set[int] = set()
        self._next = 0

    def claim(self, index: int) -> bool:
        """Whether the worker should count the event with its current text. Only the worker calls this."""
        with self._lock:
            if index in self._indexes:
                return False
            self._next = index + 1
            return True

    def assign_to_screen(self, index: int) -> bool:
        """Assign an event to the screen, which calls this before an edit. True if the worker has counted the old text."""
        with self._lock:
            new = index not in self._indexes
            self._indexes.add(index)
            return new and index < self._next
