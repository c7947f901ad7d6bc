"""What stands in front of the local collector's routes: who may ask, how much, and the faults."""

from __future__ import annotations

import asyncio
from typing import Final

import orjson
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from abtui.core.config.endpoint import is_loopback, split_endpoint
from abtui.services.collector.faults import FAULT_HEADER, NO_FAULT, Fault, NextFault, parse_fault
from abtui.services.collector.publishing import error_response
from abtui.services.compression import CompressionError, decode_body
from abtui.services.errors import CollectorError

BODY_LIMIT: Final = 10 << 20
"""Bytes of the largest body, as it comes and unpacked."""
_DRAINED = 4 * BODY_LIMIT
RECEIVED_PATHS: Final = ("/received", "/v1/received")
_PAGE = (
    "<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head>\n<body><h1>502 Bad Gateway</h1></body></html>\n"
)


class RefusedError(Exception):
    """A request that is answered with an `Error` and nothing else."""

    def __init__(self, status: int, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = headers


class JSONAnswer(Response):
    """A JSON answer."""

    media_type = "application/json"

    def render(self, content: object) -> bytes:
        return orjson.dumps(content)


def error_answer(status: int, message: str, headers: dict[str, str] | None = None) -> JSONAnswer:
    """An `Error` of the API description with its status."""
    return JSONAnswer(error_response(status, message), status, headers)


async def read_body(request: Request) -> bytes:
    """The body, unpacked. Raises RefusedError over `BODY_LIMIT` (413), for a coding not supported (415) or damaged data (400)."""
    body = bytearray()
    size = 0
    async for piece in request.stream():
        size += len(piece)
        # A client that is still writing would not see the answer: the rest is read and thrown away, up to a point.
        if size <= BODY_LIMIT:
            body += piece
        elif size > _DRAINED:
            break
    if size > BODY_LIMIT:
        raise RefusedError(413, f"The body is larger than {BODY_LIMIT:,} bytes.")
    try:
        decoded = decode_body(bytes(body), request.headers.get("Content-Encoding", ""), BODY_LIMIT)
    except CompressionError as error:
        words = str(error)
        raise RefusedError(
            415 if "not supported" in words else 400, f"The body could not be unpacked: {words}."
        ) from error
    if decoded.cut:
        raise RefusedError(413, f"The body unpacks to more than {BODY_LIMIT:,} bytes.")
    return decoded.data


class ThisMachineOnly:
    """Refuses what does not come from this machine: a web page whose name was rebound to 127.0.0.1 (`Host`), or a page of
    elsewhere that calls here (`Origin`). A browser says both, whatever the page's scripts want.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        if not all(_is_here(f"http://{host}") for host in headers.getlist("Host") or [""]):
            await error_answer(403, "This collector answers to localhost and 127.0.0.1 only.")(scope, receive, send)
        elif not all(map(_is_here, headers.getlist("Origin"))):
            await error_answer(403, "This collector answers to pages of this machine only.")(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _is_here(address: str) -> bool:
    """Whether an http or https address, such as an origin, is of this machine. The origin `null` is of anywhere."""
    parts = split_endpoint(address)
    return parts is not None and "@" not in parts.netloc and is_loopback(parts.hostname or "")


class Faults:
    """Answers with a fault: the request's own (`X-Abtui-Fault`), else the collector's. `/received` has none."""

    def __init__(self, app: ASGIApp, fault: Fault | NextFault) -> None:
        self._app = app
        self._fault = fault

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        named = Headers(scope=scope).get(FAULT_HEADER)
        try:
            fault = parse_fault(named) if named is not None else self._own(scope)
        except CollectorError as error:
            await error_answer(400, f"{error.message} {error.hint}")(scope, receive, send)
            return
        if scope["path"] in RECEIVED_PATHS or fault.kind == "none":
            await self._app(scope, receive, send)
        elif fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
            await self._app(scope, receive, send)
        elif fault.kind == "drop":
            await _drop(send)
        elif fault.kind == "lost":
            await self._app(scope, receive, _nowhere)
            await _drop(send)
        else:
            await _FAULT_ANSWERS[fault.kind](scope, receive, send)

    def _own(self, scope: Scope) -> Fault:
        if isinstance(self._fault, Fault):
            return self._fault
        return NO_FAULT if scope["path"] in RECEIVED_PATHS else self._fault()


async def _nowhere(_message: Message) -> None:
    """An answer that nobody gets."""


_FAULT_ANSWERS: dict[str, Response] = {
    "401": error_answer(401, "Unauthorized: a fault that was asked for."),
    "429": error_answer(429, "Too many requests: a fault that was asked for.", {"Retry-After": "1"}),
    "500": error_answer(500, "Internal error: a fault that was asked for."),
    "html": HTMLResponse(_PAGE, 502),
}


async def _drop(send: Send) -> None:
    """Begin an answer and leave: the server closes the connection of an answer that is not completed."""
    await send(
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [(b"content-type", b"application/json"), (b"content-length", b"64")],
        }
    )
    await send({"type": "http.response.body", "body": b'{"ok": ', "more_body": True})
