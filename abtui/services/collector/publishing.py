"""What the local collector makes of a publish: the checks of the API description, answered as a `PublishResponse`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import orjson

from abtui.core.contract import Violation

Notice = dict[str, Any]
"""`{batchIndex, eventIndex, subject, message}`. An eventIndex of -1: it is not about one item of a list."""

MOST_ERRORS: Final = 1_000
NO_EVENT: Final = -1
_LISTS = ("goals", "exposures", "attributes", "units")
_REQUIRED = ("X-Agent", "X-Environment")
# The API description marks them as required; the published function sends neither, and its goals arrive.
_EXPECTED = ("X-Application", "X-Application-Version")
_INT64 = range(-(2**63), 2**63)


def notice(subject: str, message: str, *, batch: int = 0, event: int = NO_EVENT) -> Notice:
    """One warning or error of a `PublishResponse`."""
    return {"batchIndex": batch, "eventIndex": event, "subject": subject, "message": message}


def publish_response(*, warnings: Iterable[Notice] = (), errors: Iterable[Notice] = ()) -> dict[str, Any]:
    """A `PublishResponse`: `ok` if there are no errors."""
    listed = list(errors)
    return {"ok": not listed, "warnings": list(warnings), "errors": listed}


def error_response(code: int, message: str) -> dict[str, Any]:
    """An `Error` of the API description."""
    return {"code": code, "message": message}


def header_notices(headers: Mapping[str, str]) -> tuple[list[Notice], list[Notice]]:
    """Warnings and errors of a write's headers. Names in `headers` are looked up whatever their case."""
    errors = [
        notice(name, f"The header {name} is required.") for name in _REQUIRED if not headers.get(name, "").strip()
    ]
    warnings = [
        notice(name, f"The header {name} is missing: the API description requires it.")
        for name in _EXPECTED
        if not headers.get(name, "").strip()
    ]
    version = headers.get("X-Application-Version", "").strip()
    if version and not _is_int64(version):
        errors.append(notice("X-Application-Version", "The header X-Application-Version is not a 64-bit integer."))
    return warnings, errors


def violation_notices(violations: Iterable[Violation]) -> list[Notice]:
    """One error for each violation of the contract; past `MOST_ERRORS` one that counts the rest."""
    listed = list(violations)
    notices = [_violation_notice(violation) for violation in listed[:MOST_ERRORS]]
    if len(listed) > MOST_ERRORS:
        notices.append(notice("request", f"And {len(listed) - MOST_ERRORS:,} more errors."))
    return notices


def _violation_notice(violation: Violation) -> Notice:
    path = violation.path
    batch = 0
    if len(path) >= 2 and path[0] == "requests" and isinstance(path[1], int):
        batch, path = path[1], path[2:]
    subject = str(path[0]) if path else "request"
    event = path[1] if len(path) >= 2 and subject in _LISTS and isinstance(path[1], int) else NO_EVENT
    return notice(subject, f"{violation.path_text}: {violation.message}", batch=batch, event=event)


def parse_body(data: bytes) -> tuple[Any, str | None]:
    """The JSON value of a body and None, or None and what is wrong with it."""
    if not data.strip():
        return None, "The body is empty."
    try:
        return orjson.loads(data), None
    except orjson.JSONDecodeError as error:
        return None, f"The body is not JSON: {error}."


def _is_int64(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdecimal() and len(digits) <= 19 and int(text) in _INT64
