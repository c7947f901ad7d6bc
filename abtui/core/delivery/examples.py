"""The kinds of answers of a run, each with how many and its first event."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from abtui.core.delivery.batches import Entry
from abtui.core.delivery.policy import STATES, Share
from abtui.core.delivery.receipts import Receipt
from abtui.core.text.plain import one_line

_MOST: Final = 20


class Example(msgspec.Struct, frozen=True):
    """One kind of answer: state, status (None without one), what was said, how many events, and the first of them."""

    state: str
    status: int | None
    said: str
    segment_shows: str
    count: int
    source: str
    name: str


class Examples:
    """Gathers them. Past the first 20 kinds, others are only counted."""

    def __init__(self) -> None:
        self._kinds: dict[tuple[str, int | None, str], Example] = {}
        self.others = 0

    def add(self, entry: Entry, share: Share, receipt: Receipt) -> None:
        """Take in what became of one event."""
        said = _said(share, receipt)
        key = (share.state, receipt.status, said)
        known = self._kinds.get(key)
        if known is not None:
            self._kinds[key] = msgspec.structs.replace(known, count=known.count + 1)
        elif len(self._kinds) >= _MOST:
            self.others += 1
        else:
            self._kinds[key] = Example(
                share.state, receipt.status, said, receipt.segment_shows, 1, entry.source, entry.name
            )

    def listed(self) -> tuple[Example, ...]:
        """What there is: by state, what needs attention first, then the most frequent."""
        return in_order(self._kinds.values())


def in_order(kinds: Iterable[Example]) -> tuple[Example, ...]:
    """Kinds of answers: by state, what needs attention first, then the most frequent."""
    order = ("refused", "unknown", "waiting", "accepted")
    return tuple(sorted(kinds, key=lambda kind: (order.index(kind.state), -kind.count)))


def own_words(message: str) -> str:
    """What is said of one event, without its place in a batch, which is no part of the kind."""
    return one_line(message.partition("].")[2] if message.startswith("$.requests[") else message, 200)


def _said(share: Share, receipt: Receipt) -> str:
    """The event's own error where it has one."""
    if share.state in STATES and share.errors:
        return own_words(share.errors[0].message)
    if receipt.failure is None and share.state == "accepted":
        return "Accepted"
    return receipt.collector_said
