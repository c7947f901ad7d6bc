"""What is shown of what is sent: a delivery as a whole, and the receipt of the selected event."""

from __future__ import annotations

import msgspec

from abtui.core.delivery.plan import Plan
from abtui.core.delivery.progress import Example, Progress
from abtui.core.delivery.runs import EventReceipt


class SelectedReceipt(msgspec.Struct, frozen=True):
    """The receipt of the selected event, if it was sent; `older`: of an older payload than the one shown.

    `sending`: the event is on its way by itself. `problem`: why it was not sent.
    """

    kept: EventReceipt | None = None
    older: bool = False
    sending: bool = False
    problem: str = ""


class DeliveryView(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery: its plan, its last progress, and the kinds of answers so far.

    `counts` has the number of events by the state of their sending. `total` is the number of events to send, or None until
    they are counted. `state` is that of `Progress`, `ending` "" until it ended. `steered`: it can be paused and cancelled.
    """

    plan: Plan
    state: str
    counts: dict[str, int]
    total: int | None
    requests: int = 0
    tries: int = 0
    speed: float = 0.0
    seconds: float = 0.0
    note: str = ""
    ending: str = ""
    examples: tuple[Example, ...] = ()
    others: int = 0
    steered: bool = False

    @property
    def settled(self) -> int:
        """The number of events whose result is known."""
        return sum(self.counts.get(word, 0) for word in ("accepted", "refused", "unknown"))


def view_of(
    plan: Plan,
    progress: Progress | None,
    *,
    examples: tuple[Example, ...] = (),
    others: int = 0,
    problem: str = "",
    steered: bool = False,
) -> DeliveryView:
    """What is shown of a delivery by its last progress, or the `problem` that ended it without any."""
    total = plan.sendable if plan.complete else None
    if progress is None:
        return DeliveryView(plan=plan, state="ended", counts={}, total=total, note=problem, ending="failed")
    counts = _counts(progress, total)
    # The run ended, but some events of the plan made no request: their file may have changed.
    short = progress.ending == "done" and counts["waiting"] > 0
    return DeliveryView(
        plan=plan,
        state=progress.state,
        counts=counts,
        total=total,
        requests=progress.requests,
        tries=progress.tries,
        speed=progress.speed,
        seconds=progress.seconds,
        note=progress.note or problem,
        ending="short" if short else progress.ending or "",
        examples=examples,
        others=others,
        steered=steered,
    )


def _counts(progress: Progress, total: int | None) -> dict[str, int]:
    """The number of events by sending state; all events without a result are waiting."""
    waiting = progress.waiting if total is None else max(0, total - progress.settled)
    return {
        "accepted": progress.accepted,
        "refused": progress.refused,
        "unknown": progress.unknown,
        "waiting": waiting,
    }
