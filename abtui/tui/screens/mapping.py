"""Help with writing the config: names from the events for its editor, and a key that maps an event to a goal."""

from __future__ import annotations

from typing import Final

from abtui.core.config.corpus_names import CorpusNames, CorpusNameTally
from abtui.core.events import Event, SdkDefaults
from abtui.core.outcomes import Outcome
from abtui.tui import workers
from abtui.tui.corpus import read_stored
from abtui.tui.dialogs.worker import dialog_worker
from abtui.tui.opening import Opening
from abtui.tui.screens.configuring import Configuring
from abtui.tui.session import Session
from abtui.tui.widgets.config_editor import ConfigEditor
from abtui.tui.widgets.form_view import FormView

_FIRST_EVENTS: Final = 200
"""The number of events that supply names for the config while there is no usable config and nothing is mapped."""


class Mapping(Configuring):
    """Counts the names and identities of the events as they are mapped, and maps single events to goals."""

    def __init__(self, opening: Opening, session: Session, sdk: SdkDefaults, *, narrow_below: int) -> None:
        super().__init__(opening, session, sdk, narrow_below=narrow_below)
        self._tally = CorpusNameTally()
        self._counted = CorpusNames()
        self._returning: int | None = None

    def on_mount(self) -> None:
        """Connect the config pane. Textual calls this method in every class that defines it."""
        session = self.session
        self.config_pane.connect(
            seen=self._seen,
            change_form=self._change_form,
            confirm=self._confirm_key,
            keys=lambda: session.known_keys,
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let priority keys type their characters in the form, and let escape close an open list first."""
        focused = self.focused
        if action == "filter" and getattr(focused, "takes_text", False):
            return False
        if action == "leave" and isinstance(focused, ConfigEditor | FormView) and focused.is_offering:
            return False
        return super().check_action(action, parameters)

    # Names in the events

    def _observer(self) -> workers.Observe | None:
        other, tally = super()._observer(), self._tally

        def observe(index: int, event: Event, outcome: Outcome) -> None:
            tally.add(event.value)
            if other is not None:
                other(index, event, outcome)

        return observe

    def map_anew(self) -> None:
        """Count the names again as well. The old counts stay in use until as many events are counted."""
        self._keep_counted()
        self._tally = CorpusNameTally()
        self._returning = self._current if self.corpus.filter else None
        super().map_anew()

    def _count(self) -> None:
        """Update the numbers, and move the cursor back to its event, as the filter finds all events again after a change."""
        super()._count()
        if self._returning is None:
            return
        position = self.corpus.position_of(self._returning)
        if self.event_list.cursor:
            # The person has moved the cursor since.
            self._returning = None
        elif position is not None and position < self.corpus.shown:
            self._returning = None
            self.event_list.cursor = position
        elif self.corpus.mapped == len(self.corpus) and not self.corpus.filtering:
            self._returning = None

    def _keep_counted(self) -> CorpusNames:
        """The counts that cover the most events."""
        if self._tally.events > self._counted.events or self._counted.events > len(self.corpus):
            self._counted = self._tally.seen()
        return self._counted

    def _seen(self) -> CorpusNames:
        """The names that can be written into the config now."""
        seen = self._keep_counted()
        mapper = self.session.mapper
        if mapper is not None:
            return seen.with_config(mapper.config, mapper.goals_in_use)
        if not seen.events and len(self.corpus):
            tally = CorpusNameTally()
            for item in self.corpus.items(0, min(_FIRST_EVENTS, len(self.corpus))):
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

        mapper, outcome, index = self.session.mapper, self._outcome, self._current
        if mapper is None:
            self.notify(self.session.why_unmapped, severity="warning", markup=False)
            return
        event = read_stored(self.corpus.item(index)) if index is not None else None
        if outcome is None or not isinstance(event, Event):
            self.notify("There is no readable event to map.", severity="warning")
            return
        seen = self._seen()
        plan = mapper.destination.plan_goal(event.value, outcome, mapper.config, seen)
        answer = await self.app.push_screen_wait(MapEvent(plan, mapper.config, seen))
        if answer is not None:
            self.edit_config(*answer)
