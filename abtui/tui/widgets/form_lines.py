"""The lines of a form, with the field of each line and the cells that can be typed into or pressed."""

from __future__ import annotations

import textwrap
from typing import Final, Literal, NamedTuple

from abtui.core.config.form import Field, Form
from abtui.core.findings import Finding
from abtui.core.text.plain import plural, printable

StopPart = Literal["value", "key", "toggle", "remove", "add"]
LineKind = Literal["label", "toggle", "text", "row", "add", "about", "finding", "more", "gap", "note"]

INDENT: Final = 2
ARROW: Final = " → "
REMOVE: Final = " ✕ "
_MOST_LINES: Final = 4
"""The most lines for one finding. The YAML view shows it in full."""
TOGGLE: Final = {True: "━━● on ", False: "●━━ off"}


class Stop(NamedTuple):
    """A place for the cursor: the value of a field, or a part of one row (from 0) of its map."""

    field: str
    part: StopPart
    row: int = -1


class Box(NamedTuple):
    """The cells of a line, from `start` to before `end`, that belong to a stop."""

    stop: Stop
    start: int
    end: int


class FormLine(NamedTuple):
    """One line. `text` is its text unless that is a field's value; `tone` is the severity of a finding, or ""."""

    kind: LineKind
    field: Field | None
    text: str = ""
    tone: str = ""
    boxes: tuple[Box, ...] = ()


def form_lines(form: Form, width: int, edited: Stop | None = None) -> list[FormLine]:
    """The lines of the form for `width` cells.

    The row that is being `edited` shows no finding while its value is still empty.
    """
    lines: list[FormLine] = []
    if form.problem:
        text = f"Fix the YAML first (ctrl+g). {form.problem[:1].upper()}{form.problem[1:]}"
        lines += [FormLine("note", None, part) for part in _wrapped(text, width)] + [FormLine("gap", None)]
    if form.empty:
        lines += [
            FormLine("note", None, "The config is empty: filling in a field starts it."),
            FormLine("gap", None),
        ]
    for field in form.fields:
        by_row = _findings_by_row(field)
        placed = {id(item) for item in by_row.values()}
        if edited is not None and edited.field == field.name and _lacks_value(field, edited.row):
            by_row.pop(edited.row, None)
        lines += _toggle_lines(field) if field.kind == "toggle" else _text_lines(field, width, by_row)
        lines += [
            line for item in field.findings if id(item) not in placed for line in _finding_lines(field, item, width)
        ]
        lines += [FormLine("note", field, text) for text in _wrapped(field.fixed, width)]
        lines.append(FormLine("gap", None))
    return lines


def title(field: Field) -> str:
    """The label of a field, with `*` if it is required, and with the number of rows of a map."""
    text = f"{field.setting.label} *" if field.setting.required else field.setting.label
    if field.kind != "map":
        return text
    return f"{text}  {plural(len(field.rows), 'row')}{', ctrl+d removes one' if field.rows and not field.fixed else ''}"


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


def _toggle_lines(field: Field) -> list[FormLine]:
    stop = Box(Stop(field.name, "toggle"), INDENT, INDENT + len(TOGGLE[True]) + 2 + len(field.setting.label))
    return [
        FormLine("toggle", field, boxes=() if field.fixed else (stop,)),
        FormLine("about", field, field.setting.about),
    ]


def _text_lines(field: Field, width: int, by_row: dict[int, Finding]) -> list[FormLine]:
    lines = [FormLine("label", field, title(field)), FormLine("about", field, field.setting.about)]
    if field.kind != "map":
        box = Box(Stop(field.name, "value"), INDENT, max(INDENT + 4, width - 1))
        return [lines[0], FormLine("text", field, boxes=(box,)), lines[1]]
    half = max(4, (width - INDENT - len(ARROW) - len(REMOVE)) // 2)
    key_end = INDENT + half
    value_end = max(key_end + len(ARROW) + 4, width - len(REMOVE))
    for row in range(len(field.rows)):
        boxes = (
            Box(Stop(field.name, "key", row), INDENT, key_end),
            Box(Stop(field.name, "value", row), key_end + len(ARROW), value_end),
            Box(Stop(field.name, "remove", row), value_end, value_end + len(REMOVE)),
        )
        lines.append(FormLine("row", field, boxes=boxes if not field.fixed else boxes[:2]))
        if row in by_row:
            lines += _finding_lines(field, by_row[row], width)
    if not field.fixed:
        lines.append(FormLine("add", field, boxes=(Box(Stop(field.name, "add"), INDENT, value_end),)))
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
