"""The local collector's calls over real HTTP: answers, checks, limits, faults."""

from __future__ import annotations

import gzip
import http.client
import re
import zlib
from typing import Any

import httpx
import orjson
import pytest

from abtui.services.collector.faults import Fault
from abtui.services.collector.server import LocalCollector
from abtui.services.collector.state import CollectorState
from abtui.services.loopback.guards import BODY_LIMIT

from .conftest import BODY, KEY

HEADERS = {
    "X-API-Key": KEY,
    "X-Agent": "segment",
    "X-Environment": "staging",
    "X-Application": "web",
    "X-Application-Version": "0",
}
EMPTY = {"ok": True, "warnings": [], "errors": []}


@pytest.fixture(scope="module")
def client() -> Any:
    with httpx.Client(trust_env=False) as made:
        yield made


def without(name: str, **more: str) -> dict[str, str]:
    return {**{key: value for key, value in HEADERS.items() if key != name}, **more}


def place(entry: dict[str, Any]) -> tuple[int, int, str]:
    assert isinstance(entry["message"], str)
    assert set(entry) == {"batchIndex", "eventIndex", "subject", "message"}
    return entry["batchIndex"], entry["eventIndex"], entry["subject"]


def test_a_publish_is_taken_and_kept(client: httpx.Client, base: str) -> None:
    answer = client.put(f"{base}/context", json=BODY, headers=HEADERS)
    assert (answer.status_code, answer.json()) == (200, EMPTY)
    assert answer.headers["content-type"] == "application/json"
    for url in (base.removesuffix("/v1") + "/received", f"{base}/received"):
        received = client.get(url).json()
        (entry,) = received["accepted"]
        assert {name: value for name, value in entry.items() if name != "receivedAt"} == {
            "path": "/v1/context",
            "agent": "segment",
            "environment": "staging",
            "application": "web",
            "applicationVersion": "0",
            "body": BODY,
        }
        assert entry["receivedAt"].endswith("Z")
        assert received["rejected"] == []
        assert received["counts"] == {"accepted": 1, "rejected": 0, "forgotten": 0}
        assert "SECRET" not in str(received)
    assert client.delete(f"{base}/received").json() == {"cleared": 1}
    assert client.get(f"{base}/received").json() == {
        "accepted": [],
        "rejected": [],
        "counts": {"accepted": 0, "rejected": 0, "forgotten": 0},
    }


def test_the_published_functions_headers_are_enough(client: httpx.Client, base: str) -> None:
    answer = client.put(
        f"{base}/context", json=BODY, headers={"X-API-Key": "k", "X-Agent": "segment", "X-Environment": "s"}
    )
    assert answer.status_code == 200
    assert answer.json()["ok"] is True
    assert [place(entry) for entry in answer.json()["warnings"]] == [
        (0, -1, "X-Application"),
        (0, -1, "X-Application-Version"),
    ]


@pytest.mark.parametrize(
    ("change", "subjects"),
    [
        ({"publishedAt": None}, [(0, -1, "publishedAt")]),
        ({"publishedAt": "x", "goals": "x"}, [(0, -1, "goals"), (0, -1, "publishedAt")]),
        ({"units": [{"type": "a", "uid": "1"}, {"type": "b", "uid": ""}]}, [(0, 1, "units")]),
        ({"goals": [{"name": "a", "achievedAt": 1}, {"name": "b"}, {}]}, [(0, 1, "goals"), (0, 2, "goals"), (0, 2, "goals")]),
        ({"exposures": [{}]}, [(0, 0, "exposures")] * 6),
        ({"attributes": [{"name": "a", "value": 1}]}, [(0, 0, "attributes")]),
    ],
)  # fmt: skip
def test_each_violation_is_one_error_with_its_place(
    client: httpx.Client, base: str, change: dict[str, Any], subjects: list[tuple[int, int, str]]
) -> None:
    answer = client.put(f"{base}/context", json={**BODY, **change}, headers=HEADERS)
    assert answer.status_code == 400
    assert answer.json()["ok"] is False
    assert sorted(place(entry) for entry in answer.json()["errors"]) == sorted(subjects)
    (entry,) = client.get(f"{base}/received").json()["rejected"]
    assert entry["errors"] == answer.json()["errors"]
    assert entry["body"] == {**BODY, **change}


