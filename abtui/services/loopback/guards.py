"""The checks in front of a server on this machine: where a request comes from, how large its body is, and how long it takes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

import orjson
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from abtui.core.config.endpoint import is_local_address
from abtui.services.compression import CompressionError, decode_body

BODY_LIMIT: Final = 10 << 20
"""Bytes of the largest body, both as received and as unpacked."""
BODY_SECONDS: Final = 30.0
"""How long a body may take to arrive."""
_DRAINED: Final = 4 * BODY_LIMIT


class JSONAnswer(Response):
    """A JSON answer."""

    media_type = "application/json"

    def render(self, content: object) -> bytes:
        return orjson.dumps(content)


def error_answer(status: int, message: str, headers: Mapping[str, str] | None = None) -> JSONAnswer:
    """An `Error` of the collector's API description."""
    return JSONAnswer({"code": status, "message": message}, status, headers)


async def read_body(request: Request, limit: int = BODY_LIMIT) -> bytes:
    """The body, unpacked. Raises HTTPException as `receive_body` and `unpack_body` do."""
    return unpack_body(await receive_body(request, limit), request, limit)


async def receive_body(request: Request, limit: int = BODY_LIMIT) -> bytes:
    """The body as it was sent. Raises HTTPException if it is larger than `limit` (413), or not complete in time (408)."""
    body = bytearray()
    size = 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for piece in request.stream():
                size += len(piece)
                # A client that is still writing would not see the answer, so the rest is read and thrown away, up to a point.
                if size <= limit:
                    body += piece
                elif size > _DRAINED:
                    break
    except TimeoutError as error:
        message = f"The body was not complete after {BODY_SECONDS:g} seconds."
        raise HTTPException(408, message, {"Connection": "close"}) from error
    if size > limit:
        raise HTTPException(413, f"The body is larger than {limit:,} bytes.")
    return bytes(body)


def unpack_body(body: bytes, request: Request, limit: int = BODY_LIMIT) -> bytes:
    """A body without its Content-Encoding.

    Raises HTTPException if that is not supported (415), or the body is damaged (400) or larger than `limit` (413).
    """
    try:
        decoded = decode_body(body, request.headers.get("Content-Encoding", ""), limit)
    except CompressionError as error:
        status = 415 if "not supported" in str(error) else 400
        raise HTTPException(status, f"The body could not be unpacked: {error}.") from error
    if decoded.cut:
        raise HTTPException(413, f"The body unpacks to more than {limit:,} bytes.")
    return decoded.data


class ThisMachineOnly:
    """Refuses requests of a web page whose name was rebound to 127.0.0.1 (`Host`), and of a page of an origin that is not allowed.

    A browser sends both headers, whatever the page's scripts do. Pages of this machine are allowed, and those of `origins`.
    `name` is what the server calls itself; `refused` is told the origin, or "" for a host, of each request that is refused.
    """

    def __init__(
        self,
        app: ASGIApp,
        name: str,
        origins: frozenset[str] = frozenset(),
        refused: Callable[[str], None] = lambda _origin: None,
    ) -> None:
        self._app = app
        self._name = name
        self._origins = origins
        self._refused = refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        foreign = [origin for origin in headers.getlist("Origin") if not self._allows(origin)]
        if not all(is_local_address(f"http://{host}") for host in headers.getlist("Host") or [""]):
            self._refused("")
            message = f"This {self._name} answers to localhost and 127.0.0.1 only."
        elif foreign:
            self._refused(foreign[0] or "null")
            message = f"This {self._name} answers only to web pages of this machine."
        else:
            await self._app(scope, receive, send)
            return
        await error_answer(403, message)(scope, receive, send)

    def _allows(self, origin: str) -> bool:
        return is_local_address(origin) or origin in self._origins
