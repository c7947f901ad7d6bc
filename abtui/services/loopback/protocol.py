"""HTTP connections that hold up nobody: uvicorn ends one that is idle after an answer, but waits forever for the head of a request."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Final, cast

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS: Final = 10.0
"""How long the head of a request may take to arrive."""
MOST_CONNECTIONS: Final = 200
"""For one more, the connection is closed that has waited longest for a request. Some systems give a process 256 files."""


class PatientProtocol(H11Protocol):
    """One connection. It is closed if no whole head of a request arrives in time, or if too many others are newer."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._deadline: asyncio.TimerHandle | None = None
        self._since = time.monotonic()

    @property
    def waits(self) -> bool:
        """Whether no request is being answered."""
        return self.cycle is None or self.cycle.response_complete

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for a request, and make room."""
        super().connection_made(cast(asyncio.Transport, transport))
        self._expect_head()
        if len(self.connections) > MOST_CONNECTIONS:
            others = cast(set[PatientProtocol], self.connections) - {self}
            min(others, key=lambda other: (not other.waits, other._since)).transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; a head that has begun has the same time as one that has not."""
        super().data_received(data)
        if not self.waits:
            self._stop_waiting()
        elif self._deadline is None:
            self._expect_head()

    def _expect_head(self) -> None:
        self._since = time.monotonic()
        self._deadline = self.loop.call_later(HEAD_SECONDS, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
