"""Tables of events: CSV, with tabs or semicolons too. A row is read as soon as it ends, and a broken row costs no other."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from itertools import islice
from typing import Final, NamedTuple

from abtui.core.events.chunks import take_line
from abtui.core.events.columns import BadCell, Columns, columns_of, names_events
from abtui.core.events.completion import complete_body
from abtui.core.events.cursor import Chunk, Cursor
from abtui.core.events.envelopes import read_inside
from abtui.core.events.lines import SHOWN, Part
from abtui.core.events.model import Item, JSONObject
from abtui.core.events.packed import may_hold
from abtui.core.events.reading import Reading, too_large
from abtui.core.events.rows import NOTE, table_of
from abtui.core.text.json_text import Issue, Parsed, parse

TABLE_START = re.compile(r"(?:\"?[A-Za-z_$@][\w .$\[\]-]*+\"?[ ]*+)?(?:[,;\t|]|(?<!\s)\Z)|\"?sep=.\"?\s*\Z|\+-[-+]*+\Z")
_SEPARATORS: Final = ",;\t|"
_BEFORE_HEADER = re.compile(r"\"?sep=.\"?\s*\Z|\+-[-+]*+\Z")
"""What Excel or the shell of a database writes before a table; the header tells the same."""
_NAME = re.compile(r"[@\w][\w .:@$/()\[\]-]*+\Z")
_DOUBLED = re.compile(r"\"\"\w++\"\"\s*+:")
"""A key of JSON in a cell of CSV: its quotes are doubled."""
_RULE = re.compile(r"[ |+:-]*--[ |+:-]*\Z|\(\d+ rows?\)\s*\Z")
"""What stands between and after the rows of a table with bars."""
_LOOKED_AT: Final = 20
"""Rows in which JSON is looked for, under a header that is not one of events."""
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
    header: list[str]
    is_packed: bool
    """Whether the events are JSON in the cells, as in exports of logs and of databases."""


def read_table(reading: Reading, cursor: Cursor) -> Iterator[Item] | None:
    """The events of the table whose header is at the cursor; None if that is no header of events."""
    line = cursor.text[cursor.at :]
    if cursor.goes_on or cursor.before or cursor.text[: cursor.at].strip(_BEFORE) or len(line) > _LONGEST_HEADER:
        return None
    if cursor.line == cursor.first_line and _BEFORE_HEADER.match(line):
        cursor.at = len(cursor.text)
        return iter(())
    separator = max(_SEPARATORS, key=line.count)
    is_spaced = line.count(separator) == line.count(f"{separator} ")
    header = _cells(iter([line]), separator, is_spaced=is_spaced)
    if header is None:
        return None
    columns = columns_of(header, table_of(reading.names.source))
    is_packed = columns is None and not names_events(header)
    if is_packed and not _has_json(reading, cursor, header, separator):
        return None
    return _read(reading, cursor, _Table(separator, is_spaced, columns, header, is_packed))


def _has_json(reading: Reading, cursor: Cursor, header: list[str], separator: str) -> bool:
    """Whether rows follow a header that are as wide, one of which has a cell that may hold an event."""
    is_header = len(set(header)) == len(header) and all(map(_NAME.match, header))
    if cursor.line <= reading.declined.get("table", 0) or not is_header:
        return False
    taken: list[str] = []
    try:
        rows = list(islice(csv.reader(_ahead(cursor, taken), delimiter=separator, strict=True), 1, _LOOKED_AT))
    except csv.Error:
        reading.declined["table"] = cursor.line + len(taken) - 1
        return False
    if not any("{" in line for line in taken):
        reading.declined["table"] = cursor.line + len(taken) - 1
    cells = [cell for row in rows if len(row) == len(header) for cell in row]
    return any(map(_DOUBLED.search, taken)) and any("{" in cell and may_hold(cell) for cell in cells)


def _read(reading: Reading, cursor: Cursor, table: _Table) -> Iterator[Item]:
    """The events of the rows after the cursor's line."""
    header = Chunk(cursor.text[cursor.at :][:SHOWN], cursor.line, cursor.column(cursor.at))
    cursor.at = len(cursor.text)
    if table.columns is None and not table.is_packed:
        yield reading.no_event(header, [Issue("TABLE-TYPE", _NO_TYPE, _ADD_TYPE, 0)], cursor)
        for _ in _lines(cursor, table.separator):
            cursor.at = len(cursor.text)
        return
    notes = _notes(table.columns) if table.columns else ()
    reading.has_text = reading.has_text or table.columns is None
    for is_long in _lines(cursor, table.separator):
        if is_long:
            chunk = take_line(cursor)
            yield reading.no_event(chunk, (too_large(chunk),) if chunk.skipped else (_broken("has no end"),), cursor)
            continue
        first = cursor.line
        row = _row(cursor, table.separator, len(table.header), is_spaced=table.is_spaced)
        chunk = Chunk(row.text, first, 1, True, cursor.line)
        cursor.at = len(cursor.text)
        if row.cells is None:
            yield reading.no_event(chunk, (_broken("has a quote that is never closed"),), cursor)
        elif row.cells == table.header:
            # Files that were put together repeat it.
            continue
        elif len(row.cells) != len(table.header):
            what = f"has {len(row.cells)} cells, and the header {len(table.header)}"
            yield reading.no_event(chunk, (_broken(what),), cursor)
        elif table.columns is None:
            yield from _packed(reading, cursor, chunk, dict(zip(table.header, row.cells, strict=True)))
        elif any(row.cells):
            item = _event(reading, cursor, table.columns, chunk, row.cells, notes)
            notes = notes if item.text else ()
            yield item


