"""Times of moments as the Experiment screen writes them, in UTC as everywhere."""

from __future__ import annotations

import datetime
from typing import Final

_MONTHS: Final = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]  # fmt: skip


def _moment(at: int) -> datetime.datetime | None:
    try:
        return datetime.datetime.fromtimestamp(at / 1000, datetime.UTC)
    except (OverflowError, OSError, ValueError):
        return None


def clock(at: int) -> str:
    """`21:30`; "?" for what is no time of a calendar."""
    found = _moment(at)
    return "?" if found is None else f"{found.hour:02}:{found.minute:02}"


def day(at: int, *, short: bool = False) -> str:
    """`17 March`, or `17 Mar`; "" for what is no time of a calendar."""
    found = _moment(at)
    if found is None:
        return ""
    month = _MONTHS[found.month - 1]
    return f"{found.day} {month[:3] if short else month}"
