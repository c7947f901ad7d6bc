"""What is kept of what was sent: runs, their events, and the receipt of one. The journal's values, which every face shows."""

from __future__ import annotations

from hashlib import blake2b

import msgspec

from abtui.core.delivery.plan import Plan
from abtui.core.delivery.receipts import Receipt
from abtui.core.outcomes import Request
from abtui.core.text.plain import one_line, plural
from abtui.core.text.secret import Secret, hide


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One run: when (ISO 8601, UTC), where to, what came of it. `running`: its process is still at it.

    `unknown` has in it what was on its way when its process ended. The key is masked. `ending` is how it ended: `done`,
    `cancelled`, a sentence, or "" where it was cut off. `resumable`: it is known what it was made of. `planned` are the
    events its plan would send, 0 where that was not written down; `not_taken` those that the collector said
    it did not take (429, 5xx), and those that wait: they go again when the run is taken up.
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

    @property
    def events(self) -> int:
        """All that were written down to be sent."""
        return self.accepted + self.refused + self.unknown + self.waiting

    @property
    def not_sent(self) -> int:
        """Those of the plan whose turn did not come."""
        return max(0, self.planned - self.events)

    @property
    def all_accepted(self) -> bool:
        """Whether it came to its end, and each event was taken."""
        return self.ending == "done" and self.accepted == self.events and not self.not_sent

    @property
    def gravest(self) -> str:
        """The state that a person should know of first."""
        return next((state for state in ("refused", "unknown", "waiting") if getattr(self, state)), "accepted")


class SentEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One sent event: its number in the run, its index in the corpus of then, what is known of it, and the answer's status."""

    run: int
    number: int
    item: int
    source: str
    name: str
    state: str
    status: int | None
    said: str
    segment_shows: str = ""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What the sending of one event came to: its state, and the receipt of its request with the errors that name this event.

    `receipt` is None while there is none. `digest` tells the payload, `events` how many travelled together, `body` is the
    beginning of what was sent ("" where it was not kept).
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


def run_without_journal(
    plan: Plan, number: int, counts: tuple[int, int, int, int], times: tuple[str, str], ending: str
) -> Run:
    """A run whose journal was removed, as it was told: `counts` accepted, refused, unknown and waiting, `times` begin and end."""
    accepted, refused, unknown, waiting = counts
    return Run(
        id=number,
        started=times[0],
        ended=max(times),
        ending=ending,
        running=False,
        target=plan.target,
        address=plan.address,
        environment=plan.environment,
        application=plan.application,
        key=plan.key,
        mode=plan.mode,
        what="",
        accepted=accepted,
        refused=refused,
        unknown=unknown,
        waiting=waiting,
        planned=plan.sendable,
    )


def as_kept(text: str, secret: Secret | None) -> str:
    """A name as it is written down, and as what is written down is to be compared with."""
    return one_line(hide(text, secret), 200)


def payload_digest(body: bytes) -> bytes:
    """What tells one payload from another, without holding it."""
    return blake2b(body, digest_size=8).digest()


def is_older(kept: Kept, request: Request | None) -> bool:
    """Whether what was sent is not what would be sent now."""
    return request is None or payload_digest(request.body_bytes) != kept.digest


def target_changes(run: Run, plan: Plan, secret: Secret | None) -> list[str]:
    """What of the target is not what the run went to. The key is not among it: keys are renewed."""
    environment, application = as_kept(plan.environment, secret), as_kept(plan.application, secret)
    told = []
    if (run.address, run.environment) != (plan.address, environment):
        told.append(f"The run went to {run.address}, environment {run.environment}; the target is another one now.")
    if run.application != application:
        names = [f"application {name}" if name else "no application" for name in (run.application, application)]
        told.append(f"The run was sent with {names[0]}; the target has {names[1]} now.")
    return told


def said_words(state: str, status: int | None, said: str) -> str:
    """What was said of an event; where nothing was, as its process ended before its answer, that."""
    if said or status is not None:
        return said
    return "Sent, no answer was read" if state == "unknown" else ""


def run_words(run: Run) -> str:
    """How a run ended, or that it has not."""
    if run.running:
        return "under way"
    if run.ended is None and not run.ending:
        return "cut off: what was on its way is unknown"
    return run.ending


def wait_words(times: int, seconds: float) -> str:
    """How often the collector asked to wait, and for how long: one line that counts up, however often it does."""
    return f"the collector asked to wait: {plural(times, 'time')}, {seconds:,.0f} s in all"


def counts_words(accepted: int, refused: int, unknown: int, waiting: int, not_sent: int = 0) -> str:
    """`1,997 accepted, 3 refused`: what there is of each."""
    parts = (
        ("accepted", accepted),
        ("refused", refused),
        ("unknown", unknown),
        ("waiting", waiting),
        ("not sent", not_sent),
    )
    return ", ".join(f"{count:,} {word}" for word, count in parts if count) or plural(0, "event")
