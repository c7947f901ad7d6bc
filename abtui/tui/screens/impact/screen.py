"""The Impact screen: the moves of events from fate to fate, the events of one, and how it is taken back."""

from __future__ import annotations

from functools import partial
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.events import Resize

from abtui.core.corpus.comparison.move_ticket import move_ticket
from abtui.core.corpus.comparison.move_words import take_back_words, title
from abtui.core.corpus.comparison.moves import Move, MoveKey
from abtui.core.remedy import take_back_move
from abtui.tui.comparing import Baseline
from abtui.tui.corpus.rows import map_stored
from abtui.tui.kit.action import ActionClicked
from abtui.tui.kit.drawing import Piece
from abtui.tui.kit.empty_view import EmptyView
from abtui.tui.kit.panel import Gap, Panel
from abtui.tui.kit.plate import Plate
from abtui.tui.kit.sentence import Sentence
from abtui.tui.kit.tally import Bar, Tally
from abtui.tui.messages import BaselineWanted, MoveOpened
from abtui.tui.offer import Offer
from abtui.tui.screens.impact import words
from abtui.tui.screens.impact.answer import ImpactAnswer
from abtui.tui.screens.impact.event_list import MoveEvents, Pair
from abtui.tui.screens.impact.move_list import MoveList, MovesPanel
from abtui.tui.screens.impact.subject import Subject, subject_of
from abtui.tui.state import State
from abtui.tui.trying import Trying

_HIGH: Final = 30
"""The rows of the screen from which moves have two lines each, and the parts blanks between them."""
_MOST: Final = 13
"""The most lines of the table where there is much room; else half a screen less what the journeys need."""
_BELOW: Final = 22
"""The lines that all but the table take where there is room, `_BELOW_TIGHT` those where there is little."""
_BELOW_TIGHT: Final = 16
_BELOW_TABLE: Final = 8
"""The lines without the journeys."""


