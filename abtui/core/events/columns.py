"""The columns of a table of events, and the event that one row of cells is.

A column has the name of an event's field, in any case (`User ID`, `user_id`, `userId`), or the way to one (`properties.total`). In the data
of an event a cell that is written as a number or a truth value is one; ids, names and dates are text.
"""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

import orjson

from abtui.core.events.model import JSONObject
from abtui.core.events.programs import read_program
from abtui.core.events.rows import DATES, is_row, rebuilt, type_of_row, utc_date
from abtui.core.text.javascript import number_to_string
from abtui.core.text.json_text import number

_FIELDS: Final = (
    "type", "event", "name", "category", "userId", "anonymousId", "messageId", "groupId", "previousId", "timestamp", "originalTimestamp",
    "sentAt", "receivedAt", "properties", "traits", "context", "integrations", "version", "channel", "projectId", "writeKey",
)  # fmt: skip
_BY_NAME: Final = {name.lower(): name for name in _FIELDS} | {"eventname": "event", "eventtype": "type"}
_DATA: Final = {"properties", "traits", "context", "integrations"}
_IDENTITIES: Final = {"userId", "anonymousId", "groupId", "previousId"}
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,15})(?:\.[0-9]{1,15})?\Z")
_WORDS: Final = {"true": True, "false": False}
_LONGEST_WAY: Final = 8
_NONE: Final = ("", "\\N")
_NO_LETTERS = re.compile(r"[^a-z0-9]")


class Column(NamedTuple):
    """One column: its way in the event, of one field or more; none for a column that has no name."""

    way: tuple[str, ...]
    name: str


class BadCell(Exception):
    """A cell whose text is not what its column has. It is caught where its row is read."""

    def __init__(self, column: str) -> None:
        super().__init__(f"The cell of `{column}` is no JSON object.")


class Columns(NamedTuple):
    """The columns of a table. `kind` is the type of all its events if it is of a warehouse, "" if each row tells its own."""

    columns: tuple[Column, ...]
    kind: str
    others: tuple[str, ...]
    """The columns that are no field of an event: they are read as its properties, or as its traits."""

    def event(self, cells: list[str]) -> JSONObject:
        """The event of a row. Raises BadCell."""
        if self.kind:
            row = {
                name: cell if name in _TEXTS else data_cell(cell)
                for (_, name), cell in zip(self.columns, cells, strict=True)
                if name and cell not in _NONE
            }
            return rebuilt(self.kind, row)
        event: JSONObject = {}
        loose: JSONObject = {}
        ways: JSONObject = {}
        for (way, name), cell in zip(self.columns, cells, strict=True):
            if cell in _NONE or not name:
                continue
            if not way:
                loose[name] = data_cell(cell)
            elif len(way) > 1:
                _put(ways, way, data_cell(cell))
            elif way[0] in _DATA:
                event[way[0]] = _merged(_object(cell, name), event.get(way[0]))
            else:
                event[way[0]] = utc_date(cell) if way[0] in DATES and " " in cell else cell
        for name, data in ways.items():
            event[name] = _merged(_with_lists(data), event.get(name))
        if loose:
            part = "traits" if event.get("type") in ("identify", "group") else "properties"
            event[part] = _merged(loose, event.get(part))
        return event


_TEXTS: Final = {
    "id", "user_id", "anonymous_id", "message_id", "event_text", "event", "name", "group_id", "previous_id", "timestamp", "original_timestamp",
    "sent_at", "received_at",
}  # fmt: skip


def columns_of(header: list[str], table: str) -> Columns | None:
    """The columns that a header names; None if it is no header of events that tells their type."""
    names = [cell.strip().removeprefix("\ufeff") for cell in header]
    lower = [name.lower() for name in names]
    if is_row(set(lower)) and len(set(lower)) == len(lower):
        kind = type_of_row(set(lower), table)
        return None if kind is None else Columns(tuple(Column((), name) for name in lower), kind, ())
    columns = tuple(_column(name) for name in names)
    ways = [column.way for column in columns if column.way]
    first = {way[0] for way in ways}
    if ("type",) not in ways or len(set(ways)) < len(ways) or not first & {*_IDENTITIES, "properties", "traits"}:
        return None
    return Columns(columns, "", tuple(column.name for column in columns if column.name and not column.way))


def names_events(header: list[str]) -> bool:
    """Whether a header looks like one of events, though it does not tell their type."""
    first = {way[0] for way in (_column(cell.strip()).way for cell in header) if way}
    return (
        len(header) > 2
        and bool(first & _IDENTITIES)
        and bool(first & {"event", "name", "timestamp", "originalTimestamp"})
    )


def data_cell(cell: str) -> Any:
    """The value of a cell in the data of an event: a number, a truth value, JSON, or text."""
    word = _WORDS.get(cell.lower())
    if word is not None:
        return word
    if _NUMBER.match(cell):
        value = number(cell)
        plain = cell.rstrip("0").rstrip(".") if "." in cell else cell
        return value if number_to_string(value) == plain else cell
    return _json(cell) if cell[:1] in ("{", "[") else cell


def _column(name: str) -> Column:
    head, *rest = re.sub(r"\[(\d+)\]", r".\1", name).split(".")
    field = _BY_NAME.get(_NO_LETTERS.sub("", head.lower()))
    if field is None or (rest and field not in _DATA) or not all(rest) or len(rest) > _LONGEST_WAY:
        return Column((), name)
    return Column((field, *rest), name)


def _json(cell: str) -> Any:
    """The value of JSON or of a printed dictionary in a cell; text that is neither stays text."""
    try:
        return orjson.loads(cell)
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        program = read_program(cell)
        return cell if program is None or program.damaged else program.value


def _object(cell: str, column: str) -> JSONObject:
    value = _json(cell)
    if not isinstance(value, dict):
        raise BadCell(column)
    return value


def _put(event: JSONObject, way: tuple[str, ...], value: Any) -> None:
    """Put a value at its way. Where another value is in the way, the rest of it is one key."""
    inside = event
    for at, step in enumerate(way[:-1], 1):
        following = inside.setdefault(step, {})
        if not isinstance(following, dict):
            inside[".".join(way[at - 1 :])] = value
            return
        inside = following
    inside[way[-1]] = value


def _with_lists(value: Any) -> Any:
    """The value with lists for objects whose keys are the places in one: `products.0.sku`. Ways are short, and so is this."""
    if not isinstance(value, dict):
        return value
    inner = {key: _with_lists(item) for key, item in value.items()}
    return list(inner.values()) if list(inner) == [str(at) for at in range(len(inner))] and inner else inner


def _merged(value: JSONObject, own: Any) -> JSONObject:
    return {**value, **own} if isinstance(own, dict) else value
