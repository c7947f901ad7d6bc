"""Rows of a warehouse: each is an event again, as far as its columns tell.

Segment writes an event into columns in snake_case: its own fields, its context behind `context_`, and its properties or traits without
anything before them. Each event of a name has a table of its own besides; the tables of pages, screens, identify and group calls have no
column that says so, so their columns do, or the name of the file.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from abtui.core.events.model import JSONObject
from abtui.core.segment import is_event

NOTE: Final = (
    "ROW-REBUILT",
    "The event was rebuilt from a row of a warehouse.",
    "Its properties have the names of the columns: `orderId` is `order_id` there, and the row does not tell which it was.",
)
"""The finding about such an event: code, message and hint."""
_TABLES: Final = {
    "tracks": "track", "pages": "page", "screens": "screen", "identifies": "identify", "groups": "group", "aliases": "alias",
}  # fmt: skip
_OWN: Final = {
    "id": "messageId", "message_id": "messageId", "user_id": "userId", "anonymous_id": "anonymousId", "original_timestamp": "originalTimestamp",
    "received_at": "receivedAt", "sent_at": "sentAt", "timestamp": "timestamp", "group_id": "groupId", "previous_id": "previousId",
}  # fmt: skip
DATES: Final = {"originalTimestamp", "receivedAt", "sentAt", "timestamp"}
_NOT_OF_THE_EVENT: Final = {"uuid", "uuid_ts", "loaded_at", "event"}
_STAMPS: Final = {"received_at", "original_timestamp", "sent_at", "timestamp"}
_IDENTITIES: Final = {"user_id", "anonymous_id"}
_CAPITALS: Final = {name.upper() for name in _IDENTITIES}
"""The identities in a warehouse that has all its columns in capitals."""
_OF_PAGES: Final = {"path", "url", "referrer", "search", "title"}
_OF_VIEWS: Final = {"page": ("name", "category"), "screen": ("name", "category")}
_PARTS: Final = {
    "app", "campaign", "device", "library", "location", "network", "os", "page", "personas", "protocols", "referrer", "screen", "traits",
}  # fmt: skip
"""Objects in the context, whose fields have columns of their own."""
_DATE = re.compile(
    r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d{1,9})?\s*(UTC|Z|[+-]\d\d(?::?\d\d)?)?\Z", re.ASCII | re.IGNORECASE
)
_WORD_START = re.compile(r"_([a-z])")


def table_of(source: str) -> str:
    """The table that the name of a file says, such as `pages` for `exports/shop_pages.csv`; "" for none."""
    words = re.findall(r"[a-z]+", re.split(r"[/\\]", source)[-1].lower())
    return next((word for word in reversed(words) if word in _TABLES), "")


def is_row(columns: set[str]) -> bool:
    """Whether a table or an object with these columns is of a warehouse: its event's name as text, or an id with two of its dates."""
    if "type" in columns or not columns & _IDENTITIES:
        return False
    return "event_text" in columns or ("id" in columns and len(columns & _STAMPS) > 1)


def type_of_row(columns: set[str], table: str) -> str | None:
    """The type of the events of a table; None where neither its columns nor its name tell, or where its rows are no events."""
    if "event_text" in columns:
        return "track"
    if table in _TABLES:
        return _TABLES[table]
    if "previous_id" in columns:
        return "alias"
    if "group_id" in columns:
        return "group"
    if len(columns & _OF_PAGES) > 1:
        return "page"
    # A screen has a name, and so may a user have: a trait.
    is_certain = any(column.startswith("context_") for column in columns) or len(columns & _STAMPS) > 2
    return "identify" if is_certain and not {"name", "event"} & columns else None


def event_of_row(value: JSONObject, table: str) -> JSONObject | None:
    """The event of an object that is a row; None if it is none, or if it does not tell its type."""
    if not _CAPITALS.isdisjoint(value):
        row = {column.lower(): one for column, one in value.items()}
        value = row if len(row) == len(value) else value
    if _IDENTITIES.isdisjoint(value) or is_event(value) or not is_row(set(value)):
        return None
    kind = type_of_row(set(value), table)
    return None if kind is None else rebuilt(kind, value)


def rebuilt(kind: str, row: JSONObject) -> JSONObject:
    """The event of that type whose row this is. Empty columns are left out, as Segment writes null for what an event does not have."""
    event: JSONObject = {"type": kind}
    details: JSONObject = {}
    context: JSONObject = {}
    views = _OF_VIEWS.get(kind, ())
    for column, value in row.items():
        if value is None or column in _NOT_OF_THE_EVENT:
            continue
        if column == "event_text":
            event["event"] = value
        elif own := _OWN.get(column):
            event[own] = utc_date(value) if own in DATES else value
        elif column in views:
            event[column] = value
        elif column.startswith("context_"):
            _put_context(context, column.removeprefix("context_"), value)
        else:
            details[column] = _unpacked(value)
    if context:
        event["context"] = context
    if kind != "alias":
        event["traits" if kind in ("identify", "group") else "properties"] = details
    return event


def utc_date(value: Any) -> Any:
    """A date of a warehouse, `2026-01-31 09:15:00.000 UTC`, as Segment writes it in events; any other value as it is."""
    found = _DATE.match(value.strip()) if isinstance(value, str) else None
    if found is None:
        return value
    day, clock, fraction, zone = found.groups()
    hours = (
        "+00:00"
        if zone is None or zone.upper() in ("UTC", "Z")
        else zone
        if ":" in zone
        else f"{zone[:3]}:{zone[3:] or '00'}"
    )
    try:
        moment = datetime.fromisoformat(f"{day}T{clock}.{(fraction or '.0')[1:7].ljust(6, '0')}{hours}").astimezone(UTC)
    except (ValueError, OverflowError):
        return value
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _put_context(context: JSONObject, name: str, value: Any) -> None:
    """Put the value of a column into the context: `library_name` is `library.name`, and `user_agent` is `userAgent`."""
    part, _, rest = name.partition("_")
    if part not in _PARTS or not rest:
        context.setdefault(_camel(name), value)
        return
    inside = context.setdefault(part, {})
    if isinstance(inside, dict):
        inside[_camel(rest) if part == "device" else rest] = value
    else:
        context[name] = value


def _camel(name: str) -> str:
    return _WORD_START.sub(lambda match: match[1].upper(), name)


def _unpacked(value: Any) -> Any:
    """A list or object that the warehouse has as text, or any other value as it is."""
    if not isinstance(value, str) or value[:1] not in ("[", "{"):
        return value
    try:
        return orjson.loads(value)
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        return value
