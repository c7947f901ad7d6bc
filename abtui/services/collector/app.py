"""The local collector's routes: the collector API under `/v1`, and `/received` (also `/v1/received`) to see what it received.

Requests are accepted and rejected as the API description says. A comment marks each choice that the description leaves open.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable
from functools import partial
from http import HTTPStatus
from typing import Any, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from abtui.core.contract import Body
from abtui.core.experiments.answers import assignments, context_data, selected
from abtui.core.experiments.model import Running
from abtui.core.text.plain import printable
from abtui.services import clock
from abtui.services.collector.experiments import Experiments, no_experiments
from abtui.services.collector.faults import NO_FAULT, Fault, NextFault
from abtui.services.collector.guards import RECEIVED_PATHS, Faults
from abtui.services.collector.requests import (
    APPLICATION_HEADER,
    VERSION_HEADER,
    Notice,
    header_notices,
    notice,
    notices,
    parse_body,
)
from abtui.services.collector.state import CollectorState
from abtui.services.errors import CollectorError
from abtui.services.loopback.cors import Cors
from abtui.services.loopback.guards import JSONAnswer, ThisMachineOnly, error_answer, read_body

BASE_PATH: Final = "/v1"
KEY_HEADER: Final = "X-API-Key"
_METHODS: Final = "GET, POST, PUT, DELETE, OPTIONS"


def create_app(
    state: CollectorState,
    *,
    fault: Fault | NextFault = NO_FAULT,
    key: str | None = None,
    experiments: Experiments = no_experiments,
    origins: frozenset[str] = frozenset(),
    refused: Callable[[str], None] = lambda _origin: None,
) -> Starlette:
    """The collector as an ASGI application that keeps what it receives in `state`.

    It accepts only the API key `key`, or any non-empty one without `key`. `fault` applies to requests that name none themselves.
    Pages of this machine may call it, and those of `origins`; `refused` is as for `ThisMachineOnly`.
    """
    routes = _Routes(state, key, experiments)
    app = Starlette(
        routes=[
            Route(f"{BASE_PATH}/healthy", routes.healthy, methods=["GET"]),
            Route(f"{BASE_PATH}/context", routes.context, methods=["GET", "POST", "PUT"]),
            Route(f"{BASE_PATH}/context/batch", partial(routes.publish, kind="BatchRequest"), methods=["PUT"]),
            Route(f"{BASE_PATH}/context/authed", routes.authed, methods=["GET"]),
            Route(f"{BASE_PATH}/experiment", routes.experiment, methods=["GET"]),
            *(Route(path, routes.received, methods=["GET", "DELETE"]) for path in RECEIVED_PATHS),
        ],
        middleware=[
            Middleware(ThisMachineOnly, name="collector", origins=origins, refused=refused),
            Middleware(Cors, methods=_METHODS),
            Middleware(Faults, fault=fault),
        ],
        exception_handlers=dict.fromkeys((HTTPException, CollectorError, ClientDisconnect, Exception), _error_of),
    )
    app.router.redirect_slashes = False
    return app


class _Routes:
    def __init__(self, state: CollectorState, key: str | None, experiments: Experiments) -> None:
        self._state = state
        self._key = key
        self._experiments = experiments

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
            return _refusal(errors)
        environment = request.headers.get("X-Environment", "")
        return JSONAnswer({"ok": True, "experiments": context_data(self._of_application(request), environment)})

    def _of_application(self, request: Request) -> list[Running]:
        """The experiments of the application that the headers name."""
        return selected(self._experiments(), request.headers.get(APPLICATION_HEADER, "").strip())

    async def context(self, request: Request) -> Response:
        if request.method == "PUT":
            return await self.publish(request)
        if request.method == "POST":
            return await self._create(request)
        # The SDKs call this without a key, so only a wrong one is refused. Environment and application are optional.
        if KEY_HEADER in request.headers:
            self._check_key(request)
        given = request.query_params
        for name in ("environment", "application"):
            if len(given.getlist(name)) > 1:
                raise HTTPException(400, f"`{name}` is given more than once.")
        experiments = selected(self._experiments(), given.get("application", ""))
        return JSONAnswer({"experiments": context_data(experiments, given.get("environment", ""))})

    async def _create(self, request: Request) -> Response:
        self._check_key(request)
        body = parse_body(await read_body(request))
        _warnings, errors = notices(request.headers, body, "ContextRequest")
        if errors:
            return _refusal(errors)
        # A unit may bring more, such as a number that no JSON of ours can hold.
        units = [{name: unit[name] for name in ("type", "uid") if name in unit} for unit in body.judged["units"]]
        return JSONAnswer({"units": units, "assignments": assignments(self._of_application(request), units)})

    async def publish(self, request: Request, *, kind: Body = "PublishRequest") -> Response:
        """A publish, or a batch of them, which is accepted or rejected as a whole."""
        body = parse_body(await read_body(request))
        try:
            self._check_key(request)
        except HTTPException as refused:
            self._state.reject(_entry(request, body.kept, [notice(KEY_HEADER, refused.detail)]))
            raise
        warnings, errors = notices(request.headers, body, kind)
        if errors:
            self._state.reject(_entry(request, body.kept, errors))
        else:
            self._state.accept(_entry(request, body.kept))
        return JSONAnswer({"ok": not errors, "warnings": warnings, "errors": errors}, 400 if errors else 200)

    def _check_key(self, request: Request) -> None:
        """Raises HTTPException (401) without an acceptable key."""
        given = request.headers.get(KEY_HEADER, "").strip()
        if not given:
            raise HTTPException(401, f"The header {KEY_HEADER} is missing or empty.")
        if self._key is not None and not hmac.compare_digest(given.encode(), self._key.encode()):
            raise HTTPException(401, "The API key is not the one that this collector accepts.")


def _entry(request: Request, body: object, errors: list[Notice] | None = None) -> dict[str, Any]:
    """The record of a publish. It never has the key."""
    entry = {
        "receivedAt": clock.now(),
        "path": request.url.path,
        "agent": request.headers.get("X-Agent"),
        "environment": request.headers.get("X-Environment"),
        "application": request.headers.get(APPLICATION_HEADER),
        "applicationVersion": request.headers.get(VERSION_HEADER),
        "body": body,
    }
    return entry if errors is None else {**entry, "errors": errors}


def _refusal(errors: Iterable[Notice]) -> JSONAnswer:
    return error_answer(400, " ".join(error["message"] for error in errors))


async def _error_of(request: Request, error: Exception) -> Response:
    """The answer to a request that raised. Starlette raises an unexpected exception again after this answer."""
    if isinstance(error, CollectorError):
        return error_answer(500, error.message)
    if isinstance(error, ClientDisconnect):
        return error_answer(400, "The request was not complete.")
    if not isinstance(error, HTTPException):
        return error_answer(500, "The local collector failed.")
    if error.status_code == HTTPStatus.NOT_FOUND:
        path = printable(request.url.path)[:200]
        return error_answer(404, f"There is nothing at {path}: the collector's API is under {BASE_PATH}.")
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED and error.headers is not None:
        allowed = ", ".join(sorted(part.strip() for part in error.headers["Allow"].split(",")))
        return error_answer(405, f"{request.method} is not allowed here; use {allowed}.", {"Allow": allowed})
    return error_answer(error.status_code, error.detail, error.headers)
