"""The editor of the config: the code editor, which offers what can be written as it is typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.document._document import EditResult, Location, Selection
from textual.geometry import Offset

from abtui.core.config.completion import Candidate, Completion, complete
from abtui.core.config.corpus_names import CorpusNames
from abtui.core.text.mask_keys import key_columns
from abtui.core.text.secret import Secret
from abtui.tui.widgets import cells
from abtui.tui.widgets.code_editor import CodeEditor
from abtui.tui.widgets.completion_list import CompletionList


class ConfigEditor(CodeEditor):
    """A YAML editor. `seen` gives what events and catalog know; `popup` is the list it offers that in.

    `keys` gives the API keys of the config so far: a key is masked unless the cursor is in it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+@,ctrl+space", "complete", "Complete", show=False, id="config.complete"),
    ]

    def __init__(
        self,
        text: str,
        *,
        popup: CompletionList,
        seen: Callable[[], CorpusNames],
        take_paste: Callable[[str], bool],
        keys: Callable[[], Iterable[Secret]] = tuple,
        id: str | None = None,
    ) -> None:
        self._popup = popup
        self._completion: Completion | None = None
        self._typing = False
        self._known_keys = keys
        self._hiding_keys = False
        super().__init__(text, syntax="yaml", take_paste=take_paste, id=id)
        self._seen = seen

    def scroll_cursor_visible(self, center: bool = False, animate: bool = False) -> Offset:
        """Scroll to the cursor. Out of view there is no room to tell what is visible by: it is done once there is."""
        if not self.size.width:
            return Offset()
        return super().scroll_cursor_visible(center, animate)

    def on_show(self) -> None:
        """The program may have changed the text meanwhile, and the cursor with it."""
        self.call_after_refresh(self.scroll_cursor_visible)

    @property
    def is_offering(self) -> bool:
        """Whether the list is open."""
        return self._popup.is_open

    def action_complete(self) -> None:
        """Offer what can be written at the cursor, also where nothing was typed yet."""
        self._offer(asked=True)
        if not self._popup.is_open:
            self.notify("Nothing is known that could be written here.", timeout=3)

    def accept(self, candidate: Candidate) -> None:
        """Write a candidate in the place of what was typed, as one step of undo, and offer what comes behind it."""
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
        """Close the list."""
        self._popup.close()

    def _offer(self, *, asked: bool) -> None:
        """Offer what fits the word at the cursor; unless `asked`, only once a part of it was typed."""
        text = self.text
        completion = complete(text, self._offset(), self._seen()) if self.selection.is_empty else None
        if completion is None or not (asked or completion.typed.strip() or self._is_after_colon()):
            self.close_offer()
            return
        self._completion = completion
        candidates = completion.candidates
        if len(candidates) == 1 and text[completion.start : completion.end] == candidates[0].insert.strip():
            # It is written already.
            self.close_offer()
            return
        row, column = self.location_of(completion.start)
        region = self.content_region
        cell = cells.cell_at(self.document[row], column) + self.gutter_width - 1
        self._popup.open(candidates, region.offset + Offset(cell, row) - self.scroll_offset)

    def _is_after_colon(self) -> bool:
        row, column = self.cursor_location
        return self.document[row][:column].endswith(": ")

    def _offset(self) -> int:
        row, column = self.cursor_location
        breaks = len(self.document.newline) * row
        return sum(len(line) for line in self.document.lines[:row]) + breaks + column

    # Keys

    def shown_line(self, row: int) -> str:
        """A line with its keys masked, all but the one in which the cursor is."""
        line = self.document[row]
        at, cursor = self.selection.end
        shows = cursor if at == row and self.has_focus and not self._hiding_keys else -1
        for start, end in key_columns(line, self._known_keys()):
            if not start <= shows <= end:
                line = line[:start] + "*" * (end - start) + line[end:]
        return line

    @contextmanager
    def keys_hidden(self) -> Iterator[None]:
        """While a picture is made every key is masked."""
        self._hiding_keys = True
        self.refresh()
        try:
            yield
        finally:
            self._hiding_keys = False
            self.refresh()

    # What opens and closes it

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
        # What is typed moves the cursor, too, and offers anew after it.
        if not self._typing:
            self.close_offer()

    def on_blur(self) -> None:
        """The list is for what is typed here, and a key is shown to who types."""
        self.close_offer()
        self._redraw_cursor_row()

    def on_focus(self) -> None:
        """A key is shown to who types."""
        self._redraw_cursor_row()

    def _redraw_cursor_row(self) -> None:
        row = self.selection.end[0]
        self.refresh_rows(row, row)

    async def _on_key(self, event: events.Key) -> None:
        """Let the keys of the list go there while it is open."""
        if event.key.startswith("alt+") and event.character is not None:
            # A command of whatever is around, and no letter.
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
                # Nothing would change: the key means what it always does.
                self.close_offer()
                return
            self.accept(candidate)
        else:
            return
        event.stop()
        event.prevent_default()
