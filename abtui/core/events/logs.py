"""Lines of a log: a time, a level, the name of a service or a pod, and then JSON. What else is on the line belongs to the log."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import Final

from abtui.core.events.calls import CALL_START
from abtui.core.events.chunks import take, take_line
from abtui.core.events.cursor import Chunk, Cursor
from abtui.core.events.envelopes import read_inside
from abtui.core.events.lists import read_event
from abtui.core.events.model import Item
from abtui.core.events.packed import may_hold, values_on_line
from abtui.core.events.reading import IN_BRACKETS, Reading
from abtui.core.segment import is_event
from abtui.core.text.json_text import Parsed, parse

LOG_START = re.compile(
    rf"""(?:\[[^\[\]{{}}"\n]*\](?!\s*[,;)])|(?!{CALL_START.pattern})(?:[^{{"'`\[(\n]|"(?![{{\[])))[^\n]*[{{\[]"""
)
"""A line with a bracket that does not begin with it, unless it is that of a time or of a pod. A call is a line of code."""
_CODE = re.compile(r"[\w$)\]]\s*\([^()]*\Z|(?<!\x1b)\[[^\[\]]*\Z|\{[^{}`]*+`?\Z|`[^{}`]++\Z")
"""The end of a text that opens a call, a list, an object or a template: what follows is a part of a program."""
_OVER_LINES = re.compile(
    r"(\[?(?:\d{4}-\d\d-\d\d|\d\d?:\d\d:\d\d|[A-Z][a-z]{2} +\d+ \d\d:|(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|LOG)\b)[^{}\"'`=]*)[\[{]\s*\Z"
)
"""The start of a line of a log, and a value that goes on in the next line."""
_OPENS = re.compile(r'\{\s*"')
_MOST: Final = 1 << 20
"""Characters of a line that is looked at."""


def read_log_line(reading: Reading, cursor: Cursor) -> Iterator[Item] | None:
    """The events on the line; None if it is no line of a log, or has no event."""
    line, at = cursor.text, cursor.at
    if cursor.goes_on or cursor.before or line[:at].strip() or len(line) > _MOST:
        return None
    if not (may_hold(line) or line.rstrip().endswith(("{", "["))):
        return _other(reading, cursor)
    found: list[Iterator[Item]] = []
    behind = at
    for value, start, end in values_on_line(line[at:]):
        if _CODE.search(line, behind, at + start):
            break
        behind = at + end
        if not isinstance(value, dict | list | str):
            continue
        chunk = Chunk(line[at + start : at + end], cursor.line, cursor.column(at + start))
        parsed = Parsed(value, 0, end - start)
        if isinstance(value, dict) and is_event(value):
            found.append(iter(read_event(reading, chunk, cursor, parsed)))
        elif (items := read_inside(reading, chunk, parsed, cursor)) is not None:
            found.append(items)
    if not found and (opens := _OVER_LINES.match(line, at)):
        return _over_lines(reading, cursor, opens.end(1))
    if not found:
        return _broken(reading, cursor) if reading.has_text else None
    reading.has_text = True
    cursor.at = len(line)
    return chain.from_iterable(found)


def _other(reading: Reading, cursor: Cursor) -> Iterator[Item] | None:
    """A line without an event that begins as one of a log does, with something in square brackets; None for any other."""
    if not IN_BRACKETS.match(cursor.text, cursor.at):
        return None
    return iter([reading.junk(take_line(cursor), cursor)])


def _over_lines(reading: Reading, cursor: Cursor, start: int) -> Iterator[Item]:
    """The events in a value over several lines that begins behind the start of a line of a log."""
    reading.has_text = True
    cursor.at = start
    chunk = take(cursor)
    if chunk.skipped or not may_hold(chunk.text):
        return iter(())
    return iter(read_event(reading, chunk, cursor))


def _broken(reading: Reading, cursor: Cursor) -> Iterator[Item] | None:
    """What was to be an event on a line of what is known to be a log; None without such a thing."""
    opens = _OPENS.search(cursor.text, cursor.at)
    if opens is None or _CODE.search(cursor.text, cursor.at, opens.start()):
        return None
    text = cursor.text[opens.start() :]
    parsed = parse(text, secrets=reading.sdk.secrets)
    if not parsed.damaged or not may_hold(text):
        return None
    chunk = Chunk(text, cursor.line, cursor.column(opens.start()))
    cursor.at = len(cursor.text)
    return iter([reading.no_event(chunk, parsed.issues, cursor)])
