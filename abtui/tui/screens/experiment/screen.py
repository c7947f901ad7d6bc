"""The Experiment screen: who was exposed, which goals count, which do not and why, and one unit's story."""

from __future__ import annotations

from typing import ClassVar, Final

from textual import on
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import Resize
from textual.widget import Widget

from abtui.core.corpus.funnel import goal_of
from abtui.core.text.secret import excerpt
from abtui.tui.kit.action import ActionClicked
from abtui.tui.kit.drawing import Piece
from abtui.tui.kit.empty_view import EmptyView
from abtui.tui.kit.message_line import MessageLine
from abtui.tui.kit.panel import Gap, Panel
from abtui.tui.kit.sentence import Sentence
from abtui.tui.screens.experiment import words
from abtui.tui.screens.experiment.empty import empty_of
from abtui.tui.screens.experiment.keys import KEYS
from abtui.tui.screens.experiment.note import note
from abtui.tui.screens.experiment.parts import Counts, UnitList
from abtui.tui.screens.experiment.side import Side
from abtui.tui.screens.experiment.words import Shown
from abtui.tui.skeleton import size_class
from abtui.tui.state import State

_UID: Final = 80
_MOST_TINY: Final = 3
_LEAST_UNITS: Final = 4
"""The rows that the list of units has at least, with its title."""


