"""The local collector's routes: the collector API under `/v1`, and `/received` (also `/v1/received`) to look at what came.

What is accepted and rejected follows the API description; where it leaves something open, the choice is told where it is made.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import Any, Final, cast

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from abtui.core.contract import violations
from abtui.core.text.plain import printable
from abtui.services.collector.faults import NO_FAULT, Fault, NextFault
from abtui.services.collector.guards import (
    RECEIVED_PATHS,
    Faults,
    JSONAnswer,
    RefusedError,
    ThisMachineOnly,
    error_answer,
    read_body,
)
from abtui.services.collector.publishing import (
    Notice,
    header_notices,
    notice,
    parse_body,
    publish_response,
    violation_notices,
)
from abtui.services.collector.state import CollectorState
from abtui.services.errors import CollectorError

BASE_PATH: Final = "/v1"
_KEY_HEADER = "X-API-Key"


def create_app(state: CollectorState, *, fault: Fault | NextFault = NO_FAULT, key: str | None = None) -> Starlette:
    """The collector as an ASGI application that keeps what it receives in `state`.

    With `key` only that API key is accepted, else any that is not empty. `fault` is for every request that names none itself.
    """
    routes = _Routes(state, key)
    app = Starlette(
        routes=[
            Route(f"{BASE_PATH}/healthy", routes.healthy, methods=["GET"]),
            Route(f"{BASE_PATH}/context", routes.context, methods=["GET", "POST", "PUT"]),
            Route(f"{BASE_PATH}/context/batch", partial(routes.publish, batch=True), methods=["PUT"]),
            Route(f"{BASE_PATH}/context/authed", routes.authed, methods=["GET"]),
            Route(f"{BASE_PATH}/experiment", routes.experiment, methods=["GET"]),
            *(Route(path, routes.received, methods=["GET", "DELETE"]) for path in RECEIVED_PATHS),
        ],
        middleware=[Middleware(ThisMachineOnly), Middleware(Faults, fault=fault)],
        exception_handlers={
            HTTPException: _http_error,
            Exception: _bug,
            RefusedError: _refused,
            CollectorError: _not_kept,
            ClientDisconnect: _gone,
        },
    )
    app.router.redirect_slashes = False
    return app


class _Routes:
    def __init__(self, state: CollectorState, key: str | None) -> None:
        self._state = state
        self._key = key

    async def healthy(self, request: Request) -> Response:
        return JSONAnswer({"ok": True})

    async def received(self, request: Request) -> Response:
        if request.method == "DELETE":
            return JSONAnswer({"cleared": self._state.clear()})
        return Response(self._state.received_json(), media_type="application/json")

    async def authed(self, request: Request) -> Response:
        self._check_key(request)
        return JSONAnswer({"ok": True})

    async def experiment(self, request: Request) -> Response:
        self._check_key(request)
        _warnings, errors = header_notices(request.headers)
        if errors:
            return error_answer(400, _sentences(errors))
        return JSONAnswer({"ok": True, "experiments": []})

    async def context(self, request: Request) -> Response:
        if request.method == "PUT":
            return await self.publish(request)
        return await (self._create(request) if request.method == "POST" else self._experiments(request))

    async def _experiments(self, request: Request) -> Response:
        # The SDKs ask for this without a key, so that only a wrong one is refused. Environment and application are optional.
        if _KEY_HEADER in request.headers:
            self._check_key(request)
        return JSONAnswer({"experiments": []})

    async def _create(self, request: Request) -> Response:
        self._check_key(request)
        _warnings, errors = header_notices(request.headers)
        body = parse_body(await read_body(request))
        if body.problem:
            errors.append(notice("body", body.problem))
        else:
            errors += violation_notices(violations(body.judged, "ContextRequest", wire=True))
        if errors:
            return error_answer(400, _sentences(errors))
        return JSONAnswer({"units": body.judged["units"], "assignments": []})

    async def publish(self, request: Request, *, batch: bool = False) -> Response:
        """A publish, or a batch of them, which is taken as a whole or not at all."""
        body = parse_body(await read_body(request))
        try:
            self._check_key(request)
        except RefusedError as refused:
            self._state.reject(_entry(request, body.kept, [notice(_KEY_HEADER, refused.message)]))
            raise
        warnings, errors = header_notices(request.headers)
        if body.problem:
            errors.append(notice("body", body.problem))
        else:
            errors += violation_notices(
                violations(body.judged, "BatchRequest" if batch else "PublishRequest", wire=True)
            )
        if errors:
            self._state.reject(_entry(request, body.kept, errors))
            return JSONAnswer(publish_response(warnings=warnings, errors=errors), 400)
        self._state.accept(_entry(request, body.kept))
        return JSONAnswer(publish_response(warnings=warnings))

    def _check_key(self, request: Request) -> None:
        """Raises RefusedError (401) without an acceptable key."""
        given = request.headers.get(_KEY_HEADER, "").strip()
        if not given:
            raise RefusedError(401, f"The header {_KEY_HEADER} is missing or empty.")
        if self._key is not None and not hmac.compare_digest(given.encode(), self._key.encode()):
            raise RefusedError(401, "The API key is not this collector's.")


def _sentences(notices: Iterable[Notice]) -> str:
    return " ".join(notice["message"] for notice in notices)


def _entry(request: Request, body: object, errors: list[Notice] | None = None) -> dict[str, Any]:
    """What is kept of a publish. The key is not."""
    entry = {
        "receivedAt": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "path": request.url.path,
        "environment": request.headers.get("X-Environment"),
        "application": request.headers.get("X-Application"),
        "body": body,
    }
    return entry if errors is None else {**entry, "errors": errors}


async def _bug(request: Request, error: Exception) -> Response:
    """An error of this collector's own. It is raised again behind this answer."""
    return error_answer(500, "The local collector failed.")


async def _http_error(request: Request, error: Exception) -> Response:
    error = cast(HTTPException, error)
    if error.status_code == HTTPStatus.NOT_FOUND:
        return error_answer(
            404,
            f"There is nothing at {printable(request.url.path)[:200]}: the collector's calls are below {BASE_PATH}.",
        )
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED and error.headers is not None:
        allowed = ", ".join(sorted(part.strip() for part in error.headers["Allow"].split(",")))
        return error_answer(405, f"{request.method} is not allowed here, but {allowed} is.", {"Allow": allowed})
    return error_answer(error.status_code, error.detail)


async def _refused(request: Request, error: Exception) -> Response:
    error = cast(RefusedError, error)
    return error_answer(error.status, error.message, error.headers)


async def _not_kept(request: Request, error: Exception) -> Response:
    error = cast(CollectorError, error)
    return error_answer(500, error.message)


async def _gone(request: Request, error: Exception) -> Response:
    """The client left in the middle of its request; nobody reads this."""
    return error_answer(400, "The request was not complete.")