@pytest.mark.parametrize("body", [[], None, "x", 5])
def test_a_body_that_is_no_object(client: httpx.Client, base: str, body: object) -> None:
    answer = client.put(f"{base}/context", content=orjson.dumps(body), headers=HEADERS)
    assert answer.status_code == 400
    assert [place(entry) for entry in answer.json()["errors"]] == [(0, -1, "request")]


def test_a_batch(client: httpx.Client, base: str) -> None:
    good = {"requests": [BODY, BODY]}
    assert client.put(f"{base}/context/batch", json=good, headers=HEADERS).json() == EMPTY
    bad = {"requests": [BODY, {**BODY, "goals": [BODY["goals"][0], {"name": "x"}]}]}  # type: ignore[index]
    answer = client.put(f"{base}/context/batch", json=bad, headers=HEADERS)
    assert answer.status_code == 400
    assert [place(entry) for entry in answer.json()["errors"]] == [(1, 1, "goals")]
    refused: tuple[dict[str, Any], ...] = ({"requests": []}, {"requests": [BODY] * 501}, {}, BODY)
    for wrong in refused:
        assert client.put(f"{base}/context/batch", json=wrong, headers=HEADERS).status_code == 400
    assert client.get(f"{base}/received").json()["counts"] == {"accepted": 1, "rejected": 5, "forgotten": 0}


def test_very_many_errors_are_counted(client: httpx.Client, base: str) -> None:
    answer = client.put(f"{base}/context", json={**BODY, "goals": [1] * 3000}, headers=HEADERS)
    assert len(answer.json()["errors"]) == 1001
    assert answer.json()["errors"][-1]["message"] == "And 2,000 more errors."


@pytest.mark.parametrize(
    ("headers", "status", "subject"),
    [
        (without("X-API-Key"), 401, None),
        (without("X-API-Key", **{"X-API-Key": ""}), 401, None),
        (without("X-Agent"), 400, "X-Agent"),
        (without("X-Environment"), 400, "X-Environment"),
        (without("X-Environment", **{"X-Environment": ""}), 400, "X-Environment"),
        (without("X-Application"), 200, None),
        (without("X-Application-Version"), 200, None),
        *(
            ({**HEADERS, "X-Application-Version": version}, 400, "X-Application-Version")
            for version in (
                "",
                "{}",
                '""',
                "1.5",
                "1e3",
                "+1",
                "--1",
                "-",
                "1 2",
                "1_0",
                str(2**63),
                str(-(2**63) - 1),
            )
        ),
        *(
            ({**HEADERS, "X-Application-Version": version}, 200, None)
            for version in ("0", "-0", "7", str(2**63 - 1), str(-(2**63)))
        ),
    ],
)
def test_the_headers_of_a_publish_are_checked(
    client: httpx.Client, base: str, headers: dict[str, str], status: int, subject: str | None
) -> None:
    answer = client.put(f"{base}/context", json=BODY, headers=headers)
    assert answer.status_code == status
    if subject is not None:
        assert [entry["subject"] for entry in answer.json()["errors"]] == [subject]
    if status == 401:
        assert answer.json()["code"] == 401
    counts = client.get(f"{base}/received").json()["counts"]
    assert counts["rejected" if status >= 400 else "accepted"] == 1


@pytest.mark.parametrize("content", [b"", b" ", b"{", b'{"a": NaN}', b"\xff", b"[" * 100_000], ids=range(6))
def test_a_body_that_is_not_json_is_refused(client: httpx.Client, base: str, content: bytes) -> None:
    answer = client.put(f"{base}/context", content=content, headers=HEADERS)
    assert answer.status_code == 400
    assert [place(entry) for entry in answer.json()["errors"]] == [(0, -1, "body")]
    assert client.post(f"{base}/context", content=content, headers=HEADERS).json()["code"] == 400
    (entry,) = client.get(f"{base}/received").json()["rejected"]
    assert len(entry["body"]) <= 6 * 4000


def nested(levels: int) -> bytes:
    """A publish that keeps the contract, of so many levels."""
    return b'{"publishedAt":1,"units":[],"deep":%b%b}' % (b"[" * (levels - 1), b"]" * (levels - 1))