class ExperimentScreen(Vertical, can_focus=True):
    """Does it count? The first experiment of the config, else the largest, and the goal that is looked for are shown first; others with the arrows and g."""

    SCOPED_CSS = False
    DEFAULT_CSS = """
    ExperimentScreen {
        padding: 1 2 0 2;
        & #experiment-sentence { margin-bottom: 1; }
        & #experiment-body { height: 1fr; layout: horizontal; }
        & #experiment-left { width: 1fr; height: 1fr; background: $pane; }
        & #experiment-units { height: 1fr; }
        & .-row { display: none; }
        & EmptyView { display: none; }
        &.-empty { & EmptyView { display: block; } & #experiment-body, & #experiment-sentence { display: none; } }
    }
    .-small ExperimentScreen, .-tiny ExperimentScreen {
        padding: 0 1;
        & #experiment-sentence { margin: 0; }
        & #experiment-body { layout: vertical; & > Gap { display: none; } }
    }
    .-tiny ExperimentScreen {
        padding: 0;
        & #experiment-sentence, & #experiment-foot { padding: 0 1; }
        & Side { display: none; }
        &.-story { & Side { display: block; } & #experiment-left { display: none; } }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "act", "What helps", tooltip="Make the change that is offered for the unit, or say what helps; on a small screen, open its story", show=False, id="experiment.act"),
        Binding("g", "next_goal", "Another goal", tooltip="Look at the next goal of the experiment", show=False, id="experiment.goal"),
        Binding("right", "next_experiment(1)", "Next experiment", tooltip="Look at the next experiment", show=False, key_display="Left Right", id="experiment.next"),
        Binding("left", "next_experiment(-1)", "Previous experiment", tooltip="Look at the experiment before", show=False, id="experiment.previous"),
        Binding("o", "open_events", "Open its events", tooltip="Show the event of the unit on Events", show=False, id="experiment.open"),
        Binding("f", "show_findings", "All findings", tooltip="Show what is worth a look in all events, in the config and in experiments", show=False, id="experiment.findings"),
        Binding("y", "copy_note", "Copy note", tooltip="Copy a note about the unit for a ticket", show=False, id="experiment.copy"),
    ]  # fmt: skip

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self._shown: Shown | None = None

    def compose(self) -> ComposeResult:
        """Yield the sentence, the counts with the units below them, and the story of one unit."""
        yield Sentence(id="experiment-sentence")
        yield EmptyView()
        with Vertical(id="experiment-body"):
            with Vertical(id="experiment-left"):
                yield Counts(id="experiment-counts")
                yield Panel(UnitList(self._uid, id="experiment-unit-list"), title="Units", id="experiment-units")
            yield Gap()
            yield Side(id="experiment-side")
        yield MessageLine(id="experiment-foot")

    def on_mount(self) -> None:
        """Follow the count."""
        state = self._state
        for topic in ("experiments", "events", "config"):
            state.listen(topic, self, self._show, on="experiment")
        self._show()

    def on_resize(self, event: Resize) -> None:
        """Choose the form for the size of the terminal."""
        size = size_class(*self.app.size)
        counts = self.query_one(Counts)
        counts.form = "roomy" if size in ("-large", "-medium") else "tiny" if size == "-tiny" else "tight"
        around = 5 if counts.form == "roomy" else 11
        counts.most = _MOST_TINY if counts.form == "tiny" else max(2, event.size.height - around - _LEAST_UNITS)
        counts.refresh(layout=True)

    # What is shown

    @property
    def bar_keys(self) -> tuple[tuple[str, str], ...]:
        """The keys in the key bar; Enter only where it has something to do."""
        unit = None if self._shown is None else self._units.unit
        idle = unit is None or (not unit.reason and size_class(*self.app.size) != "-tiny")
        return tuple(key for key in KEYS if not (idle and key[0] == "experiment.act"))

    @property
    def _units(self) -> UnitList:
        return self.query_one(UnitList)

    def _uid(self, uid: str) -> str:
        return excerpt(uid, _UID, self._state.session.known_keys)

    def _show(self) -> None:
        state = self._state
        said, found, mapper = empty_of(state), state.experiments, state.session.mapper
        self.set_class(said is not None, "-empty")
        self._keep_focus()
        if said is not None or found is None or found.view is None or mapper is None:
            self._shown = None
            if said is not None:
                self.query_one(EmptyView).show(said.sentence, said.key, said.words, other=said.other)
            self.query_one("#experiment-foot", MessageLine).clear()
            return
        self._shown = shown = Shown(found, found.view, mapper.config)
        self.query_one("#experiment-sentence", Sentence).show_form(words.headline, shown)
        self.query_one(Counts).show(shown)
        title, beside = words.units_title(shown.goal)
        self.query_one("#experiment-units", Panel).name_it(title, words=beside)
        self._units.show(shown, state.selection.index)
        self._show_unit()
        foot = self.query_one("#experiment-foot", MessageLine)
        foot.tell(Piece(words.TOLD, "soft"))
        foot.hint(words.place(shown))

    def _show_unit(self) -> None:
        unit = self._units.unit
        self.query_one(Side).show(self._shown, unit, "" if unit is None else self._uid(unit.uid))

    @on(UnitList.Highlighted)
    def _moved(self, message: UnitList.Highlighted) -> None:
        message.stop()
        self._show_unit()
        unit = self._units.unit
        if unit is not None and unit.event < len(self._state.corpus):
            self._state.event.choose(unit.event)

    @on(UnitList.Selected)
    def _chosen(self, message: UnitList.Selected) -> None:
        message.stop()
        self.action_act()

    @on(ActionClicked)
    def _clicked(self, message: ActionClicked) -> None:
        message.stop()
        if message.key == "Enter":
            self.action_act()
        else:
            self.app.simulate_key(message.key)

    # Keys

    def action_act(self) -> None:
        """Make the change that is offered for the unit, or say what helps. On a small screen the story is opened first."""
        shown, unit = self._shown, self._units.unit
        if shown is None or unit is None:
            self._state.say("No unit is selected, so there is nothing to do.")
        elif size_class(*self.app.size) == "-tiny" and not self.has_class("-story"):
            self.add_class("-story")
            self.screen.set_focus(self)
        elif (offer := words.action(shown, unit)) is not None:
            offer.make()
        elif not unit.reason:
            self._state.say("It counts, so there is nothing to change.")
        elif not shown.found.complete:
            self._state.say("The events are still being counted.")
        else:
            helps = shown.advice(unit.reason)
            self._state.say(helps.sentence if not helps.past_help else f"Nothing to mend. {helps.sentence}")

    def action_next_goal(self) -> None:
        """Look at the next goal, in the order of their number."""
        view = None if self._shown is None else self._shown.view
        names = [] if view is None else [name for name, _ in view.goals]
        if view is None or view.goal is None or len(names) < 2:
            self._state.say("There is no other goal.")
            return
        name = names[(names.index(view.goal.name) + 1) % len(names)]
        self._state.look_into(view.name, name)
        # The Goal screen looks for the same.
        self._state.look_for(name)

    def action_next_experiment(self, by: int) -> None:
        """Look at another experiment."""
        found = self._state.experiments
        names = [] if found is None else list(found.sizes)
        if found is None or found.view is None or len(names) < 2:
            self._state.say("There is no other experiment in these events.")
            return
        self._state.look_into(names[(names.index(found.view.name) + by) % len(names)], self._state.experiment_goal)

    def action_open_events(self) -> None:
        """Show the event of the unit on Events."""
        unit = self._units.unit
        if self._shown is None or unit is None:
            # There o opens files.
            raise SkipAction
        if unit.event >= len(self._state.corpus):
            self._state.say("The goal came past Segment, so there is no event of it.")
            return
        self._state.event.reveal(unit.event)
        self._state.show("events")

    def action_show_findings(self) -> None:
        """Show all findings, which are on Events."""
        self._state.show("events")
        self.call_after_refresh(self.app.simulate_key, "f")

    def action_copy_note(self) -> None:
        """Copy a note for a ticket about the unit."""
        shown, unit = self._shown, self._units.unit
        if shown is None or unit is None:
            self._state.say("There is no unit to write a note about.")
            return
        self.app.copy_to_clipboard(note(shown, unit, self._state.corpus))
        self._state.say("A note for a ticket was copied.")

    def focus_first(self) -> None:
        """Look at the goal that is looked for elsewhere, and focus the units."""
        self._look()
        self._show()
        self.screen.set_focus(self._place)

    @property
    def _place(self) -> Widget:
        """What the keys are for: the units, or the screen itself where they are not in view."""
        return self if self.has_class("-empty") or self.has_class("-story") else self._units

    def _keep_focus(self) -> None:
        """Focus the units as soon as there are any, and the screen itself once there are none."""
        if self._state.screen == "experiment" and self.screen.focused in (self, self._units):
            self.screen.set_focus(self._place)

    def _look(self) -> None:
        """Look at the goal of the Goal screen, or else that of the selected event, as long as none was chosen here."""
        state, selection = self._state, self._state.selection
        goal = state.goal
        if not goal and not state.experiment_goal and selection.event and selection.outcome and state.session.mapper:
            goal = goal_of(selection.event.value, selection.outcome, state.session.mapper.config)
        if goal:
            state.look_into(state.experiment, goal)

    def leave(self) -> bool:
        """Leave the story on a small screen. False if there is nothing to leave."""
        if self.has_class("-story"):
            self.remove_class("-story")
            self.call_after_refresh(self.screen.set_focus, self._units)
            return True
        return False
