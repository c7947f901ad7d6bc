"""The sender over real connections: what goes out, what every kind of answer and failure becomes, and where the key never is."""

from __future__ import annotations

import asyncio
import gzip
import io
import logging
import ssl
import zlib
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import pytest
from rich.console import Console
from rich.traceback import Traceback

from abtui.core.config.model import Target
from abtui.core.delivery.options import Timeouts
from abtui.core.delivery.receipts import Receipt
from abtui.core.delivery.request import retarget
from abtui.core.outcomes import Request
from abtui.services.collector.server import LocalCollector
from abtui.services.sender import ANSWER_LIMIT, Sender
from tests.kit import PATIENCE

from .conftest import BODY, KEY, TargetAt
from .raw_server import LimitOnceRead, RawServer, answering, http

OK = b'{"ok": true, "warnings": [], "errors": []}'


async def send(request: Request, target: Target, *, timeouts: Timeouts | None = None) -> Receipt:
    """Send one request over a connection of its own."""
    async with Sender(timeouts) as sender:
        return await sender.send(request, target)


@pytest.fixture(autouse=True)
def _no_key_in_logs(caplog: pytest.LogCaptureFixture) -> object:
    caplog.set_level(logging.DEBUG)
    yield
    records = caplog.get_records("call")
    assert not any("SECRET" in record.getMessage() or "SECRET" in repr(record.__dict__) for record in records)


def head_of(raw: bytes) -> dict[str, str]:
    lines = raw.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")[1:]
    return {name: value for name, _, value in (line.partition(": ") for line in lines)}


async def test_the_request_is_the_mapped_one_for_the_target(request_: Request, target_at: TargetAt) -> None:
    async with RawServer(http("200 OK", OK)) as server:
        receipt = await send(request_, target_at(server.base))
    raw = server.requests[0]
    assert raw.startswith(b"PUT /v1/context HTTP/1.1\r\n")
    assert raw.partition(b"\r\n\r\n")[2] == request_.body_bytes
    fields = head_of(raw)
    assert fields.pop("User-Agent").startswith("abtui/")
    assert fields == {
        "Host": f"127.0.0.1:{server.port}",
        "X-API-Key": KEY,
        "X-Agent": "segment",
        "X-Environment": "staging",
        "Content-Type": "application/json",
        "Accept": "*/*",
        "Accept-Encoding": "gzip, deflate",
        "Content-Length": str(len(request_.body_bytes)),
    }
    assert receipt.ok
    assert receipt.url == f"{server.base}/context"
    assert receipt.request_headers == {
        "X-API-Key": "****abcd",
        "X-Agent": "segment",
        "X-Environment": "staging",
        "Content-Type": "application/json",
    }
    assert receipt.milliseconds > 0
    assert "SECRET" not in repr(receipt)


async def test_an_application_goes_along_and_latin_1_and_outer_spaces_are_fit(
    request_: Request, target_at: TargetAt
) -> None:
    target = target_at(f"{'http://127.0.0.1:0'}/v1", key=f" {KEY}\t", environment=" pr\xfcfung", application="web")
    async with RawServer(http("200 OK", OK)) as server:
        target = msgspec.structs.replace(target, collector_endpoint=server.base)
        assert (await send(request_, target)).ok
    fields = head_of(server.requests[0])
    assert (fields["X-Application"], fields["X-Application-Version"]) == ("web", "0")
    assert (fields["X-API-Key"], fields["X-Environment"]) == (KEY, "pr\xfcfung")


def test_retarget_changes_nothing_of_the_body(request_: Request, target_at: TargetAt) -> None:
    extra = msgspec.structs.replace(request_, headers={**request_.headers, "X-Agent": "other", "X-More": "1"})
    changed = retarget(extra, target_at("http://localhost:1/v1/"))
    assert (changed.method, changed.body, changed.body_bytes) == (extra.method, extra.body, extra.body_bytes)
    assert changed.url == "http://localhost:1/v1//context"
    assert changed.headers == {
        "X-API-Key": "****abcd",
        "X-Agent": "other",
        "X-Environment": "staging",
        "Content-Type": "application/json",
        "X-More": "1",
    }


