"""Exposures and goals of any number of requests, counted. The order of requests makes no difference, and parts merge to the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from abtui.core.contract import complaint, is_valid, violations
from abtui.core.experiments.achieved import Achieved
from abtui.core.experiments.derived import running
from abtui.core.experiments.distinct import Distinct
from abtui.core.experiments.elsewhere import Row, Sent
from abtui.core.experiments.exposed import Exposed
from abtui.core.experiments.model import Experiment
from abtui.core.experiments.shelf import Open, Shelf, in_bytes
from abtui.core.experiments.shelved import Part, Shelved, goal_rows, unit_rows
from abtui.core.experiments.units import Units

DAY: Final = 86_400_000
"""Milliseconds."""
_IGNORE: Final = "__ignore"
MOST_HELD: Final = 200 << 20
"""Bytes of units and goals that are held in memory, by `_BYTES`."""
_BYTES: Final = {"unit": 270, "exposed": 110, "keys": 175, "goal": 32, "number": 8}
"""What each thing takes, measured with uids of a dozen characters: a unit, its being in an experiment, a set of keys, and a goal."""
_STRETCH: Final = 512
"""Requests between two looks at how much is held."""
_NOT_IGNORED: Final = (None, 0, "", "0", "false")


class ExperimentSummary:
    """What was counted over requests to the collector, with the experiments of the person's file, if there is one.

    Units and goals of more than `most` bytes are put on a shelf, if `open_shelf` makes one.
    """

    def __init__(
        self, described: Iterable[Experiment] = (), open_shelf: Open | None = None, most: int = MOST_HELD
    ) -> None:
        self.units, self.achieved = Units(), Achieved()
        self.shelf: Shelf | None = None
        """What did not fit into memory."""
        self._open_shelf, self._most, self._unlooked = open_shelf, most, 0
        self.requests: Counter[str] = Counter()
        """`requests`, `rejected`, `rejectedExposures`, and of requests that are not rejected `exposures`, `goals` and `attributes`."""
        self.complaint = ""
        """What is wrong with a rejected request that has exposures: the first by the alphabet."""
        self.environments: Counter[str] = Counter()
        self.applications: Counter[str] = Counter()
        self.days: Counter[int] = Counter()
        """The events that AB Smartly stores, one for each unit of a goal or an exposure, by days of UTC since 1970."""
        self.described = {item.name: item for item in described}
        self.experiments = {name: self._exposed(name) for name in self.described}

    def _exposed(self, name: str) -> Exposed:
        described = self.described.get(name)
        # Derived seeds are those of a local collector: how the web console makes its own is not published.
        known = running(described) if described is not None and described.seeds is not None else None
        return Exposed(described, known)

    def add(self, body: Mapping[str, Any], headers: Mapping[str, str]) -> bool:
        """Count one request. One that breaks the collector's contract is rejected as a whole: nothing in it counts, and it gives False."""
        self.requests["requests"] += 1
        if not is_valid(body):
            self.requests["rejected"] += 1
            self._reject(body)
            return False
        self.environments[headers.get("X-Environment", "")] += 1
        self.applications[headers.get("X-Application", "")] += 1
        self._look()
        keys = self.units.of_request(body)
        attributes = body.get("attributes") or ()
        self.requests["attributes"] += len(attributes)
        ignored = says_ignored(attributes)
        self._add_exposures(body.get("exposures") or (), keys, attributes, ignored=ignored)
        parts = [(self.units.types[key], self.units.hashes[key]) for key in keys]
        for goal in body.get("goals") or ():
            self.requests["goals"] += 1
            self.achieved.add(goal, keys, parts)
            self.days[int(goal["achievedAt"]) // DAY] += len(keys)
        return True

    def add_elsewhere(self, item: Sent | Row) -> bool:
        """Count a request or a row that came past Segment, and tell whether it counts. A row is joined by its hash, and has no attributes."""
        if isinstance(item, Row):
            self._look()
            self.requests["exposures"] += 1
            key = self.units.number(item.type, item.hashed, item.plain)
            self.of(item.name).add_row(key, self.units, item.flags, item.variant, item.at)
            self.days[item.at // DAY] += 1
            return True
        if not item.refused:
            return self.add(item.body, item.headers)
        self.requests["requests"] += 1
        self.requests["rejected"] += 1
        self._reject(item.body)
        return False

    def _add_exposures(
        self,
        exposures: Iterable[Mapping[str, Any]],
        keys: tuple[int, ...],
        attributes: Sequence[Mapping[str, Any]],
        *,
        ignored: bool,
    ) -> None:
        named: dict[tuple[str, str], None] = {}
        for exposure in exposures:
            self.requests["exposures"] += 1
            name, unit = exposure["name"], exposure.get("unit")
            self.of(name).add(exposure, self.units, keys, attributes, ignored=ignored)
            self.days[int(exposure["exposedAt"]) // DAY] += len(keys)
            if isinstance(unit, str):
                named[name, unit] = None
        for name, unit in named:
            self.of(name).name_unit(unit)

    def _reject(self, body: object) -> None:
        exposures = body.get("exposures") if isinstance(body, dict) else None
        if isinstance(exposures, list) and exposures:
            self.requests["rejectedExposures"] += len(exposures)
            broken = next(iter(violations(body)), None)
            self._complain("" if broken is None else complaint(broken.message))
        goals = body.get("goals") if isinstance(body, dict) else None
        for goal in goals if isinstance(goals, list) else ():
            if isinstance(goal, dict) and isinstance(goal.get("name"), str):
                self.achieved.of(goal["name"]).counts["rejected"] += 1

    def _complain(self, text: str) -> None:
        self.complaint = min(filter(None, (self.complaint, text)), default="")

    def of(self, name: str) -> Exposed:
        """The exposures of an experiment."""
        found = self.experiments.get(name)
        if found is None:
            found = self.experiments[name] = self._exposed(name)
        return found

    def _look(self) -> None:
        """Put on a shelf what takes too much memory."""
        self._unlooked += 1
        if self._open_shelf is not None and self._unlooked >= min(_STRETCH, self._most >> 10):
            self._unlooked = 0
            if self._held() > self._most:
                self._put_away()

    def _held(self) -> int:
        achieved = self.achieved
        held = {
            "unit": len(self.units),
            "exposed": sum(len(exposed.first) + len(exposed.outside) for exposed in self.experiments.values()),
            "keys": len(achieved.keys),
            "goal": len(achieved),
            "number": len(achieved.numbers),
        }
        return sum(_BYTES[name] * number for name, number in held.items())

    def _put_away(self) -> None:
        if self.shelf is None and self._open_shelf is not None:
            self.shelf = self._open_shelf()
        if self.shelf is None:
            return
        self.shelf.put("goal", goal_rows(self._all))
        self.achieved.forget()
        self.achieved.numbers.put_away(self.shelf)
        self.shelf.put("unit", unit_rows(self._all))
        self.units = Units()
        self.experiments = {name: exposed.without_units() for name, exposed in self.experiments.items()}

    @property
    def _all(self) -> Part:
        return Part(self.units, self.experiments, self.achieved)

    def unit_parts(self) -> Iterator[Part]:
        """All units with what is known of them, each in one part."""
        if self.shelf is None:
            yield self._all
        else:
            self._put_away()
            yield from Shelved(self.shelf, self.experiments).units()

    def goal_parts(self) -> Iterator[Part]:
        """All goals with what their judgement needs."""
        if self.shelf is None:
            yield self._all
        else:
            self._put_away()
            yield from Shelved(self.shelf, self.experiments).goals()

    def part(self, keys: Iterable[tuple[str, str]]) -> Part:
        """What is known of the units with these types and hashes, and maybe of others."""
        if self.shelf is None:
            return self._all
        self._put_away()
        wanted = ((in_bytes(type), in_bytes(hashed)) for type, hashed in keys)
        return Shelved(self.shelf, self.experiments).part(wanted)

    def distinct(self) -> Distinct | None:
        """Numbers of what `goal_parts` come to, on a shelf of their own; None if there is one part."""
        if self.shelf is None or self._open_shelf is None:
            return None
        return Distinct(self._open_shelf())

    def merge(self, other: ExperimentSummary) -> None:
        """Add what another part counted, which was made with the same file of experiments and is not used any more."""
        numbers = other.units.mapped_to(self.units)
        self.requests.update(other.requests)
        self._complain(other.complaint)
        self.environments.update(other.environments)
        self.applications.update(other.applications)
        self.days.update(other.days)
        for name, exposed in other.experiments.items():
            self.of(name).merge(exposed, numbers)
        self.achieved.merge(other.achieved, numbers)
        if other.shelf is not None:
            if self.shelf is None:
                self.shelf = other.shelf
            else:
                self.shelf.take(other.shelf)
            other.shelf = None
            self.achieved.numbers.put_away(self.shelf)
        self._unlooked = _STRETCH
        self._look()


def says_ignored(attributes: Iterable[Mapping[str, Any]]) -> bool:
    """Whether the attributes of a request say that its exposures are ignored."""
    return any(item["name"] == _IGNORE and is_ignored(item.get("value")) for item in attributes)


def is_ignored(value: object) -> bool:
    """Whether a value of the attribute `__ignore` says so. Which ones do is not published; these are those that read as no."""
    return value is not False and value not in _NOT_IGNORED
