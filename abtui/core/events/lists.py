"""The items of a JSON list, one by one, and single events: a mistake in one item costs no other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import msgspec
import orjson

from abtui.core.events.chunks import IN_LIST, take
from abtui.core.events.completion import complete_body
from abtui.core.events.cursor import Chunk, Cursor
from abtui.core.events.envelopes import read_inside, read_scalar
from abtui.core.events.model import Item, JSONObject
from abtui.core.events.programs import opens_program, read_program
from abtui.core.events.quotes import straightened
from abtui.core.events.reading import Reading, left_out, not_an_event, place, too_large, with_findings
from abtui.core.findings import Finding, finding
from abtui.core.segment import is_event
from abtui.core.text.json_depth import is_deeper
from abtui.core.text.json_text import MOST_ISSUES, Parsed, has_duplicate_keys, parse, skip_space

ReadItem = Callable[[Reading, Chunk, Cursor], Iterable[Item]]
"""A reader of the items in the object or list that a chunk is: none if it is a recorded request without an event."""
_MOST: Final = 8 << 20
"""Characters of a text that is no JSON, but may be a literal: a list of them is read item by item."""
_LOGGED: Final = ("log", "message", "msg", "line", "@message", "textPayload")
_ABOUT_LOGGED: Final = frozenset(
    {"time", "timestamp", "@timestamp", "ts", "level", "lvl", "severity", "stream", "logger", "logStream", "insertId"}
    | {"kubernetes", "container_id", "container_name", "hostname", "host", "pid", "service", "attrs"}
)
"""The keys of a record that has a text under one of the keys before (Docker, Kubernetes, loggers that write JSON)."""
_OF_EVENTS: Final = frozenset(
    {"type", "event", "userId", "anonymousId", "messageId", "properties", "traits", "context"}
)
_SCALAR = re.compile(r'(?:"[^"\\]*+(?:\\.[^"\\]*+)*+"|".*+|/(?![/*])|[^"/,\]]++)*+')


def read_json(reading: Reading, text: str) -> Parsed:
    """Parse the one document in `text`: with orjson, with the tolerant parser if orjson refuses it, or else with its quotes
    straightened, or as a literal of a program.
    """
    # No copy is made of an ASCII text, as it may be tens of megabytes.
    if not is_deeper(text):
        try:
            value = orjson.loads(text)
        except orjson.JSONDecodeError:
            pass
        else:
            if not has_duplicate_keys(text, value):
                return Parsed(value, 0, len(text))
    parsed = parse(text, secrets=reading.sdk.secrets)
    if not parsed.damaged or len(text) > _MOST:
        return parsed
    straight = straightened(text)
    if straight is None:
        return read_program(text, reading.sdk.secrets) or parsed
    again = parse(straight.text, secrets=reading.sdk.secrets)
    if again.damaged:
        again = read_program(straight.text, reading.sdk.secrets) or again
    elif skip_space(straight.text, again.end) < len(straight.text):
        return parsed
    return msgspec.structs.replace(again, issues=(*straight.issues, *again.issues))


def read_event(reading: Reading, chunk: Chunk, cursor: Cursor, parsed: Parsed | None = None) -> Iterable[Item]:
    """The event in a chunk, or those inside its value, or the chunk as unreadable with the reasons why it is no event."""
    if chunk.skipped:
        return [reading.no_event(chunk, (too_large(chunk),), cursor)]
    parsed = parsed or read_json(reading, chunk.text)
    if parsed.damaged:
        return [reading.no_event(chunk, parsed.issues, cursor)]
    value = parsed.value
    if isinstance(value, dict) and is_event(value):
        event = reading.event(chunk, value, reading.findings(chunk, parsed.issues, cursor))
        return [complete_body(event, reading.sdk.now)]
    if (inside := read_inside(reading, chunk, parsed, cursor)) is not None:
        return inside
    if not isinstance(value, dict):
        return [reading.no_event(chunk, not_an_event(parsed), cursor)]
    if is_log_record(value):
        return [reading.log_record(chunk, cursor)]
    return [reading.event(chunk, value, reading.findings(chunk, parsed.issues, cursor))]


def is_log_record(value: JSONObject) -> bool:
    """Whether an object is a record of a log: a text, and when, how grave or from where it is. It has no field of an event's own."""
    said = any(isinstance(value.get(key), str) for key in _LOGGED)
    return said and not _ABOUT_LOGGED.isdisjoint(value) and _OF_EVENTS.isdisjoint(value)


