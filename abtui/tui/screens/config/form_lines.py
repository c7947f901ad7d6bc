"""The lines of a form, with the field of each line and the cells that can be typed into or pressed."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Final, Literal, NamedTuple

from rich.cells import cell_len

from abtui.core.config.form import Field, Form
from abtui.core.findings import Finding
from abtui.core.text.paths import Path
from abtui.core.text.plain import printable

StopPart = Literal["value", "key", "toggle", "remove", "add", "new"]
LineKind = Literal["heading", "title", "text", "toggle", "row", "add", "finding", "more", "gap", "note", "new"]

INDENT: Final = 2
BECOMES: Final = 4
"""Cells between the key and the value of a row of a map."""
REMOVE: Final = 3
SWITCH: Final = 9
ITEM: Final = 2
"""The length of the path of an item of a list."""
LENS: Final = 18
"""Cells at the right that belong to the lenses."""
REMOVE_ITEM: Final = " ✕ remove "
NEW_ITEM: Final = "+ "
_MOST_LINES: Final = 4
"""The most lines for one finding. The YAML view shows it in full."""
_LEAST_BOX: Final = 4


class Stop(NamedTuple):
    """A place for the cursor: the value of a field, or a part of one row (from 0) of its map.

    Without a row, `remove` is the place that removes the whole item of a list that the field belongs to; `new` adds one.
    """

    field: str
    part: StopPart
    row: int = -1


class Box(NamedTuple):
    """The cells of a line, from `start` to before `end`, that belong to a stop."""

    stop: Stop
    start: int
    end: int


class FormLine(NamedTuple):
    """One line. `text` is its text unless that is a field's value; `tone` is the severity of a finding, or "". `line` is its line in the YAML."""

    kind: LineKind
    field: Field | None
    text: str = ""
    tone: str = ""
    boxes: tuple[Box, ...] = ()
    line: int | None = None


def form_lines(
    form: Form, width: int, edited: Stop | None = None, *, adds: Mapping[str, str] = {}, told: bool = True
) -> list[FormLine]:
    """The lines of the form for `width` cells.

    `adds` says for each map what a new row could be about. With `told` the findings are told below their fields; the row that is
    being `edited` shows none while its value is still empty.
    """
    lines = _notes(form, width)
    settings = [field for field in form.fields if not field.group]
    labels = {kind: _widest(settings, toggles=kind == "toggle") for kind in ("text", "toggle")}
    item: Path = ()
    for (_, kind), fields in groupby(form.fields, _part_of_form):
        for field in fields:
            if field.group and field.path[:ITEM] != item:
                item = field.path[:ITEM]
                own = [other for other in form.fields if other.group and other.path[:ITEM] == item]
                labels["item"] = max(_widest(own, toggles=toggles) for toggles in (False, True))
                lines.append(_heading(field, own, width))
            by_row = _findings_by_row(field)
            placed = {id(item) for item in by_row.values()}
            if not told or (edited is not None and edited.field == field.name and _lacks_value(field, edited.row)):
                by_row = {}
            if field.kind == "map":
                lines += _map_lines(field, width, by_row, adds.get(field.name, ""))
            elif field.kind == "list":
                box = Box(Stop(field.name, "new"), INDENT, INDENT + len(NEW_ITEM + label(field)) + 2)
                lines.append(FormLine("new", field, boxes=(box,)))
            else:
                lines.append(_one_line(field, width, INDENT + labels["item" if field.group else kind] + 2))
            unplaced = (item for item in field.findings if told and id(item) not in placed)
            lines += [line for item in unplaced for line in _finding_lines(field, item, width)]
            lines += [FormLine("note", field, text) for text in _wrapped(field.fixed, width)]
            if kind == "map":
                lines.append(FormLine("gap", None))
        if kind != "map":
            lines.append(FormLine("gap", None))
    return lines


def _part_of_form(field: Field) -> tuple[Path, str]:
    """What stands without a gap: fields of one kind; of an item of a list all but its maps."""
    if field.group:
        return field.path[:ITEM], "map" if field.kind == "map" else "text"
    return (), field.kind if field.kind in ("map", "toggle", "list") else "text"


