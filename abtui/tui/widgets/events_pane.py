"""The pane that shows the corpus as a list with a filter above it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import Key, Paste
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input, Static

from abtui.core.corpus.query import Query, completed, hint, value_of, with_term
from abtui.core.segment import EVENT_TYPES
from abtui.tui.kit.marks import RowFate
from abtui.tui.widgets.event_list import EventList, RowProvider
from abtui.tui.widgets.fates import FATE_LOOKS

_Term = tuple[str, str]
_FATES: Final[dict[RowFate, _Term]] = {
    fate: ("verdict", fate) if fate == "unreadable" else ("fate", fate) for fate in FATE_LOOKS
}
_WITH_FINDINGS: Final = ("finding", "error,warning")
_TYPES: Final = tuple(("type", kind) for kind in EVENT_TYPES)


class FilterSuggester(Suggester):
    """Completes the names of fields and their values."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """The text with its last word completed, or None."""
        return completed(value)


class FilterInput(Input):
    """The input of the filter.

    `take_paste` is offered pasted text and returns whether it handled it; `leave` focuses the list again. As in
    a pager, the filter key starts a new filter, so the old text is selected on focus: losing it loses only a view.

    Keys must act in the order in which they are typed, however fast. A key that leaves the input thus has `priority`,
    as Escape has, so that it acts before the next key is dispatched; other keys are handled where text is inserted.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "leave", "Back to the list", show=False, priority=True)]

    def __init__(
        self,
        take_paste: Callable[[str], bool],
        leave: Callable[[], None],
        *,
        placeholder: str,
        id: str,
        compact: bool,
    ) -> None:
        super().__init__(placeholder=placeholder, id=id, compact=compact, suggester=FilterSuggester())
        self._take_paste = take_paste
        self._leave = leave

    def action_leave(self) -> None:
        """Move the focus back to the list and keep the filter."""
        self._leave()

    async def _on_key(self, event: Key) -> None:
        bindings = self._bindings.key_to_bindings.get(event.key)
        if bindings and await self.app.run_action(bindings[0].action, self):
            event.stop()
            event.prevent_default()

    def _on_paste(self, event: Paste) -> None:
        if self._take_paste(event.text):
            event.prevent_default()
            event.stop()


class EventsPane(Vertical):
    """The list and its filter, which is a query of the core. It posts `FilterChanged`."""

    ALLOW_SELECT = False

    DEFAULT_CSS = """
    EventsPane {
        & #filter-text { width: 1fr; height: 1; border: none; padding: 0 1; background: $boost; display: none; }
        & #filter-note { height: auto; max-height: 3; padding: 0 1; color: $foreground-muted; display: none; }
        & #filter-note.-shown { display: block; }
        & #filter-note.-problem { color: $text-warning; }
        & EventList { height: 1fr; }
    }
    """

    class FilterChanged(Message):
        """The query of the filter changed."""

        def __init__(self, query: Query) -> None:
            super().__init__()
            self.query = query

    def __init__(self, provider: RowProvider, *, take_paste: Callable[[str], bool], id: str | None = None) -> None:
        super().__init__(id=id)
        self._take_paste = take_paste
        self._provider = provider

    def compose(self) -> ComposeResult:
        """Yield the filter, which is hidden until it is used, a note about it, and the list."""
        yield FilterInput(
            self._take_paste,
            self._focus_list,
            placeholder="any text of an event, or a field",
            id="filter-text",
            compact=True,
        )
        yield Static(id="filter-note", markup=False)
        yield EventList(self._provider, id="event-list")

    @property
    def event_list(self) -> EventList:
        """The list of events."""
        return self.query_one(EventList)

    @property
    def _filter_input(self) -> Input:
        return self.query_one("#filter-text", Input)

    @property
    def filter_text(self) -> str:
        """The text of the filter. Setting it shows it and filters the list."""
        return self._filter_input.value

    @filter_text.setter
    def filter_text(self, text: str) -> None:
        self._filter_input.value = text

    def edit_filter(self) -> None:
        """Focus the filter, so that the next key is typed there."""
        self._filter_input.display = True
        self._show_note(Query(self._filter_input.value), typing=True)
        # `Widget.focus` takes effect later, and keys typed before that would act on the list.
        self.screen.set_focus(self._filter_input)

    def _focus_list(self) -> None:
        self.screen.set_focus(self.event_list)

    def next_fate(self, present: Collection[RowFate]) -> None:
        """Show only events of the next fate of those `present`, then only those with errors or warnings, then all."""
        # The current fate keeps its place in the order, even if no event has it any more.
        order = [term for fate, term in _FATES.items() if fate in present or self._shows(term)]
        self._show_next_term([*order, _WITH_FINDINGS], dict(_FATES.values()).keys() | {_WITH_FINDINGS[0]})

    def next_type(self) -> None:
        """Show only events of the next type; after the last type, show all."""
        self._show_next_term(_TYPES, {"type"})

    def _shows(self, term: _Term) -> bool:
        return value_of(self._filter_input.value, term[0]) == term[1]

    def _show_next_term(self, order: Sequence[_Term], fields: Collection[str]) -> None:
        """Replace the terms of `fields` in the filter with the next term of `order`, or with none after the last."""
        text = self._filter_input.value
        at = next((at for at, term in enumerate(order) if self._shows(term)), -1)
        for field in fields:
            text = with_term(text, field, None)
        if at + 1 < len(order):
            text = with_term(text, *order[at + 1])
        self._filter_input.value = text

    def filter_by(self, field: str, value: str) -> None:
        """Show only events that match a term, and keep the rest of the filter."""
        self._filter_input.value = with_term(self._filter_input.value, field, value)

    def clear_filter(self) -> bool:
        """Clear the filter. Returns False if there was none."""
        active = bool(self._filter_input.value)
        self._filter_input.value = ""
        return active

    @on(Input.Changed, "#filter-text")
    def _text_changed(self, event: Input.Changed) -> None:
        event.stop()
        query = Query(event.value)
        self._show_filter_input()
        self._show_note(query, typing=self.screen.focused is self._filter_input)
        self.post_message(self.FilterChanged(query))

    def on_descendant_blur(self) -> None:
        """Hide an empty filter that has lost the focus."""
        self._show_filter_input()

    def _show_filter_input(self) -> None:
        # The screen knows which widget has the focus before the input is notified.
        typing = self.screen.focused is self._filter_input
        self._filter_input.display = bool(self._filter_input.value) or typing
        if not typing:
            self._show_note(Query(self._filter_input.value), typing=False)

    def _show_note(self, query: Query, *, typing: bool) -> None:
        """Show the problem of the filter or, while the user is `typing`, a hint for the next word."""
        note = self.query_one("#filter-note", Static)
        text = (f"! {query.problem}" if query.problem else "") or (hint(query.text) if typing else "")
        note.set_class(bool(query.problem), "-problem")
        if note.has_class("-shown") != bool(text) or note.content != text:
            note.set_class(bool(text), "-shown")
            note.update(text)