def read_list(reading: Reading, cursor: Cursor, read_item: ReadItem, ends: tuple[str, ...] = IN_LIST) -> Iterator[Item]:
    """Yield the items of the list at the cursor, each as soon as it is known whether a trailing comma follows it.

    Findings about the list itself come at its end, with its closing bracket as an unreadable piece.
    """
    reading.names.open_lists.append(cursor.line)
    items = _List(reading, cursor, read_item, ends)
    yield from items.read()
    yield from items.end()
    reading.names.open_lists.pop()


class _List:
    def __init__(self, reading: Reading, cursor: Cursor, read_item: ReadItem, ends: tuple[str, ...]) -> None:
        self._reading, self._cursor, self._read_item, self._ends = reading, cursor, read_item, ends
        self._start = Chunk("[", cursor.line, cursor.column(cursor.at))
        self._before, reading.pending = reading.pending, []
        """Findings about what stood before the list: its first item gets them."""
        self._last: list[Item] = []
        """The items that were read last: a trailing comma or a comment may still follow."""
        self._comma: Finding | None = None
        self._problems: list[Finding] = []
        self._is_last_closed = True
        self._is_begun = False
        self._left_out = 0
        """The items that are recorded requests without an event."""
        cursor.at += 1

    def read(self) -> Iterator[Item]:
        """All items but the last. The cursor ends at the closing bracket, or at the end of the text."""
        cursor, reading = self._cursor, self._reading
        while (mark := self._next()) not in ("", "]"):
            if mark == ",":
                self._read_comma()
                continue
            if self._is_begun and self._comma is None and mark in "{[":
                self._problem("A comma is missing before this item.", "Put a comma between the items of a list.")
            if not self._last:
                reading.pending = [*self._before, *reading.pending][:MOST_ISSUES]
                self._before = []
            if mark in "{[":
                chunk = take(cursor, code=opens_program(cursor), ends=self._ends)
                items = list(self._read_item(reading, chunk, cursor))
            else:
                match = _SCALAR.match(cursor.text, cursor.at)
                chunk = reading.other(cursor, max(match.end() if match else 0, cursor.at + 1), IN_LIST)
                items = list(read_scalar(reading, chunk, cursor))
            self._is_begun, self._is_last_closed, self._comma = True, chunk.closed, None
            self._left_out += reading.left_out
            reading.left_out = 0
            if items:
                yield from self._last
                self._last = items

    def end(self) -> Iterator[Item]:
        """The last items, and what is wrong with the list."""
        cursor, reading = self._cursor, self._reading
        closed = cursor.at < len(cursor.text)
        if closed:
            cursor.at += 1
        elif self._is_last_closed:
            self._problem("The list is never closed.", "Close it with ].")
        if self._last:
            trailing = [self._comma] if self._comma is not None and closed else []
            inside, reading.pending = [*trailing, *reading.pending], []
            if self._left_out:
                inside.append(left_out(self._left_out, self._start.line, self._start.column))
            yield from self._last[:-1]
            yield with_findings(self._last[-1], inside)
        elif self._left_out:
            reading.left_out = self._left_out
        elif closed and not self._problems:
            message, hint = "An empty list: there is no event in it.", "Write events between the brackets."
            line, column = self._start.line, self._start.column
            self._problems.append(finding("EVENT-NOT-OBJECT", message, hint, line=line, column=column))
        if self._problems:
            start = self._start
            if not self._last:
                self._problems = [*self._before, *reading.pending, *self._problems]
                reading.pending = []
                start = Chunk("[]" if closed else "[", start.line, start.column)
            yield reading.unreadable(start, self._problems)

    def _problem(self, message: str, hint: str) -> None:
        if len(self._problems) < MOST_ISSUES:
            self._problems.append(place(self._cursor, "JSON-SYNTAX", message, hint))

    def _read_comma(self) -> None:
        if not self._is_begun or self._comma is not None:
            self._problem("A comma without an item before it.", "Remove the comma.")
        else:
            message = "A comma before the closing ] was skipped."
            self._comma = place(self._cursor, "JSON-TRAILING-COMMA", message, "Remove the comma.")
        self._cursor.at += 1

    def _next(self) -> str:
        """Go to the next mark of the list, over lines. It is the character, or "" at the end of the text."""
        while not self._reading.skip_space(self._cursor):
            if not self._cursor.next_line():
                return ""
        return self._cursor.text[self._cursor.at]
