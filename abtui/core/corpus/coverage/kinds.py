"""A corpus surveyed by kinds of events: of each kind a few are mapped and checked, and the others are only counted.

A corpus has many events and few kinds of them. What is of no kind is mapped and checked one by one.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from abtui.core.corpus.coverage.alike import stands_for, without_values
from abtui.core.corpus.coverage.survey import Survey
from abtui.core.corpus.mapper import Mapper
from abtui.core.corpus.outcome_kinds import OutcomeKinds
from abtui.core.corpus.recurring import Kind, Recurring
from abtui.core.destination import JSONObject
from abtui.core.events import Event, Unreadable
from abtui.core.findings import Finding
from abtui.core.outcomes import Outcome


class _Known(msgspec.Struct):
    """What stands for the events of a kind; how many more are surveyed one by one, and how many were only counted."""

    event: JSONObject
    outcome: Outcome
    findings: tuple[Finding, ...]
    ahead: int
    times: int = 0


class KindSurvey:
    """Adds the events of a corpus to a survey. The result is the same as if each was mapped and added by itself."""

    def __init__(self, mapper: Mapper, survey: Survey) -> None:
        self._mapper, self._survey = mapper, survey
        self._by = OutcomeKinds(mapper)
        self._has_kinds = self._by.any and not survey.reads_bodies
        self._kinds: Recurring[_Known] = Recurring()

    def add(self, read: Iterable[list[Event] | Event | Unreadable]) -> None:
        """Survey all that was read, the events that are only counted at the end; what came before an error in the source as well."""
        try:
            for some in read:
                if isinstance(some, Unreadable):
                    self._survey.add_unreadable(some)
                else:
                    self._add_some(some if isinstance(some, list) else [some])
        finally:
            self._count()

    def _add_some(self, events: list[Event]) -> None:
        if self._has_kinds and self._kinds.worth(len(events)) and self._by.apply_to(events):
            for event in events:
                self._add(event)
        else:
            for event in events:
                self._survey.add(event, self._outcome(event))

    def _count(self) -> None:
        """Count the events that were only noted."""
        for kind in self._kinds.known.values():
            if kind.times:
                self._survey.add_again(kind.event, kind.outcome, kind.findings, kind.times)
        self._kinds.known.clear()

    def _add(self, event: Event) -> None:
        """Survey one event, or only count it if enough of its kind were surveyed."""
        kind = self._by.of(event)
        known = self._kinds.known.get(kind)
        if known is None:
            self._kinds.missed()
            outcome = self._outcome(event)
            self._survey.add(event, outcome)
            if kind is not None:
                self._remember(kind, event, outcome)
            return
        if known.ahead:
            known.ahead -= 1
            self._survey.add(event, self._outcome(event))
        else:
            known.times += 1
            self._survey.pass_over(event)

    def _outcome(self, event: Event) -> Outcome:
        return self._mapper.outcome(event, wire=False)

    def _remember(self, kind: Kind, event: Event, outcome: Outcome) -> None:
        """Remember a kind that occurs again. The places of its findings are those of the first events with them."""
        if self._kinds.comes_again(kind):
            ahead = self._survey.places - 1 if outcome.findings else 0
            self._kinds.known[kind] = _Known(stands_for(event.value), without_values(outcome), outcome.findings, ahead)
