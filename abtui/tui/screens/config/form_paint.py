"""Draws the lines of a form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from abtui.core.config.form import Field, Form
from abtui.tui.kit import cells
from abtui.tui.kit.drawing import Piece, style_of, width_of
from abtui.tui.kit.marks import Signs, signs_of
from abtui.tui.kit.painting import Layer, paint
from abtui.tui.screens.config.form_lines import INDENT, NEW_ITEM, REMOVE_ITEM, SWITCH, Box, FormLine, Stop, value_at
from abtui.tui.screens.config.lens_editor import Lenses
from abtui.tui.screens.config.line_text import LineText

_ADD: Final = "+ add a row"
_TONES: Final = {"error": ("refused", "✗ "), "warning": ("ignored", "○ "), "info": ("soft", "  ")}


class Shown(NamedTuple):
    """What the form shows beside its lines: the cursor's stop, where `line` is edited, the problem there, and the lenses."""

    form: Form
    cursor: Stop | None
    line: LineText
    problem: str
    lenses: Lenses


class FormPaint:
    """Paints the lines of a form on a widget."""

    def __init__(self, widget: Widget, shown: Shown) -> None:
        self._base, self._variables = widget.rich_style, widget.app.theme_variables
        self._signs: Signs = signs_of(widget)
        self._shown = shown

    def line(self, line: FormLine, width: int) -> Strip:
        """The strip of one line, `width` cells wide."""
        strip = Strip(list(self._segments(line, width)))
        lens = self._shown.lenses.get(line.line or 0, ())
        start = width - width_of(lens) - 1
        if line.kind in ("text", "toggle", "row", "heading") and lens and strip.cell_length < start:
            gap = Piece(" " * (start - strip.cell_length))
            strip = Strip([*strip, *(self._segment(piece) for piece in (gap, *lens))])
        return strip.adjust_cell_length(width, self._base).crop(0, width)

    def _style(self, role: str, *, bold: bool = False, on: str = "") -> Style:
        return self._base + style_of(self._variables, Piece("", role, bold, on))

    def _segment(self, piece: Piece) -> Segment:
        return Segment(piece.text, self._base + style_of(self._variables, piece))

    def _segments(self, line: FormLine, width: int) -> Iterator[Segment]:
        here = self._cursor_in(line)
        yield self._segment(Piece((self._signs.row if here else " ").ljust(INDENT), "accent"))
        if line.kind == "title" and line.field is not None:
            yield from self._title(line.field, line.text, width)
        elif line.kind == "heading":
            yield from self._heading(line, here)
        elif line.boxes:
            yield from self._boxes(line, here)
        elif line.kind == "toggle" and line.field is not None:
            yield self._segment(Piece(line.text))
        else:
            yield from self._told(line, max(0, width - INDENT))

    def _cursor_in(self, line: FormLine) -> bool:
        return any(box.stop == self._shown.cursor for box in line.boxes)

    def _title(self, field: Field, text: str, width: int) -> Iterator[Segment]:
        cursor = self._shown.cursor
        here = cursor is not None and cursor.field == field.name
        yield self._segment(Piece(text, "accent" if here else "soft", bold=True))
        about, room = self._signs.text(field.setting.about), max(0, width - INDENT - cell_len(text) - 3)
        while cell_len(about) > room and ". " in about:
            about = about.rpartition(". ")[0] + "."
        yield self._segment(Piece(f"  {cells.cut(about, room)}", "soft"))

    def _heading(self, line: FormLine, here: bool) -> Iterator[Segment]:
        box = line.boxes[0]
        yield self._segment(Piece(cells.cut(self._signs.text(line.text), box.start - INDENT), bold=True))
        sign = self._signs.text(REMOVE_ITEM)
        yield self._segment(Piece(sign, "ink", on="accent") if here else Piece(sign, "soft"))
        if here and self._shown.problem:
            yield self._segment(Piece(f" ✗ {self._shown.problem}", "refused"))

    def _boxes(self, line: FormLine, here: bool) -> Iterator[Segment]:
        at = INDENT
        lead = line.text if line.kind in ("text", "toggle") else ""
        for number, box in enumerate(line.boxes):
            between = lead if number == 0 else f" {self._signs.becomes} " if box.stop.part == "value" else ""
            if box.stop.part == "remove":
                between, drawn = "", self._segment(Piece(" ✕ " if here else "   ", "refused", on=""))
                yield drawn
                continue
            yield self._segment(
                Piece(cells.cut(between, box.start - at), "text" if number == 0 else "soft", bold=here and number == 0)
            )
            yield from self._box(line, box, here)
            at = box.end
        if here and self._shown.problem:
            yield self._segment(Piece(f" ✗ {self._shown.problem}", "refused"))

    def _box(self, line: FormLine, box: Box, here: bool) -> Iterator[Segment]:
        room = box.end - box.start
        if box.stop.part == "toggle":
            yield from self._switch(line.field is not None and line.field.on, focused=box.stop == self._shown.cursor)
        elif box.stop.part == "new" and line.field is not None:
            text = f" {NEW_ITEM}{line.field.setting.label} "
            yield self._segment(Piece(text, "ink", on="accent") if here else Piece(text, "accent"))
        elif box.stop == self._shown.cursor:
            yield from self._typed(room)
        elif box.stop.part == "add":
            yield self._segment(Piece(_ADD, "accent"))
            yield self._segment(Piece(f"   {line.text}" if line.text else "", "soft"))
        else:
            text = cells.cut(value_at(self._shown.form, box.stop), max(0, room - 1))
            yield self._segment(Piece(f" {text}", bold=here, on="raised"))

    def _switch(self, on: bool, *, focused: bool) -> Iterator[Segment]:
        half = SWITCH // 2
        fill = "accent" if focused else "arrives"
        if on:
            yield self._segment(Piece(" on ", bold=True, on=fill))
            yield self._segment(Piece(" " * (SWITCH - half), on="raised"))
        else:
            yield self._segment(Piece(" " * half, on="raised"))
            yield self._segment(Piece("off".center(SWITCH - half), bold=focused, on=fill if focused else "raised"))

    def _typed(self, room: int) -> Iterator[Segment]:
        """The box with the text that is being typed, scrolled to the cursor."""
        text, at = self._shown.line.text, self._shown.line.at
        base = self._style("text", bold=True, on="raised")
        yield Segment(" ", base)
        left = max(0, cells.cell_at(text, at) - room + 2)
        yield from paint(text, left, room - 1, base, [Layer(at, at + 1, self._style("ink", on="accent"))])

    def _told(self, line: FormLine, room: int) -> Iterator[Segment]:
        role, mark = _TONES.get(line.tone, ("ignored" if line.kind == "note" else "soft", ""))
        text = f"{mark if line.kind == 'finding' else '  ' if line.kind == 'more' else ''}{line.text}"
        yield self._segment(Piece(cells.cut(self._signs.text(text), room), role))
