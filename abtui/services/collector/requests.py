"""What a request to the local collector says: its body, and the warnings and errors of its headers and its body."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

import orjson

from abtui.core.contract import Body, Violation, schema, violations
from abtui.core.text.json_depth import is_deeper
from abtui.core.text.plain import printable

MOST_ERRORS: Final = 1_000
DEEPEST: Final = 254
"""The most levels of a body; deeper ones cannot be written to a file. An event has at most 200."""
APPLICATION_HEADER: Final = "X-Application"
VERSION_HEADER: Final = "X-Application-Version"
_FIELDS: Final = schema()["$defs"]["PublishRequest"]["properties"]
_LISTS: Final = frozenset(name for name, part in _FIELDS.items() if part.get("type") == "array")
"""The fields of a publish whose items an eventIndex counts."""
_INT64: Final = range(-(2**63), 2**63)
_UNREAD_LIMIT: Final = 4_000
_LONG_NUMBER: Final = re.compile(rb"[0-9][0-9.]{15}")
"""The possible start of a number that a double cannot hold exactly."""

Notice = dict[str, Any]
"""`{batchIndex, eventIndex, subject, message}`. The eventIndex is -1 if the notice is not about one item of a list."""


def notice(subject: str, message: str, *, batch: int = 0, event: int = -1) -> Notice:
    """One warning or error."""
    return {"batchIndex": batch, "eventIndex": event, "subject": subject, "message": message}


def notices(headers: Mapping[str, str], body: ParsedBody, kind: Body) -> tuple[list[Notice], list[Notice]]:
    """Warnings and errors of a request with a body."""
    warnings, errors = header_notices(headers)
    if body.problem:
        return warnings, [*errors, notice("body", body.problem)]
    found = violations(body.judged, kind, wire=True)
    errors += map(_violation_notice, found[:MOST_ERRORS])
    if len(found) > MOST_ERRORS:
        errors.append(notice("request", f"And {len(found) - MOST_ERRORS:,} more errors."))
    return warnings, errors


def header_notices(headers: Mapping[str, str]) -> tuple[list[Notice], list[Notice]]:
    """Warnings and errors of the headers. `headers` ignores the case of their names."""
    blank = {name for name in ("X-Agent", "X-Environment", APPLICATION_HEADER) if not headers.get(name, "").strip()}
    errors = [notice(name, f"The header {name} is required.") for name in ("X-Agent", "X-Environment") if name in blank]
    version = headers.get(VERSION_HEADER)
    if version is None:
        blank.add(VERSION_HEADER)
    elif not _is_int64(version.strip()):
        errors.append(notice(VERSION_HEADER, f"The header {VERSION_HEADER} is not a 64-bit integer."))
    # The API description requires these two, but the published function sends neither and its goals arrive.
    warnings = [
        notice(name, f"The header {name} is missing: the API description requires it.")
        for name in (APPLICATION_HEADER, VERSION_HEADER)
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
    return notice(subject, f"{violation.path_text}: {violation.message}", batch=batch, event=event)


class ParsedBody(NamedTuple):
    """A body's JSON value: `judged` has the exact integers of the text, `kept` is recorded. `problem` says why there is none, or "".

    With a problem, `kept` is the beginning of the body as text.
    """

    judged: Any
    kept: object
    problem: str = ""


def parse_body(data: bytes) -> ParsedBody:
    """The JSON value of a body."""
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
