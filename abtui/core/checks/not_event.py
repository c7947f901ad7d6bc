"""The finding about a JSON object that is not an event: it has no type that Segment knows. If it contains events, the finding gives their paths."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any, Final

import orjson

from abtui.core.findings import Finding, error
from abtui.core.segment import EVENT_TYPES, is_event
from abtui.core.text.javascript import stringify
from abtui.core.text.paths import Path, path_text
from abtui.core.text.plain import one_line

_DEEPEST: Final = 8
_MOST_VALUES: Final = 2_000
"""How many values are searched. An envelope is small, and its events are near its start."""
_MOST_TEXT: Final = 1 << 20
"""How many characters of text, such as the body of a queue's record, are read as JSON."""
_MOST_PLACES: Final = 3
_SHOWN: Final = 60
_MARKS: Final = ("event", "name", "userId", "anonymousId")
"""Each event has one of these fields. An object with nothing but a type, such as a module, is not an event."""
TYPE: Final = error(
    "EVENT-TYPE",
    "Not an event: it has no type that Segment knows",
    "An event's `type` is one of track, page, screen, identify, group and alias, in lower case. abtui shows what the destination does with any JSON object, but does not count one without such a type as an event: `abtui map` and `abtui check` exit with code 1. If there are events inside it, as in a record of a queue or a list under `data`, the finding gives their path.",
)


def not_event_finding(value: dict[str, Any]) -> Finding | None:
    """The error about an object that is not an event, with the paths of events in it; None for an event."""
    if is_event(value):
        return None
    kind = value.get("type")
    if kind is None:
        why, hint = "it has no `type`", "Add one: " + ", ".join(EVENT_TYPES) + "."
    else:
        near = kind.lower().strip() if isinstance(kind, str) else None
        shown = one_line(stringify(kind).decode(), _SHOWN)
        why = f"{shown} is not a type of event"
        hint = f"Write it as `{near}`." if near in EVENT_TYPES else "Types are " + ", ".join(EVENT_TYPES) + "."
    places = list(_places(value))
    if places:
        listed = ", ".join(f"`{place}`" for place in places[:_MOST_PLACES])
        more = " and more" if len(places) > _MOST_PLACES else ""
        hint = f"It contains events, at {listed}{more}: pass only those, each on its own line."
    path = places[0] if places else "$.type"
    return TYPE.at(f"This is not an event: {why}.", hint, event_path=path)


def _places(value: dict[str, Any]) -> Iterator[str]:
    """The paths of the first events inside, the outermost first, and one more than are shown; events inside an event are not searched."""
    waiting: deque[tuple[Path, Any, str | None]] = deque([((), value, None)])
    seen = text = found = 0
    while waiting and seen < _MOST_VALUES and found <= _MOST_PLACES:
        path, item, place = waiting.popleft()
        seen += 1
        if isinstance(item, str):
            if text + len(item) > _MOST_TEXT or item.lstrip()[:1] not in ("{", "["):
                continue
            text += len(item)
            item, place = _of_text(item), place or path_text(path)
        if isinstance(item, dict):
            if path and is_event(item) and any(item.get(name) is not None for name in _MARKS):
                found += 1
                yield place or path_text(path)
                continue
            steps: Any = item.items()
        elif isinstance(item, list):
            steps = enumerate(item)
        else:
            continue
        if len(path) < _DEEPEST:
            room = _MOST_VALUES - len(waiting)
            for (step, inner), _ in zip(steps, range(room), strict=False):
                waiting.append(((*path, step), inner, place))


def _of_text(text: str) -> Any:
    try:
        return orjson.loads(text)
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        return None
