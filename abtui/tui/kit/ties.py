"""Where the threads of an event stand in its text and in its payload: the gutter of a pane, and the row at fault."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from abtui.core.outcomes import Fate
from abtui.core.text.paths import Path
from abtui.core.threads import Thread
from abtui.tui.kit.json_lines import Gutter
from abtui.tui.kit.lights import LocatedText

Side = Literal["event", "payload"]


class Ties(NamedTuple):
    """What a pane shows beside its rows (from 0), and the row at fault, or None."""

    gutter: dict[int, Gutter]
    at: int | None


def ties(located: LocatedText | None, threads: Sequence[Thread], side: Side, fate: Fate) -> Ties:
    """The ties of one side. Without places (a long text, until a worker has located them) there are none.

    The mark of `fate` stands in the payload, where there is one: an event that arrives has no fault to mark.
    """
    gutter: dict[int, Gutter] = {}
    at: int | None = None
    for thread in threads if located is not None else ():
        path = thread.event_path if side == "event" else thread.payload_path
        found = _rows(located, path) if located is not None and path is not None else range(0)
        for row in found:
            # A field inside another has a thread of its own: the row is the first one's.
            gutter.setdefault(row, Gutter(thread.letter))
        if thread.culprit and found and at is None:
            at = found[0]
            marked = side == "payload" or thread.payload_path is None
            gutter[at] = Gutter(thread.letter, fate if marked else None)
    return Ties(gutter, at)


def _rows(located: LocatedText, path: Path) -> range:
    """The rows of a field, without one that only closes it."""
    place = located.index.of(path)
    if place is None:
        return range(0)
    start, end = place.whole
    (first, _), (last, column) = located.spot(start), located.spot(end - 1)
    closes = last > first and not located.text[end - 1 - column : end - 1].strip()
    return range(first, last + 1 - closes)


def config_ties(threads: Sequence[Thread], fate: Fate) -> Ties:
    """The ties of the config: its lines that the threads go through."""
    gutter: dict[int, Gutter] = {}
    at: int | None = None
    for thread in threads:
        for line in thread.lines:
            gutter.setdefault(line - 1, Gutter(thread.letter))
        if thread.culprit and thread.lines and at is None:
            at = thread.lines[0] - 1
            gutter[at] = Gutter(thread.letter, fate)
    return Ties(gutter, at)
