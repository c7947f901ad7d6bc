"""The editor for the config: it follows the state, offers completions during typing, and masks keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ClassVar, Final

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Offset

from abtui.core.config.completion import Candidate, Completion, complete
from abtui.core.text.mask_keys import further_rows, key_columns
from abtui.tui.kit import cells
from abtui.tui.kit.completion_list import CompletionList
from abtui.tui.kit.private import EditResult, Location, Selection
from abtui.tui.screens.config.lens_editor import LensEditor
from abtui.tui.state import State

_AT_ONCE: Final = 24 * 1024
"""Characters of the longest config that is read within the key press; a longer one is read after the key is painted."""


class ConfigEditor(LensEditor):
    """A YAML editor on the config's text. Its history has every change of the config as one edit, whoever makes it.

    `popup` lists completions. A key is masked unless the cursor is inside it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+@,ctrl+space", "complete", "Complete", show=False, id="config.complete"),
    ]

    def __init__(
        self, state: State, *, popup: CompletionList, take_paste: Callable[[str], bool], id: str | None = None
    ) -> None:
        self._state = state
        self._popup = popup
        self._completion: Completion | None = None
        self._typing = self._hiding_keys = self._held = self._unread = False
        self._rows_of: tuple[str, frozenset[int]] = "", frozenset()
        self._loaded = state.config.loads, state.session.path
        super().__init__(state.session.text, syntax="yaml", take_paste=take_paste, edited=self._take, id=id)
        self.read_only = bool(state.session.reading.export)

    def on_mount(self) -> None:
        """Follow the config."""
        # First: what others tell about the config is about this text.
        self._state.listen("config", self, self._follow, first=True)
        self._state.listen("undo", self, self.undo)
        self.styles.scrollbar_size_horizontal = 0

    # The config's text

    def _take(self, text: str) -> None:
        """Read the edited text, or leave it until the key is painted."""
        if self._held or text == self._state.session.text:
            return
        if len(text) <= _AT_ONCE:
            self._state.config.apply(text)
        elif not self._unread:
            self._unread = True
            self.call_after_refresh(self._take_later)

    def _take_later(self) -> None:
        self._unread = False
        if self.text != self._state.session.text:
            self._state.config.apply(self.text)

    def _follow(self) -> None:
        state, session = self._state, self._state.session
        loaded = state.config.loads, session.path
        if loaded[0] != self._loaded[0]:
            self.load(session.text, keep_place=loaded[1] == self._loaded[1])
        elif not self._unread:
            self.change(session.text)
        self._loaded = loaded
        self.read_only = bool(session.reading.export)

    def change(self, text: str, *, again: bool = False) -> None:
        """Change the text in one undoable edit.

        With `again` the new text replaces the previous change, which is undone first.
        """
        self._held = True
        if again:
            self.undo()
        if text != self.text:
            self.rewrite(text)
            if not self.has_focus:
                # Nobody is typing there, so the start of the lines is more useful than the place of the cursor.
                self.scroll_to(x=0, animate=False)
        self._held = False
        self._take(text)

    def scroll_cursor_visible(self, center: bool = False, animate: bool = False) -> Offset:
        """Scroll to the cursor. While the editor is hidden it has no size to scroll by; `on_show` scrolls later."""
        if not self.size.width:
            return Offset()
        return super().scroll_cursor_visible(center, animate)

    def on_show(self) -> None:
        """Scroll to the cursor, which may have moved with the text while the editor was hidden."""
        self.call_after_refresh(self.scroll_cursor_visible)

    # Completion

    def action_complete(self) -> None:
        """Offer completions at the cursor, even before anything is typed."""
        self._offer(asked=True)
        if not self._popup.is_open:
            self.notify("There are no completions here.", timeout=3)

    def accept(self, candidate: Candidate) -> None:
        """Replace the typed text with a candidate as one undo step, and offer completions for the next word."""
        completion = self._completion
        self.close_offer()
        if completion is None or self.read_only:
            return
        self.history.checkpoint()
        start, end = self.location_of(completion.start), self.location_of(completion.end)
        result = self.replace(candidate.insert, start, end, maintain_selection_offset=False)
        self.history.checkpoint()
        self.move_cursor(result.end_location)
        if candidate.insert.endswith(" "):
            self._offer(asked=True)

    def close_offer(self) -> None:
        """Close the completion list."""
        self._popup.close()

    def _offer(self, *, asked: bool) -> None:
        """Offer completions for the word at the cursor. Unless `asked`, part of the word must have been typed."""
        text = self.text
        completion = (
            complete(text, self.offset_of(self.cursor_location), self._state.names())
            if self.selection.is_empty
            else None
        )
        if completion is None or not (asked or completion.typed.strip() or self._is_after_colon()):
            self.close_offer()
            return
        self._completion = completion
        candidates = completion.candidates
        if len(candidates) == 1 and text[completion.start : completion.end] == candidates[0].insert.strip():
            # The only candidate is already in the text.
            self.close_offer()
            return
        row, column = self.location_of(completion.start)
        region = self.content_region
        cell = cells.cell_at(self.document[row], column) + self.gutter_width - 1
        self._popup.open(candidates, region.offset + Offset(cell, self.row_of(row)) - self.scroll_offset)

    def _is_after_colon(self) -> bool:
        row, column = self.cursor_location
        return self.document[row][:column].endswith(": ")

    # Keys

    def shown_line(self, row: int) -> str:
        """A line with all keys masked except the one that contains the cursor."""
        line = self.document[row]
        at, cursor = self.selection.end
        shows = cursor if at == row and self.has_focus and not self._hiding_keys else -1
        columns = key_columns(line, self._state.session.known_keys)
        if row in self._further_rows:
            columns.append((len(line) - len(line.lstrip()), len(line)))
        for start, end in columns:
            if not start <= shows <= end:
                line = line[:start] + "*" * (end - start) + line[end:]
        return line

    @property
    def _further_rows(self) -> frozenset[int]:
        """The rows on which a value goes on that may be a key."""
        text = self._state.session.text
        if self._rows_of[0] is not text:
            self._rows_of = text, further_rows(text)
        return self._rows_of[1]

    @contextmanager
    def keys_hidden(self) -> Iterator[None]:
        """Mask every key during the context, for example while the screen is saved as a picture."""
        self._hiding_keys = True
        self.refresh()
        try:
            yield
        finally:
            self._hiding_keys = False
            self.refresh()

    # Events that open and close the list

    def _replace_via_keyboard(self, insert: str, start: Location, end: Location) -> EditResult | None:
        self._typing = True
        result = super()._replace_via_keyboard(insert, start, end)
        self._typing = False
        if insert.isspace() and "\n" in insert:
            self.close_offer()
        elif len(insert) == 1:
            self._offer(asked=False)
        else:
            self.close_offer()
        return result

    def _delete_via_keyboard(self, start: Location, end: Location) -> EditResult | None:
        self._typing = True
        result = super()._delete_via_keyboard(start, end)
        self._typing = False
        if self._popup.is_open:
            self._offer(asked=False)
        return result

    def _watch_selection(self, previous_selection: Selection, selection: Selection) -> None:
        super()._watch_selection(previous_selection, selection)
        if self.has_focus:
            self._state.config.be_in_line(selection.end[0] + 1)
        # Typing moves the cursor as well, but updates the list itself.
        if not self._typing:
            self.close_offer()

    def on_blur(self) -> None:
        """Close the list, and mask the key under the cursor."""
        self.close_offer()
        self._redraw_cursor_row()

    def on_focus(self) -> None:
        """Unmask the key under the cursor."""
        self._state.config.be_in_line(self.cursor_location[0] + 1)
        self._redraw_cursor_row()

    def _redraw_cursor_row(self) -> None:
        row = self.selection.end[0]
        self.refresh_rows(row, row)

    async def _on_key(self, event: events.Key) -> None:
        """Handle the keys of the completion list while it is open."""
        if event.key.startswith("alt+") and event.character is not None:
            # An Alt key is a command of the screen and must not insert its letter.
            event.prevent_default()
            return
        if not self._popup.is_open:
            return
        if event.key in ("up", "down", "pageup", "pagedown"):
            self._popup.move({"up": -1, "down": 1, "pageup": -5, "pagedown": 5}[event.key])
        elif event.key == "escape":
            self.close_offer()
        elif event.key in ("tab", "enter") and (candidate := self._popup.chosen) is not None:
            completion = self._completion
            if completion is not None and self.text[completion.start : completion.end] == candidate.insert:
                # The candidate would change nothing, so the key keeps its usual meaning.
                self.close_offer()
                return
            self.accept(candidate)
        else:
            return
        event.stop()
        event.prevent_default()
