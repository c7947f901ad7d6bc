"""The comparison of all events with a baseline, and the effect of the unsaved changes of the config, kept up to date."""

from __future__ import annotations

import asyncio
from typing import ClassVar, Final

from textual import on
from textual.binding import BindingType

from abtui.core.config import Config
from abtui.core.corpus.query import value_of
from abtui.core.text.plain import file_name, one_line
from abtui.services.errors import FileError
from abtui.services.git import git_place
from abtui.tui.bindings import COMPARING
from abtui.tui.comparer import Comparer
from abtui.tui.comparing import Baseline, changes_of
from abtui.tui.dialogs.worker import dialog_worker
from abtui.tui.messages import BaselineWanted, MoveOpened
from abtui.tui.state import State
from abtui.tui.work.capability import Capability

_IN_VIEW: Final = 60
"""The number of events around the selected one whose change is found first."""
_SHORT: Final = 16
CHANGED: Final = ("is", "changed")
"""The field and value of the filter term that only changed events match."""


class Comparing(Capability):
    """Asks for a baseline, and keeps two comparisons: with the baseline, and of the saved config with the present one."""

    BINDINGS: ClassVar[list[BindingType]] = list(COMPARING)

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self._with_baseline = Comparer(self, state, "comparing", self._tell_comparison, state.corpus.place_changes)
        self._with_saved = Comparer(self, state, "effect", self._tell_effect)

    def on_mount(self) -> None:
        """Follow the config and the events."""
        state = self._state
        # Compare before mapping everything again: the effect of the change matters first.
        state.listen("mapper", self, self._anew, first=True)
        state.listen("baseline", self, self._baseline_changed, first=True)
        state.listen("config", self, self._saved_anew)
        state.listen("events", self, self._go_on)
        state.listen("screen", self, self._go_on)
        state.listen("row", self, self._edited)
        state.corpus.before_edit.append(self._before_edit)
        state.removed.append(self._removed)

    # The baseline

    def action_pin(self) -> None:
        """Make the current outcomes the baseline; if there is a baseline already, drop it."""
        state = self._state
        if state.baseline is not None:
            name = state.baseline.name
            state.compare_with(None)
            state.say(f"Outcomes are no longer compared with {name}.")
        elif state.session.mapper is None:
            state.say(state.session.why_unmapped, title="There are no outcomes to pin", severity="warning")
        else:
            self._pin("the pinned outcomes", "pinned", state.session.mapper.config, state.session.usable_text)
            state.say("Pinned. Change the config or an event: 4 shows what it does, x lists it.")

    @dialog_worker
    async def action_compare_with(self) -> None:
        """Ask for another config, and make it the baseline."""
        from abtui.tui.dialogs.comparing import CompareWith

        session = self._state.session
        place: str | None = ""
        problem = ""
        while True:
            place = await self.app.push_screen_wait(CompareWith(place or "", problem, own=session.path))
            if place is None:
                return
            try:
                opened = await asyncio.to_thread(session.open_beside, place)
            except FileError as error:
                problem = f"{error.message} {error.hint}"
                continue
            config = opened.reading.config
            if config is not None:
                break
            found = opened.reading.mistakes[0]
            at = "" if found.line is None else f"line {found.line}: "
            problem = f"That config has errors, so nothing can be compared with it: {at}{found.message}"
        short = place if git_place(place) else place.replace("\\", "/").rpartition("/")[2]
        self._pin(file_name(opened.place), one_line(file_name(short), _SHORT), config, opened.text)
        self._state.show("impact")

    def action_show_changed(self) -> None:
        """Show only events that change against the baseline; if they are shown already, show all."""
        state = self._state
        field, value = CHANGED
        if value_of(state.filter_text, field) == value:
            state.filter_term(field, None)
        elif self._has_baseline():
            state.filter_term(field, value)
            state.show("events")
        else:
            state.say(
                "There is no baseline: b pins the present outcomes, B compares with another config.", severity="warning"
            )

    def _has_baseline(self) -> bool:
        """Whether there is a baseline; what the config was before its unsaved changes becomes it, so that changed events can be listed."""
        state, session = self._state, self._state.session
        if state.baseline is None and session.modified and session.saved_config is not None:
            self._pin("the saved config", "saved", session.saved_config, session.saved_text)
        return state.baseline is not None

    @on(MoveOpened)
    def _move_opened(self, message: MoveOpened) -> None:
        message.stop()
        state, query = self._state, f"fate:{message.fate} is:moved"
        state.corpus.moved = message.events
        if not self._has_baseline():
            return
        if query == state.filter_text:
            state.filter_again()
        state.filter_by(query)
        state.show("events")
        state.say("Only the events of the move are shown. Esc shows all.")

    @on(BaselineWanted)
    def _baseline_wanted(self, message: BaselineWanted) -> None:
        message.stop()
        self.action_compare_with()

    def _pin(self, name: str, short: str, config: Config, text: str) -> None:
        self._state.compare_with(Baseline(name, short, config, len(self._state.corpus), text=text))

    def _baseline_changed(self) -> None:
        state = self._state
        if state.baseline is not None:
            self._anew()
            return
        self._with_baseline.start(None, None)
        state.corpus.clear_changes()
        state.filter_term("change", None)
        if value_of(state.filter_text, CHANGED[0]) == CHANGED[1]:
            state.filter_term(CHANGED[0], None)
        self._tell_comparison()

    # The comparisons

    def _anew(self) -> None:
        self._make_passes()
        self._go_on()

    def _saved_anew(self) -> None:
        """The text was saved, or is as it was saved again."""
        if not self._state.session.modified and self._with_saved.baseline is not None:
            self._with_saved.start(None, None)
            self._tell_effect()

    def _make_passes(self) -> None:
        state, session = self._state, self._state.session
        config = None if session.mapper is None else session.mapper.config
        name = "the present config" if session.path is None else file_name(session.path)
        state.corpus.clear_changes()
        self._with_baseline.start(state.baseline, config, name)
        saved = session.saved_config if session.modified else None
        before = (
            None
            if saved is None
            else Baseline(
                "the saved config", "saved", saved, len(state.corpus), text=session.saved_text, config_only=True
            )
        )
        self._with_saved.start(before, config, name)

    def _go_on(self) -> None:
        """Go on with what is looked at: the effect of unsaved changes is compared while it is on screen."""
        if self._with_baseline.baseline is not None:
            if self._with_baseline.due and self._is_long:
                self._compare_near()
            self._with_baseline.go_on()
        if self._with_saved.baseline is not None and (self._state.screen in ("config", "impact") or not self._is_long):
            self._with_saved.go_on()

    def _compare_near(self) -> None:
        """Find how the events around the selected one change, without waiting for all events before them."""
        state, mapper = self._state, self._state.session.mapper
        position = 0 if state.selection.index is None else state.corpus.position_of(state.selection.index) or 0
        near = range(max(0, position - _IN_VIEW), position + _IN_VIEW)
        indexes = [index for at in near if (index := state.corpus.index_at(at)) is not None]
        if mapper is not None and state.baseline is not None:
            for index, classes in changes_of(state.baseline, mapper.config, state.corpus, indexes).items():
                state.corpus.place_changes(index, [classes])

    @property
    def _is_long(self) -> bool:
        """Whether comparing takes so long that it should wait until somebody looks at it."""
        return len(self._state.corpus) > 10_000

    def _tell_comparison(self) -> None:
        state = self._state
        state.comparison = self._with_baseline.progress
        waited, state.mapping_waits = state.mapping_waits, self._with_baseline.due and not state.reading
        done = not self._with_baseline.due
        # Rows that were tested before their change was known are tested again.
        if done and state.corpus.mapped and any(term.field in ("is", "change") for term in state.corpus.filter.terms):
            state.filter_again()
        state.tell("comparison")
        if waited and not state.mapping_waits:
            state.tell("events")

    def _tell_effect(self) -> None:
        self._state.effect = self._with_saved.progress
        self._state.tell("comparison")

    # Edited and removed events

    def _before_edit(self, index: int) -> None:
        for comparer in (self._with_baseline, self._with_saved):
            if comparer.baseline is not None:
                comparer.baseline.keep(index, self._state.corpus.item(index))

    def _edited(self) -> None:
        for comparer in (self._with_baseline, self._with_saved):
            comparer.edited(self._state.event.replaced)

    def _removed(self, index: int) -> None:
        for comparer in (self._with_baseline, self._with_saved):
            if comparer.baseline is not None:
                comparer.baseline.remove(index)
