"""One text that should be one event: what an editor holds."""

from __future__ import annotations

from itertools import islice

import msgspec

from abtui.core.events.model import Event, SdkDefaults, Unreadable
from abtui.core.events.reader import read_events
from abtui.core.findings import finding


def read_one(text: str | bytes, source: str, sdk: SdkDefaults | None = None) -> Event | Unreadable:
    """The one event of `text`. No event, or more than one, is unreadable; places are those of `text` itself."""
    items = list(islice(read_events([text], source, sdk or SdkDefaults()), 2))
    if len(items) == 1:
        item = items[0]
        return msgspec.structs.replace(item, source=source)
    shown = text if isinstance(text, str) else text.decode(errors="replace")
    if not items:
        problem = finding(
            "JSON-SYNTAX", "There is no event here.", "Write a JSON object with a `type`.", line=1, column=1
        )
    else:
        second = items[1]
        problem = finding(
            "JSON-SYNTAX",
            "A second event starts here.",
            "Keep one event; paste several into the list.",
            line=second.line,
            column=second.column,
        )
    return Unreadable(source, shown, (problem,))


def pretty(text: str | bytes) -> str:
    """The text for an editor: JSON on one line is indented, every number and key exactly as it stands; other text stays."""
    shown = text if isinstance(text, str) else text.decode(errors="replace")
    if "\n" in shown.strip():
        return shown
    try:
        return msgspec.json.format(shown.strip(), indent=2)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return shown


def compact(text: str | bytes) -> str:
    """The text for a line of a file: JSON without the space between its tokens, every token as it stands; other text stays."""
    shown = text if isinstance(text, str) else text.decode(errors="replace")
    try:
        return msgspec.json.format(shown.strip(), indent=-1)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return shown
