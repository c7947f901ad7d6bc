"""Where the threads of an event stand in its text, its payload and the config: the gutter of a pane, and the row at fault."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from abtui.core.outcomes import Fate
from abtui.core.text.paths import Path
from abtui.core.threads import Letters, Tie
from abtui.tui.kit.json_lines import Gutter
from abtui.tui.kit.lights import LocatedText


class Ties(NamedTuple):
    """What a pane shows beside its rows (from 0), and the row at fault, or None."""

    gutter: dict[int, Gutter]
    at: int | None = None


def event_ties(located: LocatedText | None, letters: Letters, fate: Fate) -> Ties:
    """The ties of the event. The fate's mark stands here if there is no payload in which it could.

    `located` is None for a long text that a worker has not located yet: it has no ties until then.
    """
    marked = not any(tie.culprit for tie in letters.payload.values())
    return _ties(located, letters.event, fate if marked else None)


def payload_ties(located: LocatedText | None, letters: Letters, fate: Fate) -> Ties:
    """The ties of the payload, with the fate's mark at the fault."""
    return _ties(located, letters.payload, fate)


def config_ties(letters: Letters, fate: Fate) -> Ties:
    """The ties of the config, with the fate's mark at the line that is at fault."""
    gutter = {line - 1: Gutter(tie.letter, fate if tie.culprit else None) for line, tie in letters.lines.items()}
    return Ties(gutter, min((line - 1 for line, tie in letters.lines.items() if tie.culprit), default=None))


def _ties(located: LocatedText | None, tied: Mapping[Path, Tie], fate: Fate | None) -> Ties:
    gutter: dict[int, Gutter] = {}
    faults: list[int] = []
    if located is None:
        return Ties(gutter)
    # A field inside another that is tied has its own letter.
    for path in sorted(tied, key=len):
        rows = _rows(located, path)
        gutter.update(dict.fromkeys(rows, Gutter(tied[path].letter)))
        if tied[path].culprit:
            faults += rows[:1]
    for row in faults:
        gutter[row] = Gutter(gutter[row].letter, fate)
    return Ties(gutter, min(faults, default=None))


def _rows(located: LocatedText, path: Path) -> range:
    """The rows of a field, without one that only closes it."""
    place = located.index.of(path)
    if place is None:
        return range(0)
    start, end = place.whole
    (first, _), (last, column) = located.spot(start), located.spot(end - 1)
    closes = last > first and not located.text[end - 1 - column : end - 1].strip()
    return range(first, last + 1 - closes)
