"""All findings as rows: a group for each code, gravest first, followed by its places if it is open."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Final, Literal

import msgspec

from abtui.core.findings import RULES, Finding, Severity
from abtui.tui.kit.severities import GRAVEST

LeastSeverity = Literal["error", "warning", "info"]
LEAST_SEVERITIES: Final[dict[LeastSeverity, str]] = {"info": "all", "warning": "errors and warnings", "error": "errors"}
"""The choices of the least severity shown, with their labels, in the order in which the key cycles through them."""


class FindingGroup(msgspec.Struct, frozen=True):
    """All findings of one code. `count` is the number of events, or of places in the config, that have it."""

    code: str
    count: int

    @property
    def severity(self) -> Severity:
        """The rule's severity."""
        return RULES[self.code].severity


class FindingPlace(msgspec.Struct, frozen=True):
    """One place of a finding. `index` is the event's place in the corpus, or None for the config or the whole corpus.

    `source` says where the event or the setting comes from, `name` is the event's name, and `others` counts further
    findings of the same code in the same event.
    """

    finding: Finding
    source: str
    name: str = ""
    index: int | None = None
    others: int = 0


class Row(msgspec.Struct, frozen=True):
    """A row: a group and the number of one of its places (from 0), or None for the group itself."""

    group: FindingGroup
    place: int | None = None


class Outline:
    """Groups, the codes of those that are open, and the least severity shown. The number of places does not matter."""

    def __init__(self) -> None:
        self.least: LeastSeverity = "info"
        self.open: set[str] = set()
        self._groups: list[FindingGroup] = []
        self._ends: list[int] = []
        self._all: tuple[FindingGroup, ...] = ()

    def set_groups(self, groups: Iterable[FindingGroup]) -> None:
        """Replace the groups. Open groups stay open."""
        self._all = tuple(sorted(groups, key=lambda group: (GRAVEST.index(group.severity), -group.count, group.code)))
        self._lay_out()

    @property
    def hidden(self) -> int:
        """The number of groups that the least severity hides."""
        return len(self._all) - len(self._groups)

    @property
    def groups(self) -> tuple[FindingGroup, ...]:
        """All groups, sorted by severity and then by size."""
        return self._all

    def next_least(self) -> None:
        """Switch to the next choice of the least severity."""
        order = list(LEAST_SEVERITIES)
        self.least = order[(order.index(self.least) + 1) % len(order)]
        self._lay_out()

    def toggle(self, code: str, opened: bool | None = None) -> None:
        """Open or close a group. Without `opened`, toggle it."""
        if opened is None:
            opened = code not in self.open
        (self.open.add if opened else self.open.discard)(code)
        self._lay_out()

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def row(self, position: int) -> Row:
        """The row at a position (from 0). Raises IndexError if there is none."""
        at = bisect_right(self._ends, position)
        group = self._groups[at]
        start = self._ends[at - 1] if at else 0
        return Row(group, position - start - 1 if position > start else None)

    def position(self, code: str, place: int | None) -> int | None:
        """The position of a group or of its place, or else the nearest one in the group. None for a hidden group."""
        at = next((at for at, group in enumerate(self._groups) if group.code == code), None)
        if at is None:
            return None
        start = self._ends[at - 1] if at else 0
        return min(start + (0 if place is None else place + 1), self._ends[at] - 1)

    def from_here(self, code: str) -> tuple[str, ...]:
        """The codes of the groups after `code`, and then of those before it, nearest first."""
        codes = [group.code for group in self._groups]
        at = codes.index(code)
        return (*codes[at + 1 :], *reversed(codes[:at]))

    def nearest(self, row: Row, further: Sequence[str]) -> int | None:
        """The position of a row, or else of the first group of `further` that is shown, or None."""
        found = self.position(row.group.code, row.place)
        others = (self.position(code, None) for code in further)
        return found if found is not None else next((other for other in others if other is not None), None)

    def _lay_out(self) -> None:
        shown = GRAVEST[: GRAVEST.index(self.least) + 1]
        self._groups = [group for group in self._all if group.severity in shown]
        self._ends = list(accumulate(1 + (group.count if group.code in self.open else 0) for group in self._groups))
