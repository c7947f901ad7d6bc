"""JSON as people have it: a tolerant parser that knows places, and the place of a path in a text.

Nothing here recurses, every loop is linear in the text, and no text raises. What strict JSON refuses but is harmless in a
hand-made sample (comments, trailing commas, `NaN`, a byte-order mark) is read and told; what makes a text unusable is told
with its place and gives no value. Numbers and duplicate keys come out as JSON.parse (ECMA-262 25.5.1) gives them.
"""

from __future__ import annotations

from typing import Any, Final

import orjson

from abtui.core.findings import Finding, finding
from abtui.core.json_parser import DEEPEST, MOST_ISSUES, Issue, Parsed, number, parse
from abtui.core.json_places import item_spans, locate, skip_space, start_of, value_end
from abtui.core.paths import path_text

__all__ = [
    "DEEPEST",
    "MOST_ISSUES",
    "Issue",
    "Parsed",
    "has_duplicate_keys",
    "issue_finding",
    "item_spans",
    "line_column",
    "locate",
    "number",
    "openings",
    "parse",
    "skip_space",
    "start_of",
    "too_deep",
    "value_end",
]

_ORJSON_DEEPEST: Final = 1024


def line_column(text: str, offset: int) -> tuple[int, int]:
    """The 1-based line and column, in characters, of an offset. Lines end in `\\n`, `\\r\\n` or `\\r`."""
    offset = max(0, min(offset, len(text)))
    begin = text.rfind("\n", 0, offset) + 1
    line = text.count("\n", 0, offset) + 1
    if "\r" in text:
        ended = offset - 1 if text[offset - 1 : offset + 1] == "\r\n" else offset
        line += text.count("\r", 0, ended) - text.count("\r\n", 0, offset)
        begin = max(begin, text.rfind("\r", 0, ended) + 1)
    return line, offset - begin + 1


def issue_finding(issue: Issue, text: str, line: int = 1, column: int = 1) -> Finding:
    """The finding of an issue in `text`, whose first character stands at `line` and `column` of its source."""
    down, right = line_column(text, issue.at)
    return finding(
        issue.code,
        issue.message,
        issue.hint,
        event_path=None if issue.path is None else path_text(issue.path),
        line=line + down - 1,
        column=right + column - 1 if down == 1 else right,
    )


def openings(data: bytes) -> int:
    """How many brackets and braces open in `data`: never less than its depth. (`replace` finds bytes faster than `count`.)"""
    return 2 * len(data) - len(data.replace(b"{", b"")) - len(data.replace(b"[", b""))


def too_deep(data: bytes) -> bool:
    """Whether `data`, which orjson has read, has more than `DEEPEST` levels: orjson itself refuses more than 1,024."""
    if openings(data) <= DEEPEST:
        return False
    around = _ORJSON_DEEPEST - DEEPEST
    try:
        orjson.loads(b"[" * around + data + b"]" * around)
    except orjson.JSONDecodeError:
        return True
    return False


def has_duplicate_keys(data: bytes, value: Any) -> bool:
    """Whether `data`, which gave `value`, may hold duplicate keys. False is certain, True is a reason to `parse`.

    Each key costs a colon, and writing `value` out again writes each key once. Escaped colons count for one as well.
    """
    again = orjson.dumps(value)
    if again == data:
        return False
    colons = data.count(b":")
    if b"\\u003" in data:
        colons += data.count(b"\\u003a") + data.count(b"\\u003A")
    return colons != again.count(b":")
