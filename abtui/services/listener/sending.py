"""Sends what arrives to a target, as it arrives: one run in the journal, from the first event to the end of the listener."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from abtui.core.config.model import Target
from abtui.core.corpus.mapper import Mapper
from abtui.core.delivery.batches import Entry
from abtui.core.delivery.options import Options
from abtui.core.delivery.plan import Plan
from abtui.core.delivery.progress import Control, Progress, RequestSettled
from abtui.core.delivery.shipment import ShipmentBuilder
from abtui.services.delivery import Delivery
from abtui.services.errors import ServiceError
from abtui.services.listener.backlog import Arrival, Backlog

_ENDING_SECONDS: Final = 5.0
_WHAT: Final = "what arrived at the listener"


class LiveSending:
    """Sends events in a thread of its own: journal first, each user's events in order, as any delivery does.

    `observe` is told in that thread of each request that ends. `problem` says why sending ended before it was asked to, or is "".
    """

    def __init__(
        self,
        mapper: Mapper,
        target: Target,
        options: Options,
        journal: Path | None,
        observe: Callable[[RequestSettled], None] = lambda _settled: None,
    ) -> None:
        self._builder = ShipmentBuilder(mapper)
        self._target, self._observe = target, observe
        self.plan: Plan = self._builder.plan(target, "single", complete=False)
        """What is sent where, for consent. Its counts are open."""
        self.progress: Progress | None = None
        self.problem = ""
        self.not_sent = 0
        """What was added and never sent, once it has ended; it counts as the progress does."""
        self._begun = 0
        self._control = Control()
        self._backlog = Backlog()
        self._closed = False
        self._entries = self._entries_as_they_come()
        shipment = self._builder.shipment(self.plan, target, (), _WHAT, options)._replace(entries=self._entries)
        self._delivery = Delivery(shipment, control=self._control, journal=journal, observe=self._observed)
        self._thread = threading.Thread(target=self._run, name="abtui-sending", daemon=True)

    def start(self) -> None:
        """Begin the run."""
        self._thread.start()

    def add(self, arrivals: Sequence[Arrival]) -> None:
        """Send what these events make. Raises FileError if they fit nowhere."""
        if self._thread.is_alive():
            self._backlog.put(arrivals)

    def end(self, seconds: float = _ENDING_SECONDS) -> None:
        """Send what was added, as far as that is possible in so many seconds, and end the run."""
        self._closed = True
        self._thread.join(seconds)
        while self._thread.is_alive():
            self._control.cancel()
            self._thread.join(_ENDING_SECONDS)
        # What was not looked at is counted as what it would have been.
        for _entry in self._entries:
            pass
        self.not_sent = self._begun - (0 if self.progress is None else self.progress.settled + self.progress.waiting)

    @property
    def all_accepted(self) -> bool:
        """Whether all that was added was sent and accepted, once it has ended."""
        return self.not_sent == 0 and (self.progress is None or self.progress.accepted == self._begun)

    def _entries_as_they_come(self) -> Iterator[Entry | None]:
        while True:
            closed, taken = self._closed, self._backlog.take()
            for entry in self._builder.entries((arrival.number, arrival.item) for arrival in taken):
                self._begun += 1
                yield entry
            if not taken:
                if closed:
                    return
                yield None

    def _run(self) -> None:
        try:
            last = asyncio.run(self._delivery.run())
        except ServiceError as error:
            self.problem = f"{error.message} {error.hint}".rstrip()
            return
        self.progress = last
        if not self._closed:
            self.problem = last.note or "Sending ended."

    def _observed(self, value: Progress | RequestSettled) -> None:
        if isinstance(value, Progress):
            self.progress = value
        else:
            self._observe(value)
