"""A config's settings as Segment's own page shows them, to be changed there."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from abtui.core.config.completion import Candidate, match_names, options_for
from abtui.core.config.corpus_names import CorpusNames
from abtui.core.config.form import Field
from abtui.core.config.form_change import FormEdit
from abtui.tui.widgets import cells
from abtui.tui.widgets.completion_list import CompletionList
from abtui.tui.widgets.form_board import FormBoard
from abtui.tui.widgets.form_lines import Stop
from abtui.tui.widgets.line_text import LineText
from abtui.tui.widgets.writing import UNDO

Change = Callable[[FormEdit], str]
"""Makes a change of the config, and says why it could not be made, or "". The form is shown anew within it."""
Confirm = Callable[[Field, str, Callable[[], None]], None]
"""Asks whether the key in a field may be replaced by a text, and calls what does it if it may."""
_YAML_BROKEN = "The YAML has to be mended first."
_ENTER_FORM_KEYS = frozenset({"tab", "shift+tab", "enter", "up", "down", "pageup", "pagedown"})
_DELETE_KEYS = frozenset({"backspace", "delete"})


class FormView(FormBoard):
    """The form, with its keys. `change` makes its changes, `confirm` asks before a key in the file is replaced; `seen` and `popup`
    are for what it offers to write.
    """

    takes_text: ClassVar[bool] = True
    """Letters are written here: keys of the screen that are letters are none while it has the focus."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+d", "remove_row", "Remove row", show=False, id="config.remove-row"),
        Binding(f"{UNDO},ctrl+z", "screen.undo_config", "Undo", show=False, id="config.undo-form"),
        Binding("ctrl+@,ctrl+space", "complete", "Complete", show=False, id="config.complete-form"),
    ]

    def __init__(
        self,
        change: Change,
        *,
        popup: CompletionList,
        seen: Callable[[], CorpusNames],
        take_paste: Callable[[str], bool],
        confirm: Confirm,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._change = change
        self._confirm = confirm
        self._popup = popup
        self._seen = seen
        self._take_paste = take_paste

    # Keys

    async def _on_key(self, event: events.Key) -> None:
        """Write, move, press. What is no key of the form goes on to the screen."""
        if self._press(event):
            event.stop()
            event.prevent_default()

    def _press(self, event: events.Key) -> bool:
        stop, key = self._cursor, event.key
        if key.startswith("alt+"):
            return False
        if stop is None:
            return self._press_without_field(event)
        if self._popup.is_open and self._press_list(key):
            return True
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
        if line is not None and line.text != self._line.text and self._is_masked:
            # A part of a mask is no part of the key.
            line = LineText()
        if line is None and event.character is not None and event.is_printable:
            line = self._line_to_type_in().insert(event.character)
        if line is None:
            return False
        if line.text != self._line.text:
            grown = len(line.text) > len(self._line.text)
            self._write(stop, line)
            if line.text.strip() and (grown or self._popup.is_open):
                self._offer(line.text)
            else:
                self._popup.close()
        else:
            self._line = line
            self.refresh()
        return True

    def _press_without_field(self, event: events.Key) -> bool:
        """A key before a field was gone to. One that would write is no command of the screen, either: it says how to get to a field."""
        if event.key in _ENTER_FORM_KEYS:
            first = self._first_stop()
            if first is not None:
                self.go(first)
        elif event.key in _DELETE_KEYS or (event.character and event.is_printable):
            self._show_field_hint()
        else:
            return False
        return True

    def _show_field_hint(self) -> None:
        self.problem = _YAML_BROKEN if self.is_read_only else ""
        self.notify(self.problem or "Tab, an arrow key or a click goes to a field.", timeout=3)

    def _press_list(self, key: str) -> bool:
        """A key while the list is open; False for one that is none of the list's."""
        if key in ("up", "down"):
            self._popup.move(1 if key == "down" else -1)
        elif key == "escape":
            self._popup.close()
        elif key in ("tab", "enter") and (candidate := self._popup.chosen) is not None:
            if candidate.insert == self.text:
                return False
            self.accept(candidate)
        else:
            return False
        return True

    @property
    def _is_masked(self) -> bool:
        """Whether what stands at the cursor is a mask of what the file has."""
        stop = self._cursor
        if stop is None or self._draft:
            return False
        field = self._form.field(stop.field)
        return field.masked if stop.row < 0 else stop.row < len(field.rows) and field.rows[stop.row].masked

    def _line_to_type_in(self) -> LineText:
        """The text that is typed into: a masked one is written anew."""
        return LineText() if self._is_masked else self._line

    def on_paste(self, event: events.Paste) -> None:
        """The first line of what is pasted, unless it is events."""
        event.stop()
        if self._take_paste(event.text):
            return
        if self._cursor is None:
            self._show_field_hint()
            return
        if self._cursor.part in ("toggle", "remove"):
            return
        lines = event.text.splitlines()
        if lines:
            self._write(self._cursor, self._line_to_type_in().insert(lines[0]))

    # Changes

    def _write(self, stop: Stop, line: LineText) -> None:
        """Take over what is typed, and change the config to it if it can be."""
        if self.is_read_only:
            self.problem = _YAML_BROKEN
            self.refresh()
            return
        field = self._form.field(stop.field)
        if stop.row < 0 and self._is_masked and not field.fixed:
            self._confirm(field, line.text, lambda: self._write_now(stop, line))
        else:
            self._write_now(stop, line)

    def _write_now(self, stop: Stop, line: LineText) -> None:
        field = self._form.field(stop.field)
        if self._cursor != stop:
            self.go(stop)
        self._line, self._draft = line, True
        if stop.part == "add":
            edit = FormEdit(field=stop.field, kind="add", text=line.text)
        elif stop.row < 0:
            edit = FormEdit(field=stop.field, kind="text", text=line.text)
        else:
            edit = FormEdit(
                field=stop.field, kind="key" if stop.part == "key" else "value", text=line.text, row=stop.row
            )
        rows = len(field.rows)
        self._writing = True
        self._edited_stop = Stop(stop.field, "key", rows) if stop.part == "add" else stop
        self.problem = self._change(edit)
        self._writing = False
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
        if self.is_read_only:
            self.problem = _YAML_BROKEN
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

    # What can be written

    @property
    def is_offering(self) -> bool:
        """Whether the list is open."""
        return self._popup.is_open

    def action_complete(self) -> None:
        """Offer what can be written at the cursor, whatever stands there."""
        self._offer("")

    def _offer(self, typed: str) -> None:
        stop, place = self._cursor, self._cursor_place()
        if stop is None or place is None or self.is_read_only:
            return
        field = self._form.field(stop.field)
        fitting = match_names(typed, options_for(field, key=stop.part in ("key", "add"), seen=self._seen()))
        if len(fitting) == 1 and fitting[0][0] == self.text:
            fitting = []
        self._popup.open([Candidate(name, name, note) for name, note in fitting], place)

    def accept(self, candidate: Candidate) -> None:
        """Write a candidate in the place of what is there. Behind a row's key comes its value, with what it can be."""
        self._popup.close()
        stop = self._cursor
        if stop is None:
            return
        self._write(stop, LineText(candidate.insert, len(candidate.insert)))
        self._popup.close()
        if stop.part in ("key", "add") and not self.problem and self._step(1) and not self.text:
            self._offer("")

    def go(self, stop: Stop, at: int | None = None) -> None:
        """Put the cursor on a stop; the list was for the one it leaves."""
        self._popup.close()
        super().go(stop, at)

    # Mouse and focus

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
                    self.go(box.stop)
                    self.go(box.stop, cells.column_at(self.text, event.x - box.start))
                return

    def on_blur(self) -> None:
        """What is typed and could not be taken is given up."""
        self._popup.close()
        self._draft = False
        self._edited_stop = None
        self.problem = ""
        self._arrange()
