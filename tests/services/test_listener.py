"""The listener: what recorded SDKs post arrives as events, and each request is answered as Segment answers it."""

from __future__ import annotations

import base64
import gzip
import http.client
import json
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from abtui.core.events import Event, Unreadable
from abtui.core.live.posted import Posted, read_posted
from abtui.core.text.secret import Secret
from abtui.services.errors import FileError, ListenerError
from abtui.services.listener import intake
from abtui.services.listener.backlog import Arrival, Backlog
from abtui.services.listener.forward import Forward
from abtui.services.listener.listener import Listener
from abtui.services.listener.sdk_file import find_sdk
from abtui.services.spool import Spool
from tests.kit import eventually

from .raw_server import RawServer, answering
from .raw_server import http as raw_http

CAPTURES = Path(__file__).parents[1] / "data" / "captures"
ORIGIN = "http://127.0.0.1:18320"
KEY = "wk_0123456789_SECRET"
TRACK = {"type": "track", "event": "A", "userId": "u", "timestamp": "2026-11-30T02:52:10.000Z"}


def captured(name: str) -> list[dict[str, Any]]:
    requests: list[dict[str, Any]] = json.loads((CAPTURES / f"{name}.json").read_text())
    return requests


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener(origins=["https://shop.example"]) as one:
        yield one


@pytest.fixture
def client(listener: Listener) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=listener.address, trust_env=False) as one:
        yield one


def replay(client: httpx.Client, request: dict[str, Any]) -> httpx.Response:
    """Send a recorded request again, as it was."""
    connection = ("host", "content-length", "connection")
    headers = [(name, value) for name, value in request["headers"] if name.lower() not in connection]
    if "bodyBase64" in request:
        content = base64.b64decode(request["bodyBase64"])
    else:
        content = json.dumps(request["json"]).encode() if "json" in request else b""
    return client.request(request["method"], request["path"], headers=headers, content=content)


def values(listener: Listener) -> list[dict[str, Any]]:
    """The events that arrived."""
    return [arrival.item.value for arrival in listener.take() if isinstance(arrival.item, Event)]


def ids(listener: Listener) -> list[Any]:
    return [value.get("messageId") for value in values(listener)]


# What the SDKs do


@pytest.mark.parametrize(
    ("name", "sdk"),
    [
        ("analytics-node", "@segment/analytics-node 3.1.0"),
        ("analytics-python", "analytics-python 2.4.0"),
        ("analytics-python-gzip", "analytics-python 2.4.0"),
        ("analytics-next-npm", "analytics.js npm:next-1.84.3"),
        ("analytics-next-batching", "analytics.js npm:next-1.84.3"),
    ],
)
def test_what_an_sdk_posted_arrives_as_its_events(
    listener: Listener, client: httpx.Client, name: str, sdk: str
) -> None:
    posted = []
    for request in captured(name):
        answer = replay(client, request)
        expected = {"GET": 200, "OPTIONS": 204, "POST": 200}[request["method"]]
        assert answer.status_code == expected
        if request["method"] == "POST":
            assert answer.json() == {"success": True}
            body = request["json"]
            posted += [(event, body) for event in body.get("batch", [body])]
        elif name.startswith("analytics-next"):
            assert answer.headers["access-control-allow-origin"] == ORIGIN
    arrivals = listener.take()
    assert [arrival.item.source for arrival in arrivals] == [f"live #{n}" for n in range(1, len(posted) + 1)]
    for arrival, (event, body) in zip(arrivals, posted, strict=True):
        assert isinstance(arrival.item, Event)
        value = arrival.item.value
        assert value["originalTimestamp"] == event["timestamp"]
        assert value["sentAt"] == event.get("sentAt", body.get("sentAt"))
        assert value["receivedAt"] > "2026-11"
        assert not {"writeKey", "_metadata"} & value.keys()
        assert (value["type"], value["messageId"], arrival.sdk) == (event["type"], event["messageId"], sdk)
        assert [found.code for found in arrival.item.findings] == ["EVENT-COMPLETED"]
    counts = listener.counts
    assert (counts.received, counts.retries, counts.refused) == (len(posted), 0, ())
    assert [(one.sdk, one.events) for one in counts.clients] == [(sdk, len(posted))]


