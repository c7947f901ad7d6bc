"""The sizes of the panes: a small value that can be saved and restored, and the rules for resizing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

LEAST: Final = 12.0
"""The minimum width of every pane, in per cent."""
STEP: Final = 4.0
"""The distance that one key press moves a border, in per cent."""
DRAWER: Final = (15.0, 80.0)
"""The minimum and maximum height of the drawer, in per cent."""


class LayoutSizes(msgspec.Struct, frozen=True):
    """The widths of panes and the height of the drawer, in per cent of the screen; 0 means the default size.

    The event pane fills the remaining width, and so does the config pane when it replaces the event pane.
    """

    events: float = 0
    config: float = 0
    result: float = 0
    drawer: float = 0


def exchanged(sizes: LayoutSizes, shown: Mapping[str, float], grows: str, shrinks: str, by: float) -> LayoutSizes:
    """The sizes after one pane takes `by` per cent from another (or gives it, if negative), within the minimum widths.

    `shown` holds the visible panes with their current widths in per cent.
    """
    by = max(min(by, shown[shrinks] - LEAST), LEAST - shown[grows])
    widths = {**shown, grows: shown[grows] + by, shrinks: shown[shrinks] - by}
    # One pane has no width of its own, so that the panes always fill the screen.
    rest = "event" if "event" in shown else "config"
    given = {
        name: round(width, 2) for name, width in widths.items() if name in sizes.__struct_fields__ and name != rest
    }
    return msgspec.structs.replace(sizes, **given)


def neighbour(shown: Mapping[str, float], pane: str) -> str | None:
    """The pane that a pane takes space from: the one to its right, or to its left for the last pane. None if it is alone."""
    names = list(shown)
    if pane not in names or len(names) == 1:
        return None
    at = names.index(pane)
    return names[at + 1] if at + 1 < len(names) else names[at - 1]


def with_drawer(sizes: LayoutSizes, height: float) -> LayoutSizes:
    """The sizes with a new height of the drawer in per cent, within its limits."""
    least, most = DRAWER
    return msgspec.structs.replace(sizes, drawer=round(min(max(height, least), most), 2))
