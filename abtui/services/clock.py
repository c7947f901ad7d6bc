"""The time, for the core, which has none of its own."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> str:
    """The present as an SDK writes it: ISO 8601 in UTC with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