def test_a_browser_gets_the_settings_that_make_it_post_here(listener: Listener, client: httpx.Client) -> None:
    answer = client.get(f"/v1/projects/{KEY}/settings", headers={"Origin": ORIGIN})
    at = f"127.0.0.1:{listener.port}/v1"
    assert answer.json() == {"integrations": {"Segment.io": {"apiKey": KEY, "apiHost": at, "protocol": "http"}}}
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert answer.headers["vary"] == "Origin"
    # Whatever it is called by, such as the port of a container that is mapped to another one.
    answer = client.get("/v1/projects/k/settings", headers={"Host": "localhost:9"})
    assert answer.json()["integrations"]["Segment.io"]["apiHost"] == "localhost:9/v1"


@pytest.mark.parametrize("asked", ["authorization", "authorization,x-retry-count"])
def test_a_browser_may_send_what_it_asks_for(client: httpx.Client, asked: str) -> None:
    headers = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": asked}
    answer = client.options("/v1/t", headers=headers)
    assert (answer.status_code, answer.headers["access-control-allow-headers"]) == (204, asked)
    assert answer.headers["access-control-allow-methods"] == "GET, POST, OPTIONS"
    assert answer.headers["access-control-max-age"] == "600"


def test_the_same_event_again_is_a_retry(listener: Listener, client: httpx.Client) -> None:
    first, second = ({**TRACK, "messageId": name} for name in ("m-1", "m-2"))
    client.post("/v1/t", json=first)
    client.post("/v1/batch", json={"batch": [first, second, second]}, headers={"X-Retry-Count": "1"})
    for _ in range(2):
        client.post("/v1/t", json=TRACK)
    assert ids(listener) == ["m-1", "m-2", None, None]
    counts = listener.counts
    assert (counts.requests, counts.received, counts.retries) == (4, 4, 2)


def test_only_so_many_ids_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "REMEMBERED", 2)
    with Listener() as listener, httpx.Client(base_url=listener.address, trust_env=False) as client:
        for name in ("a", "b", "b", "c", "a"):
            client.post("/v1/t", json={**TRACK, "messageId": name})
        assert ids(listener) == ["a", "b", "c", "a"]


def test_a_face_is_told_and_takes(listener: Listener) -> None:
    told = threading.Semaphore(0)
    with Listener(told=told.release) as one, httpx.Client(base_url=one.address, trust_env=False) as client:
        assert one.take() == []
        client.post("/v1/batch", json={"batch": [TRACK] * 5})
        assert told.acquire(timeout=60)
        assert [arrival.number for arrival in one.take(most=3)] == [1, 2, 3]
        assert one.counts.waiting == 2
        assert [arrival.number for arrival in one.take(60)] == [4, 5]
        threading.Thread(target=one.wake).start()
        assert one.take(0.01) == []
        client.post("/v1/batch", content=b"")
        assert not told.acquire(blocking=False)


# What is refused


