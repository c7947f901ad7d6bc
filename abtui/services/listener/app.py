"""The listener's routes: Segment's API, where SDKs post events, and the settings that a browser's SDK asks Segment's CDN for."""

from __future__ import annotations

import asyncio
import base64
import binascii
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from abtui.core.live.posted import Posted, Refusal, read_posted, takes_events
from abtui.core.text.plain import one_line, printable
from abtui.core.text.secret import Secret, hide_all
from abtui.services import clock
from abtui.services.loopback.cors import Cors
from abtui.services.loopback.guards import JSONAnswer, ThisMachineOnly, receive_body, unpack_body

if TYPE_CHECKING:
    from abtui.services.listener.intake import Intake

LARGEST_BODY: Final = 4 << 20
"""Bytes. Segment takes up to 500 KB; what is over is worth showing, up to a point."""
_METHODS: Final = "GET, POST, OPTIONS"
_LONG: Final = 64 << 10
"""Bytes of a body from which reading it would keep others waiting, so it is read in a thread."""
_BODY_KEY: Final = re.compile(rb'"writeKey"\s*:\s*"([^"\\]{1,200})"')
_PATH_KEY: Final = re.compile(r"(/projects/|/analytics\.js/v1/)([^/]+)")
"""Where a path has a write key: those of the settings and of the script."""
_CODES: Final = {
    400: "damaged",
    404: "wrong-path",
    405: "wrong-method",
    408: "slow",
    413: "body-too-large",
    415: "unknown-encoding",
}
_PATHS: Final = (
    "SDKs post to /v1/batch, /v1/b, /v1/t and the like; is `/v1` missing from the SDK's host, or twice in it?"
)


def create_app(intake: Intake) -> ASGIApp:
    """The listener as an ASGI application that gives what it receives to `intake`."""
    routes = _Routes(intake)
    app = Starlette(
        routes=[
            Route("/v1/projects/{key}/settings", routes.settings, methods=["GET"]),
            Route("/analytics.js/v1/{key}/analytics.min.js", routes.script, methods=["GET"]),
            Route("/v1/{kind:path}", routes.post, methods=["POST"]),
        ],
        exception_handlers=dict.fromkeys((HTTPException, ClientDisconnect, Exception), routes.error),
        lifespan=routes.lifespan,
    )
    app.router.redirect_slashes = False
    return ThisMachineOnly(Cors(app, _METHODS), "listener", intake.origins, routes.refused)


class _Routes:
    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._reading = asyncio.Lock()

    @asynccontextmanager
    async def lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        yield
        if self._intake.forward is not None:
            await self._intake.forward.aclose()

    async def settings(self, request: Request) -> Response:
        """What a browser's SDK needs to post here. A further key would make it load more scripts."""
        host = request.headers.get("Host", "")
        segment = {"apiKey": request.path_params["key"], "apiHost": f"{host}/v1", "protocol": "http"}
        return JSONAnswer({"integrations": {"Segment.io": segment}})

    async def script(self, request: Request) -> Response:
        """Segment's script for browsers, from the file that was given."""
        if self._intake.sdk is None:
            raise HTTPException(404, "No script was given to serve here; start the listener with --sdk.")
        return FileResponse(self._intake.sdk, media_type="text/javascript")

    async def post(self, request: Request) -> Response:
        """Take in the events of one request, then answer as Segment does, or as the other side does."""
        if not takes_events(request.url.path):
            raise HTTPException(404)
        raw = await receive_body(request, LARGEST_BODY)
        refusal = await self._take_in(request, raw)
        if refusal is not None:
            self._intake.tally.refuse(refusal.code, refusal.message, _product(request))
        full = refusal is not None and refusal.status == HTTPStatus.SERVICE_UNAVAILABLE
        if self._intake.forward is not None and not full:
            answer, problem = await self._intake.forward.pass_on(request, raw)
            self._intake.tally.forward(problem)
            return answer
        return JSONAnswer({"success": True}) if refusal is None else JSONAnswer(refusal.body, refusal.status)

    async def _take_in(self, request: Request, raw: bytes) -> Refusal | None:
        path, arrival = request.url.path, clock.now()
        try:
            body = unpack_body(raw, request, LARGEST_BODY)
        except HTTPException as error:
            return Refusal(error.status_code, _CODES[error.status_code], error.detail)
        keys = (*self._intake.secrets, *_write_keys(request, body))
        posted: Posted
        if len(body) < _LONG:
            posted = read_posted(body, path, arrival, keys)
        else:
            async with self._reading:
                posted = await asyncio.to_thread(read_posted, body, path, arrival, keys)
        return self._intake.add(posted, len(body), request.headers.get("User-Agent", ""))

    def refused(self, origin: str) -> None:
        """Count a request of a foreign page."""
        if origin:
            shown = one_line(origin, 100)
            said = f"A page of {shown} may not post here; allow it with --allow-origin {shown}"
            self._intake.tally.refuse("origin", said)
        else:
            said = "Its Host is not this machine: a page whose name was rebound, or a proxy that keeps the name."
            self._intake.tally.refuse("host", said)

    async def error(self, request: Request, error: Exception) -> Response:
        """The answer to a request that raised. Starlette raises an unexpected exception again after this answer."""
        refusal, headers = _refusal_of(request, error, self._intake.secrets)
        self._intake.tally.refuse(refusal.code, refusal.message, _product(request))
        return JSONAnswer(refusal.body, refusal.status, headers)


def _refusal_of(
    request: Request, error: Exception, secrets: tuple[Secret, ...]
) -> tuple[Refusal, dict[str, str] | None]:
    if isinstance(error, ClientDisconnect):
        return Refusal(400, "cut-off", "The request was not complete."), None
    if not isinstance(error, HTTPException):
        return Refusal(500, "failed", "The listener failed."), None
    status, said = error.status_code, error.detail
    in_path = [Secret(key) for _place, key in _PATH_KEY.findall(request.url.path)]
    path = one_line(printable(hide_all(request.url.path, (*secrets, *in_path, *_write_keys(request, b"")))), 100)
    if status == HTTPStatus.NOT_FOUND and said == HTTPStatus.NOT_FOUND.phrase:
        said = f"There is nothing at {path}. {_PATHS}"
    elif status == HTTPStatus.METHOD_NOT_ALLOWED:
        said = f"{one_line(request.method, 20)} is not for {path}."
    return Refusal(status, _CODES.get(status, "refused"), said), dict(error.headers or {})


def _product(request: Request) -> str:
    return one_line(request.headers.get("User-Agent", "").partition(" ")[0].replace("/", " "), 60)


def _write_keys(request: Request, body: bytes) -> list[Secret]:
    """The write keys that a request brings, so that no message quotes them."""
    found = [Secret(key.decode("utf-8", "replace")) for key in _BODY_KEY.findall(body, 0, 1 << 16)]
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            key = base64.b64decode(encoded).decode("utf-8", "replace").removesuffix(":")
        except (binascii.Error, ValueError):
            return found
        found.append(Secret(key))
    return found
