"""Faults on demand: the answers of a collector, or of something in front of it, on a bad day."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, Literal, cast, get_args

import msgspec

from abtui.services.errors import CollectorError

FAULT_HEADER: Final = "X-Abtui-Fault"
"""A request with this header gets the fault that it names; `none` exempts it from the collector's own."""
LONGEST_SECONDS: Final = 600.0

FaultKind = Literal["none", "401", "429", "500", "html", "slow", "drop", "lost"]


class Fault(msgspec.Struct, frozen=True):
    """One fault. `slow` delays a proper answer by `seconds`. `drop` closes the connection before the request is handled, `lost` after."""

    kind: FaultKind
    seconds: float = 0.0


NO_FAULT: Final = Fault("none")
NextFault = Callable[[], Fault]
"""Returns the fault of the next request, for a collector with good and bad moments."""


def parse_fault(text: str) -> Fault:
    """`401`, `429`, `500`, `html`, `drop`, `lost`, `none`, or `slow:SECONDS`. Raises CollectorError for anything else."""
    kind, _, amount = text.strip().lower().partition(":")
    if kind not in get_args(FaultKind) or (kind != "slow" and amount):
        raise CollectorError(
            f"There is no fault {text[:40]!r}.", "Faults are 401, 429, 500, html, slow:SECONDS, drop and lost."
        )
    seconds = 0.0
    if kind == "slow":
        try:
            seconds = float(amount)
        except ValueError:
            seconds = math.nan
        if not 0 <= seconds <= LONGEST_SECONDS:
            raise CollectorError(
                f"{amount[:40]!r} is not a number of seconds from 0 to {LONGEST_SECONDS:g}.", "For example: slow:2.5"
            )
    return Fault(cast(FaultKind, kind), seconds)
