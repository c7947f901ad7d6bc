"""Files that are something else than events: what each kind is, by how it begins, and what to do instead. It is told once, not line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from abtui.core.events.cursor import Chunk, Cursor
from abtui.core.events.lines import SHOWN
from abtui.core.events.model import Item
from abtui.core.events.reading import Reading
from abtui.core.text.json_text import Issue

_CONVERT: Final = "Convert it to JSON Lines: one event on each line."
_PASS: Final = "Pass a file with events: JSON Lines, CSV, a log, or a browser's recording (HAR)."
_COPY: Final = "Copy the events themselves, or pass the response that has them."


class _Kind(NamedTuple):
    start: str
    name: str
    hint: str


_NO_TEXT: Final = (
    _Kind(r"PAR1", "a Parquet file", _CONVERT),
    _Kind(r"Obj\x01", "an Avro file", _CONVERT),
    _Kind(r"ORC[\x00-\x08\ufffd]", "an ORC file", _CONVERT),
    _Kind(r"SQLite format 3", "a database", "Export the events from it, as JSON or CSV."),
    _Kind(r"\ufffdPNG|GIF8[79]a|\ufffd{3,4}(?s:.{0,6})(?:JFIF|Exif)|RIFF.{4}WEBP", "an image", _PASS),
    _Kind(r"%PDF-", "a PDF", _PASS),
    _Kind(r"\x7fELF|MZ\ufffd", "a program", _PASS),
    _Kind(r"(?i:<!doctype html|<html\b|<head\b|<body\b)", "a page of HTML", _COPY),
    _Kind(r"(?i:<svg\b)", "an image", _PASS),
    _Kind(r"<\?xml\b|<plist\b", "XML", _PASS),
)  # fmt: skip
OTHER_START: Final = re.compile("|".join(kind.start for kind in _NO_TEXT))


def read_other(reading: Reading, cursor: Cursor) -> Iterator[Item] | None:
    """All of the text as one piece, if it begins as a file that is something else; None if something stands before."""
    if cursor.line != cursor.first_line or cursor.text[: cursor.at].strip() or cursor.before:
        return None
    kind = next(kind for kind in _NO_TEXT if re.match(kind.start, cursor.text[cursor.at :]))
    chunk = Chunk(cursor.text[cursor.at :][:SHOWN], cursor.line, cursor.column(cursor.at))
    while cursor.next_line():
        pass
    cursor.at = len(cursor.text)
    return iter(
        [reading.no_event(chunk, [Issue("JSON-SYNTAX", f"This is {kind.name}, and no events.", kind.hint, 0)], cursor)]
    )
