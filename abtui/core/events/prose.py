"""Text that is neither JSON nor code: sentences, tables, markup. People copy some of it along with their events."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from abtui.core.events.model import Event, Unreadable
from abtui.core.text.json_text import Issue

_SAID: Final = "This is no event: it is neither JSON nor a line of code."
_HINT: Final = (
    "Events are JSON (one, one on each line, a list, or the body of a batch), or calls such as"
    ' analytics.track("Order Completed", {total: 12.5}).'
)
_MARKS: Final = "<>#*|`"
"""What markup begins with; a bracket or a quote too many is a slip in JSON."""


def prose_issue(text: str, at: int) -> Issue | None:
    """What is wrong with a text that does not even begin like JSON; None for one that does."""
    first = text[:1]
    return Issue("JSON-SYNTAX", _SAID, _HINT, at) if first.isalpha() or first in _MARKS else None


def without_prose(items: Iterable[Event | Unreadable]) -> list[Event | Unreadable]:
    """The items without the prose around them; all of them if there is no event among them."""
    every = list(items)
    if not any(isinstance(item, Event) for item in every):
        return every
    return [item for item in every if isinstance(item, Event) or all(found.message != _SAID for found in item.findings)]
