"""What is typed, pasted or clicked before there is what it is meant for: the workbench, or a dialog. It is not lost, and does not
come too early.
"""

from __future__ import annotations

from collections import deque
from typing import Final

from textual.app import App
from textual.events import Event, InputEvent, Key, Paste

_NEVER_HELD: Final = frozenset({"ctrl+q", "ctrl+c"})
"""Who waits too long for a dialog can still quit."""


class EarlyInput(App[int]):
    """Holds input back until `release`, and gives it in the order in which it came."""

    def __init__(self) -> None:
        super().__init__()
        self._held: deque[Event] | None = deque()
        self._awaits_dialog = False

    async def on_event(self, event: Event) -> None:
        """Take an event, or hold it back."""
        # What was held or given on before comes back here from the widgets that did not want it.
        is_new = not (isinstance(event, InputEvent) and event.is_forwarded)
        quits = self._awaits_dialog and isinstance(event, Key) and event.key in _NEVER_HELD
        if self._held is not None and is_new and not quits and isinstance(event, InputEvent | Paste):
            self._held.append(event)
        else:
            await super().on_event(event)

    async def release(self) -> None:
        """Everything is there that input may be about."""
        while self._held:
            # What comes in meanwhile goes behind them.
            await super().on_event(self._held.popleft())
        self._held, self._awaits_dialog = None, False

    def hold_for_dialog(self) -> None:
        """From the next key on, input waits for a dialog that has to be loaded."""
        if self._held is None:
            self._held, self._awaits_dialog = deque(), True

    async def release_for_dialog(self) -> None:
        """It is there, or none comes."""
        if self._awaits_dialog:
            await self.release()
