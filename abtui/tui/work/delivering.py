"""A delivery in the background: a thread with its own event loop that reports to the screen five times a second."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from textual.message import Message

from abtui.core.delivery.batches import Entry
from abtui.core.delivery.policy import State
from abtui.core.delivery.progress import Control, Example, Progress, RequestSettled
from abtui.core.delivery.runs import EventReceipt, payload_digest
from abtui.core.delivery.shipment import Item, Shipment
from abtui.services.errors import ServiceError
from abtui.tui.corpus import Corpus, read_stored

_REPORT_SECONDS: Final = 0.2
_SPELL: Final = 128
_REST_SECONDS: Final = 0.002
"""The pause after every `_SPELL` events, in which the screen gets the interpreter."""
_READ_TOGETHER: Final = 500
_GRAVEST: Final[tuple[State, ...]] = ("refused", "unknown", "waiting", "accepted")
_KEPT: Final = 20_000
"""The number of receipts of a run held in memory; others are read from the journal when their event is selected."""


class DeliveryReport(Message):
    """The progress of a delivery, and the results of its events since the last report.

    `states` has the sending state of each such event, `receipts` the receipts of the run's first events, each by the mapping
    that made the request, "" where the destination has none.
    """

    def __init__(
        self,
        number: int,
        progress: Progress | None,
        states: dict[int, str],
        receipts: dict[int, dict[str, EventReceipt]],
        examples: tuple[Example, ...],
        others: int,
        problem: str = "",
    ) -> None:
        super().__init__()
        self.number = number
        self.progress = progress
        self.states = states
        self.receipts = receipts
        self.examples = examples
        self.others = others
        self.problem = problem


def corpus_items(corpus: Corpus, indexes: Sequence[int]) -> Iterator[tuple[int, Item]]:
    """The events with these indexes, read one after another on demand. Call this in a thread."""
    for start in range(0, len(indexes), _READ_TOGETHER):
        part = indexes[start : start + _READ_TOGETHER]
        together = part[-1] - part[0] == len(part) - 1
        items = corpus.items(part[0], part[-1] + 1) if together else map(corpus.item, part)
        for index, item in zip(part, items, strict=True):
            if index % _SPELL == 0:
                time.sleep(_REST_SECONDS)
            yield index, read_stored(item)


class BackgroundDelivery:
    """A delivery in a thread that posts its progress and results to the screen at intervals."""

    def __init__(self, number: int, shipment: Shipment, control: Control, post: Callable[[Message], bool]) -> None:
        # Imported here, in the thread: TLS, sockets and the journal take a while to load.
        from abtui.services.delivery import Delivery

        self._number = number
        self._target = shipment.target
        self._post = post
        self._delivery = Delivery(shipment, control=control, observe=self._observe)
        self._states: dict[int, str] = {}
        self._of_mappings: dict[int, dict[str, State]] = {}
        self._receipts: dict[int, dict[str, EventReceipt]] = {}
        self._room = _KEPT
        self._progress: Progress | None = None
        self._reported = 0.0

    def run(self) -> None:
        """Run the delivery to its end and report any problem."""
        try:
            asyncio.run(self._delivery.run())
        except ServiceError as error:
            self._report(f"{error.message} {error.hint}".strip())
        else:
            self._report()

    def _observe(self, value: Progress | RequestSettled) -> None:
        if isinstance(value, RequestSettled):
            self._settled(value)
            return
        changed = self._progress is None or value.state != self._progress.state or value.note != self._progress.note
        self._progress = value
        if changed or time.monotonic() - self._reported >= _REPORT_SECONDS:
            self._report()

    def _settled(self, value: RequestSettled) -> None:
        import msgspec

        for entry, result in zip(value.entries, value.results, strict=True):
            self._states[entry.index] = self._state(entry, result.state)
            if result.again or self._room <= 0:
                continue
            self._room -= 1
            receipt = value.receipt
            if receipt is not None and len(value.entries) > 1 and (result.errors or receipt.errors):
                receipt = msgspec.structs.replace(receipt, errors=result.errors)
            self._receipts.setdefault(entry.index, {})[entry.mapping] = EventReceipt(
                target=self._target.name,
                state=result.state,
                digest=payload_digest(entry.request.body_bytes),
                receipt=receipt,
                events=len(value.entries),
                source=entry.source,
                mapping=entry.mapping,
            )

    def _state(self, entry: Entry, state: State) -> State:
        """The state of an event after one of its requests: where it makes several, the gravest of them."""
        if not entry.mapping:
            return state
        states = self._of_mappings.setdefault(entry.index, {})
        states[entry.mapping] = state
        return next(grave for grave in _GRAVEST if grave in states.values())

    def _report(self, problem: str = "") -> None:
        states, receipts = self._states, self._receipts
        self._states, self._receipts = {}, {}
        self._reported = time.monotonic()
        examples = self._delivery.examples
        self._post(
            DeliveryReport(self._number, self._progress, states, receipts, examples.listed(), examples.others, problem)
        )
