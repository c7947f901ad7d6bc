"""What a command counts, so that the counts of parts of the input can be put together in any order."""

from __future__ import annotations

from collections import Counter
from typing import Any, ClassVar, Self

from abtui.core.corpus.tally import count


class Fold:
    """Counts that are merged with those of another part of the input.

    `counted` names the attributes that are counts: numbers, counters, what has a `merge` of its own, dicts of these, or None where
    that is not counted. Only they go to another process, so no config and no key does. What comes from there counts nothing more: it is
    merged into another.
    """

    counted: ClassVar[tuple[str, ...]] = ()

    def merge(self, other: Self) -> None:
        """Add what another one counted, which was made with the same configs and options."""
        for name in self.counted:
            own, its = getattr(self, name), getattr(other, name)
            if isinstance(own, int):
                setattr(self, name, own + its)
            elif own is not None:
                _merge(own, its)

    def __getstate__(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.counted}


def _merge(own: Any, its: Any) -> None:
    if isinstance(own, Counter):
        for thing, times in its.items():
            count(own, thing, times)
    elif isinstance(own, dict):
        for key, value in its.items():
            if key in own:
                _merge(own[key], value)
            else:
                own[key] = value
    else:
        own.merge(its)
