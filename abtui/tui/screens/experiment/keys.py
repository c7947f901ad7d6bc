"""The keys that the key bar names on the Experiment screen, which is loaded later than its tab."""

from __future__ import annotations

from typing import Final

KEYS: Final[tuple[tuple[str, str], ...]] = (
    ("experiment.act", "what helps"),
    ("experiment.goal", "another goal"),
    ("experiment.next", "experiment"),
    ("experiment.open", "open its events"),
    ("experiment.copy", "copy note"),
    ("screen.back", "back"),
)
