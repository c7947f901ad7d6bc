"""Counts over time as one row of bars."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from abtui.tui.kit.marks import Signs

_BARS: Final = "▁▂▃▄▅▆▇█"
_BARS_ASCII: Final = "_.:-=+*#"


def spread(counts: Iterable[int], cells: int) -> list[int]:
    """The counts of equal stretches of time as counts of so many longer ones, the last of which ends with them."""
    found = list(counts)
    if cells >= len(found) or cells < 1:
        return found
    edges = [round(cell * len(found) / cells) for cell in range(cells + 1)]
    return [sum(found[start:end]) for start, end in pairwise(edges)]


def spark(counts: Sequence[int], most: int, signs: Signs) -> str:
    """A bar for each count, on a scale up to `most`; nothing for none."""
    bars = _BARS_ASCII if signs.plain else _BARS
    return "".join(bars[min(len(bars) - 1, number * len(bars) // (most + 1))] if number else " " for number in counts)
