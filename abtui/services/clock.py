"""The current time, for the core, which does not read the clock itself."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> str:
    """The current time as an SDK writes it: ISO 8601 in UTC with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def local_time() -> str:
    """The hour and minute of the clock on the wall: `09:14`."""
    return datetime.now().strftime("%H:%M")
