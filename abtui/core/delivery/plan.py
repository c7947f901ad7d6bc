"""The plan: what would be sent to which target, in how many requests, what is left out and why; and whether it needs consent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, Literal

import msgspec

from abtui.core.config.endpoint import blocks_sending, looks_like_production
from abtui.core.config.model import Target
from abtui.core.delivery.options import BATCH_LIMIT, Mode
from abtui.core.delivery.request import batch_url, context_url
from abtui.core.destinations import short_reason
from abtui.core.fate import FATES, SENT_FATES, unsent_fate
from abtui.core.outcomes import Fate
from abtui.core.text.plain import one_line, plural
from abtui.core.text.secret import hide, without_user

CONFIRM_ABOVE: Final = 100
"""More requests than this need a second confirmation."""
BATCH_FROM: Final = 25
"""The number of events from which batches are proposed: one request takes about as long as a batch of 500 events."""

UNMAPPED: Final = "unmapped"
UNREADABLE: Final = "unreadable"
NOT_EVENT: Final = "not-event"

Scope = Literal["selected", "marked", "filtered", "all"]
SCOPES: Final[tuple[Scope, ...]] = ("selected", "marked", "filtered", "all")


class LeftOut(msgspec.Struct, frozen=True):
    """Events that make no request: how many, their verdict, and the reason in a few words."""

    count: int
    verdict: str
    code: str
    words: str

    @property
    def said(self) -> str:
        """What becomes of them, as a verb: `never leave`. A verdict without a fate, such as `accepted` in an earlier run, is itself."""
        fate = unsent_fate(self.verdict)
        return self.verdict if fate is None else FATES[fate].one if self.count == 1 else FATES[fate].several


_NOT_LEFT_OUT: Final = frozenset({"send", UNMAPPED, UNREADABLE, NOT_EVENT})
_EARLIER_RESULTS: Final[Mapping[str, str]] = {
    "accepted": "in this run already",
    "refused": "in this run already",
    "unknown": "sent, no answer read; only with --retry-unknown",
}


class PlanCounts:
    """Counts events for a plan, by verdict and reason code. `unreadable`, `not-event` and `unmapped` count as verdicts.

    An unmapped event is neither sendable nor left out, because its verdict is still open. Anything that is not an event is
    neither, too.
    """

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self._fates: Counter[str] = Counter()
        self._further = self._further_sent = 0

    def add(self, verdict: str, code: str, count: int = 1, *, fate: str = "") -> None:
        """Count an event, or several that are alike. `fate` is what becomes of it, if that is known."""
        self._counts[verdict, code] += count
        if verdict == "send":
            self._fates[fate] += count

    def add_parts(self, parts: Sequence[tuple[str, str, str]]) -> None:
        """Count one event by all its requests: verdict, code and fate of each."""
        for verdict, code, fate in parts:
            self.add(verdict, code, fate=fate)
        self._further += len(parts) - 1
        self._further_sent += max(0, sum(verdict == "send" for verdict, _code, _fate in parts) - 1)

    @property
    def sending(self) -> int:
        """The number of events that make a request."""
        return self.of("send") - self._further_sent

    def of(self, wanted: str) -> int:
        """The number of events with this verdict; of those that make several requests each request counts."""
        return sum(count for (verdict, _), count in self._counts.items() if verdict == wanted)

    @property
    def events(self) -> int:
        """The number of events, whatever their verdict."""
        return sum(self._counts.values()) - self._further - self.of(UNREADABLE) - self.of(NOT_EVENT)

    @property
    def fates(self) -> dict[Fate, int]:
        """What becomes of the events that make a request, as far as it is known, without zeros."""
        return {fate: self._fates[fate] for fate in SENT_FATES if self._fates[fate]}

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """The events that make no request, the most frequent reason first."""
        others = Counter({key: count for key, count in self._counts.items() if key[0] not in _NOT_LEFT_OUT})
        return tuple(
            LeftOut(count, verdict, code, _EARLIER_RESULTS.get(verdict) or short_reason(code) or verdict)
            for (verdict, code), count in others.most_common()
        )


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What would be sent. `complete` means that every event is counted and mapped; until then the counts may grow.

    `sendable` counts what is sent, `sending` the events that it is made from: fewer if an event makes several requests.
    `fates` forecasts what becomes of what is sent, as far as it is known. `batches`: the destination takes some. `has_application`:
    the target chooses the application, and not each mapping. `blocked` is a sentence that says why nothing
    may be sent to the target, or None. The key is masked; `no_key` says what to do if there is none.
    """

    target: str
    address: str
    environment: str
    application: str
    key: str
    mode: Mode
    batch: int
    events: int
    sending: int
    sendable: int
    unmapped: int
    left_out: tuple[LeftOut, ...]
    unreadable: int = 0
    not_events: int = 0
    requests: int
    fates: Mapping[Fate, int] = {}
    batches: bool = True
    has_application: bool = True
    production: bool
    blocked: str | None
    no_key: str = ""
    complete: bool = True

    @property
    def not_in(self) -> int:
        """The number of events and pieces of text that make no request."""
        return self.events - self.sending - self.unmapped + self.unreadable + self.not_events

    @property
    def noun(self) -> str:
        """What `sendable` counts: requests, where an event makes several, else events."""
        return "event" if self.sendable == self.sending else "request"

    @property
    def sentence(self) -> str:
        """`4 requests to staging; 6 events are not in them`."""
        about = "" if self.complete else "at least "
        several = f" with {plural(self.sendable, 'event')}" if self.mode == "batch" else ""
        left = self.not_in
        rest = (
            f"; {plural(left, 'event')} {'is' if left == 1 else 'are'} not in {'it' if self.requests == 1 else 'them'}"
        )
        return (
            f"{about}{plural(self.requests, 'request')}{several} to {one_line(self.target, 60)}{rest if left else ''}"
        )

    @property
    def forbidden(self) -> bool:
        """Whether nothing may be sent, for a reason other than a missing key."""
        return self.blocked is not None and not (self.no_key and self.no_key in self.blocked)

    @property
    def refused(self) -> int:
        """The number of sendable events that the collector would refuse."""
        return self.fates.get("refused", 0)

    @property
    def needs_yes(self) -> bool:
        """Whether there are, or may be, so many requests that they need a second confirmation."""
        return self.requests > CONFIRM_ABOVE or not self.complete


