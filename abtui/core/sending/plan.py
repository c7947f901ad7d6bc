"""The plan: what would be sent to which target, as how many requests, and what is left out and why. Made before anything is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final, Literal

import msgspec

from abtui.core.config.endpoint import blocks_sending, looks_like_production
from abtui.core.config.model import Target
from abtui.core.destinations.reasons import SHORT
from abtui.core.request import batch_url, context_url
from abtui.core.secret import MASK, hide, without_user
from abtui.core.text import one_line

BATCH_LIMIT: Final = 500
"""Requests that one `PUT /context/batch` may hold (the collector's API description)."""
CONFIRM_ABOVE: Final = 100
"""More requests than this are asked for a second time."""
BATCH_FROM: Final = 25
"""From so many events on batches are proposed: one request costs about as much time as 500 events in a batch."""

UNMAPPED: Final = "unmapped"

Scope = Literal["selected", "marked", "filtered", "all"]
SCOPES: Final[tuple[Scope, ...]] = ("selected", "marked", "filtered", "all")
Mode = Literal["single", "batch"]


class LeftOut(msgspec.Struct, frozen=True):
    """Events that make no request: how many, the verdict, and why in a few words."""

    count: int
    verdict: str
    code: str
    words: str


class Tally:
    """Counts events for a plan, by verdict and the code of its reason. `unreadable` and `unmapped` count as verdicts.

    What becomes of an unmapped event is open: it is neither sendable nor left out.
    """

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self.refused = 0

    def add(self, verdict: str, code: str, count: int = 1, *, refused: bool = False) -> None:
        """Count an event, or several alike. `refused`: the collector would refuse them (`core.arrival`)."""
        self._counts[verdict, code] += count
        self.refused += count if refused else 0

    @property
    def events(self) -> int:
        """All that were counted."""
        return self._counts.total()

    @property
    def sendable(self) -> int:
        """Those that make a request."""
        return sum(count for (verdict, _), count in self._counts.items() if verdict == "send")

    @property
    def unmapped(self) -> int:
        """Those of which nothing is known yet."""
        return sum(count for (verdict, _), count in self._counts.items() if verdict == UNMAPPED)

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """The others, the most frequent first."""
        others = Counter({key: count for key, count in self._counts.items() if key[0] not in ("send", UNMAPPED)})
        return tuple(
            LeftOut(count, verdict, code, _words(verdict, code)) for (verdict, code), count in others.most_common()
        )


_WORDS: Mapping[str, str] = {
    "unreadable": "text that is no event",
    "accepted": "in this run already",
    "refused": "in this run already",
    "unknown": "sent, no answer read; only with --retry-unknown",
}


def _words(verdict: str, code: str) -> str:
    return SHORT.get(code) or _WORDS.get(verdict) or code or verdict


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What would be sent. `complete`: every event is counted and mapped; until then the numbers are of those known so far.

    `refused` are those of the sendable ones that the collector would refuse, where that was asked.

    `blocked` is a sentence telling why nothing may be sent to the target, or None. The key is masked.
    """

    target: str
    address: str
    environment: str
    application: str
    key: str
    mode: Mode
    batch: int
    events: int
    sendable: int
    unmapped: int
    left_out: tuple[LeftOut, ...]
    requests: int
    refused: int = 0
    production: bool
    blocked: str | None
    complete: bool = True

    @property
    def needs_yes(self) -> bool:
        """Whether there are, or may be, so many requests that they are asked for a second time."""
        return self.requests > CONFIRM_ABOVE or not self.complete


def make_plan(tally: Tally, target: Target, mode: Mode, *, batch: int = BATCH_LIMIT, complete: bool = True) -> Plan:
    """The plan for what was counted. `batch` is how many events one request of the mode `batch` holds, 1 to 500."""
    batch = min(max(1, batch), BATCH_LIMIT)
    sendable = tally.sendable
    endpoint = without_user(hide(target.collector_endpoint, target.api_key))
    return Plan(
        target=hide(target.name, target.api_key),
        address=one_line((batch_url if mode == "batch" else context_url)(endpoint), 300),
        environment=target.environment,
        application=hide(target.application or "", target.api_key),
        key=MASK if target.api_key is None else target.api_key.masked,
        mode=mode,
        batch=batch,
        events=tally.events,
        sendable=sendable,
        unmapped=tally.unmapped,
        left_out=tally.left_out,
        requests=sendable if mode == "single" else -(-sendable // batch),
        refused=tally.refused,
        production=looks_like_production(target),
        blocked=blocks_sending(target),
        complete=complete and not tally.unmapped,
    )


def proposed_mode(sendable: int) -> Mode:
    """Single calls for a few events, as Segment makes them; batches for many."""
    return "batch" if sendable >= BATCH_FROM else "single"