@pytest.mark.parametrize(
    ("path", "body", "headers", "status", "code"),
    [
        ("/v1/batch", b"{", {}, 400, "invalid-json"),
        ("/v1/t", b"5", {}, 400, "no-event"),
        ("/v1/batch", b'{"batch": []}', {}, 400, "no-event"),
        ("/v1/batch", gzip.compress(b"{}")[:-3], {"Content-Encoding": "gzip"}, 400, "damaged"),
        ("/v1/batch", b"{}", {"Content-Encoding": "br"}, 415, "unknown-encoding"),
        ("/v1/batch", b" " * (4 << 20) + b"{}", {}, 413, "body-too-large"),
        ("/v1/batch", gzip.compress(b" " * (5 << 20)), {"Content-Encoding": "gzip"}, 413, "body-too-large"),
        ("/batch", b"{}", {}, 404, "wrong-path"),
        ("/v1/m", b"{}", {}, 404, "wrong-path"),
    ],
    # A body would be a name of megabytes, and one that is another in each process.
    ids=lambda part: "" if isinstance(part, (bytes, dict)) else None,
)
def test_a_request_that_is_refused_says_why(
    listener: Listener, client: httpx.Client, path: str, body: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    answer = client.post(path, content=body, headers={"Origin": ORIGIN, "User-Agent": "analytics-x/1", **headers})
    said = answer.json()
    assert (answer.status_code, said["success"], said["code"]) == (status, False, code)
    assert said["message"]
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    (refused,) = listener.counts.refused
    assert (refused.code, refused.requests, refused.said) == (code, 1, said["message"])
    assert refused.sdk == "analytics-x 1"
    assert values(listener) == []


@pytest.mark.parametrize("path", ["/v1/batch", "/v1/projects/k/settings"])
def test_a_wrong_method_is_no_redirect(client: httpx.Client, path: str) -> None:
    answer = client.request("PUT", path)
    assert (answer.status_code, answer.json()["code"]) == (405, "wrong-method")


@pytest.mark.parametrize(
    "path", ["/v1/batch/", "//v1/batch", "/v1", "/v1/projects/k/settings/", "/analytics.js/v1/k/analytics.min.js"]
)
def test_there_is_never_a_redirect(client: httpx.Client, path: str) -> None:
    for method in ("GET", "POST"):
        assert client.request(method, path, content=json.dumps(TRACK)).status_code in (200, 404, 405)


def test_an_event_over_the_limit_is_refused_and_shown(listener: Listener, client: httpx.Client) -> None:
    large = {**TRACK, "properties": {"p": "x" * 33_000}}
    for path, body in (("/v1/t", large), ("/v1/batch", {"batch": [TRACK, large]})):
        answer = client.post(path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (400, "event-too-large")
    assert [len(value.get("properties", "")) for value in values(listener)] == [1, 0, 1]


def test_no_key_is_quoted(client: httpx.Client, listener: Listener) -> None:
    listener.intake.secrets = (Secret("abs-key-0123456789"),)
    for key in (KEY, "abs-key-0123456789"):
        broken = json.dumps({"batch": [{"type": "track"}]})[:-2].encode() + f' {key} "{key}" {key}'.encode()
        answer = client.post("/v1/batch", content=broken, auth=(KEY, ""))
        assert answer.status_code == 400
        assert key not in answer.text
    unreadable = [arrival.item for arrival in listener.take() if isinstance(arrival.item, Unreadable)]
    assert unreadable
    assert KEY not in repr((unreadable, listener.counts))
    assert "abs-key-0123456789" not in repr((unreadable, listener.counts))


@pytest.mark.parametrize(
    "path", ["/v1/projects/{}/x", "/v1/v1/projects/{}/settings", "/analytics.js/v1/{}/x.js", "/{}"]
)
def test_no_key_of_a_path_is_quoted(client: httpx.Client, listener: Listener, path: str) -> None:
    listener.intake.secrets = (Secret("abs-key-0123456789"),)
    for method in ("GET", "POST", "PUT"):
        for key in (KEY, "abs-key-0123456789"):
            answer = client.request(method, path.format(key), auth=(KEY, ""))
            assert "****" in answer.text
            assert key not in answer.text + repr(listener.counts)


@pytest.mark.parametrize(
    ("host", "origin", "status", "code"),
    [
        ("localhost:1", "http://localhost:3000", 200, ""),
        ("127.0.0.1", "https://shop.example", 200, ""),
        ("evil.example", "http://localhost:3000", 403, "host"),
        ("127.0.0.1", "https://evil.example", 403, "origin"),
        ("127.0.0.1", "null", 403, "origin"),
    ],
)
def test_foreign_pages_are_refused_and_told_of(
    listener: Listener, host: str, origin: str, status: int, code: str
) -> None:
    for method in ("OPTIONS", "POST"):
        connection = http.client.HTTPConnection("127.0.0.1", listener.port)
        connection.putrequest(method, "/v1/t", skip_host=True)
        for name, value in (("Host", host), ("Origin", origin), ("Content-Length", "2")):
            connection.putheader(name, value)
        connection.endheaders(b"{}")
        answer = connection.getresponse()
        assert answer.status == (204 if method == "OPTIONS" and status == 200 else status)
        assert (answer.headers["Access-Control-Allow-Origin"] == origin) == (status == 200)
        connection.close()
    assert [(one.code, one.requests) for one in listener.counts.refused] == ([(code, 2)] if code else [])
    assert len(listener.take()) == (1 if status == 200 else 0)
    if code == "origin":
        assert f"--allow-origin {origin}" in listener.counts.refused[0].said


async def test_half_a_body_holds_up_nobody_and_is_counted(listener: Listener, client: httpx.Client) -> None:
    connections = [socket.create_connection(("127.0.0.1", listener.port)) for _ in range(20)]
    for connection in connections:
        connection.sendall(
            b"POST /v1/batch HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n" + b'{"batch": ['
        )
    assert client.post("/v1/t", json=TRACK).status_code == 200
    for connection in connections:
        connection.close()
    await eventually(lambda: listener.counts.refusals == 20)
    assert [(one.code, one.requests) for one in listener.counts.refused] == [("cut-off", 20)]
    assert len(values(listener)) == 1


def test_a_long_body_is_read_beside_the_others(
    listener: Listener, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()

    def reading(body: bytes, *more: Any) -> Posted:
        assert len(body) < 70_000 or go_on.wait(60)
        return read_posted(body, *more)

    monkeypatch.setattr("abtui.services.listener.app.read_posted", reading)
    long = {"batch": [{**TRACK, "properties": {"p": "x" * 30_000}}] * 3}
    with ThreadPoolExecutor() as pool:
        answers = [
            pool.submit(httpx.post, f"{listener.address}/v1/batch", json=long, trust_env=False, timeout=60)
            for _ in range(3)
        ]
        assert client.post("/v1/t", json=TRACK).status_code == 200
        go_on.set()
        assert [answer.result().status_code for answer in answers] == [200] * 3
    assert [len(value.get("properties", "")) for value in values(listener)] == [0] + [1] * 9


# What waits to be taken


def arrivals_of(first: int, count: int, size: int = 100) -> list[Arrival]:
    return [
        Arrival(n, Event(f"live #{n}", {**TRACK, "messageId": f"m{n}"}), "an sdk", size)
        for n in range(first, first + count)
    ]


@pytest.mark.parametrize(("most_held", "most_bytes"), [(10, 1 << 20), (1_000, 1_000)])
def test_what_does_not_fit_in_memory_waits_in_a_file_and_keeps_its_order(most_held: int, most_bytes: int) -> None:
    backlog = Backlog(most_held, most_bytes)
    put = []
    for start in range(1, 100, 7):
        put += arrivals_of(start, 7)
        backlog.put(put[-7:])
    assert len(backlog) == len(put)
    assert len(backlog._held) < 20
    taken = []
    while more := backlog.take(most=3):
        taken += more
    # An event that waited in the file has the text that it was written as.
    assert [(of.number, of.item.source, of.item.findings, of.sdk, of.size) for of in taken] == [
        (of.number, of.item.source, of.item.findings, of.sdk, of.size) for of in put
    ]
    assert [of.item.value for of in taken if isinstance(of.item, Event)] == [
        of.item.value for of in put if isinstance(of.item, Event)
    ]
    backlog.put(arrivals_of(1, 1))
    assert len(backlog._held) == 1


def test_what_is_no_event_waits_there_as_well(listener: Listener, client: httpx.Client) -> None:
    listener.intake.backlog = Backlog(0, 0)
    client.post("/v1/batch", content=b'{"batch": [{"type": "track"}, "\xf0\x9f\x98\x80", 5')
    event, *others = listener.take()
    assert isinstance(event.item, Event)
    assert event.item.value["type"] == "track"
    assert [type(other.item) for other in others] == [Unreadable] * len(others)
    assert others


def test_nothing_is_lost_when_there_is_no_room(
    listener: Listener, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    listener.intake.backlog = Backlog(0, 0)
    event = {**TRACK, "messageId": "m-1"}

    def full(_self: Spool, _data: bytes) -> int:
        raise FileError("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(Spool, "write", full)
        answer = client.post("/v1/t", json=event)
        assert (answer.status_code, answer.json()["code"]) == (503, "no-room")
        assert listener.counts.received == 0
    assert client.post("/v1/t", json=event).status_code == 200
    assert ids(listener) == ["m-1"]
    assert listener.counts.retries == 0


# Passing on


async def test_a_request_is_passed_on_unchanged_and_its_answer_back() -> None:
    said = raw_http("429 Too Many", b'{"wait": 1}', "Content-Type: application/json", "Retry-After: 7", "X-Other: 1")
    request = next(one for one in captured("analytics-python-gzip") if one["method"] == "POST")
    async with RawServer(said) as upstream:
        with Listener(forward=Forward(f"http://127.0.0.1:{upstream.port}/v1/")) as listener:
            async with httpx.AsyncClient(base_url=listener.address, trust_env=False) as client:
                headers = [pair for pair in request["headers"] if pair[0] not in ("Host", "Content-Length")]
                content = base64.b64decode(request["bodyBase64"])
                answer = await client.post(
                    "/v1/batch?a=b", headers=[*headers, ("Origin", ORIGIN), ("Cookie", "a=b")], content=content
                )
            assert (answer.status_code, answer.json()) == (429, {"wait": 1})
            assert answer.headers["retry-after"] == "7"
            assert answer.headers["access-control-expose-headers"] == "Retry-After"
            assert "x-other" not in answer.headers
            assert len(values(listener)) == len(request["json"]["batch"])
            assert (listener.counts.forwarded, listener.counts.not_forwarded) == (1, 0)
    (passed,) = upstream.requests
    head, _, body = passed.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /v1/batch?a=b HTTP/1.1\r\n")
    assert body == content
    sent = {line.partition(b":")[0].lower(): line.partition(b":")[2].strip() for line in head.split(b"\r\n")[1:]}
    for name, value in request["headers"]:
        if name not in ("Host", "Connection"):
            assert sent[name.lower().encode()] == value.encode()
    assert b"cookie" not in sent
    assert sent[b"host"] == f"127.0.0.1:{upstream.port}".encode()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (raw_http("301 Moved", b"", "Location: http://127.0.0.1:1/"), "redirect (301)"),
        (b"", "closed the connection"),
        (b"SSH-2.0\r\n\r\n", "does not answer in HTTP"),
        (raw_http("999 Blocked", b""), "status 999, which HTTP does not have"),
    ],
)
async def test_an_event_is_not_lost_where_it_cannot_be_passed_on(said: bytes, words: str) -> None:
    event = {**TRACK, "messageId": "m-1"}
    async with RawServer(answering(said)) as upstream:
        with Listener(forward=Forward(f"http://127.0.0.1:{upstream.port}")) as listener:
            async with httpx.AsyncClient(base_url=listener.address, trust_env=False) as client:
                for _ in range(2):
                    answer = await client.post("/v1/t", json=event)
                    # An SDK tries again after this one, and comes with the same event.
                    assert (answer.status_code, answer.json()["code"]) == (502, "not-forwarded")
                    assert words in answer.json()["message"]
            assert ids(listener) == ["m-1"]
            assert (listener.counts.retries, listener.counts.not_forwarded) == (1, 2)
            assert words in listener.counts.forward_said


async def test_what_is_unreadable_is_passed_on_as_well() -> None:
    async with RawServer(raw_http("200 OK", b"OK")) as upstream:
        with Listener(forward=Forward(f"http://127.0.0.1:{upstream.port}")) as listener:
            async with httpx.AsyncClient(base_url=listener.address, trust_env=False) as client:
                answer = await client.post("/v1/t", content=b"{")
            assert (answer.status_code, answer.text) == (200, "OK")
            assert [one.code for one in listener.counts.refused] == ["invalid-json"]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://api.segment.io", "plain http"),
        ("https://me:pw@api.segment.io", "a user or a password"),
        ("https://api.segment.io?x=1", "a query"),
        ("api.segment.io", "not an http or https address"),
    ],
)
def test_an_address_that_must_not_be_called(url: str, words: str) -> None:
    with pytest.raises(ListenerError, match=words):
        Forward(url)


def test_a_request_is_not_passed_on_to_itself() -> None:
    with Listener() as one:
        port = one.port
    with pytest.raises(ListenerError, match="own"):
        Listener(port, forward=Forward(f"http://localhost:{port}/v1")).start()


# The vendor's script


@pytest.mark.parametrize(
    "place",
    ["analytics.min.js", "dist/umd/standalone.js", "node_modules/@segment/analytics-next/dist/umd/standalone.js"],
)
def test_the_script_of_a_folder_is_served(tmp_path: Path, place: str) -> None:
    file = tmp_path / place
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("window.it = 1")
    for given in (tmp_path, file):
        with Listener(sdk=find_sdk(given)) as listener:
            answer = httpx.get(f"{listener.address}/analytics.js/v1/k/analytics.min.js", trust_env=False)
            assert answer.text == "window.it = 1"
            assert answer.headers["content-type"].startswith("text/javascript")


def test_a_folder_without_the_script(tmp_path: Path) -> None:
    with pytest.raises(FileError) as caught:
        find_sdk(tmp_path)
    assert "npm install" in caught.value.hint


# The unmodified SDK for Python


@pytest.mark.parametrize("packed", [False, True])
def test_the_python_sdk_posts_here(listener: Listener, packed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    from segment.analytics.client import Client

    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    problems: list[object] = []
    client = Client(
        KEY, host=listener.address, gzip=packed, max_retries=1, timeout=60, on_error=lambda *of: problems.append(of)
    )
    try:
        client.identify("u-1", {"plan": "pro"})
        client.track("u-1", "Order Completed", {"total": 9.5})
        client.page(None, "Docs", "Web", anonymous_id="a-1")
        client.flush()
    finally:
        client.join()
    assert problems == []
    arrived = values(listener)
    assert [(value["type"], value.get("event"), value.get("name")) for value in arrived] == [
        ("identify", None, None),
        ("track", "Order Completed", None),
        ("page", None, "Web"),
    ]
    assert [value.get("userId", value.get("anonymousId")) for value in arrived] == ["u-1", "u-1", "a-1"]
    for value in arrived:
        assert value["originalTimestamp"] <= value["sentAt"]
        assert value["receivedAt"]
    assert listener.counts.clients[0].sdk.startswith("analytics-python ")
    assert KEY not in repr((arrived, listener.counts))


def test_the_python_sdk_says_what_it_was_told(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    from segment.analytics.client import Client

    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    problems: list[str] = []
    client = Client(
        KEY,
        host=f"{listener.address}/v1",
        max_retries=0,
        timeout=60,
        on_error=lambda error, _batch: problems.append(str(error)),
    )
    try:
        client.track("u-1", "Order Completed")
        client.flush()
    finally:
        client.join()
    assert len(problems) == 1
    assert "wrong-path" in problems[0]
    assert values(listener) == []
