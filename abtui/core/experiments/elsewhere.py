"""Exposures that came past Segment: requests that a collector got, and rows of the web console's event export.

Requests are read from what `abtui collector` recorded, from a browser's HAR file, and from JSON Lines of bodies or of objects with
a `request`. Rows are JSON or CSV with the columns that the web console shows: `event_type`, `unit_type`, `unit_uid`, `event_at`,
`experiment_name`, `variant` and `flags`.
"""

from __future__ import annotations

import base64
import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, Final, NamedTuple

import orjson

from abtui.core.contract import is_valid
from abtui.core.experiments.assignment import uid_hash
from abtui.core.experiments.exposed import TAKES_PART
from abtui.core.text.javascript import parse_date
from abtui.core.text.json_depth import is_deeper

LARGEST: Final = 64 << 20
"""Bytes of the largest value that is read."""
_MOST_VARIANTS: Final = 128
"""What the collector's contract allows."""
_HASH: Final = re.compile(r"[A-Za-z0-9_-]{22}")
_HEX: Final = re.compile(r"[0-9a-fA-F]{32}")
_MARK: Final = b"\xef\xbb\xbf"
_SEPARATOR: Final = b"sep="
"""How a table may begin for a spreadsheet."""
_PARTS: Final = ("exposures", "goals", "attributes")
_COLUMN: Final = "event_type"
_LOOKED_AT: Final = 4
"""The lines at the beginning of a file that tell what it has."""
_MOST_LINES: Final = 64
"""The lines that a row of a table has at most."""
_LEAST_MS: Final = 10**11
_NO_ROW: Final = "is no whole row of an exposure; its time must be a date, or in milliseconds"


class Sent(NamedTuple):
    """A request that was made. `refused`: the collector did not take it, whatever is in it."""

    body: Any
    headers: Mapping[str, str]
    refused: bool = False


class Row(NamedTuple):
    """One stored exposure of one unit. `flags` are the bits of `exposed.FLAGS`."""

    type: str
    hashed: str
    plain: str | None
    name: str
    variant: int
    at: int
    flags: int


class Unread(NamedTuple):
    """A part that is neither: `line` is 1-based, `problem` a clause about it."""

    line: int
    problem: str


Elsewhere = Sent | Row | Unread


def begins_elsewhere(head: bytes) -> bool:
    """Whether a file that begins with these bytes has such requests or rows, and no events. A broken first line is passed over."""
    lines = head.removeprefix(_MARK).lstrip().split(b"\n", _LOOKED_AT)[:_LOOKED_AT]
    if any(_COLUMN.encode() in line.lower() and not line.startswith((b"{", b"[")) for line in lines[:2]):
        return True
    # A document may be over several lines.
    value = next((value for text in (*lines, head) if isinstance(value := _loaded(text), (dict, list))), None)
    first = value[0] if isinstance(value, list) and value else value
    if not isinstance(first, dict):
        return False
    # The first row of an export may be one of a goal.
    return _COLUMN in first or (not isinstance(first.get("type"), str) and next(found_in(first), None) is not None)


def read_elsewhere(pieces: Iterable[bytes]) -> Iterator[Elsewhere]:
    """All requests and rows of a file, in order. What is neither is told; goals of an export are no exposures and are left out."""
    lines = _lines(pieces)
    first = next(lines, None)
    while first is not None and not first[1].removeprefix(_MARK).strip():
        first = next(lines, None)
    if first is None:
        return
    number, line = first[0], first[1].removeprefix(_MARK)
    if line.startswith(_SEPARATOR):
        number, line = next(lines, (number + 1, b""))
    if not line.lstrip().startswith((b"{", b"[")) and _COLUMN.encode() in line.lower():
        yield from _of_table(number, line, lines)
    elif _loaded(line) is not None:
        yield from _of_line(number, line)
        for number, line in lines:
            if line.strip():
                yield from _of_line(number, line)
    else:
        yield from _of_document(number, line, lines)


