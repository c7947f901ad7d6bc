"""The names a config may use, and the nearest of them to a name it may not."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Final

SECTIONS: Final = ("destination", "settings", "behavior", "catalog", "targets", "check")
LABELS: Final[Mapping[str, str]] = {
    "API Key": "apiKey",
    "Collector Endpoint": "collectorEndpoint",
    "Environment": "environment",
    "Application": "application",
    "Unit Mapping": "unitMapping",
    "Goal Mapping": "goalMapping",
    "Enable Page View Tracking": "enablePageViewTracking",
    "Enable App Screen View Tracking": "enableAppScreenViewTracking",
    "Enable Exposure Tracking": "enableExposureTracking",
}
"""What Segment's form shows, and the setting it stands for (the destination's catalog page, "Settings")."""
SETTINGS: Final = tuple(LABELS.values())
TARGET: Final = ("collectorEndpoint", "apiKey", "environment", "application", "allow")
BEHAVIOR: Final = ("identify", "viewGoalNames")
CATALOG_PARTS: Final = ("goals", "units", "environments", "applications")
CATALOG_FILE: Final = (*CATALOG_PARTS, "archived")
"""What a catalog file holds: it has no files of its own."""
CATALOG: Final = (*CATALOG_FILE, "file")
CHECK: Final = ("failOn", "ignore", "select")
FAIL_ON: Final = ("error", "warning", "never")

_HOME: Final[Mapping[str, str]] = {
    **dict.fromkeys(SECTIONS, "the top level"),
    **dict.fromkeys(BEHAVIOR, "`behavior`"),
    **dict.fromkeys(CATALOG, "`catalog`"),
    **dict.fromkeys(CHECK, "`check`"),
    **dict.fromkeys(SETTINGS, "`settings`"),
}
ALL_NAMES: Final = frozenset((*_HOME, *TARGET))

_NOT_LETTERS = re.compile(r"[\W_]+")
_WIDTH: Final = 60


def letters(name: str) -> str:
    """A name without its case, spaces and punctuation: `Goal mapping`, `goal_mapping` and `goalMapping` are equal."""
    return _NOT_LETTERS.sub("", name).casefold()


def unknown_key_hint(key: str, known: Iterable[str], *, guess: bool = True, homes: bool = True) -> str:
    """What to write in place of `key` where only `known` are understood.

    Without `guess` no similar name is looked for; without `homes` it is not told to which section of a config it belongs.
    """
    by_letters = {letters(name): name for name in known}
    plain = letters(key[:_WIDTH])
    if plain in by_letters:
        return f"Write `{by_letters[plain]}`; names are case-sensitive."
    stuck = letters(key[:_WIDTH].partition(":")[0])
    if ":" in key and stuck in by_letters:
        return f"Write a space after the colon of `{by_letters[stuck]}:`."
    name = LABELS.get(key, key)
    if homes and name in _HOME:
        return (
            f"`{name}` belongs under {_HOME[name]}." if name not in SECTIONS else f"`{name}` belongs to the top level."
        )
    near = difflib.get_close_matches(plain, by_letters, n=1, cutoff=0.6) if guess else []
    if near:
        return f"Did you mean `{by_letters[near[0]]}`?"
    return "Known here: " + ", ".join(f"`{name}`" for name in by_letters.values()) + "."
