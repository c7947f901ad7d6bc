"""A corpus surveyed by kinds of events: of each kind a few are mapped and checked, and the others are only counted.

A corpus has many events and few kinds of them. What is of no kind is mapped and checked one by one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

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

_TOGETHER: Final = 16
"""The events whose texts are searched for keys together."""


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

    def add(self, items: Iterable[Event | Unreadable]) -> None:
        """Survey all items, those that are only counted at the end; those before an error in their source as well."""
        some: list[Event | Unreadable] = []
        try:
            for item in items:
                some.append(item)
                if len(some) == _TOGETHER:
                    together, some = some, []
                    self._add_some(together)
        finally:
            self._add_some(some)
            self._count()

    def _add_some(self, items: list[Event | Unreadable]) -> None:
        by_kind = self._are_by_kind(items)
        for item in items:
            if isinstance(item, Unreadable):
                self._survey.add_unreadable(item)
            elif by_kind:
                self._add(item)
            else:
                self._survey.add(item, self._outcome(item))

    def _count(self) -> None:
        """Count the events that were only noted."""
        for kind in self._kinds.known.values():
            if kind.times:
                self._survey.add_again(kind.event, kind.outcome, kind.findings, kind.times)
        self._kinds.known.clear()

    def _are_by_kind(self, items: list[Event | Unreadable]) -> bool:
        """Whether to look up the kinds of some events. None of them has a key then."""
        if not self._has_kinds or not self._kinds.worth(len(items)):
            return False
        return self._by.apply_to(items)

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
