"""The app before its workbench stands: what is typed, pasted or clicked until then is not lost, and does not come too early."""

from __future__ import annotations

from collections import deque

from textual.app import App
from textual.events import Event, InputEvent, Paste


class Holding(App[int]):
    """Holds input back until `release`, and gives it in the order in which it came."""

    def __init__(self) -> None:
        super().__init__()
        self._held: deque[Event] | None = deque()

    async def on_event(self, event: Event) -> None:
        """Take an event, or hold it back."""
        if self._held is not None and isinstance(event, InputEvent | Paste):
            self._held.append(event)
        else:
            await super().on_event(event)

    async def release(self) -> None:
        """Everything is there that input may be about. Call it in the app's own turn, so that nothing comes in between."""
        held, self._held = self._held, None
        for event in held or ():
            await super().on_event(event)
