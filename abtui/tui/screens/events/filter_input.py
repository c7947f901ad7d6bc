"""The input of the filter above the list of events."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Key, Paste
from textual.suggester import Suggester
from textual.widgets import Input

from abtui.core.corpus.query import completed
from abtui.core.events import Event, SdkDefaults, read_text
from abtui.core.segment import is_event
from abtui.tui.messages import TextPasted


class FilterSuggester(Suggester):
    """Completes the names of fields and their values."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """The text with its last word completed, or None."""
        return completed(value)


class FilterInput(Input):
    """The input of the filter. As in a pager, the old text is selected on focus: losing it loses only a view.

    Keys must act in the order in which they are typed, however fast. A key that leaves the input thus has `priority`,
    so that it acts before the next key is dispatched; other keys are handled where text is inserted.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "leave", "Back to the list", show=False, priority=True)]
    DEFAULT_CSS = """
    FilterInput { width: 1fr; height: 1; border: none; background: $raised; color: $text; display: none; }
    FilterInput.-textual-compact { padding: 0 2; }
    FilterInput:focus { border: none; }
    """

    def __init__(self) -> None:
        super().__init__(
            placeholder="any text of an event, or a field", id="filter-text", compact=True, suggester=FilterSuggester()
        )

    def action_leave(self) -> None:
        """Move the focus back to the list and keep the filter."""
        self.screen.focus_previous("EventList")

    async def _on_key(self, event: Key) -> None:
        bindings = self._bindings.key_to_bindings.get(event.key)
        if bindings and await self.app.run_action(bindings[0].action, self):
            event.stop()
            event.prevent_default()

    def _on_paste(self, event: Paste) -> None:
        if holds_events(event.text):
            self.post_message(TextPasted(event.text))
            event.prevent_default()
            event.stop()


def holds_events(text: str) -> bool:
    """Whether a pasted text is events rather than a word to be inserted. A text this long is nothing that anybody types."""
    if len(text) > _LONG:
        return True
    items = read_text(text, "pasted", SdkDefaults())
    return any(isinstance(item, Event) and is_event(item.value) for item in items)


_LONG = 128 * 1024
