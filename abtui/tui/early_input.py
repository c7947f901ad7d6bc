"""Queues input that arrives before the workbench or a dialog is ready, and replays it."""

from __future__ import annotations

from collections import deque
from typing import Final

from textual.app import App
from textual.events import Event, InputEvent, Key, Paste

_NEVER_HELD: Final = frozenset({"ctrl+q", "ctrl+c"})
"""The keys that still quit while a dialog takes long to load."""


class EarlyInput(App[int]):
    """An app that queues keys, clicks and pasted text until `release`, and then replays them in order."""

    def __init__(self) -> None:
        super().__init__()
        self._held: deque[Event] | None = deque()
        self._awaits_dialog = False

    async def on_event(self, event: Event) -> None:
        """Handle an event, or queue it."""
        # Events that no widget handled come back here; they must not be queued a second time.
        is_new = not (isinstance(event, InputEvent) and event.is_forwarded)
        quits = self._awaits_dialog and isinstance(event, Key) and event.key in _NEVER_HELD
        if self._held is not None and is_new and not quits and isinstance(event, InputEvent | Paste):
            self._held.append(event)
        else:
            await super().on_event(event)

    async def release(self) -> None:
        """Replay the queued input, because the screen is ready for it."""
        while self._held:
            # Input that arrives in the meantime joins the end of the queue.
            await super().on_event(self._held.popleft())
        self._held, self._awaits_dialog = None, False

    def hold_for_dialog(self) -> None:
        """Queue input from the next key on, until a dialog is loaded."""
        if self._held is None:
            self._held, self._awaits_dialog = deque(), True

    async def release_for_dialog(self) -> None:
        """Replay the input queued for a dialog, because it is ready or will not be opened."""
        if self._awaits_dialog:
            await self.release()
