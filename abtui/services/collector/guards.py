"""The faults on demand, in front of the local collector's routes."""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from abtui.services.collector.faults import FAULT_HEADER, NO_FAULT, Fault, NextFault, parse_fault
from abtui.services.errors import CollectorError
from abtui.services.loopback.guards import error_answer

RECEIVED_PATHS: Final = ("/received", "/v1/received")
_PAGE: Final = (
    "<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head>\n<body><h1>502 Bad Gateway</h1></body></html>\n"
)


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
