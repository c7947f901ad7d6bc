"""What a delivery is given and what it tells, as values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import msgspec

from abtui.core.delivery.batches import Entry
from abtui.core.delivery.policy import Retries, Share
from abtui.core.delivery.receipts import Receipt
from abtui.core.delivery.resume_state import ResumeState
from abtui.services.transport import Route, Timeouts

Ending = Literal["done", "cancelled", "halted", "journal", "gone"]
"""`journal`: it cannot be written any more; `gone`: its file is not there any more, so that what was told is all there is."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How to send. `concurrency`: requests at a time; `rate`: requests a second at most, None for no limit."""

    concurrency: int = 4
    rate: float | None = None
    retries: Retries = Retries()
    timeouts: Timeouts = Timeouts()
    route: Route = Route()


class Resumed(NamedTuple):
    """A run that is taken up again, where it stood, and how many events it has in all by its plan of now."""

    run: int
    standing: ResumeState
    planned: int = 0

    def numbers(self, entries: Sequence[Entry]) -> list[int | None]:
        """The numbers that events have in the run already."""
        return [self.standing.number(entry.index) for entry in entries]


class Settled(msgspec.Struct, frozen=True):
    """One request has ended: its events, what the answer says of each, and the receipt; None where nobody waited for it."""

    run: int
    entries: tuple[Entry, ...]
    shares: tuple[Share, ...]
    receipt: Receipt | None


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a delivery is. Counts are of events; `state` is what it does now, `note` why it waits or ended, or "".

    `waits` is how often the collector asked to wait, `waited` for how many seconds in all.
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
        """Events that something is known of: all but those not sent or not taken."""
        return self.accepted + self.refused + self.unknown
