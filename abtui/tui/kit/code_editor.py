"""An editor for JSON and YAML. A key press costs time for the visible lines only, whatever the size of the text."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Final, cast

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Offset
from textual.widgets import TextArea

from abtui.tui.kit import cells
from abtui.tui.kit.code_document import CodeDocument, difference
from abtui.tui.kit.code_lines import LINES_CLASSES, LINES_CSS
from abtui.tui.kit.drawn_text_area import DrawnTextArea
from abtui.tui.kit.highlight import Syntax
from abtui.tui.kit.private import Location, Selection, drop_keys, own_bindings
from abtui.tui.kit.underlines import Mark
from abtui.tui.kit.writing import UNDO

__all__ = ["CodeEditor", "Mark"]

_WORKBENCH_KEYS: Final = ("f6", "f7")
"""Keys that select text in TextArea, but open panels of the workbench. Other keys of TextArea select text as well."""


class CodeEditor(DrawnTextArea):
    """A TextArea that draws itself line by line. It highlights visible lines only, and redraws only changed lines.

    Lines are never wrapped. `syntax` may be set at any time. `take_paste` receives text pasted through the terminal;
    if it returns True, the editor does not insert the text. TextArea's `Changed` is posted for edits, not for `load`.
    `edited` is called with the new text during the edit, so that the results are painted in the same frame as the key.
    """

    DEFAULT_CSS = f"""
    CodeEditor {{
        border: none;
        padding: 0;
        background: $pane;
        color: $text;
        &:focus {{ border: none; }}
        {LINES_CSS}
    }}
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = set(LINES_CLASSES)
    BINDINGS: ClassVar[list[BindingType]] = [Binding(UNDO, "undo", "Undo", show=False, id="editor.undo")]

    def __init__(
        self,
        text: str = "",
        *,
        syntax: Syntax = "json",
        take_paste: Callable[[str], bool] | None = None,
        edited: Callable[[str], None] | None = None,
        read_only: bool = False,
        show_line_numbers: bool = True,
        placeholder: str = "",
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
        disabled: bool = False,
    ) -> None:
        self._set_up_drawing(syntax)
        super().__init__(
            soft_wrap=False,
            read_only=read_only,
            show_line_numbers=show_line_numbers,
            placeholder=placeholder,
            name=name,
            id=id,
            classes=classes,
            disabled=disabled,
        )
        drop_keys(self, _WORKBENCH_KEYS)
        self.set_reactive(CodeEditor.syntax, syntax)
        self.set_reactive(TextArea.cursor_blink, False)
        self.indent_width = cells.TAB_SIZE
        self.take_paste = take_paste
        self._edited = edited
        self.put_document(text)

    # The interface for the application

    def load(self, text: str, keep_place: bool = False) -> None:
        """Replace the text without posting `Changed`. This clears the undo history and the marks.

        The cursor and the scroll position move to the top or, with `keep_place`, stay as near as possible.
        """
        place, scroll = self.selection.end, self.scroll_offset
        before = self.document.lines
        for drawn in (place, self.bracket_partner):
            if drawn is not None:
                self.refresh_rows(drawn[0], drawn[0])
        self.history.clear()
        self.set_marks(())
        self.set_lights()
        self.put_document(text)
        if keep_place:
            self.selection = Selection.cursor(self._nearest(place))
        if self.is_mounted:
            self.scroll_to(*(scroll if keep_place else (0, 0)), animate=False)
        # Scrolling redraws everything anyway. Without it, redraw only lines that differ: events of one kind share many.
        shown, after = self.wrapped_document, self.document.lines
        for line in range(scroll.y, scroll.y + self.size.height):
            row = shown.offset_to_location(Offset(0, line))[0] if line < shown.height else line
            if before[row : row + 1] != after[row : row + 1]:
                self.refresh_rows(row, row)

    @property
    def source(self) -> str:
        """The text of the editor."""
        return self.text

    def goto(self, line: int, column: int = 1) -> None:
        """Move the cursor to a line and column (from 1), or to the nearest that exists.

        If the line is not visible, it is scrolled to the middle.
        """
        top, rows = self.scroll_offset.y, self.room.height
        self.move_cursor(self._nearest((line - 1, column - 1)))
        row = self.selection.end[0]
        if not top <= row < top + rows:
            self.scroll_to(y=max(0, row - rows // 2), animate=False)

    def location_of(self, offset: int) -> Location:
        """The location of the character at `offset` (from 0) in the text."""
        return cast("CodeDocument", self.document).get_location_from_index(offset)

    def offset_of(self, location: Location) -> int:
        """The offset (from 0) in the text of the character at a location."""
        return cast("CodeDocument", self.document).get_index_from_location(location)

    def rewrite(self, text: str) -> None:
        """Change the text in one undoable edit that covers only the part between the first and the last difference."""
        if text != self.text:
            start, end, new = difference(self.text, text)
            self.history.checkpoint()
            self.replace(new, self.location_of(start), self.location_of(end))
            self.history.checkpoint()

    def _nearest(self, place: Location) -> Location:
        return min(max(place, (0, 0)), self.document.end)

    # Edits

    async def _on_key(self, event: events.Key) -> None:
        """Run the editor's own key bindings at once. By way of the screen, typed text would overtake them."""
        if event.key == "enter" and not self.read_only:
            # The new line gets the indentation of the current one.
            line = self.document[self.cursor_location[0]]
            indent = line[: min(len(line) - len(line.lstrip(" \t")), self.cursor_location[1])]
            self.type_over(f"\n{indent}")
        else:
            own = own_bindings(self, event.key)
            if not own or not await self.app.run_action(own[0].action, self):
                if event.key.startswith("alt+"):
                    # An Alt key event carries a character, but belongs to a binding.
                    event.prevent_default()
                return
        event.stop()
        event.prevent_default()

    def text_edited(self) -> None:
        """Report an edit."""
        if self._edited is not None:
            self._edited(self.text)

    # Pasting

    async def _on_paste(self, event: events.Paste) -> None:
        """Offer the pasted text to `take_paste`, or else insert it. A read-only editor lets the event bubble up."""
        event.prevent_default()
        if self.take_paste is not None and self.take_paste(event.text):
            event.stop()
        elif not self.read_only:
            event.stop()
            if result := self.type_over(event.text):
                self.move_cursor(result.end_location)
                self.focus()
