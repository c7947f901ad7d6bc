"""The selected event: how it is selected and edited. Each change maps it once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from abtui.core.delivery.request import retarget, shown
from abtui.core.events import Event, Stored, Unreadable, edited, pretty, read_one
from abtui.core.outcomes import UNSUBSCRIBED, MappingOutcome, Outcome, Request
from abtui.tui.corpus import read_stored, summary
from abtui.tui.kit.event_row import EventRow
from abtui.tui.selection import Selection

if TYPE_CHECKING:
    from abtui.core.corpus.comparison.event import EventComparison
    from abtui.tui.comparing import Baseline
    from abtui.tui.state import State

AT_ONCE_CHARACTERS: Final = 128 * 1024
"""The largest text that is mapped during the key press; a longer one is mapped in a thread."""


class EventState:
    """The part of the state that is about the selected event; `State.selection` is its value."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.version = 0
        """A number that changes with every change of the selected event or its text."""
        self.replaced = 0
        """The index of the event that got another text last."""
        self._untouched: tuple[str, Stored] | None = None
        self._change: tuple[int | None, str, str] | None = None
        """The event that an offered change was made to last, with its text after and before it."""

    @property
    def request(self) -> Request | None:
        """The request of the selected event, as it would go to the chosen target, without its key."""
        part, session = self._state.selection.part, self._state.session
        request = None if part is None else part.request
        if request is not None and session.target is not None:
            request = retarget(request, session.target)
        return None if request is None else shown(request, session.secrets())

    def look_at(self, mapping: str) -> None:
        """Look at what one of several mappings does with the selected event."""
        self._state.selection = msgspec.structs.replace(self._state.selection, mapping=mapping)
        self._state.tell("outcome")

    def look_at_next(self, by: int) -> None:
        """Look at the next of several mappings, or the one before: first at those that are for the event."""
        selection = self._state.selection
        results = () if selection.outcome is None else selection.outcome.results or ()
        names = [result.mapping for result in results if result.verdict not in UNSUBSCRIBED]
        names = names if len(names) > 1 else [result.mapping for result in results]
        if len(names) < 2:
            self._state.say("The event has one way through the destination.", severity="warning")
            return
        now = selection.part.mapping if isinstance(selection.part, MappingOutcome) else ""
        at = names.index(now) + by if now in names else 0
        self.look_at(names[at % len(names)])

    def act(self) -> None:
        """Make the offered change, or say that there is none."""
        if self._state.remedy is None:
            self._state.say("There is no change to offer for this event. e edits it, 3 the config.")
        else:
            self._state.remedy.make()

    def select(self, index: int | None) -> None:
        """Select an event, or none."""
        self.version += 1
        if index is None:
            self._state.selection, self._untouched = Selection(), None
            self._state.tell("selection", "outcome")
            return
        item = self._state.corpus.item(index)
        text = pretty(item.text)
        self._untouched = None if index in self._state.corpus.edited else (text, item)
        event = read_stored(item, self._state.session.known_keys)
        self._state.selection = self._selected(Selection(index, item.source, text), event)
        self._state.tell("selection", "outcome")
        if self._state.corpus.let_go(index):
            self._state.tell("shown")

    def choose(self, index: int | None) -> None:
        """Select the event that the cursor of a list is on, unless it is selected already."""
        if index is not None and index != self._state.selection.index:
            self.select(index)

    def reveal(self, index: int) -> None:
        """Select an event, even if the filter hides it."""
        if self._state.corpus.position_of(index) is None:
            self._state.filter_by("")
        self.select(index)

    def select_again(self) -> None:
        """Map the selected event again, because the config, the target or the event itself changed."""
        index = self._state.selection.index
        if index is not None:
            event = read_stored(self._state.corpus.item(index), self._state.session.known_keys)
            self._state.selection = self._selected(self._state.selection, event)
            self._state.tell("outcome")

    def edit(self, text: str) -> None:
        """Give the selected event another text, as it is typed. Without an event, a new one is added for it."""
        index = self._state.selection.index
        if index is None:
            index = self._state.add([Stored(self._state.next_source("new"), "")])
            self._state.selection = Selection(index)
        self.version += 1
        if len(text) <= AT_ONCE_CHARACTERS:
            self.apply_edit(text, index, read_one(text, self._state.corpus.item(index).source, self._state.sdk))
            return
        # Store the text at once, so that it is available before it is read.
        item = self._state.corpus.item(index)
        self._state.corpus.keep(index, Stored(item.source, text, item.notes))
        self._state.corpus.edited.add(index)
        self._state.selection = msgspec.structs.replace(self._state.selection, text=text)
        self._state.tell("long-edit")

    def apply_edit(self, text: str, index: int, event: Event | Unreadable) -> None:
        """Store the new text of the selected event, and its outcome."""
        item = self._state.corpus.item(index)
        new = edited(item, text, event, self._state.sdk)
        self._state.corpus.announce(index, new)
        self._state.selection = self._selected(msgspec.structs.replace(self._state.selection, text=text), event)
        self.replace(index, new, self._row_of(event, self._state.selection.outcome))
        if self._untouched is not None and text == self._untouched[0]:
            # The edit was undone: the event is the one that was read.
            self._state.corpus.keep(index, self._untouched[1])
            self._state.corpus.edited.discard(index)
        self._state.tell("outcome")

    def replace(self, index: int, item: Stored, row: EventRow | None) -> None:
        """Store an edited item and its row, which is None without a usable config."""
        self._state.corpus.replace(index, item, row)
        self._state.review.replace(index)
        self.replaced = index
        self._state.tell("row")

    def _row_of(self, event: Event | Unreadable, outcome: Outcome | None) -> EventRow | None:
        if isinstance(event, Unreadable):
            return summary(event, None)
        mapper = self._state.session.mapper
        if outcome is None or mapper is None:
            return None
        return summary(event, outcome, self._state.session.known_keys, mapper.config)

    def _selected(self, before: Selection, event: Event | Unreadable) -> Selection:
        """The selection with an event that was just read, mapped once."""
        if isinstance(event, Unreadable):
            return msgspec.structs.replace(before, problem=event)
        return msgspec.structs.replace(before, event=event, outcome=self._outcome(event, before.index), problem=None)

    def _outcome(self, event: Event, index: int | None) -> Outcome | None:
        mapper = self._state.session.mapper
        if mapper is None:
            return None
        outcome = mapper.outcome(event, explain=True)
        repeated = None if index is None else self._state.corpus.repeated.get(index)
        if repeated is not None:
            outcome = msgspec.structs.replace(outcome, findings=(*outcome.findings, repeated))
        return outcome

    def difference(self, baseline: Baseline | None) -> EventComparison | None:
        """The selected event compared with a baseline, as it was then and as it is now; None without one or the other."""
        event, mapper = self._state.selection.event, self._state.session.mapper
        if event is None or mapper is None or baseline is None or self._state.selection.index is None:
            return None
        # Imported here: many sessions never compare.
        from abtui.core.corpus.comparison.event import compare_event

        return compare_event(baseline.config, mapper.config, event, baseline.event(self._state.selection.index))

    def put_text(self, text: str) -> None:
        """Give the selected event another text, which `undo` takes back."""
        self._change = self._state.selection.index, text, self._state.selection.text
        self._put_text(text)

    def _put_text(self, text: str) -> None:
        """Give the selected event another text that its editor does not have yet."""
        self.edit(text)
        self._state.tell("selection", "outcome")

    def take_back(self) -> bool:
        """Take back the offered change that was made to an event last, and select that event. False if there is none."""
        change, self._change = self._change, None
        if change is None:
            return False
        index, after, before = change
        if index != self._state.selection.index:
            self.select(index)
        if self._state.selection.text != after:
            return False
        self._put_text(before)
        self._state.say("The change of the event was undone.")
        return True

    def forget_change(self) -> None:
        """Let `undo` be about the config, which was changed later."""
        self._change = None