@pytest.mark.parametrize(
    ("levels", "status"),
    [(200, 200), (251, 200), (252, 200), (254, 200), (255, 400), (999, 400), (1_024, 400), (1_025, 400), (50_000, 400)],
)
def test_a_body_that_is_too_deep_is_refused(client: httpx.Client, base: str, levels: int, status: int) -> None:
    answer = client.put(f"{base}/context", content=nested(levels), headers=HEADERS)
    created = client.post(f"{base}/context", content=nested(levels), headers=HEADERS)
    assert (answer.status_code, created.status_code) == (status, status)
    if status == 400:
        (error,) = answer.json()["errors"]
        assert place(error) == (0, -1, "body")
        assert created.json() == {"code": 400, "message": error["message"]}
        assert "254 levels" in error["message"]
    batch = client.put(f"{base}/context/batch", content=b'{"requests":[%b]}' % nested(levels), headers=HEADERS)
    assert (batch.status_code, batch.json()["ok"]) == ((200, True) if levels <= 252 else (400, False))
    assert client.get(f"{base}/received").json()["counts"]["forgotten"] == 0


@pytest.mark.parametrize("field", ["publishedAt", "achievedAt", "setAt", "exposedAt"])
@pytest.mark.parametrize(
    ("number", "status"),
    [
        ("9223372036854775807", 200),
        ("9223372036854775808", 400),
        ("18446744073709551616", 400),
        ("9" * 5_000, 400),
        ("-9223372036854775808", 200),
        ("-9223372036854775808.0", 200),
        ("-9.223372036854775808e18", 200),
        ("-9223372036854775809", 400),
        ("-9223372036854775809.0", 400),
        ("-" + "9" * 300, 400),
        ("1.0", 200),
    ],
    ids=lambda value: str(value)[:30],
)
def test_integers_are_those_of_the_text(client: httpx.Client, base: str, field: str, number: str, status: int) -> None:
    body = {
        "publishedAt": 1,
        "units": [],
        "goals": [{"name": "a", "achievedAt": 1}],
        "attributes": [{"name": "a", "setAt": 1}],
        "exposures": [{"id": 1, "name": "a", "variant": 0, "exposedAt": 1, "assigned": True, "eligible": True}],
    }
    text = re.sub(f'(?<="{field}":)1', number, orjson.dumps(body).decode())
    answer = client.put(f"{base}/context", content=text, headers=HEADERS)
    assert answer.status_code == status
    assert answer.json()["ok"] is (status == 200)


def deflated(data: bytes) -> bytes:
    return zlib.compress(data)


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [("gzip", gzip.compress), ("x-gzip", gzip.compress), ("deflate", deflated), ("deflate", lambda data: deflated(data)[2:-4]), ("identity", bytes), ("gzip, deflate", lambda data: deflated(gzip.compress(data)))],
)  # fmt: skip
def test_compressed_bodies_are_read(client: httpx.Client, base: str, encoding: str, pack: Any) -> None:
    answer = client.put(
        f"{base}/context", content=pack(orjson.dumps(BODY)), headers={**HEADERS, "Content-Encoding": encoding}
    )
    assert answer.status_code == 200
    assert client.get(f"{base}/received").json()["accepted"][0]["body"] == BODY


@pytest.mark.parametrize(
    ("encoding", "content", "status"),
    [
        ("br", b"x", 415),
        ("gzip", b"no gzip", 400),
        ("gzip", gzip.compress(b"{}")[:-4], 400),
        ("gzip", gzip.compress(b" " * (BODY_LIMIT + 1)), 413),
        ("gzip, gzip", gzip.compress(gzip.compress(b" " * (BODY_LIMIT * 8))), 413),
        ("gzip, gzip, gzip, gzip", b"x", 400),
        ("identity", b" " * (BODY_LIMIT + 1), 413),
    ],
    ids=range(7),
)
def test_bodies_that_are_not_taken(client: httpx.Client, base: str, encoding: str, content: bytes, status: int) -> None:
    answer = client.put(f"{base}/context", content=content, headers={**HEADERS, "Content-Encoding": encoding})
    assert (answer.status_code, answer.json()["code"]) == (status, status)


