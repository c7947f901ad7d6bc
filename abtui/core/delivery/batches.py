"""Events packed into requests, and the order in which these may go: within each user, that of the events."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence, Set
from typing import Any, Final

import msgspec

from abtui.core.delivery.options import BATCH_LIMIT, Mode
from abtui.core.delivery.request import batch_request
from abtui.core.outcomes import Request

BATCH_BYTES: Final = 8 << 20
"""A batch is closed before its body grows beyond this size; collectors and proxies refuse large bodies."""


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One event to send: its index in the corpus, its source, its name, and its own request.

    Of an event that makes several requests there is an entry for each, with the name of the `mapping` that makes it.
    """

    index: int
    source: str
    name: str
    request: Request
    mapping: str = ""


class Batch(msgspec.Struct, frozen=True):
    """One request and the events in it. `users` are the units of all its events, each as type and uid."""

    number: int
    entries: tuple[Entry, ...]
    request: Request
    batch: bool
    users: frozenset[tuple[str, str]]


def users_of(body: Any) -> Iterator[tuple[str, str]]:
    """The units of a request's body. A body without a usable unit belongs to no user."""
    units = body.get("units") if isinstance(body, dict) else None
    for unit in units if isinstance(units, list) else ():
        if isinstance(unit, dict):
            yield str(unit.get("type")), str(unit.get("uid"))


def make_batch(number: int, entries: Sequence[Entry], mode: Mode) -> Batch:
    """One request for the events: their own for a single call, or one that holds them all."""
    requests = [entry.request for entry in entries]
    users = frozenset(user for request in requests for user in users_of(request.body))
    request = requests[0] if mode == "single" else batch_request(requests)
    return Batch(number, tuple(entries), request, mode == "batch", users)


def pack(entries: Iterable[Entry | None], mode: Mode, limit: int = BATCH_LIMIT) -> Iterator[Batch | None]:
    """The events as requests of at most `limit` events, made as they are asked for.

    None among the entries says that no event has come yet: then what there is becomes a request, and None follows it.
    """
    limit = 1 if mode == "single" else min(max(1, limit), BATCH_LIMIT)
    pending: list[Entry] = []
    size = number = 0
    for entry in entries:
        if entry is None:
            if pending:
                number += 1
                yield make_batch(number, pending, mode)
                pending, size = [], 0
            yield None
            continue
        size += len(entry.request.body_bytes)
        if pending and (len(pending) == limit or size > BATCH_BYTES):
            number += 1
            yield make_batch(number, pending, mode)
            pending, size = [], len(entry.request.body_bytes)
        pending.append(entry)
    if pending:
        yield make_batch(number + 1, pending, mode)


def without_users(batch: Batch, users: Set[tuple[str, str]], mode: Mode) -> tuple[Batch | None, tuple[Entry, ...]]:
    """The batch without the events of `users` (None if nothing is left), and those events.

    An event that belongs to one of `users` and to another user holds back the later events of that other user too.
    """
    if users.isdisjoint(batch.users):
        return batch, ()
    blocked = set(users)
    held_back: list[Entry] = []
    left: list[Entry] = []
    for entry in batch.entries:
        own = frozenset(users_of(entry.request.body))
        if blocked.isdisjoint(own):
            left.append(entry)
        else:
            held_back.append(entry)
            blocked |= own
    return make_batch(batch.number, left, mode) if left else None, tuple(held_back)


class UserQueue:
    """Requests that wait for their turn. A request may start once no earlier, unfinished request shares a user with it."""

    def __init__(self) -> None:
        self._waiting: deque[Batch] = deque()
        self._started: dict[int, Batch] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, batch: Batch) -> None:
        """Put a request at the end."""
        self._waiting.append(batch)

    def start(self) -> Batch | None:
        """The first request that may start now, or None. It counts as started until `finish`."""
        blocked: set[tuple[str, str]] = set()
        for batch in self._started.values():
            blocked |= batch.users
        for batch in self._waiting:
            if blocked.isdisjoint(batch.users):
                self._waiting.remove(batch)
                self._started[batch.number] = batch
                return batch
            blocked |= batch.users
        return None

    def finish(self, batch: Batch) -> None:
        """The request has ended, with whatever result."""
        del self._started[batch.number]
