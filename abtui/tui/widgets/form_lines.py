"""The lines of a form: which field and which part of it stands on each, and where on it what can be written or pressed."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from abtui.core.config.form import Field, Form
from abtui.core.text import plural

Part = Literal["value", "key", "toggle", "remove", "add"]
LineKind = Literal["label", "toggle", "text", "row", "add", "about", "finding", "gap", "note"]

INDENT: Final = 2
ARROW: Final = " → "
REMOVE: Final = " ✕ "
TOGGLE: Final = {True: "━━● on ", False: "●━━ off"}


class Stop(NamedTuple):
    """Something the cursor can stand on: the value of a field, or a part of a row (from 0) of its map."""

    field: str
    part: Part
    row: int = -1


class Box(NamedTuple):
    """The cells `start` to `end` (exclusive) of a line that belong to a stop."""

    stop: Stop
    start: int
    end: int


class FormLine(NamedTuple):
    """One line. `text` is what it says where it is no field's value; `tone` is a finding's severity, or ""."""

    kind: LineKind
    field: Field | None
    text: str = ""
    tone: str = ""
    boxes: tuple[Box, ...] = ()


def form_lines(form: Form, width: int) -> list[FormLine]:
    """The whole form for so many cells."""
    lines: list[FormLine] = []
    if form.empty:
        lines += [
            FormLine("note", None, "The config is empty: what is filled in here begins it."),
            FormLine("gap", None),
        ]
    for field in form.fields:
        lines += _of_toggle(field) if field.kind == "toggle" else _of_text(field, width)
        lines += [FormLine("finding", field, item.message, item.severity) for item in field.findings]
        if field.fixed:
            lines.append(FormLine("note", field, field.fixed))
        lines.append(FormLine("gap", None))
    return lines[:-1]


def title(field: Field) -> str:
    """The label of a field, with a mark if it is required, and a map's number of rows."""
    text = f"{field.label} *" if field.required else field.label
    return f"{text}  {plural(len(field.rows), 'row')}" if field.kind == "map" else text


def _of_toggle(field: Field) -> list[FormLine]:
    at = INDENT
    stop = Box(Stop(field.name, "toggle"), at, at + len(TOGGLE[True]))
    return [FormLine("toggle", field, boxes=() if field.fixed else (stop,)), FormLine("about", field, field.about)]


def _of_text(field: Field, width: int) -> list[FormLine]:
    lines = [FormLine("label", field, title(field)), FormLine("about", field, field.about)]
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
        lines.append(FormLine("row", field, str(row), boxes=boxes if not field.fixed else boxes[:2]))
    if not field.fixed:
        lines.append(FormLine("add", field, boxes=(Box(Stop(field.name, "add"), INDENT, key_end),)))
    return lines


def value_at(form: Form, stop: Stop) -> str:
    """The text that stands at a stop."""
    field = form.field(stop.field)
    if stop.row < 0:
        return field.value if stop.part == "value" else ""
    if stop.row >= len(field.rows):
        return ""
    row = field.rows[stop.row]
    return row.key if stop.part == "key" else row.value
