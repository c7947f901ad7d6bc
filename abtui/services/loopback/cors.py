"""What a browser must be told before a page may call a server on this machine and read its answers (CORS)."""

from __future__ import annotations

import re
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from abtui.services.errors import ServiceError

_ORIGIN: Final = re.compile(r"([a-z][a-z0-9+.-]*)://([^\s/?#@:]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?/?")
_DEFAULT_PORTS: Final = {"http": ":80", "https": ":443"}
_HEADER_NAMES: Final = re.compile(r"[\w!#$%&'*+.^`|~, -]{1,2000}", re.ASCII)
_ASKED: Final = "Access-Control-Request-Headers"
_USUAL_HEADERS: Final = "authorization, content-type, x-retry-count, x-api-key, x-agent, x-application, x-application-version, x-environment"
"""The headers that the SDKs of Segment and AB Smartly send."""
_MAX_AGE: Final = "600"
_FILE: Final = "null"
"""The origin of a page that was opened as a file."""


def parse_origin(text: str) -> str:
    """An origin as browsers send it: `https://shop.example`, `http://192.168.1.7:3000`, `capacitor://localhost`, or `null` for a file.

    Raises ServiceError for anything else.
    """
    lowered = text.strip().lower()
    found = _ORIGIN.fullmatch(lowered)
    if found is None:
        if lowered == _FILE:
            return _FILE
        hint = "Write it as the browser does, like https://shop.example or http://shop.test:3000."
        raise ServiceError(f"{text[:60]!r} is not the origin of a web page.", hint)
    scheme, host, port = found.groups("")
    return f"{scheme}://{host}{'' if port == _DEFAULT_PORTS.get(scheme) else port}"


class Cors:
    """Answers the question of a browser whether a page may send a request (`OPTIONS`: 204), and lets the page read each answer.

    It is behind `ThisMachineOnly`, so every origin that comes here is allowed, and in front of everything that answers, so that
    errors can be read, too. `methods` are those that the server knows.
    """

    def __init__(self, app: ASGIApp, methods: str) -> None:
        self._app = app
        self._methods = methods

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("Origin")

        async def send_readable(message: Message) -> None:
            if message["type"] == "http.response.start":
                # A copy, because an answer may be sent to several requests.
                message = {**message, "headers": list(message.get("headers", ()))}
                answer = MutableHeaders(scope=message)
                answer.add_vary_header("Origin")
                if origin is not None:
                    answer["Access-Control-Allow-Origin"] = origin
                    answer["Access-Control-Expose-Headers"] = "Retry-After"
            await send(message)

        if scope["method"] == "OPTIONS":
            await Response(status_code=204, headers=self._permissions(headers))(scope, receive, send_readable)
        else:
            await self._app(scope, receive, send_readable)

    def _permissions(self, headers: Headers) -> dict[str, str]:
        asked = headers.get(_ASKED, "")
        answer = {
            "Access-Control-Allow-Methods": self._methods,
            "Access-Control-Allow-Headers": asked if _HEADER_NAMES.fullmatch(asked) else _USUAL_HEADERS,
            "Access-Control-Max-Age": _MAX_AGE,
        }
        # Chrome asks this before a page of a public address calls a private one.
        if headers.get("Access-Control-Request-Private-Network") == "true":
            answer["Access-Control-Allow-Private-Network"] = "true"
        return answer
