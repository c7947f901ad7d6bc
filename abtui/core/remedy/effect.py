"""What a change does to the events: their fates before and after it, counted by the comparison of two configs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from abtui.core.corpus.comparison import ComparisonResult
from abtui.core.fate import ARRIVING, FATES
from abtui.core.outcomes import Fate

_BAD: Final[tuple[Fate, ...]] = ("fails", "refused")


class Effect(msgspec.Struct, frozen=True):
    """How many events have each fate before a change, and how many after it."""

    before: Mapping[Fate, int]
    after: Mapping[Fate, int]

    @property
    def sentence(self) -> str:
        """`then 5 of 10 arrive`, or `then 5 of 10 are accepted` where no catalog says more; "" for a change that does not help."""
        if self.harms:
            return ""
        for fate in ARRIVING:
            if self._more(fate) > 0:
                gain = f"then {self.after.get(fate, 0):,} of {sum(self.after.values()):,} {_verb(fate, self.after.get(fate, 0))}"
                worse = [f"{more:,} more {_verb(bad, more)}" for bad in _BAD if (more := self._more(bad)) > 0]
                return f"{gain}, but {' and '.join(worse)}" if worse else gain
        for fate in _BAD:
            if fewer := -self._more(fate):
                return f"then {fewer:,} fewer {_verb(fate, fewer)}" if fewer > 0 else ""
        return ""

    @property
    def harms(self) -> bool:
        """Whether fewer events are taken than before."""
        return sum(self._more(fate) for fate in ARRIVING) < 0

    def _more(self, fate: Fate) -> int:
        return self.after.get(fate, 0) - self.before.get(fate, 0)


def _verb(fate: Fate, count: int) -> str:
    return FATES[fate].one if count == 1 else FATES[fate].several


def effect_of(result: ComparisonResult) -> Effect:
    """The effect of the change between two configs that were compared over all events."""
    return Effect(
        {old: sum(moved.values()) for old, moved in result.fates.items()},
        {new: sum(moved[new] for moved in result.fates.values()) for new in FATES},
    )


def effect_on_event(counts: Mapping[Fate, int], before: Fate, after: Fate) -> Effect:
    """The effect of a change of one event, with the counts of the fates of all of them."""
    changed = dict(counts)
    changed[before] = changed.get(before, 0) - 1
    changed[after] = changed.get(after, 0) + 1
    return Effect(dict(counts), changed)
