"""A config's settings as Segment's own page shows them. Drawn line by line, so that maps may be long."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.strip import Strip

from abtui.core.config.form import Form
from abtui.core.config.form_edit import FormEdit
from abtui.tui.widgets.form_lines import Box, FormLine, Stop, form_lines, value_at
from abtui.tui.widgets.form_paint import FORM_CLASSES, FORM_CSS, FormPaint
from abtui.tui.widgets.line_text import LineText
from abtui.tui.widgets.line_view import LineView

Change = Callable[[FormEdit], str]
"""Makes a change of the config, and says why it could not be made, or "". The form is shown anew within it."""


class FormView(LineView):
    """The form. The cursor stands on a stop and stays on it, with what is typed there, while the form around it changes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+d", "remove_row", "Remove row", show=False, id="config.remove-row"),
        Binding("ctrl+z", "screen.undo_config", "Undo", show=False, id="config.undo-form"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = set(FORM_CLASSES)
    DEFAULT_CSS = f"""
    FormView {{
        height: 1fr;
        overflow-x: hidden;
        {FORM_CSS}
    }}
    """

    def __init__(self, change: Change, *, take_paste: Callable[[str], bool], id: str | None = None) -> None:
        super().__init__(id=id)
        self._palette = {}
        self._change = change
        self._take_paste = take_paste
        self._form = Form(problem="")
        self._lines: list[FormLine] = []
        self._stops: list[tuple[int, Box]] = []
        self._cursor: Stop | None = None
        self._line = LineText()
        self._draft = False
        self.problem = ""
        """Why what was typed is not in the config, or ""."""

    # What is shown

    @property
    def form(self) -> Form:
        """The form in view; while the YAML is broken, the last one that could be read."""
        return self._form

    @property
    def cursor(self) -> Stop | None:
        """Where the cursor stands."""
        return self._cursor

    @property
    def text(self) -> str:
        """What stands at the cursor, or is typed there."""
        return self._line.text

    @property
    def is_fixed(self) -> bool:
        """Whether nothing can be changed at present, as the YAML is broken."""
        return bool(self._form.problem)

    def show(self, form: Form) -> None:
        """Show a form. Of a YAML that is broken the last fields stay, to be read only."""
        if form.problem and not form.fields:
            form = Form(self._form.fields, form.problem)
        if form == self._form and self._lines:
            return
        self._form = form
        self._arrange()

    def on_resize(self) -> None:
        """The boxes are as wide as the view."""
        self._arrange()

    def _arrange(self) -> None:
        self._lines = form_lines(self._form, max(20, self.size.width - 1))
        self._stops = [(at, box) for at, line in enumerate(self._lines) for box in line.boxes]
        self.resize_content(0, len(self._lines))
        names = [box.stop for _, box in self._stops]
        if self._cursor not in names:
            self._cursor = self._nearest(self._cursor)
            self._draft = False
            self._line = LineText("", sys.maxsize)
        if self._cursor is not None and not self._draft:
            text = self._shown(self._cursor)
            self._line = LineText(text, min(self._line.at, len(text)))
        self.refresh()

    def _nearest(self, stop: Stop | None) -> Stop | None:
        """Where the cursor goes when its stop is no more."""
        if not self._stops:
            return None
        if stop is not None:
            near = [box.stop for _, box in self._stops if box.stop.field == stop.field]
            if near:
                return min(near, key=lambda other: abs(other.row - stop.row) if other.row >= 0 else 1_000_000)
        return self._stops[0][1].stop

    def _shown(self, stop: Stop) -> str:
        return value_at(self._form, stop) if stop.part in ("value", "key") else ""

    # The cursor

    def go(self, stop: Stop, at: int | None = None) -> None:
        """Put the cursor on a stop: behind its text, or before the character `at`."""
        if stop != self._cursor:
            self._draft = False
            self.problem = ""
            self._cursor = stop
            text = self._shown(stop)
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
        """To the next stop that is no row's ✕; False behind the last one."""
        at = self._index() + by
        while 0 <= at < len(self._stops) and self._stops[at][1].stop.part == "remove":
            at += by
        if not 0 <= at < len(self._stops):
            return False
        self.go(self._stops[at][1].stop)
        return True

    def _index(self) -> int:
        return next((at for at, (_, box) in enumerate(self._stops) if box.stop == self._cursor), 0)

    def _step_line(self, by: int) -> None:
        """To the stop below or above, in the same column if there is one."""
        if not self._stops:
            return
        row, box = self._stops[self._index()]
        rows = sorted({at for at, _ in self._stops if (at > row if by > 0 else at < row)}, reverse=by < 0)
        if rows:
            wanted = rows[min(abs(by), len(rows)) - 1]
            self.go(
                min((other for at, other in self._stops if at == wanted), key=lambda o: abs(o.start - box.start)).stop
            )

    # Keys

    async def _on_key(self, event: events.Key) -> None:
        """Write, move, press. What is no key of the form goes on to the screen."""
        if self._press(event):
            event.stop()
            event.prevent_default()

    def _press(self, event: events.Key) -> bool:
        stop, key = self._cursor, event.key
        if stop is None:
            return False
        if key in ("tab", "shift+tab"):
            return self._step(1 if key == "tab" else -1)
        moves = {"up": -1, "down": 1, "pageup": -6, "pagedown": 6}
        if key in moves:
            self._step_line(moves[key])
            return True
        if stop.part in ("toggle", "remove"):
            if key in ("enter", "space"):
                self.activate(stop)
                return True
            # A letter here is no command of the screen: a slip of the hand would send the event.
            return bool(event.character and event.is_printable)
        if key == "enter":
            return self._step(1)
        line = self._line.key(key)
        if line is None and event.character is not None and event.is_printable:
            line = self._begun().insert(event.character)
        if line is None:
            return False
        if line.text != self._line.text:
            self._write(stop, line)
        else:
            self._line = line
            self.refresh()
        return True

    def _begun(self) -> LineText:
        """The text that is typed into: a masked one is written anew."""
        stop = self._cursor
        if stop is None or self._draft:
            return self._line
        field = self._form.field(stop.field)
        masked = field.masked if stop.row < 0 else stop.row < len(field.rows) and field.rows[stop.row].masked
        return LineText() if masked else self._line

    def on_paste(self, event: events.Paste) -> None:
        """The first line of what is pasted, unless it is events."""
        event.stop()
        if self._take_paste(event.text) or self._cursor is None or self._cursor.part in ("toggle", "remove"):
            return
        lines = event.text.splitlines()
        if lines:
            self._write(self._cursor, self._begun().insert(lines[0]))

    # Changes

    def _write(self, stop: Stop, line: LineText) -> None:
        """Take over what is typed, and change the config to it if it can be."""
        if self.is_fixed:
            self.problem = "The YAML has to be mended first."
            self.refresh()
            return
        self._line, self._draft = line, True
        field = self._form.field(stop.field)
        if stop.part == "add":
            edit = FormEdit(field=stop.field, kind="add", text=line.text)
        elif stop.row < 0:
            edit = FormEdit(field=stop.field, kind="text", text=line.text)
        else:
            edit = FormEdit(
                field=stop.field, kind="key" if stop.part == "key" else "value", text=line.text, row=stop.row
            )
        rows = len(field.rows)
        self.problem = self._change(edit)
        if stop.part == "add" and not self.problem:
            # What is typed on goes into the row that came.
            self._cursor = Stop(stop.field, "key", rows)
            self._scroll_to_cursor()
        if not self.problem and not (field.kind == "secret" and not line.text.startswith("$")):
            self._draft = False
            self._line = line
        self.refresh()

    def activate(self, stop: Stop) -> None:
        """Press a toggle, or take a row away."""
        if self.is_fixed:
            self.problem = "The YAML has to be mended first."
        elif stop.part == "toggle":
            on = self._form.field(stop.field).on
            self.problem = self._change(FormEdit(field=stop.field, kind="toggle", on=not on))
        elif stop.part == "remove":
            self.problem = self._change(FormEdit(field=stop.field, kind="remove", row=stop.row))
        self.refresh()

    def action_remove_row(self) -> None:
        """Take away the row of the cursor."""
        if self._cursor is not None and self._cursor.row >= 0:
            self.activate(Stop(self._cursor.field, "remove", self._cursor.row))

    # Mouse and drawing

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where it was clicked; press what can be pressed."""
        row = self.scroll_offset.y + event.y
        for at, box in self._stops:
            if at == row and box.start <= event.x < box.end:
                event.stop()
                if box.stop.part in ("toggle", "remove"):
                    self.go(box.stop)
                    self.activate(box.stop)
                else:
                    self.go(box.stop, event.x - box.start if box.stop.part != "add" else None)
                return

    def on_focus(self) -> None:
        """The cursor is drawn."""
        self.refresh()

    def on_blur(self) -> None:
        """What is typed and could not be taken is given up."""
        self._draft = False
        self.problem = ""
        self._arrange()

    def render_line(self, y: int) -> Strip:
        """A line of the form."""
        row = self.scroll_offset.y + y
        if row >= len(self._lines):
            return self.blank()
        secret = self._cursor is not None and self._cursor.field == "apiKey" and self._draft
        line = (
            LineText("•" * len(self._line.text), self._line.at)
            if secret and not self._line.text.startswith("$")
            else self._line
        )
        paint = FormPaint(self.style_of, self._form, self._cursor if self.has_focus else None, line, self.problem)
        return paint.line(self._lines[row], max(0, self.room.width)).adjust_cell_length(
            self.size.width, self.style_of("")
        )
