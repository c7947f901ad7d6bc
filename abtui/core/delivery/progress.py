"""What a delivery reports while it runs: its progress, each settled request, and the kinds of answers so far."""

from __future__ import annotations

from collections import deque
from typing import Final, Literal

import msgspec

from abtui.core.delivery.batches import Entry
from abtui.core.delivery.policy import EventResult
from abtui.core.delivery.receipts import Receipt
from abtui.core.text.plain import one_line

Ending = Literal["done", "cancelled", "halted", "journal", "gone"]
"""How a delivery ended. `journal`: the journal cannot be written any more. `gone`: the journal's file was removed."""


class Control:
    """Pauses, resumes and cancels a delivery, from any thread: the delivery looks at it ten times a second.

    A second `cancel` does not wait for the answers to requests on their way, which are unknown then.
    """

    def __init__(self) -> None:
        self.paused = False
        self.cancelled = False
        self.aborted = False

    def cancel(self) -> None:
        """End when the requests on their way have an answer, or at once if `cancel` was called before."""
        self.aborted = self.cancelled
        self.cancelled = True

    @property
    def state(self) -> tuple[bool, bool, bool]:
        """Changes with every call that has an effect."""
        return self.paused, self.cancelled, self.aborted


class RequestSettled(msgspec.Struct, frozen=True):
    """One request has ended: its events, what the answer says of each, and the receipt, or None without an answer."""

    run: int
    entries: tuple[Entry, ...]
    results: tuple[EventResult, ...]
    receipt: Receipt | None


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a delivery has come. Counts are of events; `note` says why it waits or ended, or is "".

    `waits` is how often the collector asked to wait, `waited` the seconds of all these waits.
    """

    run: int
    state: Literal["sending", "paused", "cancelling", "ended"]
    accepted: int = 0
    refused: int = 0
    unknown: int = 0
    waiting: int = 0
    requests: int = 0
    tries: int = 0
    speed: float = 0.0
    seconds: float = 0.0
    ending: Ending | None = None
    note: str = ""
    waits: int = 0
    waited: float = 0.0

    @property
    def settled(self) -> int:
        """The number of events whose result is known: all but those that were not sent or not accepted."""
        return self.accepted + self.refused + self.unknown


_WINDOW_SECONDS: Final = 3.0


class Speed:
    """Events a second over the last few seconds."""

    def __init__(self) -> None:
        self._marks: deque[tuple[float, int]] = deque()
        self._events = 0
        """The events of all marks: a report after each request must not go through those of three seconds."""

    def add(self, now: float, events: int) -> None:
        """Count events that ended at this moment."""
        self._marks.append((now, events))
        self._events += events
        self._forget(now)

    def at(self, now: float) -> float:
        """Events a second at this moment."""
        self._forget(now)
        return self._events / max(0.5, now - self._marks[0][0]) if self._marks else 0.0

    def _forget(self, now: float) -> None:
        while self._marks and self._marks[0][0] < now - _WINDOW_SECONDS:
            self._events -= self._marks.popleft()[1]


class Example(msgspec.Struct, frozen=True):
    """One kind of answer: state, status (None without one), what was said, the number of events, and the first of them."""

    state: str
    status: int | None
    said: str
    segment_shows: str
    count: int
    source: str
    name: str


_MOST_LIVE_KINDS: Final = 20
_ORDER: Final = ("refused", "unknown", "waiting", "accepted")
"""The states, the one that needs the most attention first."""


class Examples:
    """Gathers the kinds of answers of a run. Beyond `limit` kinds, further ones are only counted in `others`."""

    def __init__(self, limit: int | None = _MOST_LIVE_KINDS) -> None:
        self._kinds: dict[tuple[str, int | None, str], Example] = {}
        self._limit = limit
        self.others = 0

    def add(self, example: Example) -> None:
        """Count the events of an example."""
        key = (example.state, example.status, example.said)
        known = self._kinds.get(key)
        if known is not None:
            self._kinds[key] = msgspec.structs.replace(known, count=known.count + example.count)
        elif self._limit is not None and len(self._kinds) >= self._limit:
            self.others += example.count
        else:
            self._kinds[key] = example

    def add_settled(self, settled: RequestSettled) -> None:
        """Count the events of a request that was answered, except those that go again."""
        receipt = settled.receipt
        if receipt is None:
            return
        for entry, result in zip(settled.entries, settled.results, strict=True):
            if not result.again:
                said = _said(result, receipt)
                self.add(
                    Example(result.state, receipt.status, said, receipt.segment_shows, 1, entry.source, entry.name)
                )

    def listed(self) -> tuple[Example, ...]:
        """The kinds by state, then the most frequent first."""
        return tuple(sorted(self._kinds.values(), key=lambda kind: (_ORDER.index(kind.state), -kind.count)))


def own_words(message: str) -> str:
    """An error's message without the event's position in its batch, which does not make another kind of answer."""
    return one_line(message.partition("].")[2] if message.startswith("$.requests[") else message, 200)


def _said(result: EventResult, receipt: Receipt) -> str:
    """The event's own error if it has one, else what the collector said of the request."""
    if result.errors:
        return own_words(result.errors[0].message)
    return "Accepted" if receipt.failure is None and result.state == "accepted" else receipt.collector_said
