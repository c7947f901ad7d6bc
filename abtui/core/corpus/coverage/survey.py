"""A config and a corpus gone through for `abtui check`, one event at a time."""

from __future__ import annotations

from collections.abc import Iterable

from abtui.core.config import Config, Policy
from abtui.core.corpus.coverage.model import CheckResult
from abtui.core.corpus.coverage.policy import fails
from abtui.core.corpus.coverage.tally import FindingTally
from abtui.core.corpus.coverage.unused import coverage_findings
from abtui.core.corpus.coverage.usage import Usage
from abtui.core.events import Event, Unreadable
from abtui.core.findings import Finding
from abtui.core.outcomes import Outcome
from abtui.core.segment import is_event


class Survey:
    """Counts findings and coverage. `name` is the config's, `places` how many places of each finding are kept.

    `config` is None for one that cannot be used: then there are only the findings of reading it.
    """

    def __init__(
        self, config: Config | None, findings: Iterable[Finding], name: str, policy: Policy, *, places: int = 3
    ) -> None:
        self._name = name
        self._policy = policy
        self._findings = FindingTally(policy, places)
        self._findings.add(findings, name)
        self._usage = None if config is None else Usage(config)
        self._unreadable = self._not_events = 0

    def add(self, event: Event, outcome: Outcome) -> None:
        """Count an event and what becomes of it."""
        self._findings.add_event(outcome.findings, outcome.source)
        self._not_events += not is_event(event.value)
        if self._usage is not None:
            self._usage.add(event.value, outcome)

    def add_unreadable(self, item: Unreadable) -> None:
        """Count a piece of text that is no event."""
        self._unreadable += 1
        self._findings.add_event(item.findings, item.source)

    def result(self, *, unread: int = 0, expected: bool = False) -> CheckResult:
        """What was counted so far. Two calls without an `add` between them give equal results.

        `unread` are files that could not be read; with `expected` there should have been an event.
        """
        usage = self._usage
        tally = self._findings.copy()
        if usage is not None:
            for source, item in coverage_findings(usage):
                tally.add((item,), source or self._name)
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
            unreadable=self._unreadable,
            not_events=self._not_events,
            findings=groups,
            coverage=usage.coverage() if usage is not None and events else None,
        )
