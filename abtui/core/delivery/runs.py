"""The journal's values, which every face shows: runs, sent events, and the receipt of one event."""

from __future__ import annotations

from hashlib import blake2b

import msgspec

from abtui.core.delivery.plan import Plan
from abtui.core.delivery.progress import Progress
from abtui.core.delivery.receipts import Receipt
from abtui.core.outcomes import Request
from abtui.core.text.plain import one_line, plural
from abtui.core.text.secret import Secret, hide


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One run: when it was sent (ISO 8601, UTC), where to, and with what result. The key is masked.

    `running`: its process is still sending it. `unknown` includes the events that were on their way when its process ended.
    `ending` is `done`, `cancelled`, a sentence, or "" if the run was cut off. `resumable`: it is known what the run was made
    from. `planned` is the number of events in its plan, 0 if the journal does not have it. `not_taken` counts the events that
    the collector said it did not accept (429, 5xx), and the waiting ones: these go again when the run is resumed.
    `several`: an event may have made several requests, and each of them is counted.
    """

    id: int
    started: str
    ended: str | None
    ending: str
    running: bool
    target: str
    address: str
    environment: str
    key: str
    mode: str
    what: str
    accepted: int
    refused: int
    unknown: int
    waiting: int
    resumable: bool = False
    application: str = ""
    planned: int = 0
    not_taken: int = 0
    several: bool = False

    @property
    def noun(self) -> str:
        """What is counted: requests, where an event may have made several, else events."""
        return "request" if self.several else "event"

    @property
    def events(self) -> int:
        """The number of events in the journal."""
        return self.accepted + self.refused + self.unknown + self.waiting

    @property
    def not_sent(self) -> int:
        """The number of planned events whose turn never came."""
        return max(0, self.planned - self.events)

    @property
    def all_accepted(self) -> bool:
        """Whether the run came to its end and every event was accepted."""
        return self.ending == "done" and self.accepted == self.events and not self.not_sent

    @property
    def gravest(self) -> str:
        """The state that a person should know of first."""
        return next((state for state in ("refused", "unknown", "waiting") if getattr(self, state)), "accepted")


class SentEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One sent event: its number in the run, its index in the corpus at that time, its state, and the answer's status.

    `mapping` is the name of the mapping that made the request, "" where the destination has none.
    """

    run: int
    number: int
    item: int
    source: str
    name: str
    state: str
    status: int | None
    said: str
    segment_shows: str = ""
    mapping: str = ""


class EventReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """The result of sending one event: its state, and the receipt of its request with the errors that name this event.

    `receipt` is None as long as there is none. `digest` identifies the payload, `events` is the number of events in the
    request, and `body` is the beginning of the body ("" if it was not kept).
    """

    target: str
    state: str
    digest: bytes
    receipt: Receipt | None
    events: int = 1
    tries: int = 1
    written: str = ""
    body: str = ""
    source: str = ""
    mapping: str = ""


def run_without_journal(plan: Plan, progress: Progress, started: str, ended: str) -> Run:
    """A run whose journal was removed, by its plan and what the delivery reported last."""
    return Run(
        id=progress.run,
        started=started,
        ended=max(started, ended),
        ending=progress.note,
        running=False,
        target=plan.target,
        address=plan.address,
        environment=plan.environment,
        application=plan.application,
        key=plan.key,
        mode=plan.mode,
        what="",
        accepted=progress.accepted,
        refused=progress.refused,
        unknown=progress.unknown,
        waiting=progress.waiting,
        planned=plan.sendable,
    )


def journal_name(text: str, secret: Secret | None) -> str:
    """A name as the journal has it, and as a name must be written to be compared with the journal's."""
    return one_line(hide(text, secret), 200)


def payload_digest(body: bytes) -> bytes:
    """A digest that identifies a payload."""
    return blake2b(body, digest_size=8).digest()


def is_older(receipt: EventReceipt, *requests: Request | None) -> bool:
    """Whether the payload that was sent differs from those that would be sent now, if any."""
    return receipt.digest not in (payload_digest(of.body_bytes) for of in requests if of is not None)


def said_words(state: str, status: int | None, said: str) -> str:
    """What the collector said of an event, or that its process ended before the answer came."""
    if said or status is not None:
        return said
    return "Sent, no answer was read" if state == "unknown" else ""


def run_words(run: Run) -> str:
    """How a run ended, or that it has not ended."""
    if run.running:
        return "under way"
    if run.ended is None and not run.ending:
        return "cut off: the requests on their way are unknown"
    return run.ending


def wait_words(times: int, seconds: float) -> str:
    """How often the collector asked to wait, and for how long: one line that is updated each time."""
    return f"the collector asked to wait: {plural(times, 'time')}, {seconds:,.0f} s in all"


def counts_words(accepted: int, refused: int, unknown: int, waiting: int, not_sent: int = 0) -> str:
    """The counts that are not zero, as in `1,997 accepted, 3 refused`."""
    counts = {
        "accepted": accepted,
        "refused": refused,
        "unknown": unknown,
        "waiting": waiting,
        "not sent": not_sent,
    }
    return ", ".join(f"{count:,} {word}" for word, count in counts.items() if count) or plural(0, "event")
