"""Counts the exposures and goals of a corpus under one config, and of requests that others made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from abtui.core.config.model import Config
from abtui.core.corpus.experiments.story import Story
from abtui.core.corpus.mapper import Mapper
from abtui.core.destination import JSONObject
from abtui.core.destinations.exposures import EXPOSURE_EVENT
from abtui.core.events import Event
from abtui.core.experiments.attribution import Attribution
from abtui.core.experiments.elsewhere import Row, Sent
from abtui.core.experiments.findings import Counted, Found, experiment_findings
from abtui.core.experiments.metrics import metric_findings
from abtui.core.experiments.model import Experiment
from abtui.core.experiments.results import results_of
from abtui.core.experiments.shelf import Open
from abtui.core.experiments.summary import ExperimentSummary
from abtui.core.findings import Finding
from abtui.core.text.plain import plural

_OF_EXPOSURES: Final = "EXPOSURE-"
"""How the codes of findings about single exposures begin, whatever the destination."""


class LostExposures:
    """Exposure events that count for nothing, and what is wrong with them. The order of events makes no difference."""

    def __init__(self) -> None:
        self.not_sent = 0
        """The number of those that no request was made of."""
        self._found: dict[str, tuple[Finding, int]] = {}
        """Of each code one finding, and the number of events."""

    def add(self, findings: Iterable[Finding], *, sent: bool) -> None:
        """Count an event; `findings` are all of its findings."""
        self.not_sent += not sent
        for finding in findings:
            if finding.code.startswith(_OF_EXPOSURES):
                shown, number = self._found.get(finding.code, (finding, 0))
                self._found[finding.code] = (min(shown, finding, key=repr), number + 1)

    def merge(self, other: LostExposures) -> None:
        """Add what another part counted."""
        self.not_sent += other.not_sent
        for code, (theirs, count) in other._found.items():
            shown, number = self._found.get(code, (theirs, 0))
            self._found[code] = (min(shown, theirs, key=repr), number + count)

    def findings(self) -> tuple[Finding, ...]:
        """One finding for each code, with the number of its events."""
        return tuple(
            msgspec.structs.replace(shown, message=f"{plural(number, 'exposure event')}: {shown.message}")
            for _code, (shown, number) in sorted(self._found.items())
        )


def is_lost(event: JSONObject, accepted: Sequence[bool]) -> bool:
    """Whether an event is an exposure of which the collector gets no request, or one that it refuses."""
    return event.get("event") == EXPOSURE_EVENT and not (accepted and all(accepted))


class ExperimentCounts:
    """What was counted of a part of the input: the exposures and goals, and with a `story` what happened to one unit."""

    def __init__(
        self, described: Iterable[Experiment], story: Story | None = None, open_shelf: Open | None = None
    ) -> None:
        self.summary, self.story = ExperimentSummary(described, open_shelf), story
        self.lost = LostExposures()
        self.events = 0
        """The number of Segment's events."""

    def merge(self, other: ExperimentCounts) -> None:
        """Add what another part counted, which was made for the same experiments and unit."""
        self.summary.merge(other.summary)
        self.lost.merge(other.lost)
        self.events += other.events
        if self.story is not None and other.story is not None:
            self.story.merge(other.story)


class CorpusCount:
    """Counts the requests that events become under a config. `described` are the experiments of a file; without it, the config's.

    With a `story` it also keeps what happened to one unit. `open_shelf` makes a place for what does not fit into memory.
    """

    def __init__(
        self,
        config: Config,
        described: Iterable[Experiment] | None = None,
        *,
        story: Story | None = None,
        open_shelf: Open | None = None,
    ) -> None:
        self.config = config
        self.mapper = Mapper(config)
        self.counts = ExperimentCounts(
            (config.experiments or ()) if described is None else described, story, open_shelf
        )
        self._decide, self._sent, self._headers = self.mapper.decide, self.mapper.sent, self.mapper.headers
        self._has_others = False

    @property
    def summary(self) -> ExperimentSummary:
        """The exposures and goals so far."""
        return self.counts.summary

    @property
    def story(self) -> Story | None:
        """What happened to the unit so far, if one was asked for."""
        return self.counts.story

    def add(self, event: JSONObject, source: str = "") -> None:
        """Count the requests of one event. Only the fields that the destination reads are needed."""
        self.counts.events += 1
        accepted = [
            self.add_request(decision.body, self._headers(decision), source)
            for _mapping, decision in self._sent(self._decide(event))
        ]
        if is_lost(event, accepted):
            self.counts.lost.add(self.mapper.outcome(Event(source, event)).findings, sent=bool(accepted))

    def add_request(self, body: Any, headers: Mapping[str, str], source: str = "") -> bool:
        """Count a request, and tell whether the collector takes it."""
        accepted = self.summary.add(body, headers)
        if accepted and self.story is not None:
            self.story.add(body, source)
        return accepted

    def add_elsewhere(self, item: Sent | Row, source: str = "") -> None:
        """Count what came past Segment."""
        self._has_others = True
        accepted = self.summary.add_elsewhere(item)
        if not accepted or self.story is None:
            return
        if isinstance(item, Row):
            self.story.add_row(item, source)
        else:
            self.story.add(item.body, source)

    def counted(self) -> Counted:
        """The results so far."""
        # Events without a payload are for other tools if the SDK publishes by itself.
        lost = tuple(item for item in self.counts.lost.findings() if item.severity == "error" or not self._has_others)
        return Counted(self.summary, results_of(self.summary), self.config, lost, self.counts.lost.not_sent)


def all_findings(counted: Counted) -> tuple[Found, ...]:
    """Every finding about experiments, and about what goals bring for metrics."""
    return (*experiment_findings(counted), *metric_findings(counted))


def is_attributed(config: Config, before: Iterable[Event], event: Event) -> bool:
    """Whether a goal of an event counts in an experiment, if these events are all there are."""
    count = CorpusCount(config)
    for item in (*before, event):
        count.add(item.value)
    own = CorpusCount(config, ())
    own.add(event.value)
    goals, units, summary = own.summary.achieved, own.summary.units, count.summary
    judges = [Attribution(exposed, summary.units) for exposed in summary.experiments.values()]
    for goal in goals:
        found = (summary.units.find(units.types[key], units.hashes[key]) for key in goals.keys[goal.keys])
        keys = tuple(sorted(key for key in found if key is not None))
        if any(judge.judge(keys, goal.at).reason == "attributed" for judge in judges):
            return True
    return False
