"""The threads of one event: each of its fields that becomes a field of the payload, with what the config says of it."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from abtui.core.config.model import Config
from abtui.core.events.model import JSONObject
from abtui.core.outcomes import Outcome, Part
from abtui.core.threads.fields import AS_MS, Fields
from abtui.core.threads.gutter import Letters, Tie, letters
from abtui.core.threads.sent import sent_threads
from abtui.core.threads.thread import Thread
from abtui.core.threads.unsent import unsent_threads, unsubscribed_threads

__all__ = ["Letters", "Thread", "Tie", "letters", "most_telling", "threads"]

_LETTERS: Final = string.ascii_letters
_NO_LETTER: Final = "*"


def threads(outcome: Part, config: Config, event: JSONObject) -> tuple[Thread, ...]:
    """The threads of an outcome that has its steps, in the order of the event's fields; of one mapping, if there are several.

    Fields that the event lacks come after those that it has, and what only the config or the payload has comes last.
    """
    part = outcome.decisive if outcome.leading.request is None else outcome.leading
    fields = Fields(part, config, event)
    if part.request is not None:
        found = sent_threads(fields)
    else:
        found = (
            unsubscribed_threads(fields, part) if isinstance(part, Outcome) and part.results else unsent_threads(fields)
        )
    order = {name: at for at, name in enumerate(event)}
    ranked = sorted(found, key=lambda thread: _rank(thread, order))
    return tuple(msgspec.structs.replace(thread, letter=_letter(at)) for at, thread in enumerate(ranked))


def _rank(thread: Thread, order: Mapping[str, int]) -> int:
    if not thread.event_paths or not thread.event_paths[0]:
        return len(order) + 1
    return order.get(str(thread.event_paths[0][0]), len(order))


def _letter(at: int) -> str:
    return _LETTERS[at] if at < len(_LETTERS) else _NO_LETTER


def most_telling(found: Sequence[Thread], count: int) -> tuple[Thread, ...]:
    """The `count` threads that tell most, in their order: where the journey ends first of all, dates last."""
    ranked = sorted(range(len(found)), key=lambda at: (not found[at].culprit, found[at].through == AS_MS))
    return tuple(found[at] for at in sorted(ranked[: max(0, count)]))
