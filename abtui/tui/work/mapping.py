"""Help with writing the config: the names in the events, and a key that maps an event to a goal."""

from __future__ import annotations

from typing import ClassVar, Final, cast

from textual.app import App
from textual.binding import BindingType

from abtui.core.config.corpus_names import CorpusNames, CorpusNameTally
from abtui.core.events import Event
from abtui.core.outcomes import Outcome
from abtui.tui.bindings import MAPPING
from abtui.tui.corpus import read_stored
from abtui.tui.dialogs.worker import dialog_worker
from abtui.tui.state import Observe, State
from abtui.tui.work.capability import Capability

_FIRST_EVENTS: Final = 200
"""The number of events that supply names for the config while there is no usable config and nothing is mapped."""


class Mapping(Capability):
    """Counts the names and identities of the events as they are mapped, and maps single events to goals."""

    BINDINGS: ClassVar[list[BindingType]] = list(MAPPING)

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self._tally = CorpusNameTally()
        self._counted = CorpusNames()

    def on_mount(self) -> None:
        """Observe the mapping, and give the names to whoever completes them."""
        self._state.names = self._names
        self._state.observers.append(self._observe)
        self._state.listen("mapper", self, self._count_anew, first=True)

    # Names in the events

    def _observe(self) -> Observe:
        tally = self._tally

        def observe(index: int, event: Event, outcome: Outcome) -> None:
            tally.add(event.value)

        return observe

    def _count_anew(self) -> None:
        """Count the names again. The old counts stay in use until as many events are counted."""
        self._keep_counted()
        self._tally = CorpusNameTally()

    def _keep_counted(self) -> CorpusNames:
        """The counts that cover the most events."""
        if self._tally.events > self._counted.events or self._counted.events > len(self._state.corpus):
            self._counted = self._tally.seen()
        return self._counted

    def _names(self) -> CorpusNames:
        """The names that can be written into the config now."""
        seen, corpus = self._keep_counted(), self._state.corpus
        mapper = self._state.session.mapper
        if mapper is not None:
            return seen.with_config(mapper.config, mapper.goals_in_use)
        if not seen.events and len(corpus):
            tally = CorpusNameTally()
            for item in corpus.items(0, min(_FIRST_EVENTS, len(corpus))):
                event = read_stored(item)
                if isinstance(event, Event):
                    tally.add(event.value)
            seen = self._counted = tally.seen()
        return seen

    # One event

    @dialog_worker
    async def action_map_event(self) -> None:
        """Map the selected event to a goal, or show why that is not possible and what would help."""
        # Imported here: the widgets of dialogs take a while to load, and the first paint should not wait for them.
        from abtui.tui.dialogs.mapping import MapEvent

        state, selection = self._state, self._state.selection
        mapper, outcome = state.session.mapper, selection.seen_as
        if mapper is None:
            state.say(state.session.why_unmapped, severity="warning")
            return
        if outcome is None or selection.event is None or selection.problem is not None:
            state.say("There is no readable event to map.", severity="warning")
            return
        seen = self._names()
        plan = mapper.destination.plan_goal(selection.event.value, outcome, mapper.config, seen)
        answer = await cast("App[int]", self.app).push_screen_wait(MapEvent(plan, mapper.config, seen))
        if answer is not None:
            state.config.edit(*answer)
