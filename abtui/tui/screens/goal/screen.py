"""The Goal screen: where the events that were meant for one goal end, and what brings them back."""

from __future__ import annotations

from typing import ClassVar, Final

from textual import on
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import Resize

from abtui.core.corpus.funnel import DOES_NOT_COUNT, Loss, goal_of
from abtui.tui.kit.action import ActionClicked
from abtui.tui.kit.completion_list import CompletionList
from abtui.tui.kit.empty_view import EmptyView
from abtui.tui.kit.marks import signs_of
from abtui.tui.kit.message_line import MessageLine
from abtui.tui.kit.panel import Gap
from abtui.tui.offer import Offer
from abtui.tui.screens.goal import words
from abtui.tui.screens.goal.empty import Empty, empty_of
from abtui.tui.screens.goal.goal_input import GoalInput, GoalWanted
from abtui.tui.screens.goal.head import Head
from abtui.tui.screens.goal.keys import KEYS
from abtui.tui.screens.goal.loss_events import LossEvents
from abtui.tui.screens.goal.lower import Lower
from abtui.tui.screens.goal.note import note
from abtui.tui.screens.goal.search import Search
from abtui.tui.screens.goal.stations import LossChosen, StationsView
from abtui.tui.skeleton import size_class
from abtui.tui.state import State

_FORMS: Final = {"-large": "-wide", "-medium": "-wide", "-small": "-narrow"}
_ROOM: Final = {"-wide": 11, "-narrow": 8, "-tiny": 7}
"""The rows that everything but the stations needs, by the form."""


