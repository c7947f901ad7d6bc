"""A delivery beside the screen: a thread with a loop of its own, which tells the screen five times a second."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from textual.message import Message

from abtui.core.config import Target
from abtui.core.corpus.mapper import Mapper
from abtui.core.delivery.batches import Entry
from abtui.core.delivery.examples import Example, Examples
from abtui.core.delivery.plan import Plan
from abtui.core.delivery.runs import Kept, payload_digest
from abtui.core.events import Unreadable
from abtui.services.errors import ServiceError
from abtui.tui.corpus import Corpus, read_stored

if TYPE_CHECKING:
    from abtui.services.delivery_values import Options, Progress, Settled
    from abtui.services.pause_control import Control

_TELL_SECONDS: Final = 0.2
_SPELL: Final = 128
_REST_SECONDS: Final = 0.002
"""Between so many events the thread leaves the interpreter to the screen for a moment."""
_READ_TOGETHER: Final = 500
_KEPT: Final = 20_000
"""Receipts of a run that are held in memory; others are read from the journal when their event is selected."""


class DeliveryTold(Message):
    """How far a delivery is, and what became of some events since it last told: their receipts' words, and receipts of the first."""

    def __init__(
        self,
        number: int,
        progress: Progress | None,
        words: dict[int, str],
        kept: dict[int, Kept],
        examples: tuple[Example, ...],
        others: int,
        problem: str = "",
    ) -> None:
        super().__init__()
        self.number = number
        self.progress = progress
        self.words = words
        self.kept = kept
        self.examples = examples
        self.others = others
        self.problem = problem


def entries(corpus: Corpus, indexes: Sequence[int], mapper: Mapper) -> Iterator[Entry]:
    """The events that make a request, mapped as they are asked for."""
    for start in range(0, len(indexes), _READ_TOGETHER):
        part = indexes[start : start + _READ_TOGETHER]
        together = part[-1] - part[0] == len(part) - 1
        items = corpus.items(part[0], part[-1] + 1) if together else map(corpus.item, part)
        for index, item in zip(part, items, strict=True):
            if index % _SPELL == 0:
                # The screen has its turn: this runs in a thread beside it.
                time.sleep(_REST_SECONDS)
            event = read_stored(item)
            if isinstance(event, Unreadable):
                continue
            request = mapper.request(event.value)
            if request is not None:
                yield Entry(index, event.source, mapper.label(event.value), request)


class Teller:
    """Gathers what a delivery tells, and passes it on every now and then."""

    def __init__(self, number: int, target: Target, post: Callable[[Message], bool]) -> None:
        self._number = number
        self._target = target
        self._post = post
        self._words: dict[int, str] = {}
        self._kept: dict[int, Kept] = {}
        self._examples = Examples()
        self._room = _KEPT
        self._progress: Progress | None = None
        self._told = 0.0

    def observe(self, value: Progress | Settled) -> None:
        """Take in what the delivery tells."""
        from abtui.services.delivery_values import Settled

        if isinstance(value, Settled):
            self._settled(value)
            return
        changed = self._progress is None or value.state != self._progress.state or value.note != self._progress.note
        self._progress = value
        if changed or time.monotonic() - self._told >= _TELL_SECONDS:
            self.tell()

    def _settled(self, value: Settled) -> None:
        import msgspec

        for entry, share in zip(value.entries, value.shares, strict=True):
            self._words[entry.index] = share.state
            if share.again:
                continue
            if value.receipt is not None:
                self._examples.add(entry, share, value.receipt)
            if self._room > 0:
                self._room -= 1
                receipt = value.receipt
                if receipt is not None and len(value.entries) > 1 and (share.errors or receipt.errors):
                    receipt = msgspec.structs.replace(receipt, errors=share.errors)
                self._kept[entry.index] = Kept(
                    target=self._target.name,
                    state=share.state,
                    digest=payload_digest(entry.request.body_bytes),
                    receipt=receipt,
                    events=len(value.entries),
                    source=entry.source,
                )

    def tell(self, problem: str = "") -> None:
        """Tell the screen what is new."""
        words, kept = self._words, self._kept
        self._words, self._kept = {}, {}
        self._told = time.monotonic()
        listed, others = self._examples.listed(), self._examples.others
        self._post(DeliveryTold(self._number, self._progress, words, kept, listed, others, problem))


def deliver(
    number: int,
    plan: Plan,
    target: Target,
    events: Iterator[Entry],
    what: str,
    options: Options,
    control: Control,
    post: Callable[[Message], bool],
) -> None:
    """Run a delivery to its end, in a thread. Whatever stands in its way is told."""
    # TLS, sockets and the journal take a while to load.
    from abtui.services.delivery import Delivery

    teller = Teller(number, target, post)
    delivery = Delivery(plan, target, events, what=what, options=options, control=control, observe=teller.observe)
    try:
        asyncio.run(delivery.run())
    except ServiceError as error:
        teller.tell(f"{error.message} {error.hint}".strip())
    else:
        teller.tell()
