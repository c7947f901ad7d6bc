"""The fields that an SDK or Segment itself adds to each event, put into one that lacks them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any, Final

from abtui.core.events import Event, SdkDefaults, pretty, read_one
from abtui.core.events.model import JSONObject
from abtui.core.remedy.model import IN_THIS_COPY, Remedy
from abtui.core.text.javascript import parse_date, stringify
from abtui.core.text.json_index import index_json

_DATES: Final = ("originalTimestamp", "sentAt")
_NO_ID: Final = (None, "")
_WHOLE: Final = "what Segment adds"


def fillings(event: JSONObject, sdk: SdkDefaults) -> Iterator[dict[str, str]]:
    """The missing fields with the values that they would have: each alone first, then more at a time."""
    fields = _missing(event, sdk)
    for count in range(1, len(fields) + 1):
        for names in combinations(fields, count):
            yield {name: fields[name] for name in names}


def _missing(event: Mapping[str, Any], sdk: SdkDefaults) -> dict[str, str]:
    """Segment's spec: `originalTimestamp` is the `timestamp` that an SDK posts, which is the time of the call; `sentAt` is the
    arrival, if nobody sent one. An SDK gives each user that it does not know an `anonymousId`.
    """
    arrival = _text(event, "receivedAt") or sdk.now
    happened = _text(event, "timestamp") or _text(event, "sentAt") or arrival
    filled = {"originalTimestamp": happened, "sentAt": _later(arrival, _text(event, "originalTimestamp") or happened)}
    if event.get("userId") in _NO_ID and event.get("anonymousId") in _NO_ID:
        filled |= {"anonymousId": sdk.anonymous_id} | ({"userId": sdk.user_id} if sdk.user_id else {})
    return {name: value for name, value in filled.items() if event.get(name) in _NO_ID}


def _text(event: Mapping[str, Any], name: str) -> str | None:
    value = event.get(name)
    return value if isinstance(value, str) and value else None


def _later(one: str, other: str) -> str:
    """Nothing arrives before it happened."""
    first, second = parse_date(one), parse_date(other)
    return other if first is not None and second is not None and second > first else one


def filled_event(event: Event, fields: Mapping[str, str], text: str | None = None) -> Remedy | None:
    """The change that puts fields into an event. `text` is the event as it is edited; without it, it is the event's own.

    None if the text cannot be changed so, as when it has more than the event.
    """
    before = _text_of(event) if text is None else text
    after = _with_fields(before, fields)
    read = None if after is None else read_one(after, event.source)
    if after is None or not isinstance(read, Event) or read.value != {**event.value, **fields}:
        return None
    return Remedy(title=f"Put in {_object(fields)}, {IN_THIS_COPY}", changes="event", before=before, after=after)


def _text_of(event: Event) -> str:
    return pretty(event.text if event.text is not None else stringify(event.value))


def _object(fields: Mapping[str, str]) -> str:
    names = tuple(fields)
    if len(names) == 1:
        return names[0]
    return "both dates" if set(names) == set(_DATES) else _WHOLE


def _with_fields(text: str, fields: Mapping[str, str]) -> str | None:
    """The text of an object with fields set, and everything else in it as it is."""
    for name, value in fields.items():
        index = index_json(text, levels=1)
        whole, place = index.of(()), index.of((name,))
        if whole is None or text[whole.value[0]] != "{":
            return None
        written = stringify(value).decode()
        if place is not None:
            text = text[: place.value[0]] + written + text[place.value[1] :]
            continue
        members = index.items(())
        at = members[-1][1] if members else whole.value[0] + 1
        lead = _lead(text, members[-1][0]) if members else ""
        text = f"{text[:at]}{',' if members else ''}{lead}{stringify(name).decode()}: {written}{text[at:]}"
    return text


def _lead(text: str, last: int) -> str:
    """What stands before a new member: a line break and the indentation of the last one, if it has a line of its own."""
    begin = text.rfind("\n", 0, last) + 1
    indent = text[begin:last]
    if not begin:
        return " "
    spaces = indent[: len(indent) - len(indent.lstrip())]
    return f"\n{spaces}"
