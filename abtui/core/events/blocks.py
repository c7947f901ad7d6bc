"""Lines with a mark before each: quoted mail, server-sent events, the output of containers; and the fences of Markdown.

The mark is replaced by spaces, so that what is read keeps its line and column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile
from typing import Final

from abtui.core.events.calls import CALL_START
from abtui.core.events.cursor import Cursor
from abtui.core.events.model import Item
from abtui.core.events.reading import Reading

QUOTE_START: Final = re.compile(r"(?:>[ \t]?)+")
STREAM_START: Final = re.compile(r"(?:data|event|id|retry)?:(?: |\Z|(?=[\[\]{}\"]))")
OUTPUT_START: Final = re.compile(r"(?:[\w.@/-]+[ \t]*\|[ \t]?|\[[\w.@/-]+\][ \t])(?=[ \t]*[\[{][ \t]*\Z)")
MACRO: Final = r"\{(?:code|noformat|quote)(?::[\w=#|. ]*+)?\}[ \t]*+\Z"
"""A fence of a wiki or a tracker: `{code:json}`."""
FENCE_START: Final = re.compile(
    rf"(?:`{{3,}}|~{{3,}})[^`\n]*|`{{1,2}}(?=[ \t]*[{{\[][^`\n]*`{{1,2}}[ \t]*\Z)|(?<=[}}\])])`{{1,2}}[ \t]*\Z|{MACRO}"
)
"""Also the mark before and behind a piece of code that is a whole line: over several lines it is a text of a program."""
_FENCED = re.compile(
    rf"""[`~]+[ \t]*(?:\w+[ \t]+)??(?=\{{[ \t]*(?:["'\u201c\u201d]|\Z)|\[[ \t]*(?:\{{|\Z)|{CALL_START.pattern})"""
)
"""A fence with an event behind it, perhaps after the language. Generators of pages write their options there: `js {1,3}`."""
_SPAN = re.compile(r"`+(?=[^`]+`)")
"""The mark before a piece of code that ends on the same line, as a chat has it."""
_OUTPUT = re.compile(r"(?:[\w.@/-]+[ \t]*\||\[[\w.@/-]+\][ \t])")
_DATA = re.compile(r"\A\s*data:")
_NOT_DATA = re.compile(r"\A\s*(?:event|id|retry)?:.*")
_MOST: Final = 16 << 20
"""About how many characters of such lines are read together."""


def _begins_line(cursor: Cursor) -> bool:
    """Whether nothing stands before the cursor on its line: behind a value a mark is none of these."""
    return not cursor.before and not cursor.text[: cursor.at].strip()


def read_quote(reading: Reading, cursor: Cursor) -> Iterator[Item] | None:
    """The events in quoted lines. A mail program may have broken long lines, even inside a text of JSON."""
    if not _begins_line(cursor):
        return None
    lines = _block(cursor, QUOTE_START)
    first = cursor.line
    _move(cursor, len(lines))
    blank = [QUOTE_START.sub(_spaces, line, count=1) for line in lines]
    whole = [line.strip() for line in blank if line.strip()]
    start = next((at for at, line in enumerate(whole) if line[0] in "{["), len(whole))
    for lines in (blank, [" ".join(whole[start:])], ["".join(whole[start:])]):
        if reading.has_event("\n".join(lines), first):
            return _items(reading, lines, first)
    return _items(reading, blank, first)


def read_stream(reading: Reading, cursor: Cursor) -> Iterator[Item] | None:
    """The events of a stream of server-sent events: the lines `data:` of one of them are one text."""
    if cursor.line <= reading.declined.get("stream", 0) or not _begins_line(cursor):
        return None
    lines = _block(cursor, STREAM_START, blank=True)
    if not any(line.lstrip().startswith("data:") and "{" in line for line in lines):
        reading.declined["stream"] = cursor.line + len(lines) - 1
        return None
    first = cursor.line
    _move(cursor, len(lines))
    return _items(reading, [_NOT_DATA.sub("", _DATA.sub(_spaces, line)) for line in lines], first)


def read_output(reading: Reading, cursor: Cursor) -> Iterator[Item] | None:
    """The events in the output of a container, whose JSON is over several lines."""
    if not _begins_line(cursor):
        return None
    lines = _block(cursor, _OUTPUT)
    first = cursor.line
    _move(cursor, len(lines))
    return _items(reading, [_OUTPUT.sub(_spaces, line, count=1) for line in lines], first)


def read_fence(reading: Reading, cursor: Cursor) -> Iterator[Item]:
    """Nothing: what stands between two fences of Markdown is read as it is, also where it begins on the line of the first."""
    mark = _FENCED.match(cursor.text, cursor.at) or _SPAN.match(cursor.text, cursor.at)
    cursor.at = mark.end() if mark else len(cursor.text)
    reading.has_text = True
    return iter(())


def _block(cursor: Cursor, start: re.Pattern[str], *, blank: bool = False) -> list[str]:
    """The lines from the cursor's on that begin so, or are blank if that is allowed. The cursor stays."""
    ahead = cursor.ahead(_MOST - len(cursor.text))
    return [cursor.text, *takewhile(lambda text: start.match(text) or (blank and not text.strip()), ahead)]


def _move(cursor: Cursor, lines: int) -> None:
    """Move the cursor to the end of the last of so many lines."""
    for _ in range(lines - 1):
        cursor.next_line()
    cursor.at = len(cursor.text)


def _items(reading: Reading, lines: list[str], first: int) -> Iterator[Item]:
    reading.has_text = True
    return reading.part("\n".join(lines), first)


def _spaces(found: re.Match[str]) -> str:
    return " " * len(found[0])
