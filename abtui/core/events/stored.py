"""An event as it is kept for later: the text it was read from, which is read again whenever the event is needed."""

from __future__ import annotations

import msgspec

from abtui.core.events.model import Event, SdkDefaults, Unreadable
from abtui.core.events.single import read_one
from abtui.core.findings import Finding, finding
from abtui.core.text.javascript import stringify
from abtui.core.text.secret import Secret

_OF_THE_SOURCE = frozenset({"BATCH-LIMIT", "TEXT-ENCODING", "CODE-COMPLETED"})
"""Findings about what an event came in. The rest is found again when the event's own text is read."""
_NOT_READ = frozenset({"VALUE-TOO-LARGE", "BATCH-NOT-MERGED"})
"""What is told of a piece whose text says nothing about it."""


class Stored(msgspec.Struct, frozen=True, gc=False):
    """One item: where it came from, its text, and the findings its text alone would not show.

    `broken`: it was no event when it was read. `lost` says why its text is not to be had any more, or never was as it is
    too large; then there is no text, or the start of it.
    """

    source: str
    text: str | bytes
    notes: tuple[Finding, ...] = ()
    broken: bool = False
    lost: Finding | None = None


def stored(item: Event | Unreadable) -> Stored:
    """What is kept of an item as it was read."""
    if isinstance(item, Unreadable):
        if (last := item.findings[-1]).code in _NOT_READ:
            return Stored(item.source, item.text, (), True, last)
        return Stored(item.source, item.text, (), True)
    notes = tuple(note for note in item.findings if note.code in _OF_THE_SOURCE) if item.findings else ()
    return Stored(item.source, stringify(item.value) if item.text is None else item.text, notes)


def read_stored(item: Stored, secrets: tuple[Secret, ...] = ()) -> Event | Unreadable:
    """The item read again, with all its findings, none of which quotes one of `secrets`."""
    if item.lost is not None:
        text = item.text if isinstance(item.text, str) else item.text.decode(errors="replace")
        return Unreadable(item.source, text, (item.lost,))
    event = read_one(item.text, item.source, SdkDefaults(secrets=secrets) if secrets else None)
    if item.notes and isinstance(event, Event):
        return msgspec.structs.replace(event, findings=item.notes + event.findings)
    return event


def lost(source: str, message: str, hint: str) -> Stored:
    """An item whose text cannot be read a second time."""
    return Stored(source, "", (), True, finding("FILE-CHANGED", message, hint))
