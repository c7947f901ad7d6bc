"""What a receipt means for its request and for each event in it, what is tried again, and when.

The rule follows from whether the collector may have accepted the request:

* Nothing left this machine (the connection was refused or timed out, the host is not known): *not sent*. The request is tried
  again, and nothing can count twice.
* The request was written and no complete answer was read (a time-out, a closed connection, an answer that is not HTTP), or
  something that is not a collector answered that all went well, or a gateway stopped waiting for the collector (504):
  *unknown*. The request is only repeated if the person asks for it (`repeat_unknown`), because it may count twice.
* 429 and every other 5xx: the collector says that it did not accept the request. It is tried again after `Retry-After`.
* Any other answer is final: *accepted*, or *refused* if it says no.
* 401 ends the run, because all other requests have the same key. So does a request that could not be sent in all its tries, a
  `Retry-After` that is too long, and `in_a_row` failed requests one after another, because the collector is down.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

import msgspec

from abtui.core.delivery.answers import Notice
from abtui.core.delivery.receipts import Receipt

State = Literal["waiting", "accepted", "refused", "unknown"]
STATES: Final[tuple[State, ...]] = ("accepted", "refused", "unknown", "waiting")
"""What is known of a sent event. A `waiting` event was not sent, or not accepted, and may be sent again."""

_NEVER_SENT = frozenset({"blocked", "address", "tls"})
_ENTRY_FIELDS = frozenset({"units", "publishedAt", "hashed", "historic", "exposures", "goals", "attributes"})
_SUBJECTS = _ENTRY_FIELDS | {name.removesuffix("s") for name in _ENTRY_FIELDS}


class Retries(msgspec.Struct, frozen=True, kw_only=True):
    """How often and how long a request is tried. Delays grow from `first` by `factor` up to `most` seconds, jitter included.

    No try starts later than `total` seconds after the first one; a `Retry-After` beyond that ends the tries.
    """

    tries: int = 5
    first: float = 0.25
    factor: float = 2.0
    most: float = 20.0
    total: float = 60.0
    repeat_unknown: bool = False
    in_a_row: int = 10

    def pause(self, tries: int, elapsed: float, asked: float | None, random: Callable[[], float]) -> float | None:
        """Seconds to wait after `tries` tries, `elapsed` seconds after the first one began; None to give up.

        `asked` is the wait that the answer asks for. Half of the delay is left to `random` (0 to 1), to spread the requests.
        """
        if tries >= self.tries:
            return None
        delay = min(self.most, self.first * self.factor ** (tries - 1))
        delay = delay / 2 + random() * delay / 2
        if asked is not None:
            delay += asked
        return delay if elapsed + delay <= self.total else None


class Judgement(msgspec.Struct, frozen=True):
    """What a receipt means for its request. `again`: it may be tried again. `halts`: why the whole run ends, or ""."""

    state: State
    again: bool = False
    halts: str = ""


def judge(receipt: Receipt, retries: Retries) -> Judgement:
    """What a receipt means for its request, by the rule above."""
    if receipt.failure is not None:
        if receipt.written:
            return Judgement("unknown", again=retries.repeat_unknown)
        return Judgement("waiting", again=receipt.failure not in _NEVER_SENT, halts=receipt.collector_said)
    status = receipt.status or 0
    if receipt.ok:
        return Judgement("accepted")
    if status == 429:
        endless = (receipt.retry_after or 0) > retries.total
        return Judgement("refused", again=not endless, halts=receipt.collector_said if endless else "")
    if status == 504:
        return Judgement("unknown", again=retries.repeat_unknown)
    if status >= 500:
        return Judgement("refused", again=True)
    if 200 <= status < 300 and receipt.kind != "publish":
        return Judgement("unknown")
    return Judgement("refused", halts=receipt.collector_said if status == 401 else "")


class EventResult(msgspec.Struct, frozen=True):
    """What an answer says of one event of a request. `again`: it was not accepted because of other events in the batch."""

    state: State
    errors: tuple[Notice, ...] = ()
    warnings: tuple[Notice, ...] = ()
    again: bool = False


def event_results(receipt: Receipt, state: State, count: int, *, batch: bool) -> list[EventResult]:
    """What the answer says of each of the `count` events of a request, whose own `state` was judged.

    A batch answered with 2xx was accepted except for the entries that its errors name. A batch refused with 4xx was not accepted
    at all, so the entries that no error names may go again without the others. Errors that name no entry are about all entries.
    """
    if not batch or receipt.failure is not None or state == "unknown" or not 200 <= (receipt.status or 0) < 500:
        return [EventResult(state, receipt.errors, receipt.warnings)] * count
    errors, common_errors = _by_entry(receipt.errors, count)
    warnings, common_warnings = _by_entry(receipt.warnings, count)
    only_some_refused = bool(errors) and not common_errors
    results = []
    for number in range(count):
        own_errors = errors.get(number, ())
        own_warnings = (*warnings.get(number, ()), *common_warnings)
        if own_errors or (common_errors and state != "accepted"):
            results.append(EventResult("refused", (*own_errors, *common_errors), own_warnings))
        elif only_some_refused and (receipt.status or 0) < 300:
            results.append(EventResult("accepted", (), own_warnings))
        elif only_some_refused and receipt.status == 400:
            results.append(EventResult("waiting", (), own_warnings, again=True))
        else:
            results.append(EventResult(state, (), own_warnings))
    return results


def _by_entry(notices: tuple[Notice, ...], count: int) -> tuple[dict[int, tuple[Notice, ...]], tuple[Notice, ...]]:
    """Notices by the entry of the batch that they name, and the notices about the whole request."""
    named: dict[int, tuple[Notice, ...]] = {}
    common: list[Notice] = []
    for notice in notices:
        number = notice.batch_index
        # A notice about the whole request has to name the first entry, too. It is about that entry if it names a part of it.
        if 0 < number < count or (number == 0 and (count == 1 or notice.subject in _SUBJECTS)):
            path = (notice.payload_path or "").replace(f"$.requests[{number}]", "$", 1) or None
            named[number] = (*named.get(number, ()), msgspec.structs.replace(notice, payload_path=path))
        else:
            common.append(notice)
    return named, tuple(common)


class Pace:
    """Spreads requests evenly over a rate of requests a second. Times are seconds of any steady clock."""

    def __init__(self, rate: float | None) -> None:
        self._rate = rate
        self._next = 0.0

    def wait(self, now: float) -> float:
        """Seconds until the next request may start. Each call reserves one start."""
        if self._rate is None:
            return 0.0
        start = max(now, self._next)
        self._next = start + 1 / self._rate
        return start - now
