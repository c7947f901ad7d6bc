"""An editable form of a config's settings, laid out like Segment's own page."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from abtui.core.config.completion import Candidate, match_names, options_in_form
from abtui.core.config.form import Field
from abtui.core.config.form_change import FormEdit
from abtui.tui.kit import cells
from abtui.tui.kit.completion_list import CompletionList
from abtui.tui.kit.writing import UNDO
from abtui.tui.screens.config.form_board import FormBoard
from abtui.tui.screens.config.form_lines import INDENT, Stop
from abtui.tui.screens.config.line_text import LineText
from abtui.tui.state import State

_ENTER_FORM_KEYS = frozenset({"tab", "shift+tab", "enter", "up", "down", "pageup", "pagedown"})
_PRESSED = ("toggle", "remove", "new")
"""The parts that are pressed, not typed into."""
_DELETE_KEYS = frozenset({"backspace", "delete"})


class FormView(FormBoard):
    """The form with its key bindings.

    `change` applies a change and updates the form; it returns the reason if the change is impossible, or "". `popup` lists
    completions.
    """

    takes_text: ClassVar[bool] = True
    """Letters are typed text here, so the screen's single-letter keys do not work while the form has the focus."""
    bar_keys = (
        ("file.save", "save"),
        ("config.undo-form", "undo"),
        ("config.remove-row", "remove row"),
        ("config.form", "YAML"),
        ("screen.back", "done"),
    )
    """The keys in the key bar; single letters are text here."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+d", "remove_row", "Remove row", show=False, id="config.remove-row"),
        Binding(f"{UNDO},ctrl+z", "undo", "Undo", show=False, id="config.undo-form", key_display="Ctrl+Z"),
        Binding("ctrl+@,ctrl+space", "complete", "Complete", show=False, id="config.complete-form"),
    ]

    def __init__(
        self,
        state: State,
        change: Callable[[FormEdit], str],
        *,
        popup: CompletionList,
        take_paste: Callable[[str], bool],
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._state, self._change = state, change
        self._popup, self._take_paste = popup, take_paste

    # Keys

    @property
    def undoes(self) -> bool:
        """Whether ctrl+z takes back what was typed, because the cursor is in a field."""
        return self._cursor is not None

    async def _on_key(self, event: events.Key) -> None:
        """Type, move or press. Keys that the form does not use go on to the screen."""
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
        if stop.part in _PRESSED:
            if key in ("enter", "space"):
                self.activate(stop)
                return True
            # A letter must not reach the screen from here: a slip of the hand could send the event.
            return bool(event.character and event.is_printable)
        if key == "enter":
            return self._step(1)
        line = self._line.key(key)
        if line is not None and line.text != self._line.text and self._is_masked:
            # The text is a mask. Editing a part of it would not edit a part of the key.
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
        """Handle a key while the cursor is on no field. A key that would type text shows how to get to a field."""
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
        self.problem = self.why_read_only if self.is_read_only else ""
        self.notify(self.problem or "Tab, an arrow key or a click goes to a field.", timeout=3)

    def _press_list(self, key: str) -> bool:
        """Handle a key of the completion list while it is open. Returns False for other keys."""
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
        """Whether the text at the cursor is a mask of a key in the file."""
        stop = self._cursor
        if stop is None or self._draft:
            return False
        field = self._form.field(stop.field)
        return field.masked if stop.row < 0 else stop.row < len(field.rows) and field.rows[stop.row].masked

    def _line_to_type_in(self) -> LineText:
        """The line to type into. A masked text is replaced by an empty line."""
        return LineText() if self._is_masked else self._line

    def on_paste(self, event: events.Paste) -> None:
        """Insert the first line of the pasted text, unless `take_paste` accepts it as events."""
        event.stop()
        if self._take_paste(event.text):
            return
        if self._cursor is None:
            self._show_field_hint()
            return
        if self._cursor.part in _PRESSED:
            return
        lines = event.text.splitlines()
        if lines:
            self._write(self._cursor, self._line_to_type_in().insert(lines[0]))

    # Changes

    def _write(self, stop: Stop, line: LineText) -> None:
        """Store the typed text, and apply it to the config if possible."""
        if self.is_read_only:
            self.problem = self.why_read_only
            self.refresh()
            return
        field = self._form.field(stop.field)
        if stop.row < 0 and self._is_masked and not field.fixed:
            self._confirm(field, stop, line)
        else:
            self._write_now(stop, line)

    def _confirm(self, field: Field, stop: Stop, line: LineText) -> None:
        """Ask before an API key is replaced or removed, which cannot be read back from the screen."""
        from abtui.tui.dialogs.questions import ConfirmKey

        def answered(yes: bool | None) -> None:
            if yes:
                self._write_now(stop, line)

        # The dialog opens at once, so that it gets the next keys.
        self.app.push_screen(ConfirmKey(field.setting.label, field.value, removed=not line.text), answered)

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
            # Further text is typed into the new row.
            self._cursor = Stop(stop.field, "key", rows)
            self._scroll_to_cursor()
        if not self.problem and not (field.kind == "secret" and not line.text.startswith("$")):
            self._draft = False
            self._line = line
        self.refresh()

    def activate(self, stop: Stop) -> None:
        """Switch a toggle, remove a row or an item of a list, or add an item, in whose name the cursor then is."""
        if self.is_read_only:
            self.problem = self.why_read_only
        elif stop.part == "toggle":
            on = self._form.field(stop.field).on
            self.problem = self._change(FormEdit(field=stop.field, kind="toggle", on=not on))
        elif stop.part == "new":
            self._add_item(stop)
        elif stop.part == "remove" and stop.row < 0:
            self.problem = self._change(FormEdit(field=stop.field, kind="remove-item"))
        elif stop.part == "remove":
            self.problem = self._change(FormEdit(field=stop.field, kind="remove", row=stop.row))
        self.refresh()

    def _add_item(self, stop: Stop) -> None:
        section = self._form.field(stop.field).path[0]
        self.problem = self._change(FormEdit(field=stop.field, kind="new-item"))
        added = [box.stop for _, box in self._stops if self._form.field(box.stop.field).path[0] == section]
        names = [other for other in added if other.part == "remove" and other.row < 0]
        if not self.problem and names:
            self.go(Stop(names[-1].field, "value"))

    def action_remove_row(self) -> None:
        """Remove the row of the cursor."""
        if self._cursor is not None and self._cursor.row >= 0:
            self.activate(Stop(self._cursor.field, "remove", self._cursor.row))

    def action_undo(self) -> None:
        """Take back the last change of the config."""
        self._state.config.undo()

    # Completions

    def action_complete(self) -> None:
        """Offer all completions at the cursor, whatever text is there."""
        self._offer("")

    def _offer(self, typed: str) -> None:
        stop, place = self._cursor, self._cursor_place()
        if stop is None or place is None or self.is_read_only:
            return
        field = self._form.field(stop.field)
        is_key, seen = stop.part in ("key", "add"), self._state.names()
        kept, options = options_in_form(field, typed, key=is_key, seen=seen)
        fitting = match_names(typed[kept:], options)
        if len(fitting) == 1 and typed[:kept] + fitting[0][0] == self.text:
            fitting = []
        self._popup.open([Candidate(name.strip(), typed[:kept] + name, note) for name, note in fitting], place)

    def accept(self, candidate: Candidate) -> None:
        """Replace the text at the cursor with a candidate. After a row's key, go to its value and complete that."""
        self._popup.close()
        stop = self._cursor
        if stop is None:
            return
        self._write(stop, LineText(candidate.insert, len(candidate.insert)))
        self._popup.close()
        if stop.part in ("key", "add") and not self.problem and self._step(1) and not self.text:
            self._offer("")

    def go(self, stop: Stop, at: int | None = None) -> None:
        """Move the cursor to a stop, close the completion list of the old one, and say what its field is for."""
        self._popup.close()
        super().go(stop, at)
        self._state.show_hint(self._form.field(stop.field).setting.about)

    # Mouse and focus

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the clicked place; press a toggle or a ✕."""
        row = self.scroll_offset.y + event.y
        for at, box in self._stops:
            # The label belongs to its switch.
            start = INDENT if box.stop.part == "toggle" else box.start
            if at == row and start <= event.x < box.end:
                event.stop()
                # The sign that removes a row is only there on the row of the cursor.
                here = box.stop.row < 0 or (self._cursor is not None and self._cursor[::2] == box.stop[::2])
                if box.stop.part in ("toggle", "new") or (box.stop.part == "remove" and here):
                    self.go(box.stop)
                    self.activate(box.stop)
                elif box.stop.part == "remove":
                    self.go(Stop(box.stop.field, "value", box.stop.row))
                else:
                    self.go(box.stop)
                    self.go(box.stop, cells.column_at(self.text, event.x - box.start))
                return

    def on_blur(self) -> None:
        """Drop typed text that is not in the config."""
        self._popup.close()
        self._draft = False
        self._edited_stop = None
        self.problem = ""
        self._state.show_hint("")
        self.fit_content()
