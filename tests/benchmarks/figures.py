"""What a benchmark says: a figure, its yardstick, their ratio, and the floor the project has set itself."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple


class Figure(NamedTuple):
    """One measured figure. `ratio` is figure by yardstick, `holds` whether the floor is met, None where there is no floor."""

    part: str
    name: str
    value: float
    unit: str
    yardstick: str = ""
    yardstick_value: float | None = None
    ratio: float | None = None
    floor: str = ""
    holds: bool | None = None


class Failed(NamedTuple):
    """A part that could not be measured, and why."""

    part: str
    reason: str


class BenchError(Exception):
    """What was to be measured did not happen: the message says what was seen instead."""


def paired(
    part: str,
    name: str,
    unit: str,
    values: Sequence[float],
    yardstick: str,
    against: Sequence[float],
    *,
    at_least: float | None = None,
    at_most: float | None = None,
) -> Figure:
    """The figure of values measured in turns with those of a yardstick. The ratio is the median of the turns' ratios."""
    ratio = statistics.median(value / other for value, other in zip(values, against, strict=True))
    floor, holds = "", None
    if at_least is not None:
        floor, holds = f"at least {at_least:g}x", ratio >= at_least
    if at_most is not None:
        floor, holds = f"at most {at_most:g}x", ratio <= at_most
    return Figure(
        part, name, statistics.median(values), unit, yardstick, statistics.median(against), ratio, floor, holds
    )


def in_turns(rounds: int, *measures: Callable[[], float], warm: bool = True) -> list[list[float]]:
    """Call each measure once a round, in alternating order so that a drift of the machine favours none; a list of values for each."""
    if warm:
        for measure in measures:
            measure()
    values: list[list[float]] = [[] for _ in measures]
    for turn in range(rounds):
        order = range(len(measures)) if turn % 2 == 0 else reversed(range(len(measures)))
        for index in order:
            values[index].append(measures[index]())
    return values


def number(value: float, unit: str) -> str:
    """A value as people read it: `118,000 events/s`, `0.35 s`, `12 ms`, `18.4 MB`."""
    if abs(value) >= 1000:
        return f"{value:,.0f} {unit}"
    return f"{value:.3g} {unit}" if abs(value) < 100 else f"{value:.0f} {unit}"


def table(results: Iterable[Figure | Failed]) -> str:
    """The results as lines of text, in columns."""
    rows = [("part", "figure", "value", "yardstick", "value", "ratio", "floor", "stands")]
    for item in results:
        if isinstance(item, Failed):
            rows.append((item.part, "not measured: " + item.reason.splitlines()[0], "", "", "", "", "", ""))
            continue
        against = "" if item.yardstick_value is None else number(item.yardstick_value, item.unit)
        ratio = "" if item.ratio is None else f"{item.ratio:.2f}x"
        stands = {True: "holds", False: "short", None: ""}[item.holds]
        rows.append(
            (item.part, item.name, number(item.value, item.unit), item.yardstick, against, ratio, item.floor, stands)
        )
    measured = [row for row in rows if not row[1].startswith("not measured: ")]
    widths = [max(len(row[column]) for row in measured) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
