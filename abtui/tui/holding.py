"""Input that comes before what it is about: held back in order, neither lost nor given to something else."""

from __future__ import annotations

from collections import deque
from typing import Final

from textual.app import App
from textual.events import Event, InputEvent, Key, Paste

_NEVER_HELD: Final = frozenset({"ctrl+q", "ctrl+c"})
"""Who waits for too long can still quit."""


class Holding(App[int]):
    """An app that holds input back: from its start, until its workbench stands, and again while a dialog loads."""

    def __init__(self) -> None:
        super().__init__()
        self._held: deque[Event] | None = deque()

    async def on_event(self, event: Event) -> None:
        """Take an event, or hold it back."""
        input_of_person = isinstance(event, InputEvent | Paste) and not event.is_forwarded
        quitting = isinstance(event, Key) and event.key in _NEVER_HELD
        if self._held is not None and input_of_person and not quitting:
            self._held.append(event)
        else:
            await super().on_event(event)

    def hold(self) -> None:
        """From the next event on, input waits."""
        if self._held is None:
            self._held = deque()

    async def release(self) -> None:
        """Give what came to what has the focus now; what comes in meanwhile goes behind it."""
        while self._held:
            await super().on_event(self._held.popleft())
        self._held = None
