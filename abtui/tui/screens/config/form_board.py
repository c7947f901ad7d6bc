"""A form drawn line by line with a cursor. Maps may be long, so fields are not separate widgets."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from textual.geometry import Offset
from textual.strip import Strip

from abtui.core.config.form import Form
from abtui.tui.kit.line_view import LineView
from abtui.tui.screens.config.form_lines import Box, FormLine, Stop, form_lines, value_at
from abtui.tui.screens.config.form_paint import FormPaint, Shown
from abtui.tui.screens.config.lens_editor import Lenses
from abtui.tui.screens.config.line_text import LineText

_YAML_BROKEN = "Fix the YAML first."


class FormBoard(LineView):
    """Shows a form. The cursor keeps its stop and the typed text while the form around it changes.

    At first the cursor is on no stop, so that a stray key cannot change a field.
    """

    DEFAULT_CSS = """
    FormBoard { height: 1fr; overflow-x: hidden; background: $pane; color: $text; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._form = Form()
        self._lines: list[FormLine] = []
        self._stops: list[tuple[int, Box]] = []
        self._cursor: Stop | None = None
        self._line = LineText()
        self._draft = self._writing = False
        self._edited_stop: Stop | None = None
        self._lenses: Lenses = {}
        self._adds: Mapping[str, str] = {}
        self._tells = True
        self.problem = ""
        """The reason why the typed text is not in the config, or ""."""

    @property
    def form(self) -> Form:
        """The current form or, while the YAML is broken, the last form that could be read."""
        return self._form

    @property
    def cursor(self) -> Stop | None:
        """The stop of the cursor, or None before the user enters a field."""
        return self._cursor

    @property
    def text(self) -> str:
        """The text at the cursor, including text being typed."""
        return self._line.text

    @property
    def is_read_only(self) -> bool:
        """Whether the form cannot be changed, because the YAML is broken or the file is no config of ours."""
        return bool(self._form.problem)

    @property
    def why_read_only(self) -> str:
        """What to do before the form can be changed."""
        return self._form.problem if self._form.export else _YAML_BROKEN

    def show(self, form: Form) -> None:
        """Show a form. If its YAML is broken, the last fields stay visible but read-only."""
        if form.problem and not form.fields:
            form = Form(self._form.fields, form.problem)
        if form == self._form and self._lines:
            return
        self._form = form
        if not self._writing:
            # The text was undone or changed elsewhere, so the typed draft no longer applies.
            self._draft = False
        self.fit_content()

    def set_lenses(self, lenses: Lenses) -> None:
        """Replace what is said at the end of the lines, by their lines (from 1) in the YAML."""
        if lenses != self._lenses:
            self._lenses = lenses
            self.refresh()

    def tell(self, *, findings: bool, adds: Mapping[str, str]) -> None:
        """Whether findings are told below their fields, and what a new row of each map could be about."""
        if (findings, adds) != (self._tells, self._adds):
            self._tells, self._adds = findings, adds
            self.fit_content()

    def fit_content(self) -> None:
        """Fit the boxes to the form and to the width of the view."""
        self._lines = form_lines(
            self._form, max(20, self.size.width - 1), self._edited_stop, adds=self._adds, told=self._tells
        )
        self._stops = [(at, box) for at, line in enumerate(self._lines) for box in line.boxes]
        self.resize_content(0, len(self._lines))
        names = [box.stop for _, box in self._stops]
        if self._cursor is not None and self._cursor not in names:
            self._cursor = self._nearest_stop(self._cursor)
            self._draft = False
            self._line = LineText("", sys.maxsize)
        if self._cursor is not None and not self._draft:
            text = self._text_at(self._cursor)
            self._line = LineText(text, min(self._line.at, len(text)))
        self.refresh()

    def _nearest_stop(self, stop: Stop) -> Stop | None:
        """The stop to move to when the cursor's own stop disappears."""
        near = [box.stop for _, box in self._stops if box.stop.field == stop.field]
        if near:
            return min(near, key=lambda other: abs(other.row - stop.row) if other.row >= 0 else 1_000_000)
        return self._first_stop()

    def _first_stop(self) -> Stop | None:
        """The first stop whose field is not a secret."""
        stops = (box.stop for _, box in self._stops)
        return next((stop for stop in stops if self._form.field(stop.field).kind != "secret"), None)

    def _text_at(self, stop: Stop) -> str:
        return value_at(self._form, stop) if stop.part in ("value", "key") else ""

    # The cursor

    def leave_fields(self) -> None:
        """Take the cursor off all fields, and scroll to the top of the form."""
        self._cursor, self._draft, self._edited_stop, self.problem = None, False, None, ""
        self._line = LineText()
        self.scroll_to(y=0, animate=False)
        self.fit_content()

    def go(self, stop: Stop, at: int | None = None) -> None:
        """Move the cursor to a stop: to the end of its text, or before the character `at`."""
        if stop != self._cursor:
            self._draft = False
            self.problem = ""
            self._cursor = stop
            if self._edited_stop is not None and (stop.field, stop.row) != (
                self._edited_stop.field,
                self._edited_stop.row,
            ):
                self._edited_stop = None
                self.fit_content()
            text = self._text_at(stop)
            self._line = LineText(text, len(text))
        if at is not None:
            self._line = LineText(self._line.text, min(max(0, at), len(self._line.text)))
        self._scroll_to_cursor()
        self.refresh()

    def _scroll_to_cursor(self) -> None:
        row = next((at for at, box in self._stops if box.stop == self._cursor), None)
        if row is None:
            return
        top, rows = self.scroll_offset.y, self.room.height
        if row - 1 < top:
            self.scroll_to(y=max(0, row - 1), animate=False)
        elif row + 2 >= top + rows:
            self.scroll_to(y=row + 3 - rows, animate=False)

    def _step(self, by: int) -> bool:
        """Move to the next stop, skipping the ✕ of rows. Returns False after the last stop."""
        at = self._stop_index() + by
        while 0 <= at < len(self._stops) and self._stops[at][1].stop.part == "remove":
            at += by
        if not 0 <= at < len(self._stops):
            return False
        self.go(self._stops[at][1].stop)
        return True

    def _stop_index(self) -> int:
        return next((at for at, (_, box) in enumerate(self._stops) if box.stop == self._cursor), 0)

    def _step_line(self, by: int) -> None:
        """Move to the stop below or above that is nearest to the current column."""
        if not self._stops:
            return
        row, box = self._stops[self._stop_index()]
        rows = sorted({at for at, _ in self._stops if (at > row if by > 0 else at < row)}, reverse=by < 0)
        if rows:
            wanted = rows[min(abs(by), len(rows)) - 1]
            self.go(
                min((other for at, other in self._stops if at == wanted), key=lambda o: abs(o.start - box.start)).stop
            )

    def _cursor_place(self) -> Offset | None:
        """The cell of the screen where the text at the cursor begins, or None."""
        for row, box in self._stops:
            if box.stop == self._cursor:
                return self.content_region.offset + Offset(box.start, row - self.scroll_offset.y)
        return None

    # Drawing

    def on_focus(self) -> None:
        """Redraw with the cursor."""
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Row `y` of the visible part of the form."""
        row = self.scroll_offset.y + y
        if row >= len(self._lines):
            return self.blank()
        secret = self._cursor is not None and self._cursor.field == "apiKey" and self._draft
        line = (
            LineText("•" * len(self._line.text), self._line.at)
            if secret and not self._line.text.startswith("$")
            else self._line
        )
        cursor = self._cursor if self.has_focus else None
        paint = FormPaint(self, Shown(self._form, cursor, line, self.problem, self._lenses))
        return paint.line(self._lines[row], max(0, self.room.width)).adjust_cell_length(
            self.size.width, self.style_of("")
        )
