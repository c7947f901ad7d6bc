"""The lower half of the Goal screen: the events of the selected loss, what its action does, and one event's journey."""

from __future__ import annotations

import os
from typing import Final

from textual.app import ComposeResult
from textual.containers import Horizontal

from abtui.core.corpus.funnel import DOES_NOT_COUNT, FunnelResult, Loss
from abtui.core.events import Unreadable
from abtui.core.journey import journey
from abtui.core.outcomes import Outcome
from abtui.core.text.secret import excerpt
from abtui.tui.corpus import read_stored
from abtui.tui.kit.answer_rows import said_row
from abtui.tui.kit.drawing import Piece
from abtui.tui.kit.journey import JourneyView
from abtui.tui.kit.marks import LOOKS, signs_of
from abtui.tui.kit.panel import Gap, Panel
from abtui.tui.kit.plate import Plate
from abtui.tui.kit.sentence import Sentence
from abtui.tui.screens.goal import words
from abtui.tui.screens.goal.change import Line, Lines
from abtui.tui.screens.goal.counting import Trial
from abtui.tui.screens.goal.loss_events import LossEvents
from abtui.tui.state import State

_NAME: Final = 30
_ROLES = {"+": "arrives", "-": "refused", " ": "soft"}


class Lower(Horizontal):
    """Shows one loss. What has no room is left out by the stylesheet."""

    DEFAULT_CSS = """
    Lower {
        height: 1fr;
        & #goal-journey-gap, & #goal-journey { display: none; }
        & Plate { margin-bottom: 1; }
        & #goal-journey JourneyView, & #goal-journey Sentence { margin-left: 2; }
        & #goal-journey Sentence { margin-bottom: 1; }
    }
    """

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self.events = LossEvents(state, id="goal-loss-events")
        self._lines = Lines(id="goal-change")
        self._events_panel = Panel(self.events, title="", id="goal-events")
        self._change_panel = Panel(self._lines, title="", id="goal-lines")
        self._plate, self._says, self._journey = Plate(), Sentence(), JourneyView()
        self._journey_panel = Panel(self._plate, self._says, self._journey, title="", id="goal-journey")

    def compose(self) -> ComposeResult:
        """Yield the panels side by side."""
        yield self._events_panel
        yield Gap(id="goal-gap")
        yield self._change_panel
        yield Gap(id="goal-journey-gap")
        yield self._journey_panel

    def on_mount(self) -> None:
        """Follow the selected event."""
        self._state.listen("outcome", self, self.show_journey)

    def show(self, result: FunnelResult, loss: Loss | None, trial: Trial | None) -> None:
        """Show a loss of a result, and its change as far as that was tried."""
        self.events.show(loss)
        self.show_journey()
        self._name_events(loss)
        if loss is None:
            said: tuple[Line, ...] = self._of_none(result)
            self._change_panel.name_it("Nothing is lost", words="")
        elif trial is not None and loss.fix is not None:
            said = self._of_change(trial)
            adds = all(line.mark != "-" for line in trial.lines)
            place = words.place_of(loss.fix, os.path.basename(self._state.config_name))
            self._change_panel.name_it(f"What Enter {'adds' if adds else 'changes'}", words=place)
        else:
            said = self._of_no_change(loss)
            self._change_panel.name_it("How to get them back", words="")
        self._lines.show(*said)

    def _name_events(self, loss: Loss | None) -> None:
        if loss is None:
            self._events_panel.name_it("No events are lost", words="", right="")
            return
        more = f"the first {len(loss.examples):,}" if len(loss.examples) < loss.count else ""
        mark = (
            "" if loss.fate is None else f"{signs_of(self).mark(loss.fate)} {LOOKS[loss.fate].one.removeprefix('is ')}"
        )
        self._events_panel.name_it(words.events_of(loss), words=mark, right=more)

    def _of_change(self, trial: Trial) -> tuple[Line, ...]:
        """The lines of the config, and what was measured."""
        wide = max(len(f"{line.number:,}") for line in trial.lines) if trial.lines else 1
        lines = [
            (
                Piece(f"{line.number:>{wide},} {line.mark} ", _ROLES[line.mark], bold=line.mark != " "),
                Piece(line.text, _ROLES[line.mark], bold=line.mark != " "),
            )
            for line in trial.lines
        ]
        return (*lines, tuple(words.outcome_of(trial, signs_of(self))))

    def _of_no_change(self, loss: Loss) -> tuple[Line, ...]:
        if loss.fix is not None and self._state.session.reading.config is None:
            return (
                (Piece("The config has an error, so nothing is changed here."),),
                (Piece("3 shows it.", "soft"),),
            )
        if loss.fix is not None:
            return ()
        back = f"{loss.back[:1].upper()}{loss.back[1:]}."
        if loss.fate == DOES_NOT_COUNT:
            found, name = self._state.experiments, excerpt(loss.experiment, _NAME, self._state.session.known_keys)
            mends = found is not None and found.offer is not None and loss.cause in found.offer_for
            return (
                (Piece(back),),
                (Piece("They arrive, and count in no experiment.", "soft"),),
                (),
                (
                    Piece("5", "accent", bold=True),
                    Piece(f" mends it in {name}." if mends else f" shows {name}, and the story of each unit.", "soft"),
                ),
            )
        return (
            (Piece(back),),
            (Piece("No change of the config brings them back." if loss.fate else "Nothing is lost by it.", "soft"),),
            (),
            (Piece("y", "accent", bold=True), Piece(" copies a note for a ticket.", "soft")),
        )

    def _of_none(self, result: FunnelResult) -> tuple[Line, ...]:
        count = f"All {result.seen:,} {words.verb(result, result.seen)}." if result.seen > 1 else "It arrives."
        if result.fate == "arrives":
            return ((Piece(count),),)
        return (
            (Piece("It is not known whether the console takes them."),),
            (Piece("A catalog in the config tells: 3 shows the config.", "soft"),),
        )

    def show_journey(self) -> None:
        """Show the journey of the event at the cursor of the loss, if that is in view; without a loss, of the selected one."""
        if self._state.screen != "goal" or not self._journey_panel.display:
            return
        (source, outcome), mapper = self._told(), self._state.session.mapper
        if outcome is None or mapper is None:
            self._journey_panel.name_it("", words="")
            self._plate.show(None)
            self._says.show()
            self._journey.show_ghost()
            return
        self._journey_panel.name_it("Its journey", words=source)
        found = journey(outcome, mapper.config)
        self._plate.show_journey(found)
        self._says.show_form(said_row, found)
        self._journey.show(found)

    def _told(self) -> tuple[str, Outcome | None]:
        """The event whose journey is told: its source and its outcome, None if there is none."""
        selection, mapper = self._state.selection, self._state.session.mapper
        index = self.events.event_at(self.events.cursor)
        if mapper is None or index in (None, selection.index):
            return selection.source, selection.outcome
        # The loss that is selected at the start leaves the selection of all screens as it is.
        event = read_stored(self._state.corpus.item(index), mapper.config.secrets)
        return ("", None) if isinstance(event, Unreadable) else (event.source, mapper.outcome(event, explain=True))
