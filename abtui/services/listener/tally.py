"""What a listener counts: events, retries, what was refused and why, and who connected."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from typing import Final

import msgspec

from abtui.core.events import Unreadable
from abtui.services.listener.backlog import Arrival

_MOST_CLIENTS: Final = 100
OTHERS: Final = "others"
"""What further SDKs are counted as, should there be more names than anybody has."""


class Client(msgspec.Struct, frozen=True):
    """One SDK and version that posted, and how many events came from it."""

    sdk: str
    events: int


class Refused(msgspec.Struct, frozen=True):
    """One reason for which requests were refused: a stable code, how many, and in a sentence why the last of them was."""

    code: str
    requests: int
    said: str
    sdk: str = ""


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """What has come so far. `received` events do not include `retries`, which are events that had come before.

    `waiting` are events that nobody has taken yet. `clients` and `refused` are in the order in which they came first.
    `forwarded` requests were answered by the other side, `not_forwarded` were not, and `forward_said` says why the last of them was not.
    """

    requests: int = 0
    received: int = 0
    retries: int = 0
    waiting: int = 0
    clients: tuple[Client, ...] = ()
    refused: tuple[Refused, ...] = ()
    forwarded: int = 0
    not_forwarded: int = 0
    forward_said: str = ""

    @property
    def refusals(self) -> int:
        """The number of refused requests."""
        return sum(part.requests for part in self.refused)


class Tally:
    """Counts in the listener's thread, and is asked for a snapshot by any."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers: Counter[str] = Counter()
        self._clients: Counter[str] = Counter()
        self._refused: dict[str, Refused] = {}
        self._forward_said = ""

    def add(self, arrivals: Sequence[Arrival], retries: int) -> None:
        """Count a request and its events."""
        with self._lock:
            self._numbers["requests"] += 1
            self._numbers["retries"] += retries
            for arrival in arrivals:
                if isinstance(arrival.item, Unreadable):
                    continue
                self._numbers["received"] += 1
                known = arrival.sdk in self._clients or len(self._clients) < _MOST_CLIENTS
                self._clients[arrival.sdk if known else OTHERS] += 1

    def refuse(self, code: str, said: str, sdk: str = "") -> None:
        """Count a request that was refused."""
        with self._lock:
            before = self._refused.get(code)
            self._refused[code] = Refused(code, 1 if before is None else before.requests + 1, said, sdk)

    def forward(self, problem: str) -> None:
        """Count a request that was passed on; `problem` says why it was not, or is ""."""
        with self._lock:
            self._numbers["not_forwarded" if problem else "forwarded"] += 1
            self._forward_said = problem or self._forward_said

    def counts(self, waiting: int) -> Counts:
        """A snapshot."""
        with self._lock:
            return Counts(
                **self._numbers,
                waiting=waiting,
                clients=tuple(Client(sdk, events) for sdk, events in self._clients.items()),
                refused=tuple(self._refused.values()),
                forward_said=self._forward_said,
            )
