"""One event of a move: the plate, the journey that it had and the one it has, what Segment says, and how the move is taken back."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical

from abtui.core.corpus.comparison.moves import Move
from abtui.core.events import Event, read_stored
from abtui.core.journey import Journey, becomes, journey
from abtui.core.outcomes import Outcome
from abtui.tui.kit.action import Action
from abtui.tui.kit.diff_view import DiffView
from abtui.tui.kit.drawing import Piece
from abtui.tui.kit.journey import JourneyView
from abtui.tui.kit.plate import Plate
from abtui.tui.kit.sentence import Sentence
from abtui.tui.offer import Offer
from abtui.tui.screens.impact import words
from abtui.tui.screens.impact.subject import Subject
from abtui.tui.state import State


class ImpactAnswer(Vertical):
    """What a move does to the selected event. `d` shows the fields that change in its payload."""

    SCOPED_CSS = False
    DEFAULT_CSS = """
    ImpactAnswer {
        background: $pane;
        height: 1fr;
        width: 1fr;
        & Plate { height: 3; margin-bottom: 1; }
        & Sentence, & JourneyView, & Action { margin: 0 1 0 3; }
        & #was-line { height: 1; margin: 0 1 1 3; }
        & #now-line, & #impact-says { margin: 0 1 1 3; }
        & DiffView { height: 1fr; display: none; }
        & #take-back-not { display: none; }
        &.-stuck { & #take-back-not { display: block; } & Action { display: none; } }
        &.-difference {
            & Sentence, & JourneyView, & Action, & #take-back-not { display: none; }
            & DiffView { display: block; }
        }
    }
    .-large ImpactAnswer #was-line { height: 3; }
    .-tight ImpactAnswer {
        & Plate { height: 1; margin-bottom: 0; }
        & #was-line, & #now-line, & #impact-says { margin: 0 1 0 3; }
    }
    .-small ImpactAnswer, .-tiny ImpactAnswer { & Sentence, & JourneyView, & Action, & #was-line, & #now-line, & #impact-says { margin: 0 1; } }
    .-tiny ImpactAnswer { height: auto; & Plate, & Sentence, & JourneyView, & DiffView { display: none; } }
    """

    def __init__(self, state: State) -> None:
        super().__init__(id="impact-answer")
        self._state = state
        self._subject: Subject | None = None
        self._shown: int | None = None
        self.journey: Journey | None = None

    def compose(self) -> ComposeResult:
        """Yield the parts from top to bottom."""
        yield Plate(id="impact-plate")
        yield Sentence(id="was")
        yield JourneyView(id="was-line")
        yield Sentence(id="now")
        yield JourneyView(id="now-line")
        yield Sentence(id="impact-says")
        yield Action(id="take-back")
        yield Sentence(id="take-back-not")
        yield DiffView(id="difference")

    def show(self, subject: Subject, move: Move) -> None:
        """Show the selected event, which is one of the move."""
        self._subject = subject
        selection, mapper = self._state.selection, self._state.session.mapper
        event, outcome, index = selection.event, selection.outcome, selection.index
        if event is None or outcome is None or index is None or mapper is None:
            return
        before = self._before(subject, index, event)
        now, was = journey(outcome, mapper.config), journey(before, subject.baseline.config)
        self.journey, by_hand = now, index != self._shown
        self._shown = index
        row = self._state.corpus.row(index, mapper)
        name = row.name if row.type == "track" else f"{row.type} {row.name}"
        self.query_one(Plate).show(now.fate, words.plate_of(move, name), short=name)
        # Where the fate is the same, what is sent tells them apart.
        sent = becomes(before, subject.baseline.config), becomes(outcome, mapper.config)
        same = move.was == move.now and sent[0] != sent[1]
        self._leg("was", was, "", sent[0] if same else "")
        self._leg("now", now, words.lines_of(move), sent[1] if same else "")
        self.query_one("#was-line", JourneyView).show(was)
        self.query_one("#now-line", JourneyView).show(now, animate=by_hand)
        still = before.segment_shows == outcome.segment_shows
        self.query_one("#impact-says", Sentence).show_form(
            lambda width, signs: words.said(now, signs, width, still=still)
        )
        self.show_difference()

    def _leg(self, lead: str, found: Journey, lines: str, sent: str) -> None:
        self.query_one(f"#{lead}", Sentence).show_form(
            lambda width, signs: words.leg(lead, found, signs, width, lines, sent)
        )

    def _before(self, subject: Subject, index: int, event: Event) -> Outcome:
        """The outcome of the event as it was, under the config that is compared with."""
        item = self._state.corpus.item(index)
        before = subject.baseline.before(index, item)
        was = event if before is item else read_stored(before)
        return subject.baseline.mapper.outcome(was if isinstance(was, Event) else event)

    def show_action(self, offer: Offer | None, why: str) -> None:
        """Offer to take the move back, or say why that is impossible."""
        self.query_one(Action).show(*(() if offer is None else (offer.key, offer.title, offer.result)))
        self.set_class(bool(why), "-stuck")
        self.query_one("#take-back-not", Sentence).show(Piece(why, "soft"))

    def toggle_difference(self) -> None:
        """Show the fields that change, or the journeys again."""
        self.toggle_class("-difference")
        self.show_difference()

    def show_difference(self) -> None:
        """Show the fields that change, if they are looked at."""
        subject = self._subject
        if self.has_class("-difference") and subject is not None:
            self.query_one(DiffView).show(self._state.event.difference(subject.baseline), subject.baseline.name)
