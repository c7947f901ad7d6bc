"""The checks in front of the local collector's routes: where a request comes from, how large it is, and the faults on demand."""

from __future__ import annotations

import asyncio
from typing import Final

import orjson
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from abtui.core.config.endpoint import is_local_address
from abtui.services.collector.faults import FAULT_HEADER, NO_FAULT, Fault, NextFault, parse_fault
from abtui.services.compression import CompressionError, decode_body
from abtui.services.errors import CollectorError

BODY_LIMIT: Final = 10 << 20
"""Bytes of the largest body, both as received and as unpacked."""
_DRAINED: Final = 4 * BODY_LIMIT
RECEIVED_PATHS: Final = ("/received", "/v1/received")
_PAGE: Final = (
    "<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head>\n<body><h1>502 Bad Gateway</h1></body></html>\n"
)


class JSONAnswer(Response):
    """A JSON answer."""

    media_type = "application/json"

    def render(self, content: object) -> bytes:
        return orjson.dumps(content)


def error_answer(status: int, message: str, headers: dict[str, str] | None = None) -> JSONAnswer:
    """An `Error` of the API description."""
    return JSONAnswer({"code": status, "message": message}, status, headers)


async def read_body(request: Request) -> bytes:
    """The body, unpacked. Raises HTTPException if it is larger than `BODY_LIMIT` (413), of an unsupported coding (415) or damaged (400)."""
    body = bytearray()
    size = 0
    async for piece in request.stream():
        size += len(piece)
        # A client that is still writing would not see the answer, so the rest is read and thrown away, up to a point.
        if size <= BODY_LIMIT:
            body += piece
        elif size > _DRAINED:
            break
    if size > BODY_LIMIT:
        raise HTTPException(413, f"The body is larger than {BODY_LIMIT:,} bytes.")
    try:
        decoded = decode_body(bytes(body), request.headers.get("Content-Encoding", ""), BODY_LIMIT)
    except CompressionError as error:
        status = 415 if "not supported" in str(error) else 400
        raise HTTPException(status, f"The body could not be unpacked: {error}.") from error
    if decoded.cut:
        raise HTTPException(413, f"The body unpacks to more than {BODY_LIMIT:,} bytes.")
    return decoded.data


class ThisMachineOnly:
    """Refuses requests of a web page whose name was rebound to 127.0.0.1 (`Host`), and of a page from another site (`Origin`).

    A browser sends both headers, whatever the page's scripts do.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        if not all(is_local_address(f"http://{host}") for host in headers.getlist("Host") or [""]):
            await error_answer(403, "This collector answers to localhost and 127.0.0.1 only.")(scope, receive, send)
        elif not all(map(is_local_address, headers.getlist("Origin"))):
            await error_answer(403, "This collector answers only to web pages of this machine.")(scope, receive, send)
        else:
            await self._app(scope, receive, send)


class Faults:
    """Answers with a fault: the request's own (`X-Abtui-Fault`), or else the collector's. `/received` never has one."""

    def __init__(self, app: ASGIApp, fault: Fault | NextFault) -> None:
        self._app = app
        self._fault = fault

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        named = Headers(scope=scope).get(FAULT_HEADER)
        spared = scope["path"] in RECEIVED_PATHS
        try:
            fault = NO_FAULT if spared and named is None else self._next() if named is None else parse_fault(named)
        except CollectorError as error:
            await error_answer(400, f"{error.message} {error.hint}")(scope, receive, send)
            return
        if spared or fault.kind == "none":
            await self._app(scope, receive, send)
        elif fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
            await self._app(scope, receive, send)
        elif fault.kind == "drop":
            await _drop(send)
        elif fault.kind == "lost":
            await self._app(scope, receive, _discard)
            await _drop(send)
        else:
            await _FAULT_ANSWERS[fault.kind](scope, receive, send)

    def _next(self) -> Fault:
        return self._fault if isinstance(self._fault, Fault) else self._fault()


_FAULT_ANSWERS: dict[str, Response] = {
    "401": error_answer(401, "Unauthorized: this fault was requested."),
    "429": error_answer(429, "Too many requests: this fault was requested.", {"Retry-After": "1"}),
    "500": error_answer(500, "Internal error: this fault was requested."),
    "html": HTMLResponse(_PAGE, 502),
}


async def _discard(_message: Message) -> None:
    """An ASGI `send` that drops the response."""


async def _drop(send: Send) -> None:
    """Begin an answer and never complete it: the server then closes the connection."""
    headers = [(b"content-type", b"application/json"), (b"content-length", b"64")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b'{"ok": ', "more_body": True})
