"""A debounced call: an action that runs once a stream of keys or messages pauses, without a timer for each of them."""

from __future__ import annotations

import time
from collections.abc import Callable

from textual.message_pump import MessagePump


class Debounce:
    """Calls `act` once `restart` has not been called for `seconds`."""

    def __init__(self, owner: MessagePump, seconds: float, act: Callable[[], None]) -> None:
        self._owner, self._seconds, self._act = owner, seconds, act
        self._due = 0.0
        self._waits = False

    def restart(self, seconds: float | None = None) -> None:
        """Begin the wait again, for `seconds` or the default time."""
        self._due = time.monotonic() + (self._seconds if seconds is None else seconds)
        self._wait()

    def within(self, seconds: float) -> None:
        """Act in `seconds`, unless a call is due already. Further calls of this method do not delay it."""
        if not (self._due and self._waits):
            self.restart(seconds)

    def cancel(self) -> None:
        """Do not act: the work was done in another way."""
        self._due = 0.0

    def _wait(self) -> None:
        if not self._waits and self._owner.is_running:
            self._waits = True
            self._owner.set_timer(max(0.001, self._due - time.monotonic()), self._check)

    def _check(self) -> None:
        self._waits = False
        if self._due > time.monotonic():
            self._wait()
        elif self._due:
            self._due = 0.0
            self._act()
