"""The corpus as a list, with a filter over it."""

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
from abtui.tui.widgets.event_list import EventList, RowProvider
from abtui.tui.widgets.fates import FATE_LOOKS, RowFate

_Term = tuple[str, str]
_FATES: Final[dict[RowFate, _Term]] = {
    fate: ("verdict", fate) if fate == "unreadable" else ("fate", fate) for fate in FATE_LOOKS
}
_WITH_FINDINGS: Final = ("finding", "error,warning")
_TYPES: Final = tuple(("type", kind) for kind in EVENT_TYPES)


class FilterSuggester(Suggester):
    """Completes fields, and the words a field has."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """The whole text with its last word completed."""
        return completed(value)


class FilterInput(Input):
    """An input that leaves pasted events to `take_paste`, which tells whether it took them, and is left with `leave`.

    Its key begins another filter, as in a pager, so here what stands in it is selected: nothing but a view is lost by it.

    Keys act in the order they come in, however fast: what leaves it does so before the next key has an addressee (that is
    what `priority` does, as for Escape), the rest where typed text is inserted too.
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
        """Back to the list; what is written stays."""
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
    """The list and its filter, a query (`core.query`). Posts `FilterChanged`."""

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
        """The filter says something else now."""

        def __init__(self, query: Query) -> None:
            super().__init__()
            self.query = query

    def __init__(self, provider: RowProvider, *, take_paste: Callable[[str], bool], id: str | None = None) -> None:
        super().__init__(id=id)
        self._take_paste = take_paste
        self._provider = provider

    def compose(self) -> ComposeResult:
        """The filter, hidden until it is used, what may be wrong with it, and the list."""
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
        """The list itself."""
        return self.query_one(EventList)

    @property
    def _filter_input(self) -> Input:
        return self.query_one("#filter-text", Input)

    @property
    def filter_text(self) -> str:
        """What is written in the filter; what is put there is shown and filters."""
        return self._filter_input.value

    @filter_text.setter
    def filter_text(self, text: str) -> None:
        self._filter_input.value = text

    def edit_filter(self) -> None:
        """Put the cursor into the filter, so that the next key is written there."""
        self._filter_input.display = True
        self._show_note(Query(self._filter_input.value), typing=True)
        # `Widget.focus` only asks for it, and keys that come before would act on the list.
        self.screen.set_focus(self._filter_input)

    def _focus_list(self) -> None:
        self.screen.set_focus(self.event_list)

    def next_fate(self, present: Collection[RowFate]) -> None:
        """Show the next fate only, of those that are `there`, at last only events with errors or warnings; then all."""
        # The one that is shown keeps its place in the order, even if no event has it any more.
        order = [term for fate, term in _FATES.items() if fate in present or self._shows(term)]
        self._show_next_term([*order, _WITH_FINDINGS], dict(_FATES.values()).keys() | {_WITH_FINDINGS[0]})

    def next_type(self) -> None:
        """Show the next type only; after the last, all."""
        self._show_next_term(_TYPES, {"type"})

    def _shows(self, term: _Term) -> bool:
        return value_of(self._filter_input.value, term[0]) == term[1]

    def _show_next_term(self, order: Sequence[_Term], fields: Collection[str]) -> None:
        """Put the term after the present one of `turn` in the place of those with its `fields`. The filter shows how it is written."""
        text = self._filter_input.value
        at = next((at for at, term in enumerate(order) if self._shows(term)), -1)
        for field in fields:
            text = with_term(text, field, None)
        if at + 1 < len(order):
            text = with_term(text, *order[at + 1])
        self._filter_input.value = text

    def filter_by(self, field: str, value: str) -> None:
        """Show only events of which the term holds, with the rest of the filter as it is."""
        self._filter_input.value = with_term(self._filter_input.value, field, value)

    def clear_filter(self) -> bool:
        """Show everything again. False if there was no filter."""
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
        """An empty filter is shown only while it is written."""
        self._show_filter_input()

    def _show_filter_input(self) -> None:
        # The screen knows who has the focus before the box is told.
        typing = self.screen.focused is self._filter_input
        self._filter_input.display = bool(self._filter_input.value) or typing
        if not typing:
            self._show_note(Query(self._filter_input.value), typing=False)

    def _show_note(self, query: Query, *, typing: bool) -> None:
        """What may be wrong with the filter, or, while it is `written`, what can be written next."""
        note = self.query_one("#filter-note", Static)
        text = (f"! {query.problem}" if query.problem else "") or (hint(query.text) if typing else "")
        note.set_class(bool(query.problem), "-problem")
        if note.has_class("-shown") != bool(text) or note.content != text:
            note.set_class(bool(text), "-shown")
            note.update(text)
