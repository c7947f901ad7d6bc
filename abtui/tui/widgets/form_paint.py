"""Draws the lines of a form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from abtui.core.config.form import Field, Form
from abtui.tui.kit import cells
from abtui.tui.kit.painting import Layer, paint
from abtui.tui.kit.severities import SEVERITY_LOOKS
from abtui.tui.widgets.form_lines import ARROW, INDENT, REMOVE, TOGGLE, Box, FormLine, LineKind, Stop, title, value_at
from abtui.tui.widgets.line_text import LineText

FORM_CLASSES: Final = frozenset(
    f"form--{name}"
    for name in (
        "label",
        "required",
        "about",
        "box",
        "box-focus",
        "caret",
        "on",
        "off",
        "press",
        "error",
        "warning",
        "info",
    )
)
FORM_CSS: Final = """
    & .form--label { color: $text; text-style: bold; }
    & .form--required { color: $text-error; text-style: bold; }
    & .form--about { color: $text-muted; }
    & .form--box { color: $text; background: $panel; }
    & .form--box-focus { color: $text; background: $primary 30%; }
    & .form--caret { color: $background; background: $foreground; }
    & .form--on { color: $text-success; text-style: bold; }
    & .form--off { color: $text-muted; }
    & .form--press { color: $block-cursor-foreground; background: $block-cursor-background; text-style: bold; }
    & .form--error { color: $text-error; }
    & .form--warning { color: $text-warning; }
    & .form--info { color: $text-primary; }
"""
_ADD: Final = "+ new row: type its key"


class FormPaint:
    """Paints the lines of a form. The cursor is on a stop, where `line` is being edited, or on none."""

    def __init__(
        self, style_of: Callable[[str], Style], form: Form, cursor: Stop | None, line: LineText, problem: str
    ) -> None:
        self._style_of = style_of
        self._form = form
        self._cursor = cursor
        self._line = line
        self._problem = problem

    def line(self, line: FormLine, width: int) -> Strip:
        """The strip of one line, `width` cells wide."""
        base = self._style_of("")
        if line.field is not None and line.kind in ("label", "toggle"):
            segments = self._title_segments(line.kind, line.field)
        elif line.kind in ("text", "row", "add"):
            segments = self._row_segments(line)
        else:
            segments = self._note_segments(line, width)
        return Strip(segments).adjust_cell_length(width, base).crop(0, width)

    def _style(self, name: str) -> Style:
        return self._style_of(f"form--{name}")

    def _title_segments(self, kind: LineKind, field: Field) -> list[Segment]:
        label = Segment(field.setting.label, self._style("label"))
        if kind == "label":
            rest = title(field).removeprefix(field.setting.label)
            required = " *" if field.setting.required else ""
            return [
                Segment(" ", self._style_of("")),
                label,
                Segment(required, self._style("required")),
                Segment(rest.removeprefix(required), self._style("about")),
            ]
        pressed = self._cursor is not None and self._cursor.field == field.name
        look = "press" if pressed else "on" if field.on else "off"
        return [
            Segment(("›" if pressed else " ").rjust(INDENT), self._style_of("")),
            Segment(TOGGLE[field.on], self._style(look)),
            Segment("  ", self._style_of("")),
            label,
        ]

    def _row_segments(self, line: FormLine) -> list[Segment]:
        segments = [Segment(" " * INDENT, self._style_of(""))]
        for index, box in enumerate(line.boxes):
            if box.stop.part == "remove":
                style = self._style("press" if box.stop == self._cursor else "about")
                segments.append(Segment(REMOVE, style))
                continue
            if index:
                segments.append(Segment(ARROW, self._style("about")))
            segments += self._box_segments(box)
        if self._problem and self._cursor is not None and any(box.stop == self._cursor for box in line.boxes):
            room = line.boxes[0].end - line.boxes[0].start
            segments = [*segments[:2], Segment(f" ✗ {self._problem}", self._style("error"))] if room else segments
        return segments

    def _box_segments(self, box: Box) -> list[Segment]:
        """A box with its text, scrolled to the cursor if that is in it."""
        room = box.end - box.start
        if box.stop != self._cursor:
            style = self._style("box")
            if box.stop.part == "add":
                return [Segment(cells.cut(_ADD, room), self._style("about"))]
            return [Segment(cells.cut(value_at(self._form, box.stop), room), style)]
        style = self._style("box-focus")
        text, at = self._line.text, self._line.at
        left = max(0, cells.cell_at(text, at) - room + 1)
        return list(paint(text, left, room, style, [Layer(at, at + 1, self._style("caret"))]))

    def _note_segments(self, line: FormLine, width: int) -> list[Segment]:
        indent = Segment(" " * INDENT, self._style_of(""))
        room = max(0, width - INDENT)
        if line.kind == "finding":
            glyph = SEVERITY_LOOKS[line.tone].glyph if line.tone in ("error", "warning", "info") else ""  # type: ignore[index]
            return [indent, Segment(cells.cut(f"{glyph} {line.text}", room), self._style(line.tone))]
        if line.kind == "more":
            return [indent, Segment(cells.cut(f"  {line.text}", room), self._style(line.tone))]
        look = "warning" if line.kind == "note" else "about"
        return [indent, Segment(cells.cut(line.text, room), self._style(look))]