def _lines(pieces: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """The lines with their ends, numbered from 1. Of one that is too long only the start is kept."""
    number, held = 0, bytearray()
    for piece in pieces:
        *whole, last = piece.split(b"\n")
        for part in whole:
            number += 1
            yield number, bytes(held + part) + b"\n"
            held.clear()
        if len(held) <= LARGEST:
            held += last
    if held:
        yield number + 1, bytes(held)


def _loaded(text: bytes) -> Any:
    """The value of a JSON text; None if it is none, or too deep or too large."""
    if len(text) > LARGEST or is_deeper(text):
        return None
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


def _of_line(number: int, line: bytes) -> Iterator[Elsewhere]:
    value = _loaded(line)
    if value is None:
        yield Unread(number, "is not JSON")
    else:
        yield from _of_value(number, value)


def _of_value(number: int, value: Any) -> Iterator[Elsewhere]:
    found = False
    for item in found_in(value):
        found = True
        if item is not None:
            yield item._replace(line=number) if isinstance(item, Unread) else item
    if not found:
        yield Unread(number, "has no request and no row of an export")


def _of_document(number: int, line: bytes, lines: Iterator[tuple[int, bytes]]) -> Iterator[Elsewhere]:
    """One JSON value over several lines; or lines of values of which the first is broken."""
    held, size = [(number, line)], len(line)
    for more in lines:
        held.append(more)
        size += len(more[1])
        if size > LARGEST:
            break
    whole = None if size > LARGEST else _loaded(b"".join(text for _number, text in held))
    if whole is not None:
        yield from _of_value(number, whole)
    elif any(_loaded(text) is not None for _number, text in held if text.lstrip().startswith((b"{", b"["))):
        for number, line in chain(held, lines):
            if line.strip():
                yield from _of_line(number, line)
    elif size > LARGEST:
        yield Unread(number, f"begins a value of more than {LARGEST >> 20} MiB")
    else:
        yield Unread(number, "is not JSON")


def found_in(value: Any) -> Iterator[Elsewhere | None]:
    """The requests and rows in a JSON value; None for one that is understood and has no exposures, such as a row of a goal."""
    if isinstance(value, list):
        for item in value:
            yield from found_in(item)
        return
    if not isinstance(value, dict):
        return
    if _COLUMN in value:
        row = _row(value)
        yield Unread(0, _NO_ROW) if row is None and _is_exposure(value) else row
    elif "accepted" in value or "rejected" in value:
        for kind in ("accepted", "rejected"):
            entries = value.get(kind)
            for entry in entries if isinstance(entries, list) else [entries]:
                if isinstance(entry, dict):
                    yield from _requests(entry.get("body"), _headers(entry), refused=kind == "rejected")
        yield None
    elif isinstance(log := value.get("log"), dict) and isinstance(log.get("entries"), list):
        for entry in log["entries"]:
            request = entry.get("request") if isinstance(entry, dict) else None
            yield from _of_har(request) if isinstance(request, dict) else (None,)
    elif "request" in value:
        request = value["request"]
        if _is_publish(request):
            yield from _requests(request, _headers(value))
        else:
            yield from _sent(request.get("body"), request) if isinstance(request, dict) else (None,)
    elif "body" in value:
        yield from _sent(value["body"], value)
    elif _is_publish(value):
        yield from _requests(value, {})


def _is_publish(value: Any) -> bool:
    """Whether a value looks like the body of a publish, or of a batch of them, right or wrong."""
    if not isinstance(value, dict):
        return False
    return isinstance(value.get("requests"), list) or (
        "units" in value and any(part in value for part in (*_PARTS, "publishedAt"))
    )


def _requests(body: Any, headers: Mapping[str, str], *, refused: bool = False) -> Iterator[Sent]:
    """The request of a body: each one of a batch, which the collector takes or refuses as a whole."""
    batch = body.get("requests") if isinstance(body, dict) else None
    if not isinstance(batch, list):
        yield Sent(body, headers, refused)
        return
    refused = refused or not is_valid(body, "BatchRequest")
    yield from (Sent(item, headers, refused) for item in batch)


def _sent(body: Any, around: Mapping[str, Any]) -> Iterator[Sent | None]:
    if isinstance(body, str):
        body = _loaded(body.encode("utf-8", "surrogatepass"))
    yield from _requests(body, _headers(around)) if _is_publish(body) else (None,)


def _of_har(request: Mapping[str, Any]) -> Iterator[Sent | None]:
    """A request of a browser's HAR file: one with a body that is a publish."""
    data = request.get("postData")
    text = data.get("text") if isinstance(data, dict) else None
    yield from _sent(text, request) if isinstance(text, str) else (None,)


def _headers(around: Mapping[str, Any]) -> dict[str, str]:
    """The environment and the application: of fields of their own, or of headers in a map or a list."""
    given = around.get("headers")
    pairs: list[tuple[Any, Any]] = list(given.items()) if isinstance(given, dict) else []
    if isinstance(given, list):
        pairs = [(item.get("name"), item.get("value")) for item in given if isinstance(item, dict)]
    named = {name.lower(): value for name, value in pairs if isinstance(name, str)}
    texts = {name: named.get(f"x-{name}", around.get(name)) for name in ("environment", "application")}
    return {f"X-{name.capitalize()}": text for name, text in texts.items() if isinstance(text, str)}


# Rows of the web console


def _of_table(number: int, head: bytes, lines: Iterator[tuple[int, bytes]]) -> Iterator[Elsewhere]:
    """The rows of a CSV file."""
    # Spreadsheets separate the cells in other ways in some countries.
    separator = max(",;\t", key=head.decode("utf-8", "replace").count)
    names: list[str] | None = None
    for line, cells in _cells(chain([(number, head)], lines), separator):
        if cells is None:
            yield Unread(line, "is not CSV")
        elif names is None:
            names = [name.strip().lower() for name in cells]
        else:
            values = dict(zip(names, cells, strict=False))
            if _is_exposure(values):
                row = _row(values)
                yield Unread(line, _NO_ROW) if row is None else row


def _cells(lines: Iterator[tuple[int, bytes]], separator: str) -> Iterator[tuple[int, list[str] | None]]:
    """The cells of each row with its line; None for a line that is no row. A cell in quotes may have line breaks.

    A row over several lines has as many cells as the first one: else a quote was not closed, which costs one line.
    """
    width = 0
    waiting: list[tuple[int, bytes]] = []
    while (first := waiting.pop(0) if waiting else next(lines, None)) is not None:
        held, quotes = [first], first[1].count(b'"')
        while quotes % 2 and len(held) < _MOST_LINES:
            more = waiting.pop(0) if waiting else next(lines, None)
            if more is None:
                break
            held.append(more)
            quotes += more[1].count(b'"')
        cells = _split([text for _line, text in held], separator)
        if len(held) > 1 and (cells is None or len(cells) != width):
            waiting = held[1:] + waiting
            cells = _split([first[1]], separator)
        width = width or len(cells or ())
        yield first[0], cells


def _split(lines: list[bytes], separator: str) -> list[str] | None:
    """The cells of lines that are one row; None if they are not."""
    try:
        rows = list(csv.reader((line.decode("utf-8", "replace") for line in lines), delimiter=separator))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else [] if not rows else None


def _is_exposure(values: Mapping[str, Any]) -> bool:
    """Whether a row of an export is of an exposure, right or wrong."""
    return str(values.get(_COLUMN)).strip().lower() == "exposure"


def _row(values: Mapping[str, Any]) -> Row | None:
    """A row of an exposure; None for another one, or one that lacks something."""
    kind, name, uid = (values.get(key) for key in ("unit_type", "experiment_name", "unit_uid"))
    variant, at = _whole(values.get("variant")), _time(values.get("event_at"))
    flags = values.get("flags")
    bits = TAKES_PART if flags in (None, "") else _whole(flags)
    if not (_is_exposure(values) and isinstance(kind, str) and isinstance(name, str) and isinstance(uid, str) and uid):
        return None
    if variant is None or variant > _MOST_VARIANTS or at is None or bits is None:
        return None
    written = values.get("unit_uid_hex")
    if isinstance(written, str) and _HEX.fullmatch(written):
        return Row(kind, _from_hex(written), None, name, variant, at, bits)
    if _HASH.fullmatch(uid):
        return Row(kind, uid, None, name, variant, at, bits)
    return Row(kind, uid_hash(uid), uid, name, variant, at, bits)


def _from_hex(written: str) -> str:
    return base64.urlsafe_b64encode(bytes.fromhex(written)).rstrip(b"=").decode()


def _whole(value: Any) -> int | None:
    if isinstance(value, str) and value.strip().isdecimal():
        return int(value)
    return value if type(value) is int and value >= 0 else None


def _time(value: Any) -> int | None:
    """Milliseconds: a number of them, or a date as text."""
    number = _whole(value)
    if number is None:
        return parse_date(value) if isinstance(value, str) else None
    # Fewer milliseconds are a time before 1973, and seconds of today.
    return number if number >= _LEAST_MS else None
