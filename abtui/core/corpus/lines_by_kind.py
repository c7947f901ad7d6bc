"""Outcomes as lines by kinds of events: of each kind a few are mapped, and of the others only the body is made anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import orjson

from abtui.core.corpus.mapper import Mapper
from abtui.core.corpus.outcome_kinds import OutcomeKinds
from abtui.core.corpus.recurring import Kind, Recurring
from abtui.core.events import Event
from abtui.core.outcomes import Fate, Outcome
from abtui.core.report.outcome_lines import OutcomeLines, Pattern
from abtui.core.text.javascript import stringify_lines

_LONGEST: Final = 10_000
"""The bytes of a pattern that is kept."""


class _Known(NamedTuple):
    """What is alike of the events of a kind."""

    fate: Fate
    sends: bool
    pattern: Pattern


class LinesByKind:
    """Writes outcomes of events without their steps. The lines are the same as if each was mapped by itself."""

    def __init__(self, mapper: Mapper, lines: OutcomeLines) -> None:
        self._mapper, self._lines = mapper, lines
        self._kinds = OutcomeKinds(mapper)
        self._recurring: Recurring[_Known] = Recurring()

    def apply_to(self, events: Sequence[Event]) -> bool:
        """Whether events of one file are to be written by their kinds."""
        return (
            self._kinds.any
            and not self._mapper.may_tell_key(events[0].source)
            and self._recurring.worth(len(events))
            and self._kinds.apply_to(events)
        )

    def lines(self, events: Sequence[Event], fates: Counter[Fate]) -> list[bytes]:
        """The lines of such events, which are counted by fate."""
        kind_of, decide, known_kinds = self._kinds.of, self._mapper.decider, self._recurring.known
        found: list[_Known | bytes] = []
        bodies: list[Any] = []
        for event in events:
            kind = kind_of(event)
            known = known_kinds.get(kind)
            if known is None:
                self._recurring.missed()
                outcome = self._mapper.outcome(event)
                fates[outcome.fate] += 1
                found.append(self._lines.line(outcome))
                if kind is not None:
                    self._remember(kind, outcome)
                continue
            fates[known.fate] += 1
            found.append(known)
            if known.sends:
                bodies.append(decide(event.value).body)
        texts = iter(stringify_lines(bodies).split(b"\n"))
        return [
            self._line(event, known, next(texts) if known.sends else b"") if isinstance(known, _Known) else known
            for event, known in zip(events, found, strict=True)
        ]

    def _line(self, event: Event, known: _Known, body: bytes) -> bytes:
        try:
            return known.pattern.line(event.source, event.value.get("messageId"), body)
        except orjson.JSONEncodeError:
            return self._lines.line(self._mapper.outcome(event))

    def _remember(self, kind: Kind, outcome: Outcome) -> None:
        """Remember a kind that occurs again."""
        if outcome.results is None and self._recurring.comes_again(kind):
            try:
                pattern = self._lines.pattern(outcome)
            except orjson.JSONEncodeError:
                return
            if sum(map(len, pattern)) <= _LONGEST:
                self._recurring.known[kind] = _Known(outcome.fate, outcome.request is not None, pattern)
