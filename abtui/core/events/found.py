"""The events inside a JSON value, wherever they are: in an envelope of a queue, a bus or a stream, in a list, in a recorded request.

One search serves all of them, because they differ only in the names of their keys. An event in an envelope has a type that
Segment knows, and an identity or a name. What is inside an event, such as its properties, is never searched. The search knows
about requests, because Segment completes what is posted (`completion`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from abtui.core.events.completion import type_of_path
from abtui.core.events.model import JSONObject
from abtui.core.events.packed import Room, values_in
from abtui.core.events.rows import event_of_row
from abtui.core.segment import EVENT_TYPES, is_event
from abtui.core.text.javascript import date_text, parse_date
from abtui.core.text.paths import path_text

_MOST_LEVELS: Final = 8
"""Envelopes around an event in one document."""
_MOST_TEXTS: Final = 16
"""Documents as text inside one another: an envelope may have a text in a text, as a log that is subscribed to."""
_MOST_STEPS: Final = 100
"""Keys and numbers of items on the way to an event, through all of them."""
_IDENTITIES: Final = ("userId", "anonymousId", "groupId", "previousId")
_NAMES: Final = {"track": "event", "page": "name", "screen": "name"}
_NOT_SEARCHED: Final = frozenset({"properties", "traits", "response"})
"""The data of an event, or of something like one, and the answer to a request."""
_HOLDS: Final = (dict, list, str)
_METHODS: Final = (
    ("method", str), ("httpMethod", str), ("request_method", str), ("requestMethod", str), ("headers", dict | list),
)  # fmt: skip
"""What a request has beside its path, and of which kind it is."""
_PATHS: Final = ("path", "rawPath", "url", "uri", "requestUri", "request_uri", "rawUrl", "endpoint")
_REQUEST_LINE = re.compile(r"[A-Z]+ (\S+)(?: HTTP/[\d.]+)?\Z")


class Posted(NamedTuple):
    """The request that an event was posted in: its path or URL, its arrival if the recording says it, and the body of its batch."""

    path: str | None = None
    arrival: str | None = None
    batch: JSONObject | None = None


class _Left(NamedTuple):
    """How much further the search goes down. Only an object under a key is an envelope: a list or a text there is a part of one."""

    levels: int = _MOST_LEVELS
    texts: int = _MOST_TEXTS
    steps: int = _MOST_STEPS

    def further(self, inner: Any, *, in_list: bool) -> _Left | None:
        """What is left inside; None where the search ends."""
        costs = isinstance(inner, list) if in_list else isinstance(inner, dict)
        if not self.steps or self.levels < costs:
            return None
        return _Left(self.levels - costs, self.texts, self.steps - 1)


class Found(NamedTuple):
    """An event in a value, the way to it (`$.Records[0].body`), the request it was posted in, if any, and whether it was a row of a warehouse."""

    value: JSONObject
    way: str
    posted: Posted | None = None
    is_row: bool = False


class Search:
    """The search of one document.

    `table` is the table whose rows the objects may be. `left_out` counts requests that posted no event.
    """

    def __init__(self, table: str = "") -> None:
        self.left_out = 0
        self._table = table
        self._room = Room()

    @property
    def skipped(self) -> int:
        """The size of the last text that was too large to be unpacked, or 0."""
        return self._room.skipped

    def events(self, value: Any, posted: Posted | None = None) -> Iterator[Found]:
        """The events in a value, in order. `posted` is the request whose body the value is."""
        return self._inside(value, "$", posted, _Left())

    def _inside(self, value: Any, way: str, posted: Posted | None, left: _Left) -> Iterator[Found]:
        if isinstance(value, dict):
            yield from self._in_object(value, way, posted, left)
        elif isinstance(value, list):
            for at, item in enumerate(value):
                if isinstance(item, _HOLDS) and (further := left.further(item, in_list=True)):
                    yield from self._inside(item, f"{way}[{at}]", posted, further)
        elif isinstance(value, str) and left.texts:
            typed = posted is not None and type_of_path(posted.path) is not None
            for place, inner in values_in(value, self._room, any_type=typed):
                # A text that was written as JSON twice is still one.
                texts = left.texts - (not isinstance(inner, str))
                if left.steps:
                    yield from self._inside(inner, way + place, posted, _Left(texts=texts, steps=left.steps - 1))

    def _in_object(self, value: JSONObject, way: str, posted: Posted | None, left: _Left) -> Iterator[Found]:
        if is_event_in_envelope(value, posted):
            yield Found(value, way, posted)
            return
        if (row := event_of_row(value, self._table)) is not None:
            yield Found(row, way, is_row=True)
            return
        if _is_near_event(value):
            return
        batch = value.get("batch")
        if isinstance(batch, list):
            yield from self._in_batch(value, batch, way, posted, left)
            return
        request = _request(value, posted)
        is_found = False
        for key, inner in value.items():
            if key in _NOT_SEARCHED or not isinstance(inner, _HOLDS):
                continue
            if further := left.further(inner, in_list=False):
                for item in self._inside(inner, way + path_text((key,))[1:], request or posted, further):
                    is_found = True
                    yield item
            if is_found and request is not None:
                # A recording may have the same body twice, as bytes and as JSON.
                return
        self.left_out += request is not None and posted is None

    def _in_batch(
        self, body: JSONObject, items: list[Any], way: str, posted: Posted | None, left: _Left
    ) -> Iterator[Found]:
        """The events of a posted batch: they need no identity to be known, as their place says what they are."""
        inside = (posted or Posted())._replace(batch=body)
        for at, item in enumerate(items):
            place = f"{way}.batch[{at}]"
            if isinstance(item, dict) and is_event(item):
                yield Found(item, place, inside)
            elif further := left.further(item, in_list=True):
                yield from self._inside(item, place, inside, further)


def is_event_in_envelope(value: JSONObject, posted: Posted | None = None) -> bool:
    """Whether an object in an envelope is an event: it has a known type, and an identity or a name of its type.

    The path of a request gives the type to a body that has an identity.
    """
    has_identity = any(_is_id(value.get(name)) for name in _IDENTITIES)
    if is_event(value):
        return has_identity or isinstance(value.get(_NAMES.get(value["type"], "")), str)
    return has_identity and posted is not None and value.get("type") is None and type_of_path(posted.path) is not None


def _is_near_event(value: JSONObject) -> bool:
    """Whether an object was meant as an event, but for the case of its type."""
    kind = value.get("type")
    return isinstance(kind, str) and kind not in EVENT_TYPES and kind.strip().lower() in EVENT_TYPES


def _is_id(value: Any) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool) and value != ""


def _request(value: JSONObject, around: Posted | None) -> Posted | None:
    """The request that an object is or records: it has a path, and a method or headers; or it is an entry of a HAR with its time."""
    began = value.get("startedDateTime")
    if isinstance(began, str) and isinstance(value.get("request"), dict):
        date = parse_date(began)
        return Posted(arrival=None if date is None else date_text(date))
    path = next((text for name in _PATHS if (text := _url(value.get(name))) is not None), None)
    is_request = path is not None and any(isinstance(value.get(name), kind) for name, kind in _METHODS)
    line = value.get("request")
    if not is_request and isinstance(line, str) and (found := _REQUEST_LINE.match(line)):
        path, is_request = found[1], True
    if not is_request:
        return None
    return Posted(path=path, arrival=around.arrival if around else None)


def _url(value: Any) -> str | None:
    """A path or URL: text, or an object with the raw one, as in collections of requests."""
    if isinstance(value, dict):
        value = value.get("raw")
    return value if isinstance(value, str) else None
