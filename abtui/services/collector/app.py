"""The local collector's routes: the collector API under `/v1`, and `/received` (also `/v1/received`) to see what it received.

Requests are accepted and rejected as the API description says. A comment marks each choice that the description leaves open.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import partial
from http import HTTPStatus
from typing import Any, Final, NamedTuple

import orjson
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from abtui.core.contract import Body, Violation, schema, violations
from abtui.core.text.json_depth import is_deeper
from abtui.core.text.plain import printable
from abtui.services import clock
from abtui.services.collector.faults import NO_FAULT, Fault, NextFault
from abtui.services.collector.guards import RECEIVED_PATHS, Faults
from abtui.services.collector.state import CollectorState
from abtui.services.errors import CollectorError
from abtui.services.loopback.guards import JSONAnswer, ThisMachineOnly, error_answer, read_body

BASE_PATH: Final = "/v1"
MOST_ERRORS: Final = 1_000
DEEPEST: Final = 254
"""The most levels of a body; deeper ones cannot be written to a file. An event has at most 200."""
_KEY_HEADER: Final = "X-API-Key"
_VERSION_HEADER: Final = "X-Application-Version"
_FIELDS: Final = schema()["$defs"]["PublishRequest"]["properties"]
_LISTS: Final = frozenset(name for name, part in _FIELDS.items() if part.get("type") == "array")
"""The fields of a publish whose items an eventIndex counts."""
_INT64: Final = range(-(2**63), 2**63)
_UNREAD_LIMIT: Final = 4_000
_LONG_NUMBER: Final = re.compile(rb"[0-9][0-9.]{15}")
"""The possible start of a number that a double cannot hold exactly."""

Notice = dict[str, Any]
"""`{batchIndex, eventIndex, subject, message}`. The eventIndex is -1 if the notice is not about one item of a list."""


def create_app(state: CollectorState, *, fault: Fault | NextFault = NO_FAULT, key: str | None = None) -> Starlette:
    """The collector as an ASGI application that keeps what it receives in `state`.

    It accepts only the API key `key`, or any non-empty one without `key`. `fault` applies to requests that name none themselves.
    """
    routes = _Routes(state, key)
    app = Starlette(
        routes=[
            Route(f"{BASE_PATH}/healthy", routes.healthy, methods=["GET"]),
            Route(f"{BASE_PATH}/context", routes.context, methods=["GET", "POST", "PUT"]),
            Route(f"{BASE_PATH}/context/batch", partial(routes.publish, kind="BatchRequest"), methods=["PUT"]),
            Route(f"{BASE_PATH}/context/authed", routes.authed, methods=["GET"]),
            Route(f"{BASE_PATH}/experiment", routes.experiment, methods=["GET"]),
            *(Route(path, routes.received, methods=["GET", "DELETE"]) for path in RECEIVED_PATHS),
        ],
        middleware=[Middleware(ThisMachineOnly, name="collector"), Middleware(Faults, fault=fault)],
        exception_handlers=dict.fromkeys((HTTPException, CollectorError, ClientDisconnect, Exception), _error_of),
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
        _warnings, errors = _header_notices(request.headers)
        return _refusal(errors) if errors else JSONAnswer({"ok": True, "experiments": []})

    async def context(self, request: Request) -> Response:
        if request.method == "PUT":
            return await self.publish(request)
        if request.method == "POST":
            return await self._create(request)
        # The SDKs call this without a key, so only a wrong one is refused. Environment and application are optional.
        if _KEY_HEADER in request.headers:
            self._check_key(request)
        return JSONAnswer({"experiments": []})

    async def _create(self, request: Request) -> Response:
        self._check_key(request)
        body = _parse_body(await read_body(request))
        _warnings, errors = _notices(request.headers, body, "ContextRequest")
        return _refusal(errors) if errors else JSONAnswer({"units": body.judged["units"], "assignments": []})

    async def publish(self, request: Request, *, kind: Body = "PublishRequest") -> Response:
        """A publish, or a batch of them, which is accepted or rejected as a whole."""
        body = _parse_body(await read_body(request))
        try:
            self._check_key(request)
        except HTTPException as refused:
            self._state.reject(_entry(request, body.kept, [_notice(_KEY_HEADER, refused.detail)]))
            raise
        warnings, errors = _notices(request.headers, body, kind)
        if errors:
            self._state.reject(_entry(request, body.kept, errors))
        else:
            self._state.accept(_entry(request, body.kept))
        return JSONAnswer({"ok": not errors, "warnings": warnings, "errors": errors}, 400 if errors else 200)

    def _check_key(self, request: Request) -> None:
        """Raises HTTPException (401) without an acceptable key."""
        given = request.headers.get(_KEY_HEADER, "").strip()
        if not given:
            raise HTTPException(401, f"The header {_KEY_HEADER} is missing or empty.")
        if self._key is not None and not hmac.compare_digest(given.encode(), self._key.encode()):
            raise HTTPException(401, "The API key is not the one that this collector accepts.")


def _entry(request: Request, body: object, errors: list[Notice] | None = None) -> dict[str, Any]:
    """The record of a publish. It never has the key."""
    entry = {
        "receivedAt": clock.now(),
        "path": request.url.path,
        "environment": request.headers.get("X-Environment"),
        "application": request.headers.get("X-Application"),
        "body": body,
    }
    return entry if errors is None else {**entry, "errors": errors}


# Notices: the warnings and errors of an answer


def _notice(subject: str, message: str, *, batch: int = 0, event: int = -1) -> Notice:
    return {"batchIndex": batch, "eventIndex": event, "subject": subject, "message": message}


def _refusal(errors: Iterable[Notice]) -> JSONAnswer:
    return error_answer(400, " ".join(notice["message"] for notice in errors))


def _notices(headers: Mapping[str, str], body: ParsedBody, kind: Body) -> tuple[list[Notice], list[Notice]]:
    """Warnings and errors of a request with a body."""
    warnings, errors = _header_notices(headers)
    if body.problem:
        return warnings, [*errors, _notice("body", body.problem)]
    found = violations(body.judged, kind, wire=True)
    errors += map(_violation_notice, found[:MOST_ERRORS])
    if len(found) > MOST_ERRORS:
        errors.append(_notice("request", f"And {len(found) - MOST_ERRORS:,} more errors."))
    return warnings, errors


def _header_notices(headers: Mapping[str, str]) -> tuple[list[Notice], list[Notice]]:
    """Warnings and errors of the headers. `headers` ignores the case of their names."""
    blank = {name for name in ("X-Agent", "X-Environment", "X-Application") if not headers.get(name, "").strip()}
    errors = [
        _notice(name, f"The header {name} is required.") for name in ("X-Agent", "X-Environment") if name in blank
    ]
    version = headers.get(_VERSION_HEADER)
    if version is None:
        blank.add(_VERSION_HEADER)
    elif not _is_int64(version.strip()):
        errors.append(_notice(_VERSION_HEADER, f"The header {_VERSION_HEADER} is not a 64-bit integer."))
    # The API description requires these two, but the published function sends neither and its goals arrive.
    warnings = [
        _notice(name, f"The header {name} is missing: the API description requires it.")
        for name in ("X-Application", _VERSION_HEADER)
        if name in blank
    ]
    return warnings, errors


def _is_int64(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdecimal() and len(digits) <= 19 and int(text) in _INT64


def _violation_notice(violation: Violation) -> Notice:
    path = violation.path
    batch = 0
    if len(path) >= 2 and path[0] == "requests" and isinstance(path[1], int):
        batch, path = path[1], path[2:]
    subject = str(path[0]) if path else "request"
    event = path[1] if len(path) >= 2 and subject in _LISTS and isinstance(path[1], int) else -1
    return _notice(subject, f"{violation.path_text}: {violation.message}", batch=batch, event=event)


# Bodies


class ParsedBody(NamedTuple):
    """A body's JSON value: `judged` has the exact integers of the text, `kept` is recorded. `problem` says why there is none, or "".

    With a problem, `kept` is the beginning of the body as text.
    """

    judged: Any
    kept: object
    problem: str = ""


def _parse_body(data: bytes) -> ParsedBody:
    if not data.strip():
        problem = "The body is empty."
    else:
        try:
            value = orjson.loads(data)
            kept = orjson.Fragment(orjson.dumps(value))
        except (orjson.JSONDecodeError, orjson.JSONEncodeError) as error:
            deep = is_deeper(data, DEEPEST)
            problem = (
                f"The body is nested more than {DEEPEST} levels deep." if deep else f"The body is not JSON: {error}."
            )
        else:
            exact = _LONG_NUMBER.search(data) is not None
            return ParsedBody(json.loads(data, parse_int=_integer, parse_float=_fraction) if exact else value, kept)
    return ParsedBody(None, printable(data[:_UNREAD_LIMIT].decode("utf-8", "replace")), problem)


def _integer(digits: str) -> int:
    """An integer to the last digit, as far as Python reads it; a longer one is out of every range anyway."""
    return int(digits[:4_000])


def _fraction(text: str) -> int | float:
    """A number with a point or an exponent. `1.0` is an integer, which must not be rounded to a double."""
    exact = Decimal(text)
    return int(exact) if exact.adjusted() < 400 and exact == exact.to_integral_value() else float(text)


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
