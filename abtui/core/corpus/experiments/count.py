"""Counts the exposures and goals of a corpus under one config, and of requests that others made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from abtui.core.config.model import Config
from abtui.core.corpus.experiments.story import Story
from abtui.core.corpus.mapper import Mapper
from abtui.core.destination import JSONObject
from abtui.core.destinations import REASONS
from abtui.core.destinations.exposures import EXPOSURE_EVENT
from abtui.core.events import Event
from abtui.core.experiments.attribution import Attribution
from abtui.core.experiments.elsewhere import Row, Sent
from abtui.core.experiments.findings import experiment_findings
from abtui.core.experiments.found import Counted, Found
from abtui.core.experiments.judgement import Pause, no_pause
from abtui.core.experiments.metrics import ignored_goals, metric_findings
from abtui.core.experiments.model import Experiment
from abtui.core.experiments.reason_words import who
from abtui.core.experiments.results import results_of
from abtui.core.experiments.shelf import Open
from abtui.core.experiments.summary import ExperimentSummary
from abtui.core.fate import console_has
from abtui.core.findings import Finding
from abtui.core.fixes import show_name
from abtui.core.outcomes import Outcome
from abtui.core.text.plain import plural

_OF_EXPOSURES: Final = "EXPOSURE-"
"""How the codes of findings about single exposures begin, whatever the destination."""


class LostExposures:
    """Exposure events that count for nothing, and what is wrong with them. The order of events makes no difference."""

    def __init__(self) -> None:
        self.silent = 0
        """The number of other events that send nothing."""
        self.unsent: Counter[str] = Counter()
        """The number of those with a payload that no request is made of, by the code of the reason."""
        self._found: dict[str, tuple[Finding, int]] = {}
        """Of each code one finding, and the number of events."""

    def sees(self, event: JSONObject, accepted: Sequence[bool]) -> bool:
        """Take note of an event; whether it is an exposure that is lost, to be added with its outcome.

        `accepted` says of each of its requests whether the collector takes it.
        """
        if event.get("event") != EXPOSURE_EVENT:
            self.silent += not accepted
            return False
        return not (accepted and all(accepted))

    def add(self, event: JSONObject, outcome: Outcome) -> None:
        """Count an exposure that is lost, by its outcome."""
        if outcome.request is None and not outcome.requests and has_payload(event):
            self.unsent[outcome.reason.code] += 1
        for finding in outcome.findings:
            if finding.code.startswith(_OF_EXPOSURES):
                shown, number = self._found.get(finding.code, (finding, 0))
                self._found[finding.code] = (min(shown, finding, key=repr), number + 1)

    def merge(self, other: LostExposures) -> None:
        """Add what another part counted."""
        self.silent += other.silent
        self.unsent.update(other.unsent)
        for code, (theirs, count) in other._found.items():
            shown, number = self._found.get(code, (theirs, 0))
            self._found[code] = (min(shown, theirs, key=repr), number + count)

    def told(self, *, has_others: bool) -> tuple[Finding, ...]:
        """One finding for each code, with the number of its events; `has_others`: exposures came past Segment, too."""
        found = (
            msgspec.structs.replace(shown, message=f"{plural(number, 'exposure event')}: {shown.message}")
            for _code, (shown, number) in sorted(self._found.items())
        )
        # Events without a payload are for other tools if the SDK publishes by itself.
        return tuple(item for item in found if item.severity == "error" or not has_others)


def has_payload(event: JSONObject) -> bool:
    """Whether an event has the payload of an exposure where a destination looks for it."""
    for kind in REASONS.values():
        value: Any = event
        for key in kind.body_at or ():
            value = value.get(key) if isinstance(value, dict) else None
        if kind.body_at and isinstance(value, dict):
            return True
    return False


def counted_of(
    summary: ExperimentSummary,
    config: Config | None,
    lost: LostExposures,
    *,
    has_others: bool,
    goals: Collection[str] | None = None,
    pause: Pause = no_pause,
) -> Counted:
    """The results of a summary for all `goals`, or those that are wanted; `has_others`: exposures came past Segment, too."""
    results = results_of(summary, goals, pause)
    return Counted(summary, results, config, lost.told(has_others=has_others), lost.unsent, lost.silent)


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
        if self.counts.lost.sees(event, accepted):
            self.counts.lost.add(event, self.mapper.outcome(Event(source, event)))

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

    def counted(self, goals: Collection[str] | None = None) -> Counted:
        """The results so far, for all `goals` or those that are wanted."""
        return counted_of(self.summary, self.config, self.counts.lost, has_others=self._has_others, goals=goals)


def all_findings(counted: Counted) -> tuple[Found, ...]:
    """Every finding about experiments, and about what goals bring for metrics."""
    return (*experiment_findings(counted), *ignored_goals(counted), *metric_findings(counted))


def why_not_attributed(config: Config, before: Iterable[Event], event: Event) -> str:
    """Why no goal of an event counts in an experiment, as a sentence, if these events are all there are; "" if one does."""
    count = CorpusCount(config)
    for item in (*before, event):
        count.add(item.value)
    own = CorpusCount(config, ())
    own.add(event.value)
    goals, units, summary = own.summary.achieved, own.summary.units, count.summary
    why = "The event sends no goal that the collector takes."
    for goal in goals:
        name = goals.names[goal.name]
        if console_has("goals", name, config) is False:
            why = f"The web console has no goal {show_name(name, config)}."
            continue
        found = (summary.units.find(units.types[key], units.hashes[key]) for key in goals.keys[goal.keys])
        keys = tuple(sorted(key for key in found if key is not None))
        why = f"There is no experiment: no exposure in these events, and none in the config for {show_name(name, config)}."
        for experiment, exposed in summary.experiments.items():
            judged = Attribution(exposed, summary.units).judge(keys, goal.at)
            if judged.reason == "attributed":
                return ""
            said = who(judged.told, 1, show_name(exposed.unit_type or "unit", config))
            why = f"In {show_name(experiment, config)}, {show_name(name, config)} {said}."
    return why
