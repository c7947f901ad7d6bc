"""The findings of each event under both configs."""

from __future__ import annotations

from collections import Counter

from abtui.core.checks import RecentIds
from abtui.core.corpus.comparison.model import FindingChange
from abtui.core.corpus.mapper import Mapper
from abtui.core.events import Event
from abtui.core.report import FieldChange


class FindingCounts:
    """Counts the events that gain and lose findings, by code."""

    def __init__(self, old: Mapper, new: Mapper) -> None:
        self._sides = tuple((mapper, RecentIds()) for mapper in (old, new))
        self._gained: Counter[str] = Counter()
        self._lost: Counter[str] = Counter()

    def add(self, event: Event, before: Event) -> FieldChange | None:
        """Count an event, which was `before` under OLD; its codes under both configs where they differ."""
        old, new = (
            Counter(item.code for item in mapper.outcome(of, recent=recent).findings)
            for of, (mapper, recent) in zip((before, event), self._sides, strict=True)
        )
        if old == new:
            return None
        self._gained.update((new - old).keys())
        self._lost.update((old - new).keys())
        return FieldChange("findings", _text(old), _text(new))

    def changes(self) -> tuple[FindingChange, ...]:
        """What changed so far."""
        found = [
            FindingChange(code=code, gained=self._gained[code], lost=self._lost[code])
            for code in self._gained.keys() | self._lost.keys()
        ]
        return tuple(sorted(found, key=lambda item: (-item.gained - item.lost, item.code)))


def _text(codes: Counter[str]) -> str | None:
    return ", ".join(sorted(codes.elements())) or None
