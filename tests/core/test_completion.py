"""A posted event as Segment completes it, row by row and for any event."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abtui.core.events import Event, SdkDefaults, read_events, read_stored, stored
from abtui.core.events.completion import completed, type_of_path
from abtui.core.segment import EVENT_TYPES
from abtui.core.text.javascript import date_text, parse_date

NOW = "2026-01-31T09:15:02.000Z"
T = {"type": "track", "event": "A", "userId": "u"}
CALLED, SENT = "2026-01-31T09:15:00.000Z", "2026-01-31T09:15:01.000Z"

# An event, its batch or None, and the fields that it has afterwards beside those of T; None: the event itself is returned.
ROWS: dict[str, tuple[dict[str, Any], dict[str, Any] | None, dict[str, Any] | None]] = {
    "all dates": ({"timestamp": CALLED, "sentAt": SENT}, None, {"originalTimestamp": CALLED, "sentAt": SENT, "receivedAt": NOW, "timestamp": "2026-01-31T09:15:01.000Z"}),
    "the batch's sentAt": ({"timestamp": CALLED}, {"sentAt": SENT}, {"originalTimestamp": CALLED, "sentAt": SENT, "receivedAt": NOW, "timestamp": "2026-01-31T09:15:01.000Z"}),
    "its own sentAt wins": ({"timestamp": CALLED, "sentAt": CALLED}, {"sentAt": SENT}, {"originalTimestamp": CALLED, "sentAt": CALLED, "receivedAt": NOW, "timestamp": NOW}),
    "a sentAt that is null": ({"timestamp": CALLED, "sentAt": None}, {"sentAt": SENT}, {"originalTimestamp": CALLED, "sentAt": SENT, "receivedAt": NOW, "timestamp": "2026-01-31T09:15:01.000Z"}),
    "the batch's sentAt is null": ({"timestamp": CALLED}, {"sentAt": None}, {"originalTimestamp": CALLED, "sentAt": NOW, "receivedAt": NOW, "timestamp": CALLED}),
    "no sentAt": ({"timestamp": CALLED}, None, {"originalTimestamp": CALLED, "sentAt": NOW, "receivedAt": NOW, "timestamp": CALLED}),
    "no timestamp": ({"sentAt": SENT}, None, {"sentAt": SENT, "receivedAt": NOW, "timestamp": NOW}),
    "a timestamp that is null": ({"sentAt": SENT, "timestamp": None}, None, {"sentAt": SENT, "receivedAt": NOW, "timestamp": NOW}),
    "no date": ({}, None, {"sentAt": NOW, "receivedAt": NOW, "timestamp": NOW}),
    "an offset and microseconds": ({"timestamp": "2026-01-31T10:15:00.123456+01:00", "sentAt": "2026-01-31T09:15:01.123456+00:00"}, None, {"originalTimestamp": "2026-01-31T10:15:00.123456+01:00", "sentAt": "2026-01-31T09:15:01.123456+00:00", "receivedAt": NOW, "timestamp": "2026-01-31T09:15:01.000Z"}),
    "a clock that is ahead": ({"timestamp": "2027-01-01T00:00:00Z", "sentAt": "2027-01-01T00:00:10Z"}, None, {"originalTimestamp": "2027-01-01T00:00:00Z", "sentAt": "2027-01-01T00:00:10Z", "receivedAt": NOW, "timestamp": "2026-01-31T09:14:52.000Z"}),
    "dates that cannot be read": ({"timestamp": "yesterday", "sentAt": 5}, None, {"originalTimestamp": "yesterday", "sentAt": 5, "receivedAt": NOW, "timestamp": "yesterday"}),
    "a timestamp that is a number": ({"timestamp": 1769850900000}, None, {"originalTimestamp": 1769850900000, "sentAt": NOW, "receivedAt": NOW, "timestamp": 1769850900000}),
    "dates out of all bounds": ({"timestamp": "-271820-01-01T00:00:00Z", "sentAt": "2026-01-01T00:00:00Z"}, None, {"originalTimestamp": "-271820-01-01T00:00:00Z", "sentAt": "2026-01-01T00:00:00Z", "receivedAt": NOW, "timestamp": "-271820-01-01T00:00:00Z"}),
    "context and integrations of the batch": ({"context": {"ip": "1"}, "integrations": {"All": True}, "receivedAt": SENT}, {"context": {"ip": "2", "app": {}}, "integrations": {"X": False}}, {"context": {"ip": "1", "app": {}}, "integrations": {"All": True, "X": False}, "receivedAt": SENT}),
    "what is no object is not merged": ({"context": None, "receivedAt": SENT}, {"context": {"ip": "2"}}, None),
    "what is taken off": ({"writeKey": "k", "_metadata": {}, "timestamp": CALLED, "sentAt": SENT}, None, {"originalTimestamp": CALLED, "sentAt": SENT, "receivedAt": NOW, "timestamp": "2026-01-31T09:15:01.000Z"}),
    "an identity that is null": ({"anonymousId": None, "timestamp": CALLED, "sentAt": SENT}, None, {"originalTimestamp": CALLED, "sentAt": SENT, "receivedAt": NOW, "timestamp": "2026-01-31T09:15:01.000Z"}),
    "delivered": ({"originalTimestamp": CALLED, "timestamp": CALLED, "writeKey": "k", "anonymousId": None}, None, None),
    "delivered, null": ({"originalTimestamp": None, "timestamp": CALLED}, None, None),
    "delivered, receivedAt is null": ({"receivedAt": None, "timestamp": CALLED}, {"writeKey": "k"}, None),
    "delivered, in a batch": ({"originalTimestamp": CALLED}, {"sentAt": SENT}, {"originalTimestamp": CALLED, "sentAt": SENT}),
    "no event": ({"type": "Track", "timestamp": CALLED, "writeKey": "k"}, None, None),
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_a_posted_event(name: str) -> None:
    fields, batch, expected = ROWS[name]
    event = {**T, **fields}
    before = json.dumps(event)
    value, done = completed(event, NOW, batch=batch)
    assert json.dumps(event) == before
    if expected is None:
        assert value is event
        assert done == ()
    else:
        assert value == {**T, **expected}
        assert (done != ()) == ("receivedAt" not in fields and "originalTimestamp" not in fields)
    assert completed(value, "2030-01-01T00:00:00Z").value is value


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/v1/t", "track"), ("/v1/p", "page"), ("/v1/s", "screen"), ("/v1/i", "identify"), ("/v1/g", "group"), ("/v1/a", "alias"),
        *((f"/v1/{kind}", kind) for kind in EVENT_TYPES),
        ("https://api.segment.io/v1/track/?a=/v1/page", "track"), ("/proxy/v1/i#x", "identify"),
        ("/v1/b", None), ("/v1/batch", None), ("/v1/m", None), ("/v1/projects/k/settings", None), ("/track", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_the_type_that_a_path_gives(path: str | None, kind: str | None) -> None:
    assert type_of_path(path) == kind
    value, done = completed({"event": "A", "userId": "u", "timestamp": CALLED}, NOW, path=path)
    assert value.get("type") == kind
    assert ("receivedAt" in value) == (done != ()) == (kind is not None)
    assert completed({"type": "page"}, NOW, path=path).value["type"] == "page"


def test_the_finding_says_what_was_done() -> None:
    posted = {**T, "timestamp": CALLED, "anonymousId": None, "writeKey": "k"}
    [event] = read_events(
        [json.dumps({"batch": [posted], "sentAt": SENT, "context": {"ip": "1"}})], "f", SdkDefaults(now=NOW)
    )
    assert isinstance(event, Event)
    [finding] = event.findings
    assert (finding.code, finding.line, finding.column) == ("EVENT-COMPLETED", 1, 12)
    for words in (
        "`originalTimestamp` is the posted `timestamp`",
        f"`receivedAt` is the arrival, {NOW}",
        "`context` and `sentAt` from the batch",
        "`writeKey` taken off",
        "`anonymousId` left out",
    ):
        assert words in finding.message
    # Stored and read again it is the same event, whenever that is.
    again = read_stored(stored(event))
    assert isinstance(again, Event)
    assert (again.value, again.findings) == (event.value, event.findings)


DATES = st.sampled_from(
    [CALLED, SENT, "2026-01-31", "x", "", None, 5, [], {}, "+275760-09-13T00:00:00.000Z"]
) | st.text(max_size=30)
FIELDS = ["type", "event", "userId", "anonymousId", "writeKey", "_metadata", "context", "integrations"]
EVENTS = st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(["track", None, {"a": 1}, 5, []]), max_size=5)


@given(
    EVENTS,
    st.dictionaries(st.sampled_from(["timestamp", "sentAt", "receivedAt", "originalTimestamp"]), DATES),
    EVENTS,
    DATES,
)
def test_any_event(fields: dict[str, Any], dates: dict[str, Any], body: dict[str, Any], sent: Any) -> None:
    event, batch = {**fields, **dates}, {**body, "sentAt": sent}
    before = json.dumps([event, batch])
    value, done = completed(event, NOW, batch=batch)
    assert json.dumps([event, batch]) == before
    if done:
        assert value["receivedAt"] == NOW
        assert value["sentAt"] is not None
        assert value.get("originalTimestamp") == event.get("timestamp")
        assert not {"writeKey", "_metadata"} & value.keys()
        for name in FIELDS[:6]:
            assert value.get(name) == event.get(name) or name in ("writeKey", "_metadata")
    else:
        assert all(value[name] == event[name] for name in event if name not in ("context", "integrations"))
    assert completed(value, "2030-01-01T00:00:00Z", batch=batch) == (value, ())


@given(st.integers(-(10**12), 10**12), st.integers(-(10**12), 10**12))
def test_the_time_of_the_call_is_corrected_by_the_time_to_its_sending(called: int, late: int) -> None:
    value, _ = completed({**T, "timestamp": iso(called), "sentAt": iso(called + late)}, NOW)
    arrival = parse_date(NOW)
    assert arrival is not None
    assert parse_date(value["timestamp"]) == arrival - late


def iso(milliseconds: int) -> str:
    text = date_text(milliseconds)
    assert text is not None
    return text
