"""What the local collector makes of a publish: the checks of the API description, answered as a `PublishResponse`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

import orjson

from abtui.core.contract import Violation
from abtui.core.text.json_depth import is_deeper
from abtui.core.text.plain import printable

Notice = dict[str, Any]
"""`{batchIndex, eventIndex, subject, message}`. An eventIndex of -1: it is not about one item of a list."""

MOST_ERRORS: Final = 1_000
NO_EVENT: Final = -1
_LISTS = ("goals", "exposures", "attributes", "units")
_REQUIRED = ("X-Agent", "X-Environment")
# The API description marks them as required; the published function sends neither, and its goals arrive.
_EXPECTED = ("X-Application", "X-Application-Version")
_INT64 = range(-(2**63), 2**63)
_VERSION = "X-Application-Version"
DEEPEST: Final = 254
"""Levels of a body; deeper ones cannot be written down. An event has 200 at most."""
_UNREAD_LIMIT = 4_000
_LONG_NUMBER = re.compile(rb"[0-9][0-9.]{15}")
"""What may be the start of a number that a double does not hold exactly."""


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
    """Warnings and errors of the headers of a write, or of `GET /experiment`. Names in `headers` are looked up whatever their case."""
    errors = [
        notice(name, f"The header {name} is required.") for name in _REQUIRED if not headers.get(name, "").strip()
    ]
    version = headers.get(_VERSION)
    warnings = [
        notice(name, f"The header {name} is missing: the API description requires it.")
        for name in _EXPECTED
        if not headers.get(name, "").strip() and (name != _VERSION or version is None)
    ]
    if version is not None and not _is_int64(version.strip()):
        errors.append(notice(_VERSION, f"The header {_VERSION} is not a 64-bit integer."))
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


class Body(NamedTuple):
    """A body as it is judged, with the integers of its text, as it is kept, and what is wrong with it, or ""."""

    judged: Any
    kept: object
    problem: str = ""


def parse_body(data: bytes) -> Body:
    """The JSON value of a body; its beginning as text where there is none that can be judged and kept."""
    problem = ""
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
            return Body(json.loads(data, parse_int=_integer, parse_float=_fraction) if exact else value, kept)
    return Body(None, printable(data[:_UNREAD_LIMIT].decode("utf-8", "replace")), problem)


def _integer(digits: str) -> int:
    """An integer to the last digit, where Python reads as many; a longer one is out of every range all the same."""
    return int(digits) if len(digits) < 4_000 else int(digits[:4_000])


def _fraction(text: str) -> int | float:
    """A number with a point or an exponent: `1.0` is an integer, which a double must not round to another."""
    exact = Decimal(text)
    return int(exact) if exact.adjusted() < 400 and exact == exact.to_integral_value() else float(text)


def _is_int64(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdecimal() and len(digits) <= 19 and int(text) in _INT64
