"""JSON as people write it: a tolerant parser that knows places, and what else is asked of a JSON text.

Nothing here recurses, every loop is linear in the text, and no text raises. What strict JSON refuses but is harmless in a
hand-made sample (comments, trailing commas, `NaN`, a byte-order mark) is read with an issue; a text that is unusable has an issue
with its place and no value. Numbers and duplicate keys have the values that JSON.parse (ECMA-262 25.5.1) returns.
"""

from __future__ import annotations

from typing import Any, Final

import orjson

from abtui.core.findings import Finding, finding
from abtui.core.text.json_parser import DEEPEST, MOST_ISSUES, Issue, Parsed, number, parse, skip_space
from abtui.core.text.paths import path_text

__all__ = [
    "DEEPEST",
    "MOST_ISSUES",
    "Issue",
    "Parsed",
    "has_duplicate_keys",
    "issue_finding",
    "line_column",
    "number",
    "openings",
    "parse",
    "skip_space",
]

_LONG: Final = 1 << 20
"""Characters from which on a value is not written out again only to count its colons."""


def line_column(text: str, offset: int) -> tuple[int, int]:
    """The line and column, in characters from 1, of an offset. Lines end in `\\n`, `\\r\\n` or `\\r`."""
    offset = max(0, min(offset, len(text)))
    begin = text.rfind("\n", 0, offset) + 1
    line = text.count("\n", 0, offset) + 1
    if "\r" in text:
        ended = offset - 1 if text[offset - 1 : offset + 1] == "\r\n" else offset
        line += text.count("\r", 0, ended) - text.count("\r\n", 0, offset)
        begin = max(begin, text.rfind("\r", 0, ended) + 1)
    return line, offset - begin + 1


def issue_finding(issue: Issue, text: str, line: int = 1, column: int = 1) -> Finding:
    """The finding about an issue in `text`, whose first character is at `line` and `column` of its source."""
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
    """The number of opening brackets and braces in `data`, which is never less than its depth. (`replace` is faster than `count`.)"""
    return 2 * len(data) - len(data.replace(b"{", b"")) - len(data.replace(b"[", b""))


def _colons(value: Any) -> int:
    """The number of colons in the JSON of a value, without writing it out, which would take up to three times its size in memory."""
    colons, waiting = 0, [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            colons += item.count(":")
        elif isinstance(item, dict):
            colons += len(item) + sum(key.count(":") for key in item)
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
    return colons


def has_duplicate_keys(text: bytes | str, value: Any) -> bool:
    """Whether `text`, whose value is `value`, may have duplicate keys. False is certain; True is a reason to `parse`.

    Each key in the text has a colon, and `value` has each key once. Escaped colons are counted as well.
    """
    written = orjson.dumps(value).count(b":") if len(text) <= _LONG else _colons(value)
    if isinstance(text, bytes):
        return written != sum(map(text.count, (b":", b"\\u003a", b"\\u003A")))
    return written != sum(map(text.count, (":", "\\u003a", "\\u003A")))
