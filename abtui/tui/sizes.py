"""How much room each pane has: a small value to keep and give back, and the rule by which panes take room from each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

LEAST: Final = 12.0
"""Per cent of the width that every pane keeps."""
STEP: Final = 4.0
"""Per cent that one key press moves a border by."""
DRAWER: Final = (15.0, 80.0)
"""Per cent of the height that the drawer has at least and at most."""


class LayoutSizes(msgspec.Struct, frozen=True):
    """Widths of panes and height of the drawer in per cent of the screen's; 0 where it is as designed.

    The event has what the others leave; so has the config where it takes the event's place.
    """

    events: float = 0
    config: float = 0
    result: float = 0
    drawer: float = 0


def exchanged(sizes: LayoutSizes, shown: Mapping[str, float], grows: str, shrinks: str, by: float) -> LayoutSizes:
    """One pane takes `by` per cent (or gives it, below 0) from another, as far as both keep enough.

    `shown` are the panes in view with their present widths in per cent.
    """
    by = max(min(by, shown[shrinks] - LEAST), LEAST - shown[grows])
    widths = {**shown, grows: shown[grows] + by, shrinks: shown[shrinks] - by}
    # One of them has no width of its own, so that all together always fill the screen.
    rest = "event" if "event" in shown else "config"
    given = {
        name: round(width, 2) for name, width in widths.items() if name in sizes.__struct_fields__ and name != rest
    }
    return msgspec.structs.replace(sizes, **given)


def neighbour(shown: Mapping[str, float], pane: str) -> str | None:
    """The pane that a pane takes room from: the one right of it, of the last one the one left of it. None if it is alone."""
    names = list(shown)
    if pane not in names or len(names) == 1:
        return None
    at = names.index(pane)
    return names[at + 1] if at + 1 < len(names) else names[at - 1]


def with_drawer(sizes: LayoutSizes, height: float) -> LayoutSizes:
    """The drawer at a height in per cent, within its limits."""
    least, most = DRAWER
    return msgspec.structs.replace(sizes, drawer=round(min(max(height, least), most), 2))