def make_plan(
    counts: PlanCounts,
    target: Target,
    mode: Mode,
    *,
    batch: int = BATCH_LIMIT,
    complete: bool = True,
    batches: bool = True,
    has_application: bool = True,
) -> Plan:
    """The plan for the events counted. `batch` is the number of events in one request of the mode `batch`, 1 to 500.

    Without `batches` the destination sends each request by itself, whatever the mode.
    """
    mode = mode if batches else "single"
    batch = min(max(1, batch), BATCH_LIMIT)
    sendable, unmapped = counts.of("send"), counts.of(UNMAPPED)
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
        events=counts.events,
        sending=counts.sending,
        sendable=sendable,
        unmapped=unmapped,
        left_out=counts.left_out,
        unreadable=counts.of(UNREADABLE),
        not_events=counts.of(NOT_EVENT),
        requests=sendable if mode == "single" else -(-sendable // batch),
        fates=counts.fates,
        batches=batches,
        has_application=has_application,
        production=looks_like_production(target),
        blocked=blocks_sending(target),
        complete=complete and not unmapped,
    )


def proposed_mode(sendable: int) -> Mode:
    """Single calls for a few events, as Segment makes them; batches for many."""
    return "batch" if sendable >= BATCH_FROM else "single"


Question = Literal["environment", "many"]


class Flags(msgspec.Struct, frozen=True, kw_only=True):
    """The consent given on the command line. `terminal` means that a person can be asked."""

    dry_run: bool = False
    yes: bool = False
    yes_production: str | None = None
    terminal: bool = False


class Consent(msgspec.Struct, frozen=True):
    """Whether a plan may be carried out. `refused` is a sentence that names the missing flag, or ""; `ask` is what to ask first."""

    refused: str = ""
    ask: tuple[Question, ...] = ()


def consent(plan: Plan, flags: Flags) -> Consent:
    """Whether the plan may be carried out. Production needs the name of its environment, many requests need a yes."""
    name = one_line(plan.environment, 60)
    if plan.blocked is not None:
        return Consent(plan.blocked)
    if flags.yes_production is not None and flags.yes_production != plan.environment:
        given = one_line(flags.yes_production, 60)
        return Consent(f"--yes-production says {given!r}, but the target's environment is {name!r}.")
    missing: dict[Question, tuple[str, str]] = {}
    if plan.production and flags.yes_production is None:
        target = one_line(plan.target, 60)
        missing["environment"] = (f"the target {target!r} looks like production", f"--yes-production {name}")
    if plan.needs_yes and not flags.yes:
        more = f"more than {CONFIRM_ABOVE} requests may come"
        many = f"it would be {plural(plan.requests, 'request')}" if plan.complete else more
        missing["many"] = (many, "--yes")
    if flags.terminal or not missing:
        return Consent(ask=tuple(missing))
    reasons, needed = zip(*missing.values(), strict=True)
    return Consent(f"Nothing was sent, because {' and '.join(reasons)}. To send, pass: {' '.join(needed)}")
