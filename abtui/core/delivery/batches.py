"""Events packed into requests, and the order these may go in: that of the events, within each user."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Set
from typing import Any, Final

import msgspec

from abtui.core.delivery.plan import BATCH_LIMIT, Mode
from abtui.core.delivery.request import batch_request
from abtui.core.outcomes import Request

BATCH_BYTES: Final = 8 << 20
"""A batch is closed before its body gets larger than this; collectors and what stands before them refuse large ones."""


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One event to send: its index in the corpus, where it came from, its name, and its own request, as mapped."""

    index: int
    source: str
    name: str
    request: Request


class Batch(msgspec.Struct, frozen=True):
    """One request and the events in it. `users` are the units of all of them, as type and uid."""

    number: int
    entries: tuple[Entry, ...]
    request: Request
    batch: bool
    users: frozenset[tuple[str, str]]


def users_of(body: Any) -> Iterator[tuple[str, str]]:
    """Whom a request is about: its units. Whatever has no usable unit is about nobody."""
    units = body.get("units") if isinstance(body, dict) else None
    for unit in units if isinstance(units, list) else ():
        if isinstance(unit, dict):
            yield str(unit.get("type")), str(unit.get("uid"))


def parcel(number: int, entries: tuple[Entry, ...], mode: Mode) -> Batch:
    """One request for the events: their own for a single call, one that holds them all for a batch."""
    requests = [entry.request for entry in entries]
    users = frozenset(user for request in requests for user in users_of(request.body))
    if mode == "single":
        return Batch(number, entries, requests[0], False, users)
    return Batch(number, entries, batch_request(requests), True, users)


def pack(entries: Iterable[Entry], mode: Mode, batch: int = BATCH_LIMIT) -> Iterator[Batch]:
    """The events as requests, made as they are asked for."""
    limit = 1 if mode == "single" else min(max(1, batch), BATCH_LIMIT)
    held: list[Entry] = []
    size, number = 0, 0
    for entry in entries:
        length = len(entry.request.body_bytes)
        if held and (len(held) >= limit or size + length > BATCH_BYTES):
            number += 1
            yield parcel(number, tuple(held), mode)
            held, size = [], 0
        held.append(entry)
        size += length
        if limit == 1:
            number += 1
            yield parcel(number, tuple(held), mode)
            held, size = [], 0
    if held:
        yield parcel(number + 1, tuple(held), mode)


def without(of: Batch, users: Set[tuple[str, str]], mode: Mode) -> tuple[Batch | None, tuple[Entry, ...]]:
    """A request without the events of `users`, None if nothing of it is left; and those events.

    Whoever shares an event with one of them is held back from there on too.
    """
    held = set(users)
    stays: list[Entry] = []
    goes: list[Entry] = []
    for entry in of.entries:
        own = frozenset(users_of(entry.request.body))
        if held.isdisjoint(own):
            goes.append(entry)
        else:
            stays.append(entry)
            held |= own
    if not stays:
        return of, ()
    return parcel(of.number, tuple(goes), mode) if goes else None, tuple(stays)


class Order:
    """Requests that wait for their turn. One may go when no earlier one that has not ended is about one of its users."""

    def __init__(self) -> None:
        self._waiting: deque[Batch] = deque()
        self._going: dict[int, Batch] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, parcel: Batch) -> None:
        """Put a request at the end."""
        self._waiting.append(parcel)

    def take(self) -> Batch | None:
        """The first request that may go now, or None. It is on its way until `done`."""
        held: set[tuple[str, str]] = set()
        for one in self._going.values():
            held |= one.users
        for one in self._waiting:
            if held.isdisjoint(one.users):
                self._waiting.remove(one)
                self._going[one.number] = one
                return one
            held |= one.users
        return None

    def put_back(self, parcel: Batch) -> None:
        """A request that was taken did not go: it is first in line again."""
        del self._going[parcel.number]
        self._waiting.appendleft(parcel)

    def reduced(self, parcel: Batch) -> None:
        """A request that was taken goes with fewer events."""
        self._going[parcel.number] = parcel

    def done(self, parcel: Batch) -> None:
        """A request has ended, however it did."""
        del self._going[parcel.number]
