"""Tables of events: CSV, with tabs or semicolons too. A row is read as soon as it ends, and a broken row costs no other."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from abtui.core.events.chunks import take_line
from abtui.core.events.columns import BadCell, Columns, columns_of, names_events
from abtui.core.events.completion import complete, is_body
from abtui.core.events.cursor import Chunk, Cursor
from abtui.core.events.lines import SHOWN, Part
from abtui.core.events.model import Item
from abtui.core.events.reading import Reading, too_large
from abtui.core.events.rows import NOTE, table_of
from abtui.core.text.json_text import Issue

TABLE_START = re.compile(r"(?:\"?[A-Za-z_$][\w .$\[\]-]*+\"?[ ]*+)?[,;\t]")
_SEPARATORS: Final = ",;\t"
_BEFORE: Final = " \t\ufeff\u200b"
_LONGEST_HEADER: Final = 100_000
_MOST_LINES: Final = 1_000
_MOST_CHARACTERS: Final = 1 << 20
"""How far the end of a cell in quotes is looked for."""
_NO_ROW: Final = (b"{", b"[{", b"```")
_WRITE: Final = "Write each row with all columns, and cells with commas or line ends in quotes."
_NO_TYPE: Final = "This is a table of events that does not tell their type."
_ADD_TYPE: Final = "Add a column `type` with track, page, screen, identify, group or alias in each row."


class _Row(NamedTuple):
    """The lines of one row, and its cells; none if it has no end."""

    text: str
    cells: list[str] | None


class _Table(NamedTuple):
    """What a header says: with `is_spaced`, a space follows each separator."""

    separator: str
    is_spaced: bool
    columns: Columns | None
    width: int


def read_table(reading: Reading, cursor: Cursor) -> Iterator[Item] | None:
    """The events of the table whose header is at the cursor; None if that is no header of events."""
    line = cursor.text[cursor.at :]
    if cursor.goes_on or cursor.before or cursor.text[: cursor.at].strip(_BEFORE) or len(line) > _LONGEST_HEADER:
        return None
    separator = max(_SEPARATORS, key=line.count)
    is_spaced = line.count(separator) == line.count(f"{separator} ")
    header = _first(iter([line]), separator, is_spaced=is_spaced)
    if header is None:
        return None
    columns = columns_of(header, table_of(reading.source))
    if columns is None and not names_events(header):
        return None
    return _read(reading, cursor, _Table(separator, is_spaced, columns, len(header)))


def _read(reading: Reading, cursor: Cursor, table: _Table) -> Iterator[Item]:
    """The events of the rows after the cursor's line."""
    header = Chunk(cursor.text[cursor.at :][:SHOWN], cursor.line, cursor.column(cursor.at))
    cursor.at = len(cursor.text)
    if table.columns is None:
        yield reading.no_event(header, [Issue("TABLE-TYPE", _NO_TYPE, _ADD_TYPE, 0)], cursor)
        for _ in _lines(cursor):
            cursor.at = len(cursor.text)
        return
    notes = _notes(table.columns)
    for is_long in _lines(cursor):
        if is_long:
            chunk = take_line(cursor)
            yield reading.no_event(chunk, (too_large(chunk),) if chunk.skipped else (_broken("has no end"),), cursor)
            continue
        first = cursor.line
        row = _row(cursor, table.separator, is_spaced=table.is_spaced)
        chunk = Chunk(row.text, first, 1, True, cursor.line)
        cursor.at = len(cursor.text)
        item = _event(reading, cursor, table.columns, table.width, chunk, row.cells, notes)
        notes = notes if item.text else ()
        yield item


def _event(
    reading: Reading, cursor: Cursor, columns: Columns, width: int, chunk: Chunk, cells: list[str] | None, notes: tuple[Issue, ...]
) -> Item:  # fmt: skip
    """The event of a row. The first one gets what is told of the table."""
    if cells is None:
        return reading.no_event(chunk, (_broken("has a quote that is never closed"),), cursor)
    if len(cells) != width:
        return reading.no_event(chunk, (_broken(f"has {len(cells)} cells, and the header {width}"),), cursor)
    try:
        value = columns.event(cells)
    except BadCell as problem:
        return reading.no_event(chunk, (Issue("TABLE-ROW", str(problem), 'Write {"total": 12.5} there.', 0),), cursor)
    event = reading.event(chunk, value, reading.findings(chunk, notes, cursor), text=False)
    return complete(event, reading.sdk.now) if is_body(value) else event


def _lines(cursor: Cursor) -> Iterator[bool]:
    """Go to each further line of the table. True for one that is too long to be a row."""
    while (line := cursor.lines.line(cursor.following)) is not None and not line.lstrip().startswith(_NO_ROW):
        cursor.next_line()
        if isinstance(line, Part):
            yield True
        elif cursor.text.strip():
            yield False


def _row(cursor: Cursor, separator: str, *, is_spaced: bool) -> _Row:
    """The row that begins on the cursor's line, which goes to its last one. A quote that is never closed ends with its line."""
    text = cursor.text
    if '"' not in text and not is_spaced:
        return _Row(text, text.split(separator))
    lines: list[str] = []
    cells = _first(_ahead(cursor, lines), separator, is_spaced=is_spaced)
    if cells is None:
        return _Row(text, None)
    for _ in lines[1:]:
        cursor.next_line()
    return _Row("".join(lines).removesuffix("\n"), cells)


def _ahead(cursor: Cursor, taken: list[str]) -> Iterator[str]:
    """The cursor's line and those after it, as far as the end of a cell is looked for, each with its end. What was taken of them is kept."""
    taken.append(f"{cursor.text}\n")
    yield taken[-1]
    offset, size = cursor.following, 0
    while len(taken) < _MOST_LINES and size < _MOST_CHARACTERS:
        line = cursor.lines.line(offset)
        if line is None or isinstance(line, Part):
            return
        offset += len(line) + 1
        size += len(line)
        taken.append(f"{cursor.lines.decode(line)[0]}\n")
        yield taken[-1]


def _first(lines: Iterator[str], separator: str, *, is_spaced: bool) -> list[str] | None:
    """The cells of the first row of some lines; None if a quote in it is never closed, or a cell is far too long."""
    try:
        return next(csv.reader(lines, delimiter=separator, skipinitialspace=is_spaced, strict=True), None)
    except csv.Error:
        return None


def _notes(columns: Columns) -> tuple[Issue, ...]:
    """What is told once of a table."""
    read = "In the data of its events, cells that are written as numbers, true, false or JSON were read as such; empty cells are left out."
    others = (
        f" Of no field of an event, and so properties or traits, are: {', '.join(columns.others[:8])}."
        if columns.others
        else ""
    )
    hint = "Ids, names and dates are text. What must be text in the data too is better written as JSON in a column `properties`."
    note = Issue("TABLE-READ", f"The events were read from a table. {read}{others}", hint, 0)
    return (note, Issue(*NOTE, 0)) if columns.kind else (note,)


def _broken(what: str) -> Issue:
    return Issue("TABLE-ROW", f"This row {what}.", _WRITE, 0)