class GoalScreen(Vertical, can_focus=True):
    """Where is it? A goal is typed; its events are followed from station to station, and each loss has its way back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "fix", "Fix", id="goal.fix", show=False, tooltip="Make the change that is offered for the selected loss"),
        Binding("o", "open_events", "Open its events", id="goal.open", show=False, tooltip="Show the selected event of the loss on Events"),
        Binding("g", "type_goal", "Another goal", id="goal.type", show=False, tooltip="Type the name of a goal"),
        Binding("y", "copy_note", "Copy note", id="goal.copy", show=False, tooltip="Copy a note about the loss for a ticket"),
    ]  # fmt: skip
    DEFAULT_CSS = """
    GoalScreen {
        padding: 0 1;
        & EmptyView { display: none; }
        &.-empty EmptyView { display: block; }
        &.-empty StationsView, &.-empty Lower { display: none; }
        &.-wide { padding: 1 2 0 2; }
        &.-large { & #goal-journey, & #goal-journey-gap { display: block; } }
        &.-narrow, &.-tiny {
            & #goal-events, & #goal-gap { display: none; }
        }
        &.-tiny > Gap, &.-tiny #goal-foot, &.-empty > Gap { display: none; }
    }
    """

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self._search = Search(self, state, self._show)
        self._popup = CompletionList(id="goal-completion")
        self.input = GoalInput(state, self._popup, id="goal-input")
        self._head = Head(self.input)
        self.stations = StationsView(id="goal-stations")
        self.lower = Lower(state)
        self._offer: Offer | None = None
        self._said: Empty | None = None

    def compose(self) -> ComposeResult:
        """Yield the question, the line with its losses, and below it the events of a loss and what Enter does."""
        yield self._head
        yield self.stations
        yield EmptyView()
        yield Gap(classes="-row")
        yield self.lower
        yield MessageLine(id="goal-foot")
        yield self._popup

    def on_mount(self) -> None:
        """Follow the state."""
        state, search = self._state, self._search
        state.listen("goal", self, self._look_for_typed)
        state.listen("mapper", self, self._mapped_anew)
        state.listen("row", self, search.restart)
        state.listen("config", self, self._show)
        state.listen("events", self, self._grown)
        state.listen("rows", self, search.rows_changed)
        state.listen("experiments", self, self._show, on="goal")

    def on_resize(self, event: Resize) -> None:
        """Choose the form for the size of the terminal."""
        size = size_class(*self.app.size)
        form = _FORMS.get(size, size)
        self.update_classes({"-large": size == "-large", **{name: name == form for name in _ROOM}})
        self._head.set_class(form != "-wide", "-two-rows")
        self.stations.most = max(3, event.size.height - _ROOM[form])
        self.stations.refresh(layout=True)
        self.call_after_refresh(self.lower.show_journey)

    # The screen in view

    @property
    def bar_keys(self) -> tuple[tuple[str, str], ...]:
        """The keys in the key bar; Enter only where it has something to do."""
        loss = self.stations.selected
        stuck = not self.has_class("-empty") and (loss is None or loss.fix is None)
        return tuple(key for key in KEYS if not (stuck and key[0] == "goal.fix"))

    def focus_first(self) -> None:
        """Bring the result up to date, and focus its losses; without a goal, focus its input."""
        self._look()
        self._search.go_on()
        self._show()
        self.screen.set_focus(self.stations if not self.has_class("-empty") else self)

    def leave(self) -> bool:
        """Leave the input, or the events of a loss. False if the focus is in neither."""
        focused = self.screen.focused
        if focused is self.input and self.input.give_up():
            return True
        if focused in (self.input, self.lower.events):
            self._focus_losses()
            return True
        return False

    def _focus_losses(self) -> None:
        self.screen.set_focus(self if self.has_class("-empty") else self.stations)

    def _look(self) -> None:
        """Look for the goal that was typed last; as long as none was, for that of the selected event."""
        state, selection = self._state, self._state.selection
        goal = state.goal
        if not goal and selection.event is not None and selection.outcome is not None and state.session.mapper:
            goal = goal_of(selection.event.value, selection.outcome, state.session.mapper.config)
        view = None if state.experiments is None else state.experiments.view
        if not goal and view is not None and view.goal is not None:
            goal = view.goal.name
        if goal and goal != self._search.goal:
            self.stations.forget()
            self._search.look_for(goal)

    def _look_for_typed(self) -> None:
        self._look()
        self._show()

    @on(GoalWanted)
    def _goal_wanted(self, message: GoalWanted) -> None:
        message.stop()
        if message.goal:
            self._state.look_for(message.goal)
        self._focus_losses()

    @on(CompletionList.Picked)
    def _picked(self, message: CompletionList.Picked) -> None:
        message.stop()
        self.input.take(message.candidate)

    def _grown(self) -> None:
        self._look_first()
        self._search.grown()
        self._show()

    def _mapped_anew(self) -> None:
        self._look_first()
        # A change brought some back or lost them again: the largest loss that can be mended is another one now.
        self.stations.forget()
        self._search.restart()
        self._show()

    def _look_first(self) -> None:
        """Look for a goal if none could be looked for when the screen came into view."""
        if self._state.screen == "goal" and not self._search.goal:
            self._look()

    # What is shown

    def _show(self) -> None:
        """Show the result; while the screen is not in view, nothing."""
        if self._state.screen != "goal" or not self.is_mounted:
            return
        search, result = self._search, self._search.result
        self._said = said = empty_of(self._state, search.goal, result, complete=search.complete)
        self.set_class(said is not None, "-empty")
        self._head.show(search.goal, None if said else result, search.share)
        if said is not None:
            self.query_one(EmptyView).show(said.sentence, said.key, said.words)
        elif result is not None:
            self.stations.show(result)
            self._show_loss(self.stations.selected)
        mapper = self._state.session.mapper
        if search.complete and result is not None and mapper is not None:
            foot = self.query_one("#goal-foot", MessageLine)
            foot.tell(*words.also(result, mapper.config, signs_of(self)))
            foot.hint(words.SCALE if result.seen else "")

    def _show_loss(self, loss: Loss | None) -> None:
        """Show a loss, its action and its events."""
        search, result = self._search, self._search.result
        if result is None:
            return
        search.try_change(loss if search.complete else None)
        self._offer = None
        if search.trial is not None:
            self._offer = search.trying.offer(*words.results_of(search.trial.result, result))
        self.stations.offer(self._offer)
        self.refresh_bindings()
        self.lower.show(result, loss, search.trial)

    # What is chosen

    @on(LossChosen)
    def _loss_chosen(self, message: LossChosen) -> None:
        message.stop()
        self._show_loss(message.loss)
        if message.loss.experiment:
            self._state.look_into(message.loss.experiment, self._search.goal)
        if message.loss.examples:
            self._state.event.choose(message.loss.examples[0])
            self.lower.events.show(message.loss)

    @on(LossEvents.Highlighted, "#goal-loss-events")
    def _event_chosen(self, message: LossEvents.Highlighted) -> None:
        message.stop()
        self._state.event.choose(self.lower.events.event_at(message.index))

    @on(ActionClicked)
    def _action_clicked(self, message: ActionClicked) -> None:
        """Do what was clicked, as if its key was pressed."""
        message.stop()
        if message.key == "Enter":
            self.action_fix()
        else:
            self.app.simulate_key(message.key)

    # Keys

    def action_fix(self) -> None:
        """Make the change that is offered, or say why there is none."""
        if self.has_class("-empty"):
            if self._said is not None and self._said.goal:
                self._state.look_for(self._said.goal)
            return
        loss, state = self.stations.selected, self._state
        if loss is None:
            state.say("Nothing is lost, so there is nothing to change.")
        elif loss.fix is None:
            back = loss.back.removeprefix("none: ")
            if loss.fate == DOES_NOT_COUNT:
                state.say(f"What helps: {back}. 5 shows it." if back == loss.back else f"Nothing to mend: {back}.")
            else:
                state.say(f"No change of the config brings them back: {back}.")
        elif self._offer is not None:
            self._offer.make()

    def action_open_events(self) -> None:
        """Show the selected event of the loss on Events."""
        events = self.lower.events
        index = events.event_at(events.cursor)
        if self.has_class("-empty"):
            # There o opens files.
            raise SkipAction
        if index is None:
            self._state.say("Nothing is lost, so there are no events to open.")
            return
        self._state.event.reveal(index)
        self._state.show("events")

    def action_type_goal(self) -> None:
        """Focus the input, with all of its text selected."""
        self.screen.set_focus(self.input)
        self.input.select_all()

    def action_copy_note(self) -> None:
        """Copy a note for a ticket about the selected loss."""
        result, loss, mapper = self._search.result, self.stations.selected, self._state.session.mapper
        if result is None or loss is None or mapper is None or self.has_class("-empty"):
            self._state.say("There is no loss to write a note about.")
            return
        self.app.copy_to_clipboard(note(result, loss, self._search.trial, mapper.config, self._state.corpus))
        self._state.say("A note for a ticket was copied.")
