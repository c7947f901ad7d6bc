"""Objects and lists of JSON: single events, lists of events, and batches."""

from __future__ import annotations

import re
from collections.abc import Iterator

import orjson

from abtui.core.events.batches import as_json, is_batch, read_batch, read_broken_batch, read_long_batch
from abtui.core.events.blocks import MACRO
from abtui.core.events.chunks import take, take_statement
from abtui.core.events.cursor import Chunk, Cursor
from abtui.core.events.envelopes import read_inside
from abtui.core.events.lists import read_event, read_json, read_list
from abtui.core.events.model import Item
from abtui.core.events.packed import may_hold
from abtui.core.events.programs import PROGRAM_START, opens_program, read_program
from abtui.core.events.reading import Reading, place, with_findings
from abtui.core.text.json_index import open_list
from abtui.core.text.json_text import parse, skip_space

OBJECT_START = re.compile(rf"\{{(?!{MACRO[2:]})")
LIST_START = re.compile(r"\[")
TEXT_START = re.compile(r'"(?=[^"])')
_COMMA = re.compile(r"[ \t]*+,")
_ALONE = re.compile(r"[ \t]*+,?[ \t]*+\]?[ \t,]*+\Z")


def read_object(reading: Reading, cursor: Cursor) -> Iterator[Item]:
    """The object at the cursor: an event, or the events of a batch. A comma may follow it, as in a part of a list."""
    chunk = take(cursor, code=True) if opens_program(cursor) else take(cursor, batches=True)
    if chunk.is_batch:
        items = read_long_batch(reading, chunk, cursor)
    else:
        comma = _COMMA.match(cursor.text, cursor.at) if chunk.closed else None
        items = read_items(reading, chunk, cursor)
        # Not held while its items are used: it may be 64 MiB.
        del chunk
        if comma is None:
            yield from items
            return
    last: Item | None = None
    for item in items:
        if last is not None:
            yield last
        last = item
    if last is None:
        return
    comma = _COMMA.match(cursor.text, cursor.at)
    if comma is None:
        yield last
        return
    cursor.at = comma.end() - 1
    trailing = place(cursor, "JSON-TRAILING-COMMA", "A comma after the event was skipped.", "Remove the comma.")
    cursor.at += 1
    yield with_findings(last, [trailing])


def read_top_list(reading: Reading, cursor: Cursor) -> Iterator[Item]:
    """The items of the list at the cursor, some of which may be batches."""
    if opens_program(cursor):
        # An array of PHP with keys.
        return read_built(reading, cursor)
    return read_list(reading, cursor, read_items)


def read_items(reading: Reading, chunk: Chunk, cursor: Cursor) -> Iterator[Item]:
    """The event that a chunk is, or the events of the batch that it is."""
    parsed = None
    if not chunk.skipped:
        parsed = read_json(reading, chunk.text)
        if parsed.damaged:
            list_at = open_list(chunk.text, "batch")
            if list_at is not None and skip_space(chunk.text, list_at + 1) < len(chunk.text):
                yield from read_broken_batch(reading, chunk, list_at, cursor)
                return
        elif isinstance(parsed.value, dict) and is_batch(parsed.value):
            chunk, parsed = as_json(chunk, parsed)
            yield from read_batch(reading, chunk, parsed, cursor)
            return
    items = read_event(reading, chunk, cursor, parsed)
    del chunk, parsed
    yield from items


def read_text_at(reading: Reading, cursor: Cursor) -> Iterator[Item] | None:
    """The events in a text of JSON that is the rest of the line, as where an event was written as JSON twice; None without any."""
    text = cursor.text[cursor.at :]
    if cursor.goes_on or not may_hold(text):
        return None
    parsed = parse(text)
    if parsed.damaged or text[parsed.end :].strip(", \t"):
        return None
    items = read_inside(reading, Chunk(text, cursor.line, cursor.column(cursor.at)), parsed, cursor)
    if items is not None:
        cursor.at = len(cursor.text)
    return items


def read_built(reading: Reading, cursor: Cursor) -> Iterator[Item]:
    """The object or list of a program at the cursor that does not begin as JSON does."""
    return read_items(reading, take_statement(cursor), cursor)


def is_whole_object(text: str) -> bool:
    """Whether a line that begins with a brace is one object; a comma and a bracket may follow it."""
    try:
        return isinstance(orjson.loads(text.rstrip(",").rstrip()), dict)
    except orjson.JSONDecodeError:
        parsed = parse(text)
        if parsed.damaged and PROGRAM_START.match(text):
            parsed = read_program(text) or parsed
        return not parsed.damaged and _ALONE.match(text, parsed.end) is not None
