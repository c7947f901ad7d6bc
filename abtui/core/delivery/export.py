"""Runs and receipts as lines of other forms: CSV and JSON Lines."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import orjson

from abtui.core.text.plain import printable_json, single_line

_FORMULA: Final = ("=", "+", "-", "@")


class _Line:
    """What the writer of CSV writes to: holds one line."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> int:
        self.text = text
        return len(text)


def csv_lines(rows: Iterable[dict[str, Any]], columns: Sequence[str]) -> Iterator[bytes]:
    """Rows as CSV, the names of the columns first, without line ends.

    No text has control characters, and none can pass for a formula where a spreadsheet opens the file.
    """
    line = _Line()
    writer = csv.writer(line, lineterminator="")
    writer.writerow(columns)
    yield line.text.encode()
    for row in rows:
        writer.writerow([_cell(row[name]) for name in columns])
        yield line.text.encode("utf-8", "backslashreplace")


def _cell(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = single_line(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def json_lines(rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """Rows as JSON, one a line."""
    return (printable_json(orjson.dumps(row)) for row in rows)


def json_list(rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """Rows as one JSON list, one a line."""
    before = b"["
    for row in rows:
        yield before + printable_json(orjson.dumps(row))
        before = b","
    yield b"[]" if before == b"[" else b"]"
