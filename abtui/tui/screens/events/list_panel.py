"""The list of events with its filter: what becomes of each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input, Static

from abtui.core.corpus.query import Query, hint, value_of, with_term
from abtui.core.segment import EVENT_TYPES
from abtui.tui.bindings import LIST
from abtui.tui.kit.event_list import EventList
from abtui.tui.kit.panel import Panel
from abtui.tui.kit.sentence import FATE_TERMS, Term
from abtui.tui.kit.writing import takes_text
from abtui.tui.screens.events.filter_input import FilterInput
from abtui.tui.screens.events.keys import KEYS
from abtui.tui.state import State

WORDS: Final = "and what becomes of them"
_WITH_FINDINGS: Final = ("finding", "error,warning")
_TYPES: Final = tuple(("type", kind) for kind in EVENT_TYPES)


class ListPanel(Panel):
    """The events that the filter admits. The one at the cursor is the selected one."""

    BINDINGS: ClassVar[list[BindingType]] = list(LIST)
    ALLOW_SELECT = False
    DEFAULT_CSS = """
    ListPanel {
        & #filter-note { height: auto; max-height: 3; padding: 0 1; color: $soft; display: none; }
        & #filter-note.-shown { display: block; }
        & #filter-note.-problem { color: $ignored; }
        & EventList { height: 1fr; }
        & #own { height: 1; padding: 0 3; color: $soft; display: none; text-wrap: nowrap; text-overflow: ellipsis; }
        &.-demo #own { display: block; }
    }
    """

    def __init__(self, state: State) -> None:
        super().__init__(title="Events", words=WORDS, id="list")
        self._state = state

    def compose(self) -> ComposeResult:
        """Yield the filter, which is hidden until it is used, a note about it, and the list."""
        yield FilterInput()
        yield Static(id="filter-note", markup=False)
        yield EventList(self._state.row, id="event-list")
        yield Static("Your own: paste, or press o", id="own")

    def on_mount(self) -> None:
        """Follow the state."""
        state = self._state
        for topic in ("events", "rows", "receipts", "numbers"):
            state.listen(topic, self, self._show_numbers)
        state.listen("comparison", self, self._show_numbers)
        state.listen("remedy", self, lambda: self.screen.refresh_bindings())
        state.listen("shown", self, self._show_rows)
        state.listen("selection", self, self._follow_selection)
        state.listen("row", self, self._row_changed)
        state.listen("filter", self, self._show_filter)

    @property
    def bar_keys(self) -> tuple[tuple[str, str], ...]:
        """The keys of the key bar while the list has the focus. Enter is there if it does something."""
        fix = (("rows.open", "fix"),) if self._state.remedy is not None else ()
        return (*fix, *KEYS)

    @property
    def event_list(self) -> EventList:
        """The list of events."""
        return self.query_one(EventList)

    @property
    def filter_input(self) -> Input:
        """The input of the filter."""
        return self.query_one(FilterInput)

    # The list

    def _show_numbers(self) -> None:
        corpus, event_list = self._state.corpus, self.event_list
        before = event_list.count
        event_list.signs = corpus.signs
        event_list.count = corpus.shown
        event_list.empty_text = self._state.empty_text
        if not before and corpus.shown:
            event_list.choose_height()
        event_list.refresh()
        numbers = self._numbers()
        # More than numbers needs the room of the words.
        self.name_it(words=WORDS if numbers[:1].isdigit() and not corpus.marked else "", right=numbers)
        self.set_class(self._state.forgets, "-demo")

    def _numbers(self) -> str:
        corpus, state = self._state.corpus, self._state
        marked = f"{len(corpus.marked):,} marked, " if corpus.marked else ""
        share = "" if state.reading_share is None else f" {state.reading_share:.0%}"
        reading = f"{state.reading}{share}, " if state.reading else "filtering, " if corpus.filtering else ""
        return f"{reading}{marked}{corpus.shown:,} of {len(corpus):,}"

    def _show_rows(self) -> None:
        """Show the rows of the new filter, with the cursor on the selected event if it is still shown."""
        corpus, index = self._state.corpus, self._state.selection.index
        position = None if index is None else corpus.position_of(index)
        self.event_list.set_rows(self._state.row, corpus.shown, position or 0)
        self._show_numbers()

    def _follow_selection(self) -> None:
        index = self._state.selection.index
        position = None if index is None else self._state.corpus.position_of(index)
        if position is not None and position < self.event_list.count:
            self.event_list.cursor = position

    def _row_changed(self) -> None:
        position = self._state.corpus.position_of(self._state.event.replaced)
        if position is not None:
            self.event_list.refresh_row(position)

    @on(EventList.Highlighted)
    def _highlighted(self, message: EventList.Highlighted) -> None:
        message.stop()
        # If the cursor has moved to another row since, a later message follows.
        if message.index == self.event_list.cursor:
            self._state.event.choose(self._state.corpus.index_at(message.index))

    def action_mark(self) -> None:
        """Mark or unmark the event under the cursor, and go to the next."""
        index = self._state.corpus.index_at(self.event_list.cursor)
        if index is not None:
            self._state.corpus.marked ^= {index}
            self.event_list.cursor += 1
            self._show_numbers()

    def action_mark_all(self) -> None:
        """Mark every event shown; if all of them are marked, unmark them."""
        marked, shown = self._state.corpus.marked, self._state.corpus.shown_all
        marked.set_all(shown, not marked.has_all(shown))
        self._show_numbers()

    def action_toggle_lines(self) -> None:
        """Show each event in two lines, or in one with its goal as a column."""
        self.event_list.two_lines = not self.event_list.two_lines

    # The filter

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Where text is typed, a slash is a character."""
        return action != "filter" or not takes_text(self.screen.focused)

    def action_filter(self) -> None:
        """Put the cursor into the filter."""
        box = self.filter_input
        box.display = True
        self._show_note(typing=True)
        # `Widget.focus` takes effect later, and keys typed before that would act on the list.
        self.screen.set_focus(box)

    def action_next_fate(self) -> None:
        """Show only events of the next fate of those present, then only those with errors or warnings, then all."""
        present = +self._state.corpus.counts
        # The current fate keeps its place in the order, even if no event has it any more.
        text = self._state.filter_text
        order = [term for fate, term in FATE_TERMS.items() if fate in present or _shows(text, term)]
        fields = {*dict(FATE_TERMS.values()), _WITH_FINDINGS[0]}
        self._state.filter_by(_with_next_term(text, [*order, _WITH_FINDINGS], fields))

    def action_next_type(self) -> None:
        """Show only events of the next type; after the last type, show all."""
        self._state.filter_by(_with_next_term(self._state.filter_text, _TYPES, {"type"}))

    @on(Input.Changed, "#filter-text")
    def _text_changed(self, event: Input.Changed) -> None:
        event.stop()
        # The message of an older text may come after a key that changed the filter.
        if event.value == self.filter_input.value:
            self._state.filter_by(event.value)

    def _show_filter(self) -> None:
        if self.filter_input.value != self._state.filter_text:
            self.filter_input.value = self._state.filter_text
        self._show_box()
        self._show_note(typing=self.screen.focused is self.filter_input)

    def on_descendant_blur(self) -> None:
        """Hide an empty filter that has lost the focus."""
        super().on_descendant_blur()
        self._show_box()

    def _show_box(self) -> None:
        # The screen knows which widget has the focus before the input is notified.
        typing = self.screen.focused is self.filter_input
        self.filter_input.display = bool(self._state.filter_text) or typing
        if not typing:
            self._show_note(typing=False)

    def _show_note(self, *, typing: bool) -> None:
        """Show the problem of the filter or, while the person is `typing`, a hint for the next word."""
        note, query = self.query_one("#filter-note", Static), Query(self._state.filter_text)
        text = (f"! {query.problem}" if query.problem else "") or (hint(query.text) if typing else "")
        note.set_class(bool(query.problem), "-problem")
        if note.has_class("-shown") != bool(text) or note.content != text:
            note.set_class(bool(text), "-shown")
            note.update(text)


def _shows(text: str, term: Term) -> bool:
    """Whether a filter has a term."""
    return value_of(text, term[0]) == term[1]


def _with_next_term(text: str, order: Sequence[Term], fields: Collection[str]) -> str:
    """A filter in which the terms of `fields` are replaced with the next term of `order`, or with none after the last."""
    at = next((at for at, term in enumerate(order) if _shows(text, term)), -1)
    for field in fields:
        text = with_term(text, field, None)
    return with_term(text, *order[at + 1]) if at + 1 < len(order) else text
