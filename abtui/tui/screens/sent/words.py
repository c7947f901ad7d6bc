"""The rows of a delivery: the line that fills, how far it has come, and what can be done."""

from __future__ import annotations

from typing import Final

from abtui.core.text.plain import plural
from abtui.tui.delivery import DeliveryView
from abtui.tui.kit.drawing import Piece, width_of
from abtui.tui.kit.marks import LOOKS, RowFate, Signs
from abtui.tui.kit.tally import ghost_line, line_of

FATE_OF: Final[dict[str, RowFate]] = {"accepted": "accepted", "refused": "refused", "unknown": "unknown"}
"""The fate whose look a receipt has. `accepted` is as far as the collector: a receipt does not tell what the console has."""
_STATES: Final = {
    "sending": ("sending", "accent"),
    "paused": ("paused", "ignored"),
    "cancelling": ("ending, waiting for requests in flight", "ignored"),
}
_KEYS: Final = {
    "sending": "p pauses, c cancels",
    "paused": "p resumes, c cancels",
    "cancelling": "c again does not wait",
}
_ENDINGS: Final = {
    "done": ("done", "text"),
    "short": ("ended, but not all of the plan was sent", "ignored"),
    "cancelled": ("cancelled", "ignored"),
    "halted": ("stopped", "refused"),
    "journal": ("stopped: the journal cannot be written", "refused"),
    "gone": ("stopped: the journal is gone", "refused"),
    "failed": ("nothing was sent", "refused"),
}


def line_row(view: DeliveryView, width: int, signs: Signs) -> list[Piece]:
    """The line, filled as far as there are results."""
    settled = view.settled
    total = max(view.total or settled + view.counts.get("waiting", 0), settled)
    if not settled or not total:
        return ghost_line(width, signs)
    room = max(1, width * settled // total)
    counts = {fate: view.counts.get(word, 0) for word, fate in FATE_OF.items()}
    row = line_of(counts, room, signs)
    return row if room >= width else [*row, *ghost_line(width - width_of(row), signs)]


def counts_row(view: DeliveryView, width: int, signs: Signs) -> list[Piece]:
    """`done  5 of 5 events: ◐ 4 accepted, ✗ 1 refused   5 requests in 1.2 s`."""
    words, role = _ENDINGS[view.ending or "done"] if view.state == "ended" else _STATES[view.state]
    total = "" if view.total is None else f" of {view.total:,}"
    row = [Piece(words, role, bold=True), Piece(f"  {view.settled:,}{total} {view.plan.noun}s", bold=True)]
    for word, fate in FATE_OF.items():
        if number := view.counts.get(word, 0):
            row.append(Piece(", " if len(row) > 2 else ": ", "soft"))
            row.append(Piece(f"{signs.mark(fate)} {number:,} {word}", LOOKS[fate].role, bold=True))
    speed = Piece(f"   {_speed(view)}", "soft")
    return [*row, speed] if width_of([*row, speed]) <= width else row


def _speed(view: DeliveryView) -> str:
    again = view.tries - view.requests
    retried = f", {again:,} tried again" if again > 0 else ""
    speed = f" in {view.seconds:,.1f} s" if view.state == "ended" else f", {view.speed:,.0f} {view.plan.noun}s/s"
    return f"{plural(view.requests, 'request')}{retried}{speed}"


def keys_row(view: DeliveryView, width: int, signs: Signs) -> list[Piece]:
    """What can be done: of a run under way pause and cancel, else the next look."""
    if view.steered and view.state in _KEYS:
        return [Piece(_KEYS[view.state], "accent")]
    if view.state == "ended" and view.settled:
        return [Piece("Left and right filter events by receipt, Enter shows them", "soft")]
    return []
