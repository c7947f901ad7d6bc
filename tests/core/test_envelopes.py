"""Events in envelopes: each kind that people hold, any stack of them, and what must not cost much."""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abtui.core.events import (
    Event,
    SdkDefaults,
    Stored,
    Unreadable,
    edited,
    place_of,
    read_events,
    read_one,
    read_stored,
    stored,
)
from abtui.core.events.packed import Room

NOW = "2026-01-31T09:15:02.000Z"
EVENT: dict[str, Any] = {"type": "track", "event": "A", "userId": "u", "originalTimestamp": None}
POSTED: dict[str, Any] = {"type": "track", "event": "A", "userId": "u", "timestamp": "2026-01-31T09:15:00.000Z"}


def b64(data: str | bytes) -> str:
    return base64.b64encode(data.encode() if isinstance(data, str) else data).decode()


def packed(value: Any) -> str:
    return b64(gzip.compress(json.dumps(value).encode(), mtime=0))


def read(value: Any, source: str = "f") -> list[Event | Unreadable]:
    return list(read_events([value if isinstance(value, str) else json.dumps(value)], source, SdkDefaults(now=NOW)))


# A kind of envelope around a value, and the way from it to the value.
ENVELOPES: dict[str, tuple[Callable[[Any], Any], str]] = {
    "a queue": (lambda v: {"Records": [{"messageId": "m", "body": json.dumps(v), "eventSource": "aws:sqs"}]}, ".Records[0].body"),
    "a queue's messages": (lambda v: {"Messages": [{"Body": json.dumps(v)}]}, ".Messages[0].Body"),
    "a bus": (lambda v: {"version": "0", "detail-type": "x", "detail": v}, ".detail"),
    "a notification": (lambda v: {"Type": "Notification", "Message": json.dumps(v)}, ".Message"),
    "a stream": (lambda v: {"Records": [{"kinesis": {"data": b64(json.dumps(v))}}]}, ".Records[0].kinesis.data"),
    "a delivery stream": (lambda v: {"records": [{"recordId": "1", "data": b64(json.dumps(v) + "\n")}]}, ".records[0].data"),
    "a topic": (lambda v: {"message": {"data": b64(json.dumps(v)), "attributes": {}}, "subscription": "s"}, ".message.data"),
    "a topic, safe for URLs": (lambda v: {"message": {"data": base64.urlsafe_b64encode(json.dumps(v).encode()).decode()}}, ".message.data"),
    "a log": (lambda v: {"topic": "t", "offset": 5, "value": v}, ".value"),
    "a container's log": (lambda v: {"log": json.dumps(v) + "\n", "stream": "stdout"}, ".log"),
    "a log's text": (lambda v: {"@message": "2026-01-31T09:15:00Z INFO got " + json.dumps(v) + " in 3 ms"}, '["@message"]'),
    "a cloud's log": (lambda v: {"jsonPayload": v, "severity": "INFO"}, ".jsonPayload"),
    "logs that are subscribed to": (lambda v: {"awslogs": {"data": packed({"logEvents": [{"message": json.dumps(v)}]})}}, ".awslogs.data.logEvents[0].message"),
    "compressed with zlib": (lambda v: {"data": b64(zlib.compress(json.dumps(v).encode()))}, ".data"),
    "a tester": (lambda v: {"payload": v, "mapping": {}, "settings": {}}, ".payload"),
    "a transformer": (lambda v: [{"message": v, "destination": {}}], "[0].message"),
    "a list": (lambda v: {"items": [v]}, ".items[0]"),
    "a batch": (lambda v: {"a": {"batch": [v]}}, ".a.batch[0]"),
    "JSON as JSON": (lambda v: {"body": json.dumps(json.dumps(v))}, ".body"),
    "a list of lists": (lambda v: {"rows": [[v]]}, ".rows[0][0]"),
    "an odd key": (lambda v: {"a b": v}, '["a b"]'),
}  # fmt: skip


@pytest.mark.parametrize("name", ENVELOPES)
def test_an_event_in_an_envelope(name: str) -> None:
    wrap, way = ENVELOPES[name]
    [event] = read({"x": wrap(EVENT)})
    assert isinstance(event, Event)
    assert (event.source, event.value, event.text, event.findings) == (f"f:1 $.x{way}", EVENT, None, ())
    assert read({"x": wrap({"type": "Track", "event": "A"})})[0].source == "f:1"


