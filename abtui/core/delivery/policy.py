"""What becomes of a request by its receipt, and what is tried again, when.

The rule, from whether the collector may have taken it:

* Nothing left this machine (the connection was refused, could not be made in time, the host is not known): *not sent*. It is
  tried again; nothing can be counted twice.
* It was written and no answer was read to its end (a time-out, a connection that closed, an answer that is not HTTP), or what
  answered is no collector and says it went well, or a gateway gave up waiting for the collector (504): *unknown*. It is never
  repeated unless the person asks for it (`repeat_unknown`), as what was taken would count twice.
* 429 and every other 5xx: the collector says that it did not take it. It is tried again, not before `Retry-After`.
* Any other answer is final: *accepted*, or *refused* where it says no.
* 401 ends the run: what follows has the same key. So does a request that could not be sent after all tries (nobody is there), a
  `Retry-After` beyond all patience, and `in_a_row` requests one after the other that nothing good came of: the collector is down.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

import msgspec

from abtui.core.delivery.answers import Notice
from abtui.core.delivery.receipts import Receipt

State = Literal["waiting", "accepted", "refused", "unknown"]
STATES: Final[tuple[State, ...]] = ("accepted", "refused", "unknown", "waiting")
"""What is known of a sent event; `waiting` is one that was not sent, or not taken and may be sent again."""

_NEVER_SENT = frozenset({"blocked", "address", "tls"})
_ENTRY_FIELDS = frozenset({"units", "publishedAt", "hashed", "historic", "exposures", "goals", "attributes"})
_SUBJECTS = _ENTRY_FIELDS | {name.removesuffix("s") for name in _ENTRY_FIELDS}


class Retries(msgspec.Struct, frozen=True, kw_only=True):
    """How often and how long a request is tried. Delays grow from `first` by `factor` up to `most` seconds, jitter included.

    `total` seconds after its first try began no other is started; a `Retry-After` beyond that ends the tries.
    """

    tries: int = 5
    first: float = 0.25
    factor: float = 2.0
    most: float = 20.0
    total: float = 60.0
    repeat_unknown: bool = False
    in_a_row: int = 10

    def pause(self, tries: int, elapsed: float, asked: float | None, random: Callable[[], float]) -> float | None:
        """Seconds to wait after the `tries`-th try (from 1), `elapsed` seconds after the first began; None to give up.

        `asked` is what the answer asks for. Half of the delay is left to `random` (0 to 1), so that many do not come at once.
        """
        if tries >= self.tries:
            return None
        delay = min(self.most, self.first * self.factor ** (tries - 1))
        delay = delay / 2 + random() * delay / 2
        if asked is not None:
            delay += asked
        return delay if elapsed + delay <= self.total else None


class Judgement(msgspec.Struct, frozen=True):
    """What a receipt means for its request. `again`: it may be tried again. `halts`: why nothing else need be tried, or ""."""

    state: State
    again: bool = False
    halts: str = ""


def judge(receipt: Receipt, retries: Retries) -> Judgement:
    """What becomes of a request by its receipt: see the rule above."""
    if receipt.failure is not None:
        if receipt.written:
            return Judgement("unknown", again=retries.repeat_unknown)
        final = receipt.failure in _NEVER_SENT
        return Judgement("waiting", again=not final, halts=receipt.collector_said)
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
        return Judgement("unknown", again=False)
    return Judgement("refused", halts=receipt.collector_said if status == 401 else "")


class Share(msgspec.Struct, frozen=True):
    """What an answer says of one event of a request. `again`: it was not taken, through no fault of its own."""

    state: State
    errors: tuple[Notice, ...] = ()
    warnings: tuple[Notice, ...] = ()
    again: bool = False


def take_apart(receipt: Receipt, state: State, count: int, *, batch: bool) -> list[Share]:
    """What the answer says of each of the `count` events of a request whose own `state` was judged.

    A batch that was answered with 2xx was taken but for the entries its errors name; one that was refused with 4xx was not
    taken at all, so the entries that are not named may go again without the others. Errors that name no entry are about all.
    """
    if not batch or receipt.failure is not None or state == "unknown" or not 200 <= (receipt.status or 0) < 500:
        return [Share(state, receipt.errors, receipt.warnings)] * count
    errors, of_all = _by_entry(receipt.errors, count)
    warnings, common = _by_entry(receipt.warnings, count)
    taken = (receipt.status or 0) < 300
    blamed = bool(errors) and not of_all
    shares = []
    for number in range(count):
        own = errors.get(number, ())
        told = (*warnings.get(number, ()), *common)
        if own or (of_all and state != "accepted"):
            shares.append(Share("refused", (*own, *of_all), told))
        elif blamed and taken:
            shares.append(Share("accepted", (), told))
        elif blamed and receipt.status == 400:
            shares.append(Share("waiting", (), told, again=True))
        else:
            shares.append(Share(state, (), told))
    return shares


def _by_entry(notices: tuple[Notice, ...], count: int) -> tuple[dict[int, tuple[Notice, ...]], tuple[Notice, ...]]:
    """Notices by the entry of the batch they name, and those that are about the whole request."""
    named: dict[int, tuple[Notice, ...]] = {}
    common: list[Notice] = []
    for notice in notices:
        number = notice.batch_index
        # The first entry is also what a notice about the whole request has to name: only a part of an entry makes it its own.
        own = 0 < number < count or (number == 0 and (count == 1 or notice.subject in _SUBJECTS))
        if own:
            place = (notice.payload_path or "").replace(f"$.requests[{number}]", "$", 1) or None
            mine = msgspec.structs.replace(notice, payload_path=place)
            named[number] = (*named.get(number, ()), mine)
        else:
            common.append(notice)
    return named, tuple(common)
