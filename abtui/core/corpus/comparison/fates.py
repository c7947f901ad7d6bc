"""What becomes of each event under both configs."""

from __future__ import annotations

from collections import Counter
from typing import Final, Literal

from abtui.core.corpus.mapper import Mapper
from abtui.core.destination import Decision
from abtui.core.fate import FATES, judge_alike
from abtui.core.outcomes import Fate

_KINDS: Final = {(old, new): f"fate {old} -> {new}" for old in FATES for new in FATES}


class FateCounts:
    """Counts events by their fate under OLD and under NEW. Where catalogs differ, a fate can change though the request does not."""

    def __init__(self, old: Mapper, new: Mapper) -> None:
        self.alike = judge_alike(old.config, new.config)
        """Whether an event about which both decide the same has the same fate."""
        self.alone = 0
        """Events whose fate changes though both configs decide the same: the catalogs, or the headers, do it."""
        self.decided = 0
        """Events about which the configs decide differently."""
        self._old, self._new = old, new
        self._moves: Counter[tuple[Fate, Fate]] = Counter()

    def add(self, old: Decision, new: Decision, *, same: bool, times: Literal[1, -1] = 1) -> str | None:
        """Count an event; the way its fate changes, or None. `same`: the decisions are equal. With `times` -1 it is taken back."""
        before, after = self.of(old, new, same=same)
        self._moves[before, after] += times
        self.decided += 0 if same else times
        if before == after:
            return None
        self.alone += times if same else 0
        return _KINDS[before, after]

    def of(self, old: Decision, new: Decision, *, same: bool) -> tuple[Fate, Fate]:
        """Both fates of an event. `same`: the decisions are equal."""
        before = self._old.fate(old)
        return before, before if same and self.alike else self._new.fate(new)

    def matrix(self) -> dict[Fate, dict[Fate, int]]:
        """Old fate -> new fate -> events."""
        return {old: {new: self._moves[old, new] for new in FATES} for old in FATES}
