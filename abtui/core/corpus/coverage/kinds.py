"""A corpus surveyed by kinds of events: of each kind a few are mapped and checked, and the others are only counted.

A corpus has many events and few kinds of them. What the kind of an event depends on is up to its destination (`kind_with`) and to
the checks of every destination, here. What is of no kind, such as an exposure, is mapped and checked one by one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from abtui.core.checks.keys import KeyCheck
from abtui.core.corpus.coverage.alike import stands_for, without_values
from abtui.core.corpus.coverage.survey import Survey
from abtui.core.corpus.mapper import Mapper
from abtui.core.corpus.recurring import Kind, Recurring
from abtui.core.destination import JSONObject
from abtui.core.events import Event, Unreadable
from abtui.core.findings import Finding
from abtui.core.outcomes import Outcome
from abtui.core.segment import EVENT_LIMIT_BYTES, EVENT_TYPES, MESSAGE_ID_LIMIT, READ_FIRST

_TYPES: Final = frozenset(EVENT_TYPES)
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
        kind_with = mapper.destination.kind_with
        self._mapper, self._survey = mapper, survey
        self._keys = KeyCheck(mapper.config)
        self._has_kinds = kind_with is not None and not survey.reads_bodies
        self._kind_of = _no_kind if kind_with is None else kind_with(mapper.config)
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
        texts = [item.text for item in items if type(item.text) is bytes]
        return not self._keys.may_be_in(b"\n".join(texts))

    def _add(self, event: Event) -> None:
        """Survey one event, or only count it if enough of its kind were surveyed."""
        kind = self._kind(event)
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

    def _kind(self, event: Event) -> Kind | None:
        """What the outcome of an event without a key depends on but for its values; None where it depends on more."""
        value, text = event.value, event.text
        if type(text) is not bytes or len(text) > EVENT_LIMIT_BYTES or event.findings:
            return None
        get = value.get
        kind, label, name, message_id = get("type"), get("event"), get("name"), get("messageId")
        if (
            type(kind) is not str
            or kind not in _TYPES
            or (label is not None and type(label) is not str)
            or (name is not None and type(name) is not str)
            or (message_id is not None and (type(message_id) is not str or not 0 < len(message_id) <= MESSAGE_ID_LIMIT))
        ):
            return None
        switches, context = get(READ_FIRST), get("context")
        if switches is not None and switches != {}:
            switches = _switches(switches)
            if switches is None:
                return None
        misplaced = type(context) is dict and READ_FIRST in context and bool(context[READ_FIRST])
        own = self._kind_of(value)
        if own is None:
            return None
        known = get("userId") == "", get("anonymousId") == "", misplaced
        return own, kind, label, name, known, switches or None, tuple(value), tuple(map(type, value.values()))


def _no_kind(_event: JSONObject) -> None:
    """For a destination without kinds."""


def _switches(integrations: Any) -> tuple[Any, ...] | None:
    """What is read of an event's `integrations`: true, false, and whether there are settings. None if a finding tells more of it."""
    if type(integrations) is not dict:
        return None
    entries: list[Any] = []
    for key, value in integrations.items():
        of = type(value)
        if of is bool:
            entries += (key, value)
        elif of is dict:
            entries += (key, of)
        else:
            return None
    return tuple(entries)
