"""A value with a name: `payload = {...};`, `const events = [...]`, `export default [...]`, `return {...}`, in any language. Only the value is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from abtui.core.events.cursor import Cursor
from abtui.core.events.model import Item
from abtui.core.events.programs import BUILT_START
from abtui.core.events.reading import Reading

_VALUE: Final = rf"(?:[{{\[]|\([ \t]*+[{{\[(]|{BUILT_START.pattern}|(?://.*+)?\Z)"
_NAME: Final = r"[A-Za-z_$@][\w$@.<>,\[\]?:'\"| \t-]{0,200}?"
ASSIGNMENT_START: Final = re.compile(
    rf"(?:(?:export[ \t]++default|return|yield)[ \t]*+|{_NAME}[ \t]*+:?=(?![=>~])[ \t]*+)(?={_VALUE})|(?=\([ \t]*+[{{\[])"
)
"""The start of an assignment, an export or a return, up to its value, which may be on the next line; or a value in round brackets."""
_BEGINS = re.compile(rb"[ \t]*+(?:[{\[(]|array\b|dict\b|new\b|map\[|\w*[mM]apOf\b|//|\Z)")
_OPEN = re.compile(r"\((?=[ \t]*+[{\[(])[ \t]*+")
_END = re.compile(r"[ \t]*+(?:(?:as|satisfies)[ \t]++[\w.<>\[\], |]++)?[ \t)]*+;?")
_MOST_LINES: Final = 3


def read_assignment(reading: Reading, cursor: Cursor) -> Iterator[Item]:
    """The events of the value of the assignment at the cursor."""
    found = ASSIGNMENT_START.match(cursor.text, cursor.at)
    start = cursor.at
    cursor.at = found.end() if found else cursor.at
    if not _to_value(reading, cursor):
        cursor.at = start
        yield reading.junk(reading.other(cursor), cursor)
        return
    if bracket := _OPEN.match(cursor.text, cursor.at):
        cursor.at = bracket.end()
    yield from reading.document(cursor)
    if end := _END.match(cursor.text, cursor.at):
        cursor.at = end.end()


def _to_value(reading: Reading, cursor: Cursor) -> bool:
    """Go to the value, which may begin on one of the next lines. False, and no further, if none does."""
    if cursor.at < len(cursor.text) and not cursor.text.startswith("//", cursor.at):
        return True
    offset = cursor.following
    for count in range(1, _MOST_LINES + 1):
        line = cursor.lines.line(offset)
        if cursor.goes_on or line is None or not _BEGINS.match(line):
            return False
        if line.strip() and not line.strip().startswith(b"//"):
            for _ in range(count):
                cursor.next_line()
            return reading.skip_space(cursor)
        offset += len(line) + 1
    return False
