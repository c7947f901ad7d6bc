"""One event by itself: the text in an editor, and an event that is kept as its text and read again whenever it is needed."""

from __future__ import annotations

from itertools import islice

import msgspec

from abtui.core.events.model import Event, Item, SdkDefaults, Unreadable
from abtui.core.events.reader import read_events
from abtui.core.findings import Finding, finding
from abtui.core.text.javascript import stringify
from abtui.core.text.secret import Secret

_ABOUT_THE_SOURCE = frozenset(
    {
        "BATCH-LIMIT",
        "TEXT-ENCODING",
        "CODE-COMPLETED",
        "EVENT-COMPLETED",
        "REQUESTS-LEFT-OUT",
        "TEXT-LEFT-OUT",
        "TABLE-READ",
        "ROW-REBUILT",
    }
)
"""Findings about the text around an event. All others are found again when the event's own text is read."""
_NOT_READ = frozenset({"VALUE-TOO-LARGE", "BATCH-NOT-MERGED"})
"""Findings about a piece whose own text does not show them."""


def read_one(text: str | bytes, source: str, sdk: SdkDefaults | None = None) -> Item:
    """The one event of `text`. No event, or more than one, is unreadable; places are those in `text` itself."""
    items = list(islice(read_events([text], source, sdk or SdkDefaults()), 2))
    if len(items) == 1:
        return msgspec.structs.replace(items[0], source=source)
    if items:
        message, hint = "A second event starts here.", "Keep one event; paste several into the list."
        line, column = items[1].line, items[1].column
    else:
        message, hint = "There is no event here.", "Write a JSON object with a `type`."
        line = column = 1
    return Unreadable(source, _shown(text), (finding("JSON-SYNTAX", message, hint, line=line, column=column),))


def pretty(text: str | bytes) -> str:
    """The text for an editor: JSON on one line is indented, with every number and key as it is; other text stays as it is."""
    shown = _shown(text)
    return shown if "\n" in shown.strip() else _formatted(shown, indent=2)


def compact(text: str | bytes) -> str:
    """The text for a line of a file: JSON without the space between its tokens; other text stays as it is."""
    return _formatted(_shown(text), indent=-1)


class Stored(msgspec.Struct, frozen=True, gc=False):
    """One item: its source, its text, and the findings that its text alone does not show.

    `broken`: it was not an event when it was read. `lost` says why its text cannot be read again, or was never read because it
    is too large; then `text` is empty, or the start of it. `now` is the time with which a text was read that is more than the
    event, such as a line of code or a posted batch in an editor; "" for none.
    """

    source: str
    text: str | bytes
    notes: tuple[Finding, ...] = ()
    broken: bool = False
    lost: Finding | None = None
    now: str = ""


def stored(item: Item) -> Stored:
    """An item as it is kept."""
    if isinstance(item, Unreadable):
        last = item.findings[-1]
        return Stored(item.source, item.text, (), True, last if last.code in _NOT_READ else None)
    notes = tuple(note for note in item.findings if note.code in _ABOUT_THE_SOURCE) if item.findings else ()
    return Stored(item.source, stringify(item.value) if item.text is None else item.text, notes)


def edited(item: Stored, text: str, event: Item, sdk: SdkDefaults) -> Stored:
    """An item with another text, from which `event` was read."""
    now = sdk.now if isinstance(event, Event) and event.text is None else ""
    return Stored(item.source, text, item.notes, isinstance(event, Unreadable), None, now)


def read_stored(item: Stored, secrets: tuple[Secret, ...] = ()) -> Item:
    """The item read again with all its findings, none of which quotes one of `secrets`."""
    if item.lost is not None:
        return Unreadable(item.source, _shown(item.text), (item.lost,))
    sdk = SdkDefaults(now=item.now or SdkDefaults().now, secrets=secrets) if secrets or item.now else None
    event = read_one(item.text, item.source, sdk)
    if item.notes and isinstance(event, Event):
        return msgspec.structs.replace(event, findings=item.notes + event.findings)
    return event


def lost(source: str, message: str, hint: str) -> Stored:
    """An item whose text cannot be read a second time."""
    return Stored(source, "", (), True, finding("FILE-CHANGED", message, hint))


def _shown(text: str | bytes) -> str:
    return text if isinstance(text, str) else text.decode(errors="replace")


def _formatted(text: str, *, indent: int) -> str:
    try:
        return msgspec.json.format(text.strip(), indent=indent)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return text
