"""All goals judged for one experiment: how many have which reason, and what is lost by which cause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from hashlib import blake2b
from typing import Final

from abtui.core.experiments.achieved import Goal
from abtui.core.experiments.attribution import Attribution, GoalCount, Judged
from abtui.core.experiments.distinct import Distinct
from abtui.core.experiments.exposed import Exposed
from abtui.core.experiments.shelved import Part
from abtui.core.experiments.units import Units

STRETCH: Final = 256
"""Goals that are judged before others get the processor."""
Pause = Callable[[], None]
"""Called often, to let others have the processor."""


def no_pause() -> None:
    """Let nobody else have the processor."""


class Loss:
    """The goals that do not count for one cause: how many of each name, the units that tell it, and how early the earliest is."""

    def __init__(self) -> None:
        self.goals: Counter[str] = Counter()
        self.units = 0
        """The number of different keys of units that the judgement rests on."""
        self.types: Counter[tuple[str, str]] = Counter()
        """Those keys by their unit type, and the one under which their uid takes part, or "" if it does not."""
        self.example = ""
        """The least hash of a uid of those keys: a report may name it, as it tells no person."""
        self.earliest = 0
        """Of goals before their exposure, the longest time between the two (ms)."""


class Judgement:
    """The goals of any number of parts, all or the `wanted` ones. `losses` are those of which the cause is known, by it.

    If there are several parts, units of them may be the same. They are counted in `distinct`, and `finish` tells how many there are.
    """

    def __init__(
        self,
        experiment: str,
        distinct: Distinct | None = None,
        *,
        wanted: Collection[str] | None = None,
        pause: Pause = no_pause,
    ) -> None:
        self.goals: dict[str, GoalCount] = {}
        self.losses: dict[str, Loss] = {}
        self._experiment, self._distinct, self._wanted, self._pause = experiment, distinct, wanted, pause

    def add(self, part: Part) -> None:
        """Judge the goals of a part."""
        units, achieved, exposed = part.units, part.achieved, part.experiments[self._experiment]
        attribution = Attribution(exposed, units)
        wanted = [self._wanted is None or name in self._wanted for name in achieved.names]
        counts = [
            self.goals.setdefault(name, GoalCount()) if is_wanted else GoalCount()
            for name, is_wanted in zip(achieved.names, wanted, strict=True)
        ]
        known: list[set[int]] = [set() for _ in counts]
        lost: dict[str, set[int]] = {}
        for at, goal in enumerate(achieved):
            if at % STRETCH == 0:
                self._pause()
            if not wanted[goal.name]:
                continue
            judged = attribution.judge(achieved.keys[goal.keys], goal.at)
            counts[goal.name].add(judged, exposed, known[goal.name])
            if judged.cause:
                cause = _cause(judged, goal, exposed)
                loss = self.losses.setdefault(cause, Loss())
                loss.goals[achieved.names[goal.name]] += 1
                lost.setdefault(cause, set()).update(judged.keys)
                if judged.reason == "beforeExposure":
                    first = min(exposed.first[key].at for key in judged.keys)
                    loss.earliest = max(loss.earliest, first - goal.at)
        for cause, keys in lost.items():
            loss = self.losses[cause]
            loss.units += len(keys)
            loss.example = min(filter(None, (loss.example, *(units.hashes[key] for key in keys))), default="")
            for key in keys:
                loss.types.update((units.types[key], row) for row in _rows(attribution, key))
        if self._distinct is not None:
            self._note(self._distinct, part, attribution, dict(zip(achieved.names, known, strict=True)), lost)

    def _note(
        self,
        distinct: Distinct,
        part: Part,
        attribution: Attribution,
        known: dict[str, set[int]],
        lost: dict[str, set[int]],
    ) -> None:
        """Keep which units were counted."""
        units, experiment, first = part.units, self._experiment, part.experiments[self._experiment].first
        for name, keys in known.items():
            for key in keys:
                distinct.of((experiment, "counts", name, str(first[key].variant))).append(_digest(units, key))
        for cause, keys in lost.items():
            for key in keys:
                digest = _digest(units, key)
                distinct.of((experiment, "lost", cause)).append(digest)
                for row in _rows(attribution, key):
                    distinct.of((experiment, "types", cause, units.types[key], row)).append(digest)

    def finish(self, counts: Counter[tuple[str, ...]]) -> None:
        """Set the numbers of different units: `counts` are those of `distinct`."""
        for loss in self.losses.values():
            loss.types.clear()
        for goal in self.goals.values():
            goal.converters.clear()
        for what, number in self._own(counts):
            match what:
                case ("counts", name, variant):
                    self.goals[name].converters[int(variant)] = number
                case ("lost", cause):
                    self.losses[cause].units = number
                case ("types", cause, type, row):
                    self.losses[cause].types[type, row] = number

    def _own(self, counts: Counter[tuple[str, ...]]) -> Iterator[tuple[tuple[str, ...], int]]:
        return ((category[1:], number) for category, number in counts.items() if category[0] == self._experiment)


def _rows(attribution: Attribution, key: int) -> tuple[str, ...]:
    return attribution.types_of(key) or ("",)


def _digest(units: Units, key: int) -> int:
    text = repr((units.types[key], units.hashes[key])).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big", signed=True)


def _cause(judged: Judged, goal: Goal, exposed: Exposed) -> str:
    """The cause of a loss. Without the tracked unit nothing is lost before the exposure, such as of visitors who log in later."""
    if judged.cause == "sameTypeNotTracked" and all(exposed.first[key].at > goal.at for key in judged.keys):
        return "notTrackedYet"
    return judged.cause