def _heading(field: Field, own: Iterable[Field], width: int) -> FormLine:
    """The name of an item of a list, with the lens of the item and the place that removes it."""
    text = printable(field.group)
    line = min((other.line for other in own if other.line is not None), default=None)
    start = min(INDENT + cell_len(text) + 2, max(INDENT, width - LENS - len(REMOVE_ITEM)))
    box = Box(Stop(field.name, "remove"), start, start + len(REMOVE_ITEM))
    return FormLine("heading", field, text, boxes=(box,), line=line)


def _notes(form: Form, width: int) -> list[FormLine]:
    lines: list[FormLine] = []
    if form.problem:
        text = f"Fix the YAML first (Ctrl+G). {form.problem[:1].upper()}{form.problem[1:]}"
        lines += [FormLine("note", None, part) for part in _wrapped(text, width)] + [FormLine("gap", None)]
    if form.empty:
        empty = "The config is empty: filling in a field starts it."
        lines += [FormLine("note", None, empty), FormLine("gap", None)]
    return lines


def label(field: Field) -> str:
    """The label of a field, with `*` if it is required."""
    return f"{field.setting.label} *" if field.setting.required and not _filled(field) else field.setting.label


def _filled(field: Field) -> bool:
    return bool(field.rows) if field.kind == "map" else bool(field.value)


def _widest(fields: Iterable[Field], *, toggles: bool) -> int:
    shown = (field for field in fields if field.kind not in ("map", "list"))
    return max((len(label(field)) for field in shown if (field.kind == "toggle") == toggles), default=0)


def _findings_by_row(field: Field) -> dict[int, Finding]:
    """The finding of each row that has one. Empty if several rows share a line, or a row shares the field's line."""
    lines = [row.line for row in field.rows]
    rows = {line: at for at, line in enumerate(lines)}
    if len(rows) < len(lines) or field.line in rows:
        return {}
    return {rows[item.line]: item for item in field.findings if item.line in rows}


def _lacks_value(field: Field, row: int) -> bool:
    return 0 <= row < len(field.rows) and not field.rows[row].value


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(printable(text), max(10, width - 2 * INDENT))[:_MOST_LINES]


def _finding_lines(field: Field, item: Finding, width: int) -> list[FormLine]:
    """The lines of a finding. The lines after the first are indented."""
    return [
        FormLine("finding" if at == 0 else "more", field, text, item.severity)
        for at, text in enumerate(_wrapped(item.message, width))
    ]


def _one_line(field: Field, width: int, start: int) -> FormLine:
    """A field of one line: its label, and the box of its value or its switch."""
    # An item has its lens beside its heading, and directives are long.
    lens = 1 if field.group else LENS
    start = min(start, max(INDENT, width - LENS - SWITCH))
    if field.kind == "toggle":
        box = Box(Stop(field.name, "toggle"), start, start + SWITCH)
        return FormLine("toggle", field, label(field), boxes=() if field.fixed else (box,), line=field.line)
    end = max(start + _LEAST_BOX, width - lens)
    return FormLine("text", field, label(field), boxes=(Box(Stop(field.name, "value"), start, end),), line=field.line)


def _map_lines(field: Field, width: int, by_row: Mapping[int, Finding], adds: str) -> list[FormLine]:
    lines = [FormLine("title", field, label(field), line=field.line)]
    room = max(2 * _LEAST_BOX, width - INDENT - BECOMES - REMOVE - (1 if field.group else LENS))
    key_end = INDENT + (room // 3 if field.group else room * 4 // 7)
    start, end = key_end + BECOMES, INDENT + room + BECOMES
    for at, row in enumerate(field.rows):
        boxes = (
            Box(Stop(field.name, "key", at), INDENT, key_end),
            Box(Stop(field.name, "value", at), start, end),
            Box(Stop(field.name, "remove", at), end, end + REMOVE),
        )
        lines.append(FormLine("row", field, boxes=boxes[:2] if field.fixed else boxes, line=row.line))
        if at in by_row:
            lines += _finding_lines(field, by_row[at], width)
    if not field.fixed:
        lines.append(FormLine("add", field, adds, boxes=(Box(Stop(field.name, "add"), INDENT, key_end),)))
    return lines


def value_at(form: Form, stop: Stop) -> str:
    """The text at a stop."""
    field = form.field(stop.field)
    if stop.row < 0:
        return field.value if stop.part == "value" else ""
    if stop.row >= len(field.rows):
        return ""
    row = field.rows[stop.row]
    return row.key if stop.part == "key" else row.value
