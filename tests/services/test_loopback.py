"""A server on loopback is held up by nobody: not by half a request, nor by many of them."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from abtui.services.errors import CollectorError
from abtui.services.loopback import guards, protocol
from abtui.services.loopback.server import HOST, LoopbackServer

_HEAD = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n"


class _Echo(LoopbackServer):
    name = "echo"
    failure = CollectorError

    def _make_app(self, port: int) -> ASGIApp:
        async def echo(request: Request) -> Response:
            return PlainTextResponse(await guards.read_body(request))

        return Starlette(routes=[Route("/", echo, methods=["POST"])])


@pytest.fixture
def echo() -> Iterator[_Echo]:
    with _Echo() as server:
        yield server


def _rest(connection: socket.socket) -> bytes:
    """All that comes until the server closes the connection."""
    data = b""
    try:
        while piece := connection.recv(4096):
            data += piece
    except ConnectionResetError:
        pass
    return data


def _until(connection: socket.socket, end: bytes) -> bytes:
    """What comes up to `end`."""
    data = b""
    while not data.endswith(end):
        piece = connection.recv(4096)
        assert piece, data
        data += piece
    return data


def test_a_body_that_does_not_come_is_not_waited_for(echo: _Echo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "BODY_SECONDS", 0.01)
    with socket.create_connection((HOST, echo.port)) as connection:
        connection.sendall(_HEAD + b"12")
        answer = _rest(connection)
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"not complete after 0.01 seconds" in answer


_BEGUN = b"POST / HTTP/1.1\r\nHo"


@pytest.mark.parametrize(("before", "sent"), [(b"", b""), (b"", _BEGUN), (_HEAD + b"12345", _BEGUN)])
def test_a_head_that_does_not_come_is_not_waited_for(
    echo: _Echo, before: bytes, sent: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 60.0 if before else 0.01)
    with socket.create_connection((HOST, echo.port)) as connection:
        if before:
            connection.sendall(before)
            _until(connection, b"12345")
        monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.01)
        connection.sendall(sent)
        assert _rest(connection) == b""


def test_the_connection_that_waits_longest_makes_room(echo: _Echo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "MOST_CONNECTIONS", 3)
    with ExitStack() as stack:
        busy = stack.enter_context(socket.create_connection((HOST, echo.port)))
        busy.sendall(_HEAD.replace(b"\r\n\r\n", b"\r\nExpect: 100-continue\r\n\r\n"))
        assert _until(busy, b"\r\n\r\n").startswith(b"HTTP/1.1 100")
        waiting = [stack.enter_context(socket.create_connection((HOST, echo.port))) for _ in range(3)]
        assert _rest(waiting[0]) == b""
        assert httpx.post(f"http://{HOST}:{echo.port}/", content=b"here", trust_env=False).text == "here"
        assert _rest(waiting[1]) == b""
        busy.sendall(b"12345")
        _until(busy, b"12345")
