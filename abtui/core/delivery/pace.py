"""How fast: a limit of requests a second, and how many went."""

from __future__ import annotations

from collections import deque
from typing import Final

_WINDOW: Final = 3.0
_PER: Final[dict[str, float]] = {"s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}

_LEAST: Final = 1 / 86_400
"""One request a day: with less a run would never end."""


def parse_rate(text: str) -> float | None:
    """Requests a second from `200/s`, `200`, `30/m` or `1000/h`; None for no limit (empty, `0`, `max`). Raises ValueError."""
    text = text.strip().lower()
    if text in ("", "0", "max", "no limit"):
        return None
    number, _, unit = text.partition("/")
    try:
        rate = float(number) / _PER[unit.strip() or "s"]
    except (ValueError, KeyError):
        raise ValueError(f"{text[:20]!r} is no rate") from None
    if not 0 < rate < float("inf"):
        raise ValueError(f"{text[:20]!r} is no rate")
    if rate < _LEAST:
        raise ValueError(f"{text[:20]!r} is less than one request a day")
    return rate


class Pace:
    """Spreads requests evenly over a rate. Times are seconds of any steady clock."""

    def __init__(self, rate: float | None) -> None:
        self._rate = rate
        self._next = 0.0

    def wait(self, now: float) -> float:
        """Seconds until the next request may start; asking takes that place."""
        if self._rate is None:
            return 0.0
        start = max(now, self._next)
        self._next = start + 1 / self._rate
        return start - now


class Speed:
    """Events a second over the last moments."""

    def __init__(self) -> None:
        self._marks: deque[tuple[float, int]] = deque()

    def add(self, now: float, events: int) -> None:
        """So many events ended now."""
        self._marks.append((now, events))
        while self._marks and self._marks[0][0] < now - _WINDOW:
            self._marks.popleft()

    def at(self, now: float) -> float:
        """Events a second."""
        recent = [(when, events) for when, events in self._marks if when >= now - _WINDOW]
        if not recent:
            return 0.0
        return sum(events for _, events in recent) / max(0.5, now - recent[0][0])
