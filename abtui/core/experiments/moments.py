"""Requests counted together with the events that made them, so that it can be told which event of which unit does not count."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from abtui.core.experiments.elsewhere import Row, Sent
from abtui.core.experiments.exposed import flags_of, takes_part
from abtui.core.experiments.model import Experiment
from abtui.core.experiments.summary import ExperimentSummary, says_ignored
from abtui.core.outcomes import Outcome

_ARRIVES: Final = ("arrives", "accepted")
_INT64: Final = 2**63 - 1
ELSEWHERE: Final = 2**64 - 1
"""In place of an event's index, for what came past Segment."""


class Exposure(NamedTuple):
    """One exposure: the number of its experiment, when (ms), the number of the set of its units' keys, the variant, the index of
    its event, and whether its units take part by it."""

    name: int
    at: int
    keys: int
    variant: int
    event: int
    takes_part: bool


class Achievement(NamedTuple):
    """One goal: its number, when (ms), the number of the set of its units' keys, the index of its event, and whether the
    console takes it, as far as is known."""

    name: int
    at: int
    keys: int
    event: int
    arrives: bool


class Moments:
    """The counts of a `summary`, and beside it 34 bytes for each exposure and 5 for each goal. Parts merge to the same in any order."""

    def __init__(self, described: Iterable[Experiment] = ()) -> None:
        self.summary = ExperimentSummary(described)
        self.experiments: list[str] = []
        """The names of the experiments that exposures name, by number."""
        self.keys: list[tuple[int, ...]] = []
        """The sets of keys that exposures have, by number."""
        self._numbers: dict[str, int] = {}
        self._key_sets: dict[tuple[int, ...], int] = {}
        self._name, self._at, self._set, self._variant = array("I"), array("q"), array("I"), array("q")
        self._event, self._takes_part = array("Q"), array("b")
        self._goal_event, self._arrives = array("Q"), array("b")

    def add(self, event: int, outcome: Outcome) -> list[bool]:
        """Count the requests of an event, and tell which the collector accepts; `event` is its index."""
        return [
            self._add(event, part.request.body, part.request.headers, arrives=part.fate in _ARRIVES)
            for part in ((outcome,) if outcome.results is None else outcome.results)
            if part.request is not None and isinstance(part.request.body, dict)
        ]

    def add_elsewhere(self, item: Sent | Row) -> None:
        """Count what came past Segment, and is of no event."""
        if isinstance(item, Row):
            self.summary.add_elsewhere(item)
            keys = self._number_of((self.summary.units.number(item.type, item.hashed, item.plain),))
            self._append(item.name, Exposure(0, item.at, keys, item.variant, ELSEWHERE, takes_part(item.flags)))
        elif item.refused or not isinstance(item.body, dict):
            self.summary.add_elsewhere(item)
        else:
            self._add(ELSEWHERE, item.body, item.headers, arrives=True)

    def _add(self, event: int, body: Mapping[str, Any], headers: Mapping[str, str], *, arrives: bool) -> bool:
        """Count a request; False if the collector refuses it."""
        summary = self.summary
        if not summary.add(body, headers):
            return False
        exposures = body.get("exposures") or ()
        if exposures:
            keys = self._number_of(summary.units.of_request(body))
            ignored = says_ignored(body.get("attributes") or ())
            for exposure in exposures:
                took_part = takes_part(flags_of(exposure, ignored=ignored))
                at, variant = (max(-_INT64, min(int(exposure[name]), _INT64)) for name in ("exposedAt", "variant"))
                self._append(exposure["name"], Exposure(0, at, keys, variant, event, took_part))
        for _ in body.get("goals") or ():
            self._goal_event.append(event)
            # Goals inside an exposure are counted, and are not those of the event.
            self._arrives.append(arrives and not exposures)
        return True

    def _number_of(self, keys: tuple[int, ...]) -> int:
        number = self._key_sets.get(keys)
        if number is None:
            number = self._key_sets[keys] = len(self.keys)
            self.keys.append(keys)
        return number

    def _append(self, name: str, item: Exposure) -> None:
        number = self._numbers.get(name)
        if number is None:
            number = self._numbers[name] = len(self.experiments)
            self.experiments.append(name)
        self._name.append(number)
        self._at.append(item.at)
        self._set.append(item.keys)
        self._variant.append(item.variant)
        self._event.append(item.event)
        self._takes_part.append(item.takes_part)

    @property
    def exposures(self) -> Iterator[Exposure]:
        """All exposures."""
        flags = map(bool, self._takes_part)
        return map(Exposure, self._name, self._at, self._set, self._variant, self._event, flags)

    @property
    def goals(self) -> Iterator[Achievement]:
        """All goals."""
        for goal, event, arrives in zip(self.summary.achieved, self._goal_event, self._arrives, strict=True):
            yield Achievement(goal.name, goal.at, goal.keys, event, bool(arrives))

    def merge(self, other: Moments) -> None:
        """Add what another part counted, which was made with the same file of experiments."""
        numbers = other.summary.units.mapped_to(self.summary.units)
        sets = [self._number_of(tuple(sorted(numbers[key] for key in keys))) for keys in other.keys]
        for item in other.exposures:
            self._append(other.experiments[item.name], item._replace(keys=sets[item.keys]))
        self._goal_event.extend(other._goal_event)
        self._arrives.extend(other._arrives)
        self.summary.merge(other.summary)