def test_a_chunked_body_is_limited_too(client: httpx.Client, base: str) -> None:
    answer = client.put(f"{base}/context", content=iter([b" " * (1 << 20)] * 11), headers=HEADERS)
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("method", "path", "headers", "status", "expected"),
    [
        ("GET", "/healthy", {}, 200, {"ok": True}),
        ("GET", "/context?environment=a&application=b", {}, 200, {"experiments": []}),
        ("GET", "/context?environment=a&application=b", {"X-API-Key": ""}, 401, None),
        ("GET", "/context?environment=a", {}, 200, {"experiments": []}),
        ("GET", "/context?application=b", {}, 200, {"experiments": []}),
        ("GET", "/context?environment=&application=", {}, 200, {"experiments": []}),
        ("GET", "/context", {}, 200, {"experiments": []}),
        ("GET", "/context/authed", {"X-API-Key": "k"}, 200, {"ok": True}),
        ("GET", "/context/authed", {}, 401, None),
        ("GET", "/experiment", HEADERS, 200, {"ok": True, "experiments": []}),
        (
            "GET",
            "/experiment",
            {"X-API-Key": "k", "X-Agent": "a", "X-Environment": "b"},
            200,
            {"ok": True, "experiments": []},
        ),
        ("GET", "/experiment", {}, 401, None),
        ("GET", "/experiment", without("X-API-Key"), 401, None),
        ("GET", "/experiment", without("X-Agent"), 400, None),
        ("GET", "/experiment", without("X-Environment"), 400, None),
        ("GET", "/experiment", {**HEADERS, "X-Environment": ""}, 400, None),
        ("GET", "/experiment", {**HEADERS, "X-Application-Version": ""}, 400, None),
        ("GET", "/experiment", {**HEADERS, "X-Application-Version": "{}"}, 400, None),
        ("GET", "/nothing", {}, 404, None),
        ("PUT", "//context", HEADERS, 404, None),
        ("PUT", "/context/", HEADERS, 404, None),
        ("PUT", "/../context", HEADERS, 404, None),
    ],
)
def test_other_calls_are_answered_as_the_collector_does(
    client: httpx.Client, base: str, method: str, path: str, headers: dict[str, str], status: int, expected: object
) -> None:
    answer = client.request(method, base + path, headers=headers)
    assert answer.status_code == status
    if expected is not None:
        assert answer.json() == expected
    else:
        assert answer.json()["code"] == status
        assert answer.json()["message"]


def test_creating_a_context(client: httpx.Client, base: str) -> None:
    units = [{"type": "user_id", "uid": "1"}]
    answer = client.post(f"{base}/context", json={"units": units}, headers=HEADERS)
    assert (answer.status_code, answer.json()) == (200, {"units": units, "assignments": []})
    more = client.post(
        f"{base}/context", content=b'{"units":[{"type":"a","uid":"1","n":%d}]}' % 10**30, headers=HEADERS
    )
    assert (more.status_code, more.json()["units"]) == (200, [{"type": "a", "uid": "1"}])
    for body, headers, status in (
        ({}, HEADERS, 400),
        ({"units": units}, without("X-Agent"), 400),
        ({"units": units}, without("X-API-Key"), 401),
    ):
        refused = client.post(f"{base}/context", json=body, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (status, status)
    assert client.get(f"{base}/received").json()["counts"]["rejected"] == 0


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/context", "GET, HEAD, POST, PUT"),
        ("POST", "/healthy", "GET, HEAD"),
        ("POST", "/context/batch", "PUT"),
        ("PATCH", "/received", "DELETE, GET, HEAD"),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(
    client: httpx.Client, base: str, method: str, path: str, allowed: str
) -> None:
    answer = client.request(method, base + path)
    assert (answer.status_code, answer.headers["allow"], answer.json()["code"]) == (405, allowed, 405)


@pytest.mark.parametrize(
    ("host", "status"),
    [("localhost", 200), ("127.0.0.1:99", 200), ("[::1]:80", 200), ("evil.example", 403), ("localhost.evil.example", 403), ("a@localhost", 403), ("", 403)],
)  # fmt: skip
def test_the_host_must_be_this_machine(base: str, host: str, status: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", int(base.split(":")[2].split("/")[0]))
    connection.putrequest("GET", "/received", skip_host=True)
    connection.putheader("Host", host)
    connection.endheaders()
    assert connection.getresponse().status == status
    connection.close()


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        (None, True),
        ("http://localhost:3000", True),
        ("https://127.0.0.1", True),
        ("http://[::1]:8080", True),
        ("https://evil.example", False),
        ("http://localhost.evil.example", False),
        ("http://a@localhost", False),
        ("null", False),
        ("", False),
        ("file://", False),
        ("localhost", False),
    ],
)
def test_the_origin_must_be_this_machine(client: httpx.Client, base: str, origin: str | None, allowed: bool) -> None:
    """Whatever is asked: a page of elsewhere can send some requests without asking first, and reads none of the answers."""
    more = {} if origin is None else {"Origin": origin}
    calls = [
        ("PUT", "/context", 200),
        ("PUT", "/context/batch", 400),
        ("POST", "/context", 200),
        ("GET", "/context", 200),
        ("GET", "/context/authed", 200),
        ("GET", "/experiment", 200),
        ("GET", "/healthy", 200),
        ("GET", "/received", 200),
        ("DELETE", "/received", 200),
        ("OPTIONS", "/context", 204),
        ("GET", "/nothing", 404),
    ]
    client.put(f"{base}/context", json=BODY, headers=HEADERS)
    for method, path, status in calls:
        answer = client.request(method, base + path, json=BODY, headers={**HEADERS, **more})
        assert answer.status_code == (status if allowed else 403)
        assert allowed or answer.json()["code"] == 403
        assert answer.headers.get("access-control-allow-origin") == (origin if allowed else None)
    counts = client.get(f"{base}/received").json()["counts"]
    assert counts["accepted"] == (0 if allowed else 1)