@given(
    st.lists(st.sampled_from([name for name in ENVELOPES if name not in ("a batch", "a list of lists")]), max_size=8),
    st.booleans(),
)
def test_any_stack_of_envelopes(names: list[str], as_text: bool) -> None:
    value: Any = EVENT
    way = ""
    for name in names:
        wrap, step = ENVELOPES[name]
        value, way = wrap(value), step + way
    if as_text and names:
        value, way = {"x": json.dumps(value)}, f".x{way}"
    [event] = read(value)
    assert isinstance(event, Event)
    assert event.value == EVENT
    # The items of a list at the top are read one by one.
    assert event.source == (f"f:1 ${way.removeprefix('[0]')}" if names else "f:1")
    again = read_stored(stored(event))
    assert isinstance(again, Event)
    assert again.value == EVENT


@pytest.mark.parametrize(
    ("value", "arrival"),
    [
        ({"method": "POST", "path": "/v1/t", "json": POSTED}, NOW),
        ({"method": "POST", "url": "https://api.segment.io/v1/track", "body": json.dumps({**POSTED, "type": None})}, NOW),
        ({"httpMethod": "POST", "path": "/v1/batch", "isBase64Encoded": True, "body": b64(json.dumps({"batch": [POSTED]}))}, NOW),
        ({"item": [{"name": "a", "request": {"method": "POST", "url": {"raw": "{{host}}/v1/t"}, "body": {"mode": "raw", "raw": json.dumps(POSTED)}}}]}, NOW),
        ({"resources": [{"_type": "request", "url": "/v1/t", "method": "POST", "body": {"text": json.dumps(POSTED)}}]}, NOW),
        ({"request": {"url": "/v1/t", "method": "POST", "body": {"mode": "json", "json": json.dumps(POSTED)}}}, NOW),
        ({"startedDateTime": "2026-01-31T10:15:01.500+01:00", "request": {"method": "POST", "url": "/v1/t", "postData": {"text": json.dumps(POSTED)}}}, "2026-01-31T09:15:01.500Z"),
        ({"startedDateTime": "yesterday", "request": {"method": "POST", "url": "/v1/t", "postData": {"text": json.dumps(POSTED)}}}, NOW),
        ({"rawPath": "/v1/t", "headers": {"host": "x"}, "requestContext": {"http": {"method": "POST"}}, "body": json.dumps(POSTED)}, NOW),
        ({"time": "x", "request": "POST /v1/t HTTP/1.1", "request_body": json.dumps(POSTED)}, NOW),
        ({"body": {"batch": [POSTED]}}, NOW),
        ({"payload": {**POSTED, "writeKey": "k"}}, NOW),
        ({**POSTED, "_metadata": {}}, NOW),
    ],
)  # fmt: skip
def test_what_was_posted_is_completed(value: dict[str, Any], arrival: str) -> None:
    [event] = read(value)
    assert isinstance(event, Event)
    assert [found.code for found in event.findings] == ["EVENT-COMPLETED"]
    assert event.value == {
        **POSTED, "originalTimestamp": POSTED["timestamp"], "sentAt": arrival, "receivedAt": arrival, "timestamp": POSTED["timestamp"],
    }  # fmt: skip
    again = read_stored(stored(event))
    assert isinstance(again, Event)
    assert (again.value, again.findings) == (event.value, event.findings)


def test_a_body_in_an_editor_stays_the_event_that_it_was() -> None:
    sdk = SdkDefaults(now=NOW)
    for text in (
        json.dumps({"batch": [POSTED]}),
        json.dumps({"detail": EVENT}),
        'analytics.track("A")',
        json.dumps(EVENT),
    ):
        event = read_one(text, "new #1", sdk)
        again = read_stored(edited(Stored("new #1", ""), text, event, sdk))
        assert isinstance(event, Event)
        assert isinstance(again, Event)
        assert (again.value, again.findings) == (event.value, event.findings)


def test_what_was_delivered_is_not_completed() -> None:
    [event] = read({"method": "POST", "path": "/v1/t", "json": EVENT})
    assert isinstance(event, Event)
    assert (event.value, event.findings) == (EVENT, ())
    archived = {**EVENT, "writeKey": "k"}
    [event] = read(archived)
    assert isinstance(event, Event)
    assert (event.value, event.text) == (archived, json.dumps(archived).encode())