def _packed(reading: Reading, cursor: Cursor, chunk: Chunk, row: JSONObject) -> Iterator[Item]:
    """The events in the cells of a row. A row without one is text; but a cell that was to be one is told."""
    items = read_inside(reading, chunk, Parsed(row, 0, len(chunk.text)), cursor)
    if items is not None:
        yield from items
        return
    for name, cell in row.items():
        if cell.lstrip().startswith("{") and may_hold(cell) and (parsed := parse(cell)).damaged:
            issue = Issue(
                "TABLE-ROW", f"The cell of `{name}` is no JSON: {parsed.issues[-1].message}", parsed.issues[-1].hint, 0
            )
            yield reading.no_event(chunk, (issue,), cursor)
            return
    yield reading.text(chunk, cursor)


def _event(
    reading: Reading, cursor: Cursor, columns: Columns, chunk: Chunk, cells: list[str], notes: tuple[Issue, ...]
) -> Item:
    """The event of a row. The first one gets what is told of the table."""
    try:
        value = columns.event(cells)
    except BadCell as problem:
        return reading.no_event(chunk, (Issue("TABLE-ROW", str(problem), 'Write {"total": 12.5} there.', 0),), cursor)
    event = reading.event(chunk, value, reading.findings(chunk, notes, cursor), text=False)
    return complete_body(event, reading.sdk.now)


def _lines(cursor: Cursor, separator: str) -> Iterator[bool]:
    """Go to each further line of the table. True for one that is too long to be a row."""
    while (line := cursor.lines.line(cursor.following)) is not None and not line.lstrip().startswith(_NO_ROW):
        cursor.next_line()
        if isinstance(line, Part):
            yield True
        elif separator == "|" and _RULE.match(cursor.text):
            cursor.at = len(cursor.text)
        elif cursor.text.strip():
            yield False


def _row(cursor: Cursor, separator: str, width: int, *, is_spaced: bool) -> _Row:
    """The row that begins on the cursor's line, which goes to its last one. A quote that is never closed ends with its line."""
    text = cursor.text
    if '"' not in text and not is_spaced and separator != "|":
        return _Row(text, text.split(separator))
    lines: list[str] = []
    cells = _cells(_ahead(cursor, lines), separator, is_spaced=is_spaced)
    if cells is None and '\\"' in text:
        lines.clear()
        cells = _cells(_ahead(cursor, lines), separator, is_spaced=is_spaced, escape="\\")
    if cells is None:
        # JSON in the last column that somebody wrote as it is.
        plain = text.split(separator, width - 1)
        return _Row(text, plain if plain[-1].startswith("{") and plain[-1].rstrip().endswith("}") else None)
    for _ in lines[1:]:
        cursor.next_line()
    return _Row("".join(lines).removesuffix("\n"), cells)


def _ahead(cursor: Cursor, taken: list[str]) -> Iterator[str]:
    """The cursor's line and those after it, as far as the end of a cell is looked for, each with its end. What was taken of them is kept."""
    taken.append(f"{cursor.text}\n")
    yield taken[-1]
    for line in islice(cursor.ahead(_MOST_CHARACTERS), _MOST_LINES - 1):
        taken.append(f"{line}\n")
        yield taken[-1]


def _cells(lines: Iterator[str], separator: str, *, is_spaced: bool, escape: str | None = None) -> list[str] | None:
    """The cells of the first row of some lines; None if a quote in it is never closed, or a cell is far too long.

    Some databases write `escape` before a quote and do not double it. Cells between bars have spaces around them.
    """
    rows = csv.reader(
        lines,
        delimiter=separator,
        skipinitialspace=is_spaced,
        strict=True,
        escapechar=escape,
        doublequote=escape is None,
    )
    try:
        cells = next(rows, None)
    except csv.Error:
        return None
    return [cell.strip() for cell in cells] if cells and separator == "|" else cells


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
