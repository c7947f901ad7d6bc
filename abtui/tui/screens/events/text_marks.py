"""The marks of findings in the text of an event and in its payload."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from abtui.core.findings import Finding
from abtui.core.text.json_index import Place, index_json
from abtui.core.text.json_text import line_column
from abtui.core.text.paths import parse_path
from abtui.tui.kit.lights import LocatedText
from abtui.tui.kit.underlines import Mark

_LONGEST: Final = 80


def event_marks(findings: Iterable[Finding], located: LocatedText | None) -> list[Mark]:
    """A mark for the first finding at each place of the text: at its line, or at the value that its event path names.

    `located` is None for a text in which locating the values would take too long.
    """
    marks: dict[tuple[int, int | None], Mark] = {}
    for item in findings:
        mark = None
        if item.line is not None and item.config_line is None:
            mark = Mark(item.line, item.column or 1, None, item.severity, item.message)
        elif item.event_path is not None and located is not None:
            mark = _mark(item, located, located.index.of(parse_path(item.event_path)))
        if mark is not None and item.severity != "info":
            marks.setdefault((mark.line, mark.column), mark)
    return list(marks.values())


def payload_marks(findings: Iterable[Finding], located: LocatedText | None) -> list[Mark]:
    """A mark for the first finding at each place of the payload; a missing field is marked at its parent."""
    marks: dict[str, Mark] = {}
    for item in findings:
        if located is None or item.payload_path is None or item.severity == "info":
            continue
        mark = _mark(item, located, located.index.nearest(parse_path(item.payload_path)))
        if mark is not None:
            marks.setdefault(item.payload_path, mark)
    return list(marks.values())


def _mark(item: Finding, located: LocatedText, place: Place | None) -> Mark | None:
    if place is None:
        return None
    start, end = place.value
    row, column = located.spot(start)
    return Mark(row + 1, column + 1, column + 1 + min(end - start, _LONGEST), item.severity, item.message)


def place_in(text: str, item: Finding) -> tuple[int, int] | None:
    """Line and column (from 1) of a finding in the text of its event: of the value it is about or, if that is missing, of its parent."""
    if item.line is not None and item.config_line is None:
        return item.line, item.column or 1
    if item.event_path is None:
        return None
    found = index_json(text).nearest(parse_path(item.event_path))
    return line_column(text, 0 if found is None else found.value[0])