def test_requests_without_an_event_are_counted() -> None:
    other = {"method": "GET", "url": "/", "response": {"body": json.dumps(EVENT)}}
    post = {"method": "POST", "url": "/v1/t", "body": POSTED}
    entries = [{"startedDateTime": NOW, "request": request} for request in (other, post, other)]
    for value in ({"log": {"entries": entries}}, [other, other, post], [other, post, other]):
        [event] = read(value)
        assert [found.code for found in event.findings] == ["EVENT-COMPLETED", "REQUESTS-LEFT-OUT"]
        assert "2 other requests" in event.findings[-1].message
    lines = "\n".join(map(json.dumps, (other, other, post)))
    [event] = read(lines)
    assert [found.code for found in event.findings] == ["REQUESTS-LEFT-OUT", "EVENT-COMPLETED"]


def test_a_batch_of_envelopes() -> None:
    items = read({"batch": [{"body": json.dumps(EVENT)}, {"x": 1}, EVENT]})
    assert [item.source for item in items] == ["f:1 $.body", "f:1#2", "f:1#3"]


def test_a_body_that_is_recorded_twice_is_one() -> None:
    [event] = read({"method": "POST", "path": "/v1/t", "bodyBase64": packed(POSTED), "json": POSTED})
    assert event.source == "f:1 $.bodyBase64"


def test_several_lines_in_a_text() -> None:
    text = "\n".join(["started", json.dumps(EVENT), 'got {"a": 1 ' + json.dumps(EVENT) + json.dumps(EVENT), "{" * 50])
    assert [item.source for item in read({"data": b64(text)})] == ["f:1 $.data:2", "f:1 $.data:3", "f:1 $.data:3#2"]


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("a.jsonl:17", ("a.jsonl", 17, "")), ("a.jsonl:17#2", ("a.jsonl", 17, "")), ("C:\\a:b.json:1 $.x[0]:3", ("C:\\a:b.json", 1, "$.x[0]:3")),
        ('a:1#2 $["a b"]', ("a", 1, '$["a b"]')), ("pasted #3", ("", None, "")), ("live", ("", None, "")), ("a:", ("", None, "")), (":1", ("", None, "")),
    ],
)  # fmt: skip
def test_what_a_source_says(source: str, place: tuple[str, int | None, str]) -> None:
    assert place_of(source) == place


BOMB = b64(gzip.compress(b" " * (65 << 20) + json.dumps(EVENT).encode(), mtime=0))


def test_what_unpacks_to_too_much_is_told() -> None:
    broken = read({"data": BOMB})
    assert [(item.source, [found.code for found in item.findings]) for item in broken] == [("f:1", ["VALUE-TOO-LARGE"])]
    event, rest = read({"a": EVENT, "data": BOMB})
    assert isinstance(event, Event)
    assert isinstance(rest, Unreadable)
    assert [found.code for found in rest.findings] == ["VALUE-TOO-LARGE"]
    # One after another they have the room of one.
    room = Room(1000)
    data = gzip.compress(b"x" * 900)
    assert len(room.inflated(data)) == 900
    assert room.inflated(data) == b""
    assert room.skipped
    assert room.inflated(gzip.compress(b"")) == b""


@pytest.mark.parametrize("text", ["H4sI", "eyJ", "e" * 40, BOMB[:40], BOMB[: len(BOMB) // 2], b64('{"track'), b64(b"\x1f\x8b\x08\xff"), b64(b"x\x9c" + b"track" * 9), "[" * 5000 + "track", '{"track":' * 500, '"' * 20])  # fmt: skip
def test_texts_that_only_look_packed(text: str) -> None:
    [item] = read({"data": text})
    assert isinstance(item, Event)
    assert item.source == "f:1"


KEYS = st.sampled_from(["type", "batch", "method", "url", "body", "request", "startedDateTime", "x"])
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.text(max_size=5) | st.integers() | st.sampled_from(["track", BOMB[:99], json.dumps(EVENT)]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=8,
)


@given(VALUES)
def test_any_value_is_searched(value: Any) -> None:
    items = read({"x": value})
    assert items == read({"x": value})
    assert len({item.source for item in items}) == len(items)
    for item in items:
        if isinstance(item, Event):
            again = read_stored(stored(item))
            assert isinstance(again, Event)
            assert again.value == item.value