async def test_proxies_and_netrc_of_the_environment_are_not_used(
    request_: Request, target_at: TargetAt, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login a password b")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    async with RawServer(http("200 OK", OK)) as proxy, RawServer(http("200 OK", OK)) as server:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert (await send(request_, target_at(server.base))).ok
    assert proxy.connections == 0
    assert "Authorization" not in head_of(server.requests[0])


ANSWERS = [
    ("200 OK", OK, (), True, "Success", "Accepted"),
    ("200 OK", b'{"ok":true,"warnings":[{"batchIndex":0,"eventIndex":0,"subject":"goals","message":"m"}],"errors":[]}', (), True, "Success", "1 warning"),
    ("200 OK", b'{"ok":false,"warnings":[],"errors":[]}', (), False, "Success", "`ok: false`"),
    ("400 Bad Request", b'{"ok":false,"warnings":[],"errors":[{"batchIndex":0,"eventIndex":0,"subject":"goals","message":"m"}]}', (), False, "Success", "1 error"),
    ("401 Unauthorized", b'{"code":401,"message":"who?"}', (), False, "Success", "who?"),
    ("403 Forbidden", b"{}", (), False, "Success", "403"),
    ("404 Not Found", b"{}", (), False, "Success", "404"),
    ("413 Too Large", b"{}", (), False, "Success", "too large"),
    ("429 Too Many", b"{}", ("retry-after: 7",), False, "Success", "wait 7 s"),
    ("500 Error", b"{}", (), False, "Success", "500"),
    ("503 Unavailable", b"", (), False, "Bad Request", "empty"),
    ("200 OK", b"<html></html>", ("Content-Type: text/html",), False, "Bad Request", "HTML"),
    ("200 OK", b"", (), False, "Bad Request", "empty"),
    ("200 OK", b"{}", (), False, "Success", "not the collector's"),
    ("200 OK", gzip.compress(OK), ("Content-Encoding: gzip",), True, "Success", "Accepted"),
    ("200 OK", zlib.compress(OK), ("Content-Encoding: deflate",), True, "Success", "Accepted"),
    ("200 OK", zlib.compress(OK)[2:-4], ("Content-Encoding: deflate",), True, "Success", "Accepted"),
    ("200 OK", gzip.compress(OK)[:-9], ("Content-Encoding: gzip",), False, "Not known", "could not be read"),
    ("200 OK", OK, ("Content-Encoding: br",), False, "Not known", "could not be read"),
    ("200 OK", gzip.compress(b"[" + b" " * (64 << 20) + b"]"), ("Content-Encoding: gzip",), False, "Not known", "to its end"),
    ("200 OK", b"[" + b" " * (ANSWER_LIMIT - 1), (), False, "Bad Request", "not JSON"),
    ("200 OK", b"[" + b" " * (3 * ANSWER_LIMIT) + b"]", (), False, "Not known", "to its end"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "fields", "ok", "shows", "said"), ANSWERS, ids=range(len(ANSWERS)))
async def test_each_answer_becomes_a_receipt(
    request_: Request,
    target_at: TargetAt,
    status: str,
    body: bytes,
    fields: tuple[str, ...],
    ok: bool,
    shows: str,
    said: str,
) -> None:
    async with RawServer(http(status, body, *fields)) as server:
        receipt = await send(request_, target_at(server.base))
    assert (receipt.ok, receipt.status, receipt.segment_shows) == (ok, int(status[:3]), shows)
    assert said in receipt.collector_said


async def test_a_redirect_is_not_followed(request_: Request, target_at: TargetAt) -> None:
    async with RawServer(http("200 OK", OK)) as other:
        for status in ("301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"):
            async with RawServer(http(status, b"", f"Location: {other.base}/context")) as server:
                receipt = await send(request_, target_at(server.base))
            assert (receipt.ok, receipt.status, receipt.segment_shows) == (False, int(status[:3]), "Not known")
            assert f"{other.base}/context; not followed" in receipt.collector_said
        assert other.connections == 0


@pytest.mark.parametrize("location", ["http://[::1", "/elsewhere", "javascript:alert(1)", "http://x:99999999/", "\xff"])
async def test_where_a_redirect_leads_need_not_make_sense(
    request_: Request, target_at: TargetAt, location: str
) -> None:
    async with RawServer(http("302 Found", b"", f"Location: {location}")) as server:
        receipt = await send(request_, target_at(server.base))
    assert (receipt.status, receipt.failure, receipt.segment_shows) == (302, None, "Not known")


async def test_cookies_are_not_kept(request_: Request, target_at: TargetAt) -> None:
    async with RawServer(http("200 OK", OK, "Set-Cookie: a=b")) as server, Sender() as sender:
        for _ in range(2):
            await sender.send(request_, target_at(server.base))
    assert "Cookie" not in head_of(server.requests[1])


async def test_an_answer_that_repeats_the_request_is_masked(request_: Request, target_at: TargetAt) -> None:
    async with RawServer(http("400 Bad", f'{{"ok": false, "echo": "{KEY}"}}'.encode(), f"X-Echo: {KEY}")) as server:
        receipt = await send(request_, target_at(server.base))
    assert "SECRET" not in repr(receipt)
    assert '"echo": "****abcd"' in receipt.text


async def drip(writer: asyncio.StreamWriter) -> None:
    writer.write(http("200 OK", length=1 << 30))
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0)


