"""The keys that the key bar names on the Goal screen, which is loaded later than its tab."""

from __future__ import annotations

from typing import Final

KEYS: Final[tuple[tuple[str, str], ...]] = (
    ("goal.fix", "fix"),
    ("goal.next", "next loss"),
    ("goal.open", "open its events"),
    ("goal.type", "another goal"),
    ("goal.copy", "copy note"),
    ("screen.back", "back"),
)
