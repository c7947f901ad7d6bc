"""Steering a delivery from outside it."""

from __future__ import annotations

import asyncio
from contextlib import suppress


class Control:
    """Pause, go on, cancel: from any thread. A second `cancel` does not wait for what is on its way, which is unknown then."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._changed = asyncio.Event()
        self.paused = False
        self.cancelled = False
        self.aborted = False

    def pause(self) -> None:
        """Start no further request."""
        self.paused = True
        self._tell()

    def resume(self) -> None:
        """Go on."""
        self.paused = False
        self._tell()

    def cancel(self) -> None:
        """End: once what is on its way has an answer, or at once if it was asked for already."""
        self.aborted = self.cancelled
        self.cancelled = True
        self._tell()

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """The loop of the delivery that is controlled."""
        self._loop = loop

    def _tell(self) -> None:
        if self._loop is not None:
            with suppress(RuntimeError):  # The delivery has ended, and its loop with it.
                self._loop.call_soon_threadsafe(self._changed.set)

    async def wait(self, seconds: float | None = None) -> None:
        """Wait for the next change, or so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        self._changed.clear()
