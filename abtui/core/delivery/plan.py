"""The plan: what would be sent to which target, as how many requests, and what is left out and why. Made before anything is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final, Literal

import msgspec

from abtui.core.config.endpoint import blocks_sending, looks_like_production
from abtui.core.config.model import Target
from abtui.core.delivery.request import batch_url, context_url
from abtui.core.destinations import short_reason
from abtui.core.fate import FATES, SENT_FATES, unsent_fate
from abtui.core.outcomes import Fate
from abtui.core.text.plain import one_line
from abtui.core.text.secret import hide, without_user

BATCH_LIMIT: Final = 500
"""Requests that one `PUT /context/batch` may hold (the collector's API description)."""
CONFIRM_ABOVE: Final = 100
"""More requests than this are asked for a second time."""
BATCH_FROM: Final = 25
"""From so many events on batches are proposed: one request costs about as much time as 500 events in a batch."""

UNMAPPED: Final = "unmapped"
UNREADABLE: Final = "unreadable"
NOT_EVENT: Final = "not-event"

Scope = Literal["selected", "marked", "filtered", "all"]
SCOPES: Final[tuple[Scope, ...]] = ("selected", "marked", "filtered", "all")
Mode = Literal["single", "batch"]


class LeftOut(msgspec.Struct, frozen=True):
    """Events that make no request: how many, the verdict, and why in a few words."""

    count: int
    verdict: str
    code: str
    words: str

    @property
    def said(self) -> str:
        """What becomes of them, as a verb: `never leave`; the verdict where it is no fate, such as `accepted` in an earlier run."""
        fate = unsent_fate(self.verdict)
        return self.verdict if fate is None else FATES[fate].one if self.count == 1 else FATES[fate].several


class Tally:
    """Counts events for a plan, by verdict and the code of its reason. `unreadable`, `not-event` and `unmapped` count as verdicts.

    What becomes of an unmapped event is open: it is neither sendable nor left out. What is no event is neither, too.
    """

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self._fates: Counter[str] = Counter()

    def add(self, verdict: str, code: str, count: int = 1, *, fate: str = "") -> None:
        """Count an event, or several alike. `fate` is what becomes of it, where that is known."""
        self._counts[verdict, code] += count
        if verdict == "send":
            self._fates[fate] += count

    @property
    def events(self) -> int:
        """All that were counted, but for what is no event."""
        return sum(count for (verdict, _), count in self._counts.items() if verdict not in (UNREADABLE, NOT_EVENT))

    @property
    def sendable(self) -> int:
        """Those that make a request."""
        return self._of("send")

    @property
    def fates(self) -> dict[Fate, int]:
        """What becomes of those that make a request, as far as it is known; zeros are left out."""
        return {fate: self._fates[fate] for fate in SENT_FATES if self._fates[fate]}

    @property
    def unmapped(self) -> int:
        """Those of which nothing is known yet."""
        return self._of(UNMAPPED)

    @property
    def unreadable(self) -> int:
        """The pieces that could not be read."""
        return self._of(UNREADABLE)

    @property
    def not_events(self) -> int:
        """The JSON objects that are no events."""
        return self._of(NOT_EVENT)

    def _of(self, wanted: str) -> int:
        return sum(count for (verdict, _), count in self._counts.items() if verdict == wanted)

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """The others, the most frequent first."""
        others = Counter({key: count for key, count in self._counts.items() if key[0] not in _NOT_LEFT_OUT})
        return tuple(
            LeftOut(count, verdict, code, _words(verdict, code)) for (verdict, code), count in others.most_common()
        )


_NOT_LEFT_OUT: Final = frozenset({"send", UNMAPPED, UNREADABLE, NOT_EVENT})
_WORDS: Mapping[str, str] = {
    "accepted": "in this run already",
    "refused": "in this run already",
    "unknown": "sent, no answer read; only with --retry-unknown",
}


def _words(verdict: str, code: str) -> str:
    reason = short_reason(code)
    return reason if reason != code else _WORDS.get(verdict) or code or verdict


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What would be sent. `complete`: every event is counted and mapped; until then the numbers are of those known so far.

    `fates` forecasts what becomes of the sendable ones, as far as it is known.

    `blocked` is a sentence telling why nothing may be sent to the target, or None. The key is masked; `no_key` says what to do
    where there is none.
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
    unreadable: int = 0
    not_events: int = 0
    requests: int
    fates: Mapping[Fate, int] = {}
    production: bool
    blocked: str | None
    no_key: str = ""
    complete: bool = True

    @property
    def forbidden(self) -> bool:
        """Whether nothing may be sent for another reason than that there is no key yet."""
        return self.blocked is not None and not (self.no_key and self.no_key in self.blocked)

    @property
    def refused(self) -> int:
        """The sendable ones that the collector would refuse."""
        return self.fates.get("refused", 0)

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
        key=target.key_shown,
        no_key=target.no_key,
        mode=mode,
        batch=batch,
        events=tally.events,
        sendable=sendable,
        unmapped=tally.unmapped,
        left_out=tally.left_out,
        unreadable=tally.unreadable,
        not_events=tally.not_events,
        requests=sendable if mode == "single" else -(-sendable // batch),
        fates=tally.fates,
        production=looks_like_production(target),
        blocked=blocks_sending(target),
        complete=complete and not tally.unmapped,
    )


def proposed_mode(sendable: int) -> Mode:
    """Single calls for a few events, as Segment makes them; batches for many."""
    return "batch" if sendable >= BATCH_FROM else "single"
