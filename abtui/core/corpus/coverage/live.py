"""Coverage that is looked at while it is counted: events are added in one thread, the findings read in another."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from abtui.core.config import Config
from abtui.core.corpus.coverage.unused import coverage_findings
from abtui.core.corpus.coverage.usage import Usage
from abtui.core.events import Event
from abtui.core.findings import Finding
from abtui.core.outcomes import Outcome

_FIRST_LOOK: Final = 1_000

Sourced = tuple[str | None, Finding]
"""A finding of coverage with the source of its first event; None is the config itself."""


class LiveCoverage:
    """Counts the events' use of one config. `so_far` is looked at in the adding thread after 1,000 events and at each doubling."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.so_far: tuple[Sourced, ...] = ()
        self._usage = Usage(config)
        self._next = _FIRST_LOOK

    def add(self, event: Event, outcome: Outcome) -> None:
        """Count an event and what becomes of it."""
        self._usage.add_use(event.value, outcome)
        if self._usage.events >= self._next:
            self._next *= 2
            self.so_far = tuple(coverage_findings(self._usage))

    def take_back(self, event: Event, outcome: Outcome) -> None:
        """Count no longer an event as it was before it was edited. Not while another thread adds."""
        self._usage.take_back_use(event.value, outcome)

    def usage(self, edited: Iterable[tuple[Event, Outcome]] = ()) -> Usage:
        """A copy of what was counted, and besides it events edited since, as they are now. Not while another thread adds."""
        usage = self._usage.copy()
        for event, outcome in edited:
            usage.add_use(event.value, outcome)
        return usage
