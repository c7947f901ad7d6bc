"""What was counted of experiments, and the findings that are made from it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Final

import msgspec

from abtui.core.config.model import Config
from abtui.core.experiments.results import ExperimentResult
from abtui.core.experiments.summary import ExperimentSummary
from abtui.core.findings import Finding
from abtui.core.text.nearest import Nearest

_DIGITS: Final = re.compile(r"\d+")


class Found(msgspec.Struct, frozen=True):
    """A finding about an experiment or a goal; both are "" if it is about the whole corpus.

    `goal` is also that of a finding about an experiment of which one goal is lost. `causes` are the causes of the losses that it
    explains, as `REASON_WORDS` has them, and `other` is another experiment that it is about.
    """

    finding: Finding
    experiment: str = ""
    goal: str = ""
    causes: tuple[str, ...] = ()
    other: str = ""

    def is_of(self, experiments: Collection[str], goals: Collection[str]) -> bool:
        """Whether it is about one of these experiments or goals, or about all of them."""
        of_one = not self.experiment or self.experiment in experiments or self.other in experiments
        return of_one and self.goal in ("", *goals)


class Counted(msgspec.Struct, frozen=True, dict=True):
    """What was counted, and what it is held against: the results of the summary, and the config that made the requests.

    `lost` are the findings about exposures that became no request, or one that the collector refuses; `unsent` is the number of
    exposure events of which no request is made, by the code of the reason; `silent` is that of all other events without a request.
    """

    summary: ExperimentSummary
    results: Mapping[str, ExperimentResult]
    config: Config | None = None
    lost: tuple[Finding, ...] = ()
    unsent: Mapping[str, int] = {}
    silent: int = 0

    @cached_property
    def tracked(self) -> frozenset[str]:
        """The unit types that experiments track."""
        return frozenset(result.unit_type for result in self.results.values() if result.unit_type)

    @cached_property
    def names_in_file(self) -> Nearest:
        """Finds the experiment of the file that a name was probably meant to be."""
        return Nearest(self.summary.described)

    @cached_property
    def goals_count(self) -> bool:
        """Whether a goal counts in an experiment."""
        return any(goal.reasons["attributed"] for result in self.results.values() for goal in result.goals.values())

    @cached_property
    def other_names(self) -> dict[str, str]:
        """The names by which exposures call experiments of the file that have none, by their names in the file.

        Such a one has the same id; or its name is nearly the same, with the same digits, and no id says that it is another one.
        """
        strangers = [item for item in self.results.values() if item.is_exposed and item.exposed.described is None]
        near = Nearest(item.name for item in strangers)
        found = {}
        for result in self.results.values():
            if not strangers or result.is_exposed or result.exposed.described is None:
                continue
            id = result.exposed.described.id
            same = [item.name for item in strangers if id in item.exposed.ids]
            name = same[0] if len(same) == 1 else near.of(result.name)
            if name is None or (not same and not _may_be_one(result.name, id, self.results[name])):
                continue
            found[result.name] = name
        return found

    @property
    def not_sent(self) -> int:
        """The number of exposure events of which no request is made."""
        return sum(self.unsent.values())


def _may_be_one(name: str, id: int | None, other: ExperimentResult) -> bool:
    """Whether nothing says that an experiment of the file and one that is exposed, of nearly the same name, are two."""
    return _DIGITS.findall(name) == _DIGITS.findall(other.name) and (id is None or not other.exposed.ids)
