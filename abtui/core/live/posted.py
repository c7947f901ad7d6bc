"""The body of a request to Segment's API: its events, completed, and whether Segment would refuse it.

What Segment refuses is read all the same, because a person wants to see it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import islice
from typing import Any, Final, NamedTuple

import msgspec
import orjson

from abtui.core.events import Event, SdkDefaults, Unreadable, read_events
from abtui.core.events.batches import LIMIT_BYTES, LIMIT_EVENTS, is_batch
from abtui.core.events.completion import complete, type_of_path
from abtui.core.events.model import Item
from abtui.core.segment import EVENT_LIMIT_BYTES, is_event
from abtui.core.text.javascript import stringify
from abtui.core.text.json_depth import is_deeper
from abtui.core.text.json_text import has_duplicate_keys
from abtui.core.text.secret import Secret, hide_all

MOST_SHOWN: Final = 10_000
"""The most items of one body that are read; Segment takes 2,500."""
_BATCHES: Final = ("batch", "b", "import")
"""The last parts of the paths that take a batch: of servers, of browsers and phones, and of old SDKs."""
_KEY: Final = "writeKey"


class Refusal(msgspec.Struct, frozen=True):
    """Why Segment answers 400 or the like: a stable code and a sentence."""

    status: int
    code: str
    message: str

    @property
    def body(self) -> dict[str, Any]:
        """The JSON of the answer; SDKs print its code and its message."""
        return {"success": False, "code": self.code, "message": self.message}


class Posted(NamedTuple):
    """The items of one body in order, none of which has a source yet, and why the request is refused, if it is."""

    items: list[Item]
    refusal: Refusal | None = None


def takes_events(path: str) -> bool:
    """Whether a path is one of those to which SDKs post events, such as `/v1/batch` and `/v1/t`."""
    kind = path.removeprefix("/v1/").removesuffix("/")
    return path.startswith("/v1/") and "/" not in kind and (kind in _BATCHES or type_of_path(path) is not None)


def read_posted(body: bytes, path: str, arrival: str, secrets: tuple[Secret, ...] = ()) -> Posted:
    """Read a body that arrived at `arrival` (ISO 8601) at `path`. No text that is kept or quoted has one of the `secrets` in it."""
    try:
        value, is_json = orjson.loads(body), True
        items = _plain_items(body, value, path, arrival)
    except orjson.JSONDecodeError:
        value, is_json = _odd_value(body)
        items = None
    if items is None:
        sdk = SdkDefaults(now=arrival, secrets=secrets)
        read = islice(read_events([body], "live", sdk), MOST_SHOWN)
        items = [_masked(complete(item, arrival, path=path), secrets) for item in read]
    return Posted([_without_key(item) for item in items], _refusal(body, value, items, is_json=is_json))


def _odd_value(body: bytes) -> tuple[Any, bool]:
    """The value of a body that orjson refuses, and whether it is JSON: with half of a character, as JavaScript writes a text that was cut."""
    try:
        return json.loads(body, parse_constant=_no_constant), True
    except (ValueError, RecursionError):
        return None, False


def _no_constant(text: str) -> None:
    raise ValueError(text)


def _plain_items(body: bytes, value: Any, path: str, arrival: str) -> list[Item] | None:
    """The events of what SDKs post: an event, or a batch within the limits. None for anything else, which takes 30 times as long to read."""
    if not isinstance(value, dict) or is_deeper(body) or has_duplicate_keys(body, value):
        return None
    if not is_batch(value):
        one = is_event(value) or type_of_path(path) is not None
        return [complete(Event("", value), arrival, path=path)] if one else None
    events = value["batch"]
    if not 0 < len(events) <= LIMIT_EVENTS or len(body) > LIMIT_BYTES or not all(map(_is_object, events)):
        return None
    return [complete(Event("", event), arrival, batch=value, path=path) for event in events]


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


def _masked(item: Item, secrets: tuple[Secret, ...]) -> Item:
    if isinstance(item, Event) or not secrets:
        return item
    return msgspec.structs.replace(item, text=hide_all(item.text, secrets))


def _without_key(item: Item) -> Item:
    """The item without a write key; completion takes it off a posted event only."""
    if not isinstance(item, Event) or _KEY not in item.value:
        return item
    value = {name: part for name, part in item.value.items() if name != _KEY}
    return msgspec.structs.replace(item, value=value, text=None)


# What Segment refuses


def _refusal(body: bytes, value: Any, items: list[Item], *, is_json: bool) -> Refusal | None:
    unreadable = [item for item in items if isinstance(item, Unreadable)]
    told = unreadable[0].findings[-1].message if unreadable else ""
    if not is_json:
        return Refusal(400, "invalid-json", f"The body is not JSON. {told}".rstrip())
    if not any(isinstance(item, Event) and is_event(item.value) for item in items):
        return Refusal(400, "no-event", told or "There is no event in the body.")
    if unreadable:
        return Refusal(400, "invalid-event", told)
    return _over_limit(body, value)


def _over_limit(body: bytes, value: Any) -> Refusal | None:
    """The refusal of a body over one of Segment's limits."""
    if len(body) <= EVENT_LIMIT_BYTES:
        events = value["batch"] if _is_object(value) and is_batch(value) else ()
        return _too_many(len(events))
    if not _is_object(value) or not is_batch(value):
        return _too_large([value])
    events = value["batch"]
    if len(body) > LIMIT_BYTES:
        message = f"The batch has {len(body):,} bytes; Segment takes up to {LIMIT_BYTES:,}."
        return Refusal(400, "batch-too-large", message)
    return _too_many(len(events)) or _too_large(events)


def _too_many(count: int) -> Refusal | None:
    if count <= LIMIT_EVENTS:
        return None
    return Refusal(400, "too-many-events", f"The batch has {count:,} events; Segment takes up to {LIMIT_EVENTS:,}.")


def _too_large(events: Iterable[Any]) -> Refusal | None:
    for number, event in enumerate(events, 1):
        size = len(stringify(event))
        if size > EVENT_LIMIT_BYTES:
            message = f"Event {number} has {size:,} bytes; Segment takes up to {EVENT_LIMIT_BYTES:,}."
            return Refusal(400, "event-too-large", message)
    return None
