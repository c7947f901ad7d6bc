"""Events that differ in nothing that coverage counts, counted together: a corpus has many events and few kinds of them."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Final

import msgspec

from abtui.core.corpus.coverage.usage import Usage, sent_names
from abtui.core.corpus.places import Rank
from abtui.core.corpus.recurring import LONGEST, MOST, size_of
from abtui.core.destination import JSONObject
from abtui.core.destinations import REASONS
from abtui.core.outcomes import Outcome

_READ: Final = ("type", "event", "name")
"""The fields whose values matter; of the others only whether they are text or a number."""
_SCALARS: Final = (str, int, float)


class _Waiting(msgspec.Struct):
    """What stands for some events that are alike, and their number."""

    event: JSONObject
    outcome: Outcome
    rank: Rank
    times: int = 1


class AlikeEvents:
    """Events on their way into a `Usage`. Of each kind one stands for all of them until `count` is called."""

    def __init__(self, usage: Usage) -> None:
        self._usage = usage
        self._waiting: dict[Hashable, _Waiting] = {}

    def add(self, event: JSONObject, outcome: Outcome, rank: Rank) -> None:
        """Count an event at a place in the input and its outcome, now or later. Events of a piece come in its order."""
        kind = _kind(event, outcome)
        waiting = self._waiting.get(kind)
        if waiting is not None:
            waiting.times += 1
        elif kind is not None and size_of(kind) <= LONGEST:
            if len(self._waiting) >= MOST:
                self.count()
            self._waiting[kind] = _Waiting(stands_for(event), without_values(outcome), rank)
        else:
            self._usage.add(event, outcome, 1, rank)

    def count(self) -> None:
        """Count all that wait."""
        for waiting in self._waiting.values():
            self._usage.add(waiting.event, waiting.outcome, waiting.times, waiting.rank)
        self._waiting.clear()


def _kind(event: JSONObject, outcome: Outcome) -> tuple[Any, ...] | None:
    """All that is counted of an event; None where that depends on more than a few values, as with several mappings."""
    label = event.get("event", "")
    if outcome.results is not None or type(label) is not str or type(event.get("type")) is not str:
        return None
    sent, code = outcome.request, outcome.reason.code
    return (
        outcome.type,
        label,
        outcome.name,
        outcome.verdict,
        outcome.fate,
        code,
        outcome.segment_shows,
        None if sent is None else sent_names(sent.body, exposure=REASONS[code].body_at is not None),
        *event,
        *map(type, event.values()),
    )


def stands_for(event: JSONObject) -> JSONObject:
    """An event that is counted as this one is, without what is large in it."""
    return {
        key: value if type(value) is str and key in _READ else 0 if type(value) in _SCALARS else None
        for key, value in event.items()
    }


def without_values(outcome: Outcome) -> Outcome:
    """An outcome that is counted as this one is: of its body only the goals and the units."""
    request = outcome.request
    if request is not None:
        goals, units = sent_names(request.body, exposure=REASONS[outcome.reason.code].body_at is not None)
        body = {"goals": [{"name": name} for name in goals], "units": [{"type": unit, "uid": ""} for unit in units]}
        request = msgspec.structs.replace(request, body=body, body_bytes=b"")
    return msgspec.structs.replace(outcome, request=request, findings=(), steps=())
