"""The tour of the demo. Each step, forward or back, puts the whole workbench into the state that it describes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import BindingType

from abtui.services.files import read_config_file
from abtui.services.folders import sample_folder
from abtui.tui.bindings import TOUR
from abtui.tui.corpus import Stored, map_stored
from abtui.tui.kit.caption import Caption, CaptionClicked
from abtui.tui.kit.writing import takes_text
from abtui.tui.state import State
from abtui.tui.work.capability import Capability

if TYPE_CHECKING:
    from abtui.core.tour import Step

_MOVES = frozenset({"tour_next", "tour_back", "tour_end"})


class Touring(Capability):
    """Holds the current step, and the demo's events and config from the beginning of the tour."""

    BINDINGS: ClassVar[list[BindingType]] = list(TOUR)

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self._wanted = state.opening.tour
        self._steps: tuple[Step, ...] = ()
        self._at = 0
        self._items: list[Stored] = []
        self._config = self._filter = ""

    def on_mount(self) -> None:
        """Begin at once if the tour was asked for."""
        self._state.listen("events", self, self._begin_wanted)
        self._state.listen("rows", self, self._filter_mapped)
        # What the tour changed is nothing to be asked about, so it ends before the questions.
        self._state.questions.insert(0, self._may_leave)

    # Beginning and end

    def action_tour(self) -> None:
        """Begin the tour, or end it."""
        state = self._state
        if state.touring:
            self.action_tour_end()
        elif not state.opening.demo or state.session.path or state.session.modified or state.corpus.edited:
            state.say("The tour needs the demo as it opens. In another terminal: abtui tour", severity="warning")
        else:
            self._wanted = True
            self._begin_wanted()

    def _begin_wanted(self) -> None:
        """Begin once the whole demo is read."""
        if self._wanted and not self._state.reading and len(self._state.corpus):
            self._wanted = False
            self.call_after_refresh(self._begin)

    async def _begin(self) -> None:
        # Imported here: few people take the tour, and the others should not wait for its steps to load.
        from abtui.core.tour import tour_steps

        state = self._state
        self._steps = tour_steps()
        self._items = [state.corpus.item(index) for index in range(len(state.corpus))]
        self._config = state.session.text
        self.screen.add_class("-toured")
        await self.screen.mount(Caption(id="tour"), before="#message")
        state.touring = True
        self._go(0)

    async def _may_leave(self) -> bool:
        """End the tour before the app does."""
        if self._state.touring:
            self.action_tour_end()
        return True

    def action_tour_end(self) -> None:
        """End the tour: the demo's config and filter are as before. The selected event and edits of events stay."""
        state, step = self._state, self._steps[self._at]
        state.touring, self._filter = False, ""
        if step.filter and state.filter_text == step.filter:
            state.filter_by("")
        if state.session.text != self._config:
            state.config.apply(self._config)
        self.screen.query_one(Caption).remove()
        self.screen.remove_class("-toured")
        self.refresh_bindings()
        self._state.say("Now it is your turn: paste an event, or open files with o.")

    # The steps

    def action_tour_next(self) -> None:
        """Go to the next step."""
        self._go(min(self._at + 1, len(self._steps) - 1))

    def action_tour_back(self) -> None:
        """Go to the previous step."""
        self._go(max(self._at - 1, 0))

    @on(CaptionClicked)
    def _clicked(self, message: CaptionClicked) -> None:
        message.stop()
        {"back": self.action_tour_back, "next": self.action_tour_next, "end": self.action_tour_end}[message.move]()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Give the tour its keys, except where text is typed."""
        return action not in _MOVES or (self._state.touring and not takes_text(self.screen.focused))

    def _go(self, number: int) -> None:
        self._at = number
        step = self._steps[number]
        self.screen.query_one(Caption).show(number + 1, len(self._steps), step.sentence)
        self._restore(step)
        self._show(step)
        self.refresh_bindings()

    def _restore(self, step: Step) -> None:
        """Undo what was done to the demo, and make the step's own change of the config."""
        from abtui.core.tour import config_text

        state = self._state
        # No event is hidden while the rest changes.
        state.filter_by("")
        if state.baseline is not None:
            state.compare_with(None)
        text = config_text(step, self._base(step))
        if text != state.session.text:
            state.config.apply(text)
        mapper = state.session.mapper
        for index in [index for index in state.corpus.edited if index < len(self._items)]:
            item = self._items[index]
            state.event.replace(index, item, None if mapper is None else map_stored(item, mapper)[0])
            state.corpus.edited.discard(index)

    def _base(self, step: Step) -> str:
        """The text of the config that a step begins with."""
        return read_config_file(str(sample_folder() / step.config_file)) if step.config_file else self._config

    def _show(self, step: Step) -> None:
        state = self._state
        state.event.select(next(index for index, item in enumerate(self._items) if item.source == step.event))
        self._filter = step.filter
        self._filter_mapped()
        state.look_for(step.goal)
        # The experiment and the goal are those of the selected event.
        state.look_into("", "")
        state.show(step.screen)
        # The sentence says what there is to say.
        state.say("")

    def _filter_mapped(self) -> None:
        """Set the step's filter once all events are mapped, so that it keeps the selected one."""
        if self._filter and self._state.corpus.mapped == len(self._state.corpus):
            self._state.filter_by(self._filter)
            self._filter = ""
