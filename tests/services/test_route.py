"""The way to other machines: a proxy that was named and no other, and authorities of one's own."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from abtui.core.delivery.options import Route, Timeouts
from abtui.core.delivery.receipts import Receipt
from abtui.core.outcomes import Request
from abtui.services.sender import Sender
from abtui.services.transport import RouteError, check_route

from .conftest import KEY, TargetAt
from .raw_server import RawServer, http

PEM = str(Path(__file__).with_name("self_signed.pem"))
OK = http("200 OK", b'{"ok":true,"warnings":[],"errors":[]}', "Content-Type: application/json")


def tls() -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(PEM)
    return context


async def sent(request: Request, target_at: TargetAt, base: str, route: Route) -> Receipt:
    async with Sender(Timeouts(2, 2), route) as sender:
        return await sender.send(request, target_at(base))


async def test_a_named_authority_is_trusted_besides_the_others(request_: Request, target_at: TargetAt) -> None:
    async with RawServer(OK, tls=tls()) as server:
        base = f"https://localhost:{server.port}/v1"
        assert (await sent(request_, target_at, base, Route())).failure == "tls"
        assert (await sent(request_, target_at, base, Route(ca_bundle=PEM))).ok


async def test_through_a_proxy_only_the_way_is_asked_for(request_: Request, target_at: TargetAt) -> None:
    async with RawServer(http("407 Proxy Authentication Required", KEY.encode())) as proxy:
        route = Route(f"http://user:secret@127.0.0.1:{proxy.port}")
        receipt = await sent(request_, target_at, "https://acme.invalid/v1", route)
        assert (receipt.failure, receipt.written) == ("unreachable", False), "asking for a way is not sending"
        assert "the proxy did not let it through" in receipt.collector_said
        assert proxy.requests[0].startswith(b"CONNECT acme.invalid:443 HTTP/1.1\r\n")
        assert KEY.encode() not in proxy.requests[0]
        assert "secret" not in repr(receipt)


async def test_this_machine_is_called_directly_and_the_environments_proxies_never(
    request_: Request, target_at: TargetAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with RawServer(OK) as server, RawServer(OK) as proxy:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert (await sent(request_, target_at, server.base, Route())).ok
        assert (await sent(request_, target_at, server.base, Route(f"http://127.0.0.1:{proxy.port}"))).ok
        away = await sent(request_, target_at, "https://nobody.invalid/v1", Route())
        assert away.failure == "dns"
        assert proxy.connections == 0


@pytest.mark.parametrize(
    "route",
    [Route("127.0.0.1:3128"), Route("socks5://x"), Route("http://x/path"), Route(ca_bundle="/none"), Route(ca_bundle=__file__)],
)  # fmt: skip
def test_a_way_that_cannot_be_is_told_beforehand(route: Route) -> None:
    with pytest.raises(RouteError) as caught:
        check_route(route)
    assert caught.value.hint
