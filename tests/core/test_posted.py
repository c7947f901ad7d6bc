"""Bodies of requests to Segment's API: their events, and what Segment refuses; who posted them; the lines to paste."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from abtui.core.events import Event, Unreadable
from abtui.core.live import posted
from abtui.core.live.posted import Posted, read_posted, takes_events
from abtui.core.live.sdks import UNKNOWN, sdk_of, snippets
from abtui.core.text.secret import Secret

NOW = "2026-11-30T02:52:20.000Z"
T: dict[str, Any] = {"type": "track", "event": "A", "userId": "u", "timestamp": "2026-11-30T02:52:10.000Z"}


def post(body: object, path: str = "/v1/batch") -> Posted:
    return read_posted(body if isinstance(body, bytes) else json.dumps(body).encode(), path, NOW)


def code(read: Posted) -> str:
    return "" if read.refusal is None else read.refusal.code


def values(read: Posted) -> list[Any]:
    return [item.value if isinstance(item, Event) else item.text for item in read.items]


@pytest.mark.parametrize(
    "path",
    ["/v1/batch", "/v1/b", "/v1/import", "/v1/batch/", *(f"/v1/{kind}" for kind in "itpsga"), "/v1/track", "/v1/alias"],
)
def test_the_paths_that_sdks_post_to(path: str) -> None:
    assert takes_events(path)


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/", "/t", "/v1/m", "/v1/v1/t", "/v1/x/batch", "/v2/batch", "/v1/batch//"]
)
def test_other_paths(path: str) -> None:
    assert not takes_events(path)


def test_a_batch_and_a_single_event_are_completed() -> None:
    both = post({"batch": [T], "sentAt": "2026-11-30T02:52:19.000Z", "context": {"ip": "1"}}), post(T, "/v1/t")
    for read, corrected in zip(both, ("2026-11-30T02:52:11.000Z", T["timestamp"]), strict=True):
        assert read.refusal is None
        (value,) = values(read)
        assert (value["originalTimestamp"], value["receivedAt"]) == (T["timestamp"], NOW)
        assert value["timestamp"] == corrected
        assert [found.code for found in read.items[0].findings] == ["EVENT-COMPLETED"]
    assert values(both[0])[0]["context"] == {"ip": "1"}


@pytest.mark.parametrize(("path", "kind"), [("/v1/t", "track"), ("/v1/identify", "identify"), ("/v1/a/", "alias")])
def test_a_body_without_a_type_has_that_of_its_path(path: str, kind: str) -> None:
    (value,) = values(post({"userId": "u", "event": "A"}, path))
    assert value["type"] == kind


def test_a_write_key_is_in_no_event_and_no_text() -> None:
    for body in ({**T, "writeKey": "k" * 20}, {**T, "receivedAt": "x", "writeKey": "k" * 20}):
        assert "writeKey" not in values(post(body, "/v1/t"))[0]
    broken = b'{"writeKey": "' + b"k" * 20 + b'", "batch": [{"type" "track", ' + b"k" * 20
    read = read_posted(broken, "/v1/batch", NOW, (Secret("k" * 20),))
    assert code(read) == "invalid-json"
    assert "kkkkk" not in repr(read)


@pytest.mark.parametrize(
    ("body", "expected", "events"),
    [
        (b"", "invalid-json", 0),
        (b"hello", "invalid-json", 0),
        (b'{"batch": [{"type": "track", "userId": "u", "event": "A"}, {"type":', "invalid-json", 1),
        (b'{"type":"track"}\n{"type":"page"}', "invalid-json", 2),
        (b"[]", "no-event", 0),
        (b"null", "no-event", 0),
        (b'{"batch": []}', "no-event", 0),
        (b'{"hello": 1}', "no-event", 0),
        (b'{"batch": [5, {"type": "track"}]}', "invalid-event", 1),
        (b'{"batch": [{"type": "Track"}, {"type": "track"}]}', "", 1),
        (b'[{"type": "track"}, {"type": "page"}]', "", 2),
    ],
)
def test_what_segment_refuses_is_shown_as_far_as_it_can_be_read(body: bytes, expected: str, events: int) -> None:
    read = post(body)
    assert code(read) == expected
    known = [item for item in read.items if isinstance(item, Event) and item.value.get("type") in ("track", "page")]
    assert len(known) == events
    if read.refusal is not None:
        assert read.refusal.status == 400
        assert read.refusal.body == {"success": False, "code": expected, "message": read.refusal.message}
        assert read.refusal.message


@pytest.mark.parametrize("text", [r'"cut \ud83d"', "1e999", "123456789012345678901234567890"])
def test_what_javascript_writes_is_json(text: str) -> None:
    read = post(f'{{"batch": [{{"type": "track", "userId": "u", "properties": {{"p": {text}}}}}]}}'.encode())
    assert read.refusal is None
    assert values(read)[0]["type"] == "track"


def test_a_number_that_json_does_not_have() -> None:
    assert code(post(b'{"type": "track", "properties": {"p": NaN}}', "/v1/t")) == "invalid-json"


def of_size(size: int) -> dict[str, Any]:
    """A track event of so many bytes as it is posted."""
    return {**T, "properties": {"p": "x" * (size - len(orjson.dumps({**T, "properties": {"p": ""}})))}}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (of_size(32_768), ""),
        (of_size(32_769), "event-too-large"),
        ({"batch": [T, of_size(32_768)]}, ""),
        ({"batch": [T, of_size(32_769)]}, "event-too-large"),
        ({"batch": [of_size(30_000)] * 17}, ""),
        ({"batch": [of_size(30_000)] * 18}, "batch-too-large"),
        ({"batch": [{"type": "page"}] * 2_500}, ""),
        ({"batch": [{"type": "page"}] * 2_501}, "too-many-events"),
    ],
)
def test_the_limits_are_segments_and_what_is_over_is_shown(body: dict[str, Any], expected: str) -> None:
    read = post(orjson.dumps(body), "/v1/batch" if "batch" in body else "/v1/t")
    assert code(read) == expected
    assert len(read.items) == len(body.get("batch", [1]))
    assert all(isinstance(item, Event) for item in read.items)


def test_only_so_many_items_of_a_body_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posted, "MOST_SHOWN", 3)
    page = b'{"type": "page"}'
    for body in (page + b"\n" + page * 9, (page + b"\n") * 10, b"[" + (page + b",") * 10 + page + b"]"):
        assert len(post(body).items) == 3


ITEMS = st.dictionaries(
    st.sampled_from(
        ["type", "event", "userId", "writeKey", "_metadata", "context", "sentAt", "timestamp", "receivedAt"]
    ),
    st.sampled_from(["track", "page", "x", None, 5, {"a": 1}, [], NOW]),
    max_size=6,
)


@given(st.lists(ITEMS, min_size=1, max_size=4), ITEMS, st.sampled_from(["/v1/batch", "/v1/t"]))
def test_a_body_is_read_alike_by_the_short_way_and_the_long_one(
    events: list[dict[str, Any]], around: dict[str, Any], path: str
) -> None:
    around.pop("type", None)
    body = {**around, "batch": events}
    short = post(body, path)
    # A key that is there twice is read by the tolerant parser, and changes nothing but a finding.
    long = post(json.dumps(body).replace('"batch":', '"batch": 0, "batch":', 1).encode(), path)
    assert values(short) == values(long)
    assert code(short) == code(long)


@given(st.binary(max_size=60) | st.text(alphabet='{}[]",:batchtype1 \n', max_size=60).map(str.encode))
def test_any_body(body: bytes) -> None:
    read = post(body)
    assert read.refusal is not None or all(isinstance(item, Event) for item in read.items)
    assert all(isinstance(item, Event | Unreadable) for item in read.items)


@pytest.mark.parametrize(
    ("event", "agent", "expected"),
    [
        ({"context": {"library": {"name": "analytics.js", "version": "npm:next-1.84.3"}}}, "Mozilla/5.0 (X11)", "analytics.js npm:next-1.84.3"),
        ({"context": {"library": {"name": "analytics-kotlin"}}}, "", "analytics-kotlin"),
        ({"context": {"library": {"name": 5}}}, "analytics-python/2.4.0", "analytics-python 2.4.0"),
        ({"context": []}, "curl/8.5.0", "curl 8.5.0"),
        ({}, "Mozilla/5.0 (X11; Linux)", "a browser"),
        ({}, "", UNKNOWN),
        ({"context": {"library": {"name": "a\x1b[2J" + "x" * 100, "version": ""}}}, "", None),
    ],
)  # fmt: skip
def test_who_posted_an_event(event: dict[str, Any], agent: str, expected: str | None) -> None:
    name = sdk_of(event, agent)
    assert expected is None or name == expected
    assert name.isprintable()
    assert len(name) <= 60


def test_the_lines_to_paste_have_the_port_and_the_key() -> None:
    pasted = snippets(4321, 'k"1')
    assert [snippet.sdk for snippet in pasted][:2] == ["Node", "Python"]
    for snippet in pasted:
        assert "127.0.0.1:4321" in snippet.text
        assert r'"k\"1"' in snippet.text
    assert 'analytics.host = "http://127.0.0.1:4321"' in pasted[1].text
    for snippet in pasted[3:]:
        assert 'apiHost: "127.0.0.1:4321/v1", protocol: "http"' in snippet.text
