"""A corpus counted against a config, one event at a time: for `abtui check`, and for a screen that shows the counts meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Final

from abtui.core.checks import usable_id
from abtui.core.config import Config, Policy
from abtui.core.corpus.coverage.alike import AlikeEvents
from abtui.core.corpus.coverage.findings import FindingTally, fails
from abtui.core.corpus.coverage.model import CheckResult
from abtui.core.corpus.coverage.unused import coverage_findings
from abtui.core.corpus.coverage.usage import Usage
from abtui.core.corpus.experiments.count import LostExposures, counted_of
from abtui.core.corpus.fold import Fold
from abtui.core.corpus.places import AFTER, BEFORE, Piece, Position
from abtui.core.corpus.repeated_ids import RepeatedIds
from abtui.core.destination import JSONObject
from abtui.core.events import Event, Unreadable
from abtui.core.experiments.elsewhere import Row, Sent
from abtui.core.experiments.findings import experiment_findings
from abtui.core.experiments.metrics import metric_findings
from abtui.core.experiments.shelf import Open
from abtui.core.experiments.summary import ExperimentSummary
from abtui.core.findings import Finding
from abtui.core.outcomes import Outcome
from abtui.core.segment import is_event

_FIRST_COUNT: Final = 1_000

Sourced = tuple[str | None, Finding]
"""A finding of coverage with the source of its first event; None is the config itself."""


class Survey(Fold):
    """Counts findings and coverage. `name` is the config's, `places` the number of places kept of each finding.

    `config` is None if it cannot be used: then there are only the findings of reading it. If it names experiments, exposures and
    goals are counted, too; `open_shelf` makes a place for what does not fit into memory. The input may be read in pieces, each
    begun by `begin`; surveys of parts of it `merge` to that of the whole.
    """

    counted: ClassVar[tuple[str, ...]] = (
        "_findings", "_usage", "_experiments", "_lost", "_repeated", "_unreadable", "_not_events",
    )  # fmt: skip
    _alike: AlikeEvents | None = None

    def __init__(
        self,
        config: Config | None,
        findings: Iterable[Finding],
        name: str,
        policy: Policy,
        *,
        places: int = 3,
        open_shelf: Open | None = None,
    ) -> None:
        self._name = name
        self._policy = policy
        self.places = places
        self._findings = FindingTally(policy, places)
        self._findings.add(findings, name, (BEFORE, 0))
        self._place = Position()
        self._repeated = RepeatedIds(places)
        self._usage = None if config is None else Usage(config)
        self._alike = None if self._usage is None else AlikeEvents(self._usage)
        self._config = config
        self._experiments = (
            None if config is None or config.experiments is None else ExperimentSummary(config.experiments, open_shelf)
        )
        self._lost, self._has_others = LostExposures(), False
        self._unreadable = self._not_events = 0

    def begin(self, piece: Piece) -> None:
        """A piece of the input begins: what is added next is in it, in order."""
        if self._alike is not None:
            self._alike.count()
        self._place.begin(piece)

    def merge(self, other: Survey) -> None:
        """Add what was counted of another part of the input."""
        for part in (self, other):
            if part._alike is not None:
                part._alike.count()
        super().merge(other)

    def __getstate__(self) -> dict[str, Any]:
        if self._alike is not None:
            self._alike.count()
        return super().__getstate__()

    def add(self, event: Event, outcome: Outcome) -> None:
        """Count an event and its outcome."""
        place = self._place
        place.number += 1
        rank = place.piece, place.number
        if outcome.findings:
            self._findings.add_event(outcome.findings, outcome.source, rank)
        if is_event(event.value):
            # Not the outcome's messageId: where keys are masked in two, they look alike.
            message_id = usable_id(event.value.get("messageId"))
            if message_id is not None:
                self._repeated.add(message_id, place.piece[0], outcome.source)
        else:
            self._not_events += 1
        if self._alike is not None:
            self._alike.add(event.value, outcome, rank)
        if self._experiments is not None:
            accepted = [self._experiments.add(request.body, request.headers) for request in outcome.requests]
            if self._lost.sees(event.value, accepted):
                self._lost.add(event.value, outcome)

    @property
    def reads_bodies(self) -> bool:
        """Whether it counts what is in the bodies of requests."""
        return self._experiments is not None

    def pass_over(self, event: Event) -> None:
        """Only take note of the messageId of an event that is a line of its source. The event is counted by `add_again`."""
        place = self._place
        place.number += 1
        message_id = event.value.get("messageId")
        if message_id is not None:
            # An event of the same kind was added, so the name of the source is known.
            self._repeated.add_line(message_id, place.piece[0], event.line)

    def add_again(self, event: JSONObject, outcome: Outcome, findings: Sequence[Finding], times: int) -> None:
        """Count so many events that were passed over, all alike. As many were added before them as places are kept."""
        self._findings.add_again(findings, times)
        if self._usage is not None:
            self._usage.add(event, outcome, times, self._place.rank)

    def add_elsewhere(self, item: Sent | Row, source: str = "") -> None:
        """Count exposures and goals that came past Segment; `source` is not told."""
        self._has_others = True
        if self._experiments is not None:
            self._experiments.add_elsewhere(item)

    def add_unreadable(self, item: Unreadable) -> None:
        """Count a piece of text that is no event."""
        self._unreadable += 1
        self._place.number += 1
        self._findings.add_event(item.findings, item.source, self._place.rank)

    def result(self, *, unread: int = 0, expected: bool = False) -> CheckResult:
        """The result so far. Two calls without an `add` between them give equal results.

        `unread` is the number of files that could not be read; with `expected` there should have been an event.
        """
        if self._alike is not None:
            self._alike.count()
        usage = self._usage
        tally = self._findings.copy()
        tally.add_repeats(self._repeated)
        if usage is not None:
            for at, (source, item) in enumerate(coverage_findings(usage)):
                tally.add((item,), source or self._name, (AFTER, at))
        if self._experiments is not None and self._experiments.requests["requests"]:
            counted = counted_of(self._experiments, self._config, self._lost, has_others=self._has_others)
            # The findings of lost exposures, and of goals that the console ignores, are there already, each at its event.
            found = (
                item.finding
                for item in (*experiment_findings(counted), *metric_findings(counted))
                if item.finding not in counted.lost
            )
            for at, item in enumerate(found):
                tally.add((item,), self._name, (AFTER, at))
        groups = tally.groups()
        events = 0 if usage is None else usage.events
        empty = expected and usage is not None and not events
        bad = any(fails(group, self._policy) for group in groups)
        return CheckResult(
            config=self._name,
            failed=bad or usage is None or unread > 0 or empty,
            usable=usage is not None,
            events=events,
            unread=unread,
            empty=empty,
            ids_compared=self._repeated.compared,
            unreadable=self._unreadable,
            not_events=self._not_events,
            findings=groups,
            coverage=usage.coverage() if usage is not None and events else None,
        )


class LiveCoverage:
    """Coverage that one thread counts while another reads its findings.

    The counting thread renews `so_far` after 1,000 events, and again each time their number has doubled.
    """

    def __init__(self, config: Config) -> None:
        self.config = config
        self.so_far: tuple[Sourced, ...] = ()
        self._usage = Usage(config)
        self._next = _FIRST_COUNT

    def add(self, event: Event, outcome: Outcome) -> None:
        """Count an event and its outcome."""
        self._usage.add_use(event.value, outcome)
        if self._usage.events >= self._next:
            self._next *= 2
            self.so_far = tuple(coverage_findings(self._usage))

    def take_back(self, event: Event, outcome: Outcome) -> None:
        """Remove an event as it was before it was edited. Do not call while another thread adds."""
        self._usage.add_use(event.value, outcome, -1)

    def usage(self, edited: Iterable[tuple[Event, Outcome]] = ()) -> Usage:
        """A snapshot of the counts including edited events. Do not call while another thread adds."""
        usage = self._usage.copy()
        for event, outcome in edited:
            usage.add_use(event.value, outcome)
        return usage
