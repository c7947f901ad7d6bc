"""Exposures and goals of any number of requests, counted. The order of requests makes no difference, and parts merge to the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from abtui.core.contract import is_valid
from abtui.core.experiments.achieved import Achieved
from abtui.core.experiments.derived import running
from abtui.core.experiments.elsewhere import Row, Sent
from abtui.core.experiments.exposed import Exposed
from abtui.core.experiments.model import Experiment
from abtui.core.experiments.units import Units

DAY: Final = 86_400_000
"""Milliseconds."""
_IGNORE: Final = "__ignore"
_NOT_IGNORED: Final = (None, 0, "", "0", "false")


class ExperimentSummary:
    """What was counted over requests to the collector, with the experiments of the person's file, if there is one."""

    def __init__(self, described: Iterable[Experiment] = ()) -> None:
        self.units, self.achieved = Units(), Achieved()
        self.requests: Counter[str] = Counter()
        """`requests`, `rejected`, `exposures`, `goals` and `attributes`; all but the first two leave rejected requests out."""
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
        goals = body.get("goals") if isinstance(body, dict) else None
        for goal in goals if isinstance(goals, list) else ():
            if isinstance(goal, dict) and isinstance(goal.get("name"), str):
                self.achieved.of(goal["name"]).counts["rejected"] += 1

    def of(self, name: str) -> Exposed:
        """The exposures of an experiment."""
        found = self.experiments.get(name)
        if found is None:
            found = self.experiments[name] = self._exposed(name)
        return found

    def merge(self, other: ExperimentSummary) -> None:
        """Add what another part counted, which was made with the same file of experiments."""
        numbers = other.units.mapped_to(self.units)
        self.requests.update(other.requests)
        self.environments.update(other.environments)
        self.applications.update(other.applications)
        self.days.update(other.days)
        for name, exposed in other.experiments.items():
            self.of(name).merge(exposed, numbers)
        self.achieved.merge(other.achieved, numbers)


def says_ignored(attributes: Iterable[Mapping[str, Any]]) -> bool:
    """Whether the attributes of a request say that its exposures are ignored."""
    return any(item["name"] == _IGNORE and is_ignored(item.get("value")) for item in attributes)


def is_ignored(value: object) -> bool:
    """Whether a value of the attribute `__ignore` says so. Which ones do is not published; these are those that read as no."""
    return value is not False and value not in _NOT_IGNORED