def test_a_request_names_its_own_fault(client: httpx.Client, base: str) -> None:
    def status(fault: str, path: str = "/context") -> int:
        return client.put(base + path, json=BODY, headers={**HEADERS, "X-Abtui-Fault": fault}).status_code

    assert [status(fault) for fault in ("401", "429", "500", "html", "slow:0", "none", "NONE")] == [
        401,
        429,
        500,
        502,
        200,
        200,
        200,
    ]
    assert status("nonsense") == 400
    # Whether the client sees the end of the connection or its reset depends on how much of the body was read.
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        status("drop")
    assert client.get(f"{base}/received").json()["counts"]["accepted"] == 3
    assert client.get(f"{base}/received", headers={"X-Abtui-Fault": "500"}).status_code == 200
    retry = client.put(f"{base}/context", headers={"X-Abtui-Fault": "429"})
    assert retry.headers["retry-after"] == "1"
    page = client.put(f"{base}/context", headers={"X-Abtui-Fault": "html"})
    assert page.headers["content-type"].startswith("text/html")


def test_a_collector_with_a_fault_and_a_key_of_its_own(client: httpx.Client) -> None:
    with LocalCollector(CollectorState(), fault=Fault("500"), key="right") as collector:
        base = collector.base_url
        assert client.get(f"{base}/healthy").status_code == 500
        assert client.get(f"{base}/received").status_code == 200
        spared = {"X-Abtui-Fault": "none"}
        assert client.get(f"{base}/context/authed", headers={**spared, "X-API-Key": "wrong"}).status_code == 401
        assert client.get(f"{base}/context/authed", headers={**spared, "X-API-Key": "right"}).status_code == 200


def test_it_answers_when_nothing_can_be_kept(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    state = CollectorState(str(tmp_path))
    with LocalCollector(state) as collector:
        monkeypatch.setattr("os.write", _no_space)
        answer = client.put(f"{collector.base_url}/context", json=BODY, headers=HEADERS)
        monkeypatch.undo()
    state.close()
    assert answer.status_code == 500
    assert "no space left" in answer.json()["message"]


def test_an_error_of_its_own_is_an_error_of_the_description(
    client: httpx.Client, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CollectorState, "accept", lambda _state, _entry: 1 / 0)
    answer = client.put(f"{base}/context", json=BODY, headers=HEADERS)
    assert (answer.status_code, answer.json()["code"]) == (500, 500)


def _no_space(handle: int, data: bytes) -> int:
    raise OSError(28, "No space left on device")
