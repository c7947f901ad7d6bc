"""The Events screen: the list of events, and what becomes of the selected one."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from abtui.tui.bindings import EVENT, LIST
from abtui.tui.state import State
from abtui.tui.widgets.event_list import EventList


class EventsScreen(Vertical):
    """What becomes of each?"""

    BINDINGS: ClassVar[list[BindingType]] = [*LIST, *EVENT]

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state

    def compose(self) -> ComposeResult:
        """Yield the list, and the panels of the selected event."""
        with Horizontal():
            yield EventList(self._state.row, id="event-list")
            yield Static(id="plate", markup=False)

    @property
    def event_list(self) -> EventList:
        """The list of events."""
        return self.query_one(EventList)

    def on_mount(self) -> None:
        """Follow the state."""
        state = self._state
        state.listen("events", self, self._show_count)
        state.listen("rows", self, self._show_count)
        state.listen("shown", self, self._show_rows)
        state.listen("outcome", self, self._show_outcome)

    def _show_count(self) -> None:
        self.event_list.count = self._state.corpus.shown
        self.event_list.empty_text = self._state.empty_text
        self.event_list.refresh()

    def _show_rows(self) -> None:
        corpus, index = self._state.corpus, self._state.selection.index
        position = None if index is None else corpus.position_of(index)
        self.event_list.set_rows(self._state.row, corpus.shown, position or 0)

    def _show_outcome(self) -> None:
        outcome = self._state.selection.outcome
        self.query_one("#plate", Static).update("" if outcome is None else f"{outcome.fate} {outcome.reason.message}")

    @on(EventList.Highlighted)
    def _highlighted(self, message: EventList.Highlighted) -> None:
        index = self._state.corpus.index_at(message.index) if message.index == self.event_list.cursor else None
        if index is not None and index != self._state.selection.index:
            self._state.select(index)

    def focus_first(self) -> None:
        """Focus the list."""
        self.screen.set_focus(self.event_list)

    def leave(self) -> bool:
        """Go back to the list; in the list, clear the filter."""
        if self.screen.focused is not self.event_list:
            self.focus_first()
            return True
        if self._state.filter_text:
            self._state.filter_by("")
            return True
        return True