class ImpactScreen(Vertical, can_focus=True):
    """Who is affected? Enter takes the chosen move back; without moves, it asks for a config to compare with."""

    SCOPED_CSS = False
    DEFAULT_CSS = """
    ImpactScreen {
        padding: 1 2 0 2;
        & #impact-note { margin-top: 1; display: none; }
        & #impact-note.-shown { display: block; }
        & #impact-tally { margin: 1 0; }
        & #impact-body { height: 1fr; }
        & #move-events-part { width: 42; }
        & EmptyView { display: none; }
        &.-empty { & EmptyView { display: block; } & #moves, & #impact-gap, & #impact-body { display: none; } }
        &.-nothing { & #impact-tally, & #impact-sentence { display: none; } }
    }
    .-large ImpactScreen #move-events-part { width: 62; }
    .-small ImpactScreen, .-tiny ImpactScreen {
        padding: 0 1;
        & #impact-note { margin: 0; }
        & #impact-tally { margin: 0 0 1 0; }
        & #move-events-part, & #impact-body > Gap { display: none; }
    }
    .-tiny ImpactScreen {
        padding: 0;
        & #impact-sentence, & #impact-tally, & #impact-note { padding: 0 1; }
        & #moves { height: 1fr; }
        & #impact-body { height: auto; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "act", "Take back", tooltip="Take the chosen move back", show=False, id="impact.act"),
        Binding("o", "open_events", "Open its events", tooltip="List the events of the move on Events", show=False, id="impact.open"),
        Binding("d", "show_difference", "Diff", tooltip="Show what changes in the event's payload", show=False, id="impact.difference"),
        Binding("y", "copy_note", "Copy note", tooltip="Copy a note about the move for a ticket", show=False, id="impact.copy"),
    ]  # fmt: skip

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self._subject: Subject | None = None
        self._move: Move | None = None
        self._key: MoveKey | None = None
        self._listed: tuple[object, ...] = ()
        self._taking = Trying(self, state, self._show_action)
        self._offer: Offer | None = None

    def compose(self) -> ComposeResult:
        """Yield the sentence, both lines, the moves, and the events of one beside what becomes of one of these."""
        yield Sentence(id="impact-sentence")
        yield Sentence(id="impact-note")
        yield Tally(id="impact-tally")
        yield EmptyView()
        yield MovesPanel()
        yield Gap(id="impact-gap", classes="-row")
        with Horizontal(id="impact-body"):
            yield Panel(MoveEvents(), title="", id="move-events-part")
            yield Gap()
            yield ImpactAnswer(self._state)

    def on_mount(self) -> None:
        """Follow the comparison and the selected event."""
        state = self._state
        for topic in ("comparison", "baseline", "config", "events", "screen"):
            state.listen(topic, self, self._show)
        state.listen("outcome", self, self._show_event)
        self._show()

    # What is shown

    def on_resize(self, event: Resize) -> None:
        """Leave out what there is no room for."""
        self.set_class(event.size.height < _HIGH, "-tight")
        self._show()

    def _show(self) -> None:
        state = self._state
        if state.screen != "impact":
            return
        subject = self._subject = subject_of(state)
        empty = words.empty_of(state, subject)
        self.set_class(empty is not None, "-empty")
        self.set_class(subject is None, "-nothing")
        if empty is not None:
            key = "Enter" if empty.action else ""
            self.query_one(EmptyView).show(empty.why, key, empty.action, result=empty.takes, other=empty.other)
        self._show_note()
        if subject is not None:
            self._show_numbers(subject)
        self._show_moves(() if subject is None or empty is not None else subject.progress.all_moves)

    def _show_note(self) -> None:
        mistake, note = self._state.config.mistake, self.query_one("#impact-note", Sentence)
        broken = mistake is not None and self._subject is not None
        note.set_class(broken, "-shown")
        line = "" if mistake is None or mistake.line is None else f" (line {mistake.line})"
        note.show(
            Piece(
                f"The config has errors{line}: its last good state, of {self._state.config.read_at}, is compared.",
                "refused",
            )
        )

    def _show_numbers(self, subject: Subject) -> None:
        self.query_one("#impact-sentence", Sentence).show_form(
            lambda width, signs: words.headline(subject, width, signs)
        )
        moves = subject.progress.moves
        bars = () if moves is None else (Bar(moves.before, "before", now=False), Bar(moves.after, "after"))
        self.query_one(Tally).show(*bars)

    def _show_moves(self, moves: tuple[Move, ...]) -> None:
        two_lines = self.size.height >= _HIGH
        journeys = self.query_one(Plate).display
        below = (_BELOW if two_lines else _BELOW_TIGHT) if journeys else _BELOW_TABLE
        most = max(4, min(_MOST, self.size.height - below))
        most -= most % (2 if two_lines else 1)
        self.query_one(MovesPanel).show(moves, self._key, two_lines=two_lines, most=most)
        self._choose()
        if self.screen.focused in (None, self, self.query_one(MoveList)):
            self.focus_first()

    @on(MoveList.Highlighted, "#move-list")
    def _moved(self, message: MoveList.Highlighted) -> None:
        message.stop()
        move = self.query_one(MoveList).move
        self._key = None if move is None else move.key
        self._choose()

    def _choose(self) -> None:
        """Show the events of the move at the cursor. One of them is the selected one."""
        subject, move = self._subject, self.query_one(MoveList).move
        self._move = move
        if subject is None or move is None:
            self._taking.want(None, None)
            return
        find = partial(take_back_move, subject.baseline.text, self._state.session.text, move)
        whole = subject.progress.share == 1
        self._taking.want((move.key, subject.baseline), lambda: find, more=whole, against=subject.baseline)
        self._show_action()
        indexes = subject.progress.events_of(move.key)
        self.query_one("#move-events-part", Panel).name_it(title(move))
        self._list_events(subject, move)
        events = self.query_one(MoveEvents)
        if len(indexes) and not events.holds(self._state.selection.index):
            self._state.event.select(indexes[0])
        else:
            self._show_event()

    def _list_events(self, subject: Subject, move: Move) -> None:
        """List the events, unless they are listed already."""
        indexes, events = subject.progress.events_of(move.key), self.query_one(MoveEvents)
        listed = (subject.baseline.config, self._state.session.mapper, self._state.corpus.generation, move.key)
        if listed == self._listed:
            events.refit()
            return
        self._listed = listed
        events.show(indexes, lambda index: self._pair(subject.baseline, index), self._state.selection.index)

    def _pair(self, baseline: Baseline, index: int) -> Pair:
        item = self._state.corpus.item(index)
        now = self._state.corpus.row(index, self._state.session.mapper)
        return Pair(map_stored(baseline.before(index, item), baseline.mapper)[0], now)

    @on(MoveEvents.Highlighted, "#move-events")
    def _event_chosen(self, message: MoveEvents.Highlighted) -> None:
        message.stop()
        self._state.event.choose(self.query_one(MoveEvents).event_at(message.index))

    def _show_event(self) -> None:
        if self._state.screen != "impact" or self._subject is None or self._move is None:
            return
        self.query_one(MoveEvents).select(self._state.selection.index)
        self.query_one(ImpactAnswer).show(self._subject, self._move)

    # The action

    def _show_action(self) -> None:
        """Offer what takes the move back, with its result if all of its events go then as they did before."""
        subject, move, measured = self._subject, self._move, self._taking.measured
        result = ""
        if subject is not None and move is not None and measured is not None and measured.moves is not None:
            left = measured.events_of_all(measured.moves.moves if move.was != move.now else measured.all_moves)
            if left.isdisjoint(subject.progress.events_of(move.key)):
                result = take_back_words(move)[1]
        self._offer = self._taking.offer(result, result)
        self.query_one(ImpactAnswer).show_action(self._offer, self._taking.why)

    @on(ActionClicked)
    def _clicked(self, message: ActionClicked) -> None:
        message.stop()
        self.action_act()

    def action_act(self) -> None:
        """Take the chosen move back, or ask for a config to compare with."""
        if self._move is None:
            self.post_message(BaselineWanted())
        elif self._offer is not None:
            self._offer.make()
        elif self._taking.why:
            self._state.say(self._taking.why, title="The move cannot be taken back", severity="warning")

    # Keys

    def action_open_events(self) -> None:
        """List the events of the move on Events."""
        if self._move is None or self._subject is None:
            self._state.say("There is no move whose events could be shown.")
            return
        self.post_message(MoveOpened(self._move.now, self._subject.progress.events_of_all((self._move,))))

    def action_show_difference(self) -> None:
        """Show what changes in the payload of the selected event, or the journeys again."""
        self.query_one(ImpactAnswer).toggle_difference()

    def action_copy_note(self) -> None:
        """Copy a note about the move for a ticket."""
        if self._move is None or self._subject is None:
            self._state.say("There is no move to copy a note about.")
            return
        secrets = (*self._state.session.secrets(), *self._subject.baseline.config.secrets)
        self.app.copy_to_clipboard(move_ticket(self._move, self._subject.baseline.name, secrets))
        self._state.say("Copied a note about the move.")

    def focus_first(self) -> None:
        """Focus the moves; without any, the screen itself, so that Enter acts."""
        table = self.query_one(MoveList)
        self.screen.set_focus(self if self.has_class("-empty") else table)

    def leave(self) -> bool:
        """Go back to the journeys, then to the moves."""
        answer = self.query_one(ImpactAnswer)
        if answer.has_class("-difference"):
            answer.toggle_difference()
        elif self.screen.focused in (self, self.query_one(MoveList)):
            return False
        self.focus_first()
        return True
