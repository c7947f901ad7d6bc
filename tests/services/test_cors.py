"""What a browser is told before a page may call a server on this machine."""

from __future__ import annotations

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from abtui.services.errors import ServiceError
from abtui.services.loopback.cors import Cors, parse_origin
from abtui.services.loopback.guards import ThisMachineOnly

SHOP = "https://shop.example"
PAGE = "http://localhost:3000"


async def _fail(_request: Request) -> Response:
    raise ValueError("a bug")


_HERE = PlainTextResponse("here", headers={"Retry-After": "3"})


async def _here(_request: Request) -> Response:
    return _HERE


def _client(refused: list[str] | None = None) -> httpx.AsyncClient:
    routes = [Route("/here", _here), Route("/bug", _fail)]
    told = [] if refused is None else refused
    app = ThisMachineOnly(Cors(Starlette(routes=routes), "GET, PUT"), "server", frozenset({SHOP, "null"}), told.append)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:1")


@pytest.mark.parametrize("origin", [PAGE, "http://127.0.0.1", "https://[::1]:4", SHOP, "null"])
@pytest.mark.parametrize(("path", "status"), [("/here", 200), ("/nothing", 404), ("/bug", 500)])
async def test_each_answer_can_be_read_errors_included(origin: str, path: str, status: int) -> None:
    async with _client() as client:
        answer = await client.get(path, headers={"Origin": origin})
    assert answer.status_code == status
    assert answer.headers["access-control-allow-origin"] == origin
    assert answer.headers["access-control-expose-headers"] == "Retry-After"
    assert answer.headers["vary"] == "Origin"


async def test_an_answer_to_no_page_names_none() -> None:
    async with _client() as client:
        for _ in range(2):
            await client.get("/here", headers={"Origin": PAGE})
        answer = await client.get("/here")
    assert answer.headers["vary"] == "Origin"
    assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize("asked", ["authorization,x-retry-count", "x-api-key, x-agent", "content-type"])
async def test_a_browser_is_told_what_it_may_send(asked: str) -> None:
    headers = {"Origin": PAGE, "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": asked}
    async with _client() as client:
        answer = await client.options("/anything", headers=headers)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert answer.headers["access-control-allow-methods"] == "GET, PUT"
    assert answer.headers["access-control-allow-headers"] == asked
    assert answer.headers["access-control-max-age"] == "600"
    assert answer.headers["vary"] == "Origin"
    assert "access-control-allow-private-network" not in answer.headers


async def test_a_browser_that_asks_for_no_header_or_an_odd_one_is_told_the_usual_ones() -> None:
    async with _client() as client:
        for odd in ({}, {"Access-Control-Request-Headers": "<b>"}, {"Access-Control-Request-Headers": "x" * 3_000}):
            answer = await client.options("/", headers={"Origin": PAGE, **odd})
            allowed = answer.headers["access-control-allow-headers"].split(", ")
            assert {"authorization", "x-retry-count", "x-api-key", "x-environment"} <= set(allowed)


async def test_a_public_page_may_call_this_machine_if_its_origin_is_allowed() -> None:
    async with _client() as client:
        answer = await client.options("/", headers={"Origin": SHOP, "Access-Control-Request-Private-Network": "true"})
    assert answer.headers["access-control-allow-private-network"] == "true"


async def test_other_pages_are_refused_and_told_of() -> None:
    refused: list[str] = []
    async with _client(refused) as client:
        for method in ("OPTIONS", "GET"):
            answer = await client.request(method, "/here", headers={"Origin": "https://evil.example"})
            assert answer.status_code == 403
            assert "access-control-allow-origin" not in answer.headers
        assert (await client.get("/here", headers={"Host": "evil.example", "Origin": PAGE})).status_code == 403
    assert refused == ["https://evil.example", "https://evil.example", ""]


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://Shop.example/", SHOP),
        ("https://shop.example:443", SHOP),
        ("http://shop.test:3000", "http://shop.test:3000"),
        ("http://[fe80::1]:80", "http://[fe80::1]"),
        ("capacitor://localhost", "capacitor://localhost"),
        (" null ", "null"),
    ],
)
def test_the_spelling_of_origins_is_read(text: str, origin: str) -> None:
    assert parse_origin(text) == origin


@pytest.mark.parametrize(
    "text", ["", "*", "shop.example", "https://", "https://a@b", "https://shop.example/page", "https://shop.example?x"]
)
def test_origins_that_are_none(text: str) -> None:
    with pytest.raises(ServiceError) as caught:
        parse_origin(text)
    assert caught.value.hint