async def never(writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


@pytest.mark.parametrize(
    ("script", "kind", "status", "shows"),
    [
        (never, "timeout", None, "Retry"),
        (drip, "timeout", 200, "Retry"),
        (answering(b""), "dropped", None, "Bad Request"),
        (answering(b"HTTP/1.1 200 OK\r\nContent-"), "dropped", None, "Bad Request"),
        (answering(http("200 OK", b'{"ok":', length=99)), "dropped", 200, "Bad Request"),
        (answering(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{\"ok"), "dropped", 200, "Bad Request"),
        (answering(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"), "protocol", None, "Bad Request"),
        (answering(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno chunk\r\n"), "protocol", 200, "Bad Request"),
    ],
)  # fmt: skip
async def test_each_failure_becomes_a_receipt(
    request_: Request, target_at: TargetAt, monkeypatch: pytest.MonkeyPatch,
    script: Any, kind: str, status: int | None, shows: str,
) -> None:  # fmt: skip
    async with RawServer(script) as server:
        if kind == "timeout":
            turns = count()
            # All is in this one loop: after so many turns what was read, and what came back, has arrived.
            reached = lambda _begun: server.asked.is_set() and next(turns) > 100  # noqa: E731
            monkeypatch.setattr("abtui.services.transport.asyncio", LimitOnceRead(reached))
        receipt = await send(request_, target_at(server.base), timeouts=Timeouts(PATIENCE, PATIENCE))
    assert (receipt.ok, receipt.failure, receipt.status, receipt.segment_shows) == (False, kind, status, shows)
    assert server.connections == 1


async def test_a_connection_that_is_refused_names_host_and_port(request_: Request, target_at: TargetAt) -> None:
    async with RawServer(b"") as server:
        pass
    for host in ("127.0.0.1", "localhost"):
        receipt = await send(request_, target_at(f"http://{host}:{server.port}/v1"))
        assert (receipt.failure, receipt.status) == ("refused", None)
        assert f"{host}:{server.port}" in receipt.collector_said


async def test_a_host_without_an_address(
    request_: Request, target_at: TargetAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    async def no_address(*_: object, **__: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    # The resolver alone is replaced: asking a real one leaves the machine.
    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", no_address)
    receipt = await send(request_, target_at("https://acme.absmartly.iop/v1"))
    assert (receipt.failure, receipt.segment_shows) == ("dns", "Bad Request")
    assert "acme.absmartly.iop has no address" in receipt.collector_said


async def test_a_connection_that_does_not_come(request_: Request, target_at: TargetAt) -> None:
    """A TLS server that never shakes hands stands for a host that drops packets: both hang while connecting."""
    async with RawServer(never, reads=False) as server:
        receipt = await send(request_, target_at(f"https://127.0.0.1:{server.port}/v1"), timeouts=Timeouts(0.1, 5))
    assert (receipt.failure, receipt.segment_shows) == ("connect-timeout", "Retry")


async def test_a_certificate_nobody_vouches_for(request_: Request, target_at: TargetAt) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(Path(__file__).with_name("self_signed.pem"))
    async with RawServer(http("200 OK", OK), tls=context) as server:
        receipt = await send(request_, target_at(f"https://localhost:{server.port}/v1"))
    assert (receipt.failure, receipt.segment_shows) == ("tls", "Bad Request")
    assert "self-signed certificate" in receipt.collector_said
    assert server.requests == []


async def test_https_to_a_server_that_speaks_none(request_: Request, target_at: TargetAt) -> None:
    async with RawServer(http("400 Bad Request"), reads=False) as server:
        receipt = await send(request_, target_at(f"https://127.0.0.1:{server.port}/v1"))
    assert receipt.failure == "tls"


@pytest.mark.parametrize(
    ("endpoint", "key"),
    [
        ("{base}", None),
        ("{base}", f"{KEY}\n"),
        ("{base}", f"{KEY}\u20ac"),
        ("http://example.com/v1", KEY),
        ("ftp://127.0.0.1/v1", KEY),
        ("", KEY),
    ],
)
async def test_a_target_that_may_not_be_sent_to(
    request_: Request, target_at: TargetAt, endpoint: str, key: str | None
) -> None:
    async with RawServer(http("200 OK", OK)) as server:
        receipt = await send(request_, target_at(endpoint.format(base=server.base), key=key))
    assert (receipt.ok, receipt.failure, receipt.milliseconds) == (False, "blocked", 0.0)
    assert receipt.collector_said.startswith("Nothing was sent. ")
    assert "SECRET" not in repr(receipt)
    assert server.connections == 0


@pytest.mark.parametrize("host", ["a" * 70 + "\u00e4.example", "xn--"])
async def test_an_address_httpx_does_not_take(host: str, request_: Request, target_at: TargetAt) -> None:
    receipt = await send(request_, target_at(f"https://{host}/v1"))
    assert receipt.failure == "address"


async def test_cancelled_midway_the_traceback_has_no_key(request_: Request, target_at: TargetAt) -> None:
    async with RawServer(never) as server, Sender() as sender:
        task = asyncio.create_task(sender.send(request_, target_at(server.base)))
        await server.asked.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await task
        console = Console(file=io.StringIO(), width=400)
        console.print(Traceback.from_exception(type(caught.value), caught.value, caught.tb, show_locals=True))
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert "_exchange" in text
    assert "SECRET" not in text


async def test_connections_are_kept_and_a_closed_sender_opens_anew(
    request_: Request, target_at: TargetAt, base: str
) -> None:
    target = target_at(base)
    sender = Sender()
    receipts = await asyncio.gather(*(sender.send(request_, target) for _ in range(5)))
    await sender.aclose()
    await sender.aclose()
    receipts.append(await sender.send(request_, target))
    await sender.aclose()
    assert [receipt.ok for receipt in receipts] == [True] * 6


@pytest.mark.parametrize(
    ("fault", "status", "failure", "shows"),
    [
        ("401", 401, None, "Success"),
        ("429", 429, None, "Success"),
        ("500", 500, None, "Success"),
        ("html", 502, None, "Bad Request"),
        ("slow:0.01", 200, None, "Success"),
        ("drop", 200, "dropped", "Bad Request"),
    ],
)
async def test_the_local_collectors_faults(
    request_: Request, target_at: TargetAt, base: str, fault: str, status: int | None, failure: str | None, shows: str
) -> None:
    request = msgspec.structs.replace(request_, headers={**request_.headers, "X-Abtui-Fault": fault})
    receipt = await send(request, target_at(base), timeouts=Timeouts(PATIENCE, PATIENCE))
    assert (receipt.status, receipt.failure, receipt.segment_shows) == (status, failure, shows)


async def test_the_local_collector_takes_it(
    request_: Request, target_at: TargetAt, base: str, collector: LocalCollector
) -> None:
    receipt = await send(request_, target_at(base, application="web"))
    assert (receipt.ok, receipt.warnings, receipt.collector_said) == (True, (), "Accepted (200).")
    (entry,) = collector.state.received()["accepted"]
    assert (entry["body"], entry["environment"], entry["application"]) == (BODY, "staging", "web")
    assert "SECRET" not in repr(collector.state.received())


async def test_its_errors_are_placed(request_: Request, target_at: TargetAt, base: str) -> None:
    body = {**BODY, "goals": [BODY["goals"][0], {"name": "x"}]}  # type: ignore[index]
    receipt = await send(
        msgspec.structs.replace(request_, body=body, body_bytes=msgspec.json.encode(body)), target_at(base)
    )
    assert (receipt.status, receipt.segment_shows) == (400, "Success")
    assert [error.payload_path for error in receipt.errors] == ["$.goals[1]"]
