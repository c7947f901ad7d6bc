"""What was counted of experiments, and the findings that are made from it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import msgspec

from abtui.core.config.model import Config
from abtui.core.experiments.results import ExperimentResult
from abtui.core.experiments.summary import ExperimentSummary
from abtui.core.findings import Finding


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


class Counted(msgspec.Struct, frozen=True):
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

    @property
    def not_sent(self) -> int:
        """The number of exposure events of which no request is made."""
        return sum(self.unsent.values())
