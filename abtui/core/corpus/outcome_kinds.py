"""Kinds of events by their outcomes: those of two events of a kind differ only in the values that the events have.

What the kind of an event depends on is up to its destination (`Destination.kind_with`) and to the checks of every destination, here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from abtui.core.checks.keys import KeyCheck
from abtui.core.corpus.mapper import Mapper
from abtui.core.corpus.recurring import Kind, no_kind
from abtui.core.events import Event
from abtui.core.segment import EVENT_LIMIT_BYTES, EVENT_TYPES, MESSAGE_ID_LIMIT, READ_FIRST

_TYPES: Final = frozenset(EVENT_TYPES)


class OutcomeKinds:
    """The kinds of events for one config; `any` tells whether there are kinds."""

    def __init__(self, mapper: Mapper) -> None:
        kind_with = mapper.destination.kind_with
        self.any = kind_with is not None
        self._keys = KeyCheck(mapper.config)
        self._kind_of = no_kind if kind_with is None else kind_with(mapper.config)

    def apply_to(self, events: Iterable[Event]) -> bool:
        """Whether some events may be looked up by their kinds: none of them has a key in its text."""
        texts = [event.text for event in events if type(event.text) is bytes]
        return not self._keys.may_be_in(b"\n".join(texts))

    def of(self, event: Event) -> Kind | None:
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
