"""What becomes of the selected event: the plate, what the systems say, the journey, the threads, and what to do."""

from __future__ import annotations

import time
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical

from abtui.core.journey import Journey, journey, unread
from abtui.core.outcomes import Fate, MappingOutcome
from abtui.core.threads import Thread, threads
from abtui.tui.kit.action import Action
from abtui.tui.kit.answer_rows import said_row
from abtui.tui.kit.drawing import Piece
from abtui.tui.kit.forks import ForkClicked, ForksView
from abtui.tui.kit.journey import JourneyView
from abtui.tui.kit.plate import Plate
from abtui.tui.kit.sentence import Sentence
from abtui.tui.kit.threads import ThreadsView
from abtui.tui.screens.events.offers import offer_of
from abtui.tui.state import State

_REPEATS_SECONDS: Final = 0.3
"""Selections that follow each other faster than this come from a key that is held: nothing moves then."""


class Answer(Vertical):
    """Redraws all of it with every outcome of the selected event."""

    SCOPED_CSS = False
    DEFAULT_CSS = """
    Answer {
        background: $pane;
        height: auto;
        padding-bottom: 1;
        & Plate { height: 3; }
        & #says { margin: 1 0 1 3; }
        & JourneyView, & ForksView { margin: 0 0 1 3; }
        & ForksView { display: none; }
        &.-forked ForksView { display: block; }
        &.-forked JourneyView { display: none; }
        & ThreadsView { margin: 0 0 1 1; }
        & Action { margin-left: 3; }
    }
    .-large Answer { & ThreadsView { height: 7; } & ForksView { max-height: 9; } }
    .-small Answer, .-tiny Answer { & Plate { height: 1; } & #says { margin: 0 1; } & JourneyView, & ForksView { margin: 0 0 1 2; } & ForksView { max-height: 4; } & ThreadsView { height: 3; margin: 0 0 1 0; } & Action { margin-left: 1; } }
    .-small Answer { padding-bottom: 0; }
    .-tiny Answer { padding-bottom: 0; & #says { display: none; } & JourneyView { height: 2; } & ForksView { max-height: 3; } }
    """

    def __init__(self, state: State) -> None:
        super().__init__(id="answer")
        self._state = state
        self._shown: int | None = None
        self._selected_at = 0.0
        self.threads: tuple[Thread, ...] = ()
        """The threads of the selected event."""
        self.journey: Journey | None = None

    def compose(self) -> ComposeResult:
        """Yield the parts from top to bottom."""
        yield Plate(id="plate")
        yield Sentence(id="says")
        yield JourneyView(id="journey")
        yield ForksView(id="forks")
        yield ThreadsView(id="threads")
        yield Action(id="action")

    def on_mount(self) -> None:
        """Follow the outcome of the selected event and the offered change."""
        self._state.listen("outcome", self, self.show_outcome, first=True, on="events")
        self._state.listen("remedy", self, self._show_remedy)
        self.show_outcome()

    def show_outcome(self) -> None:
        """Draw the journey of the selected event."""
        selection, mapper = self._state.selection, self._state.session.mapper
        if selection.problem is not None:
            self._show_unread(selection.problem.findings[0].message, stale=selection.outcome is not None)
            return
        if selection.outcome is None or selection.event is None or mapper is None:
            self._show_nothing()
            return
        part = selection.part or selection.outcome
        found = journey(selection.outcome, mapper.config)
        self.journey, self.threads = found, threads(part, mapper.config, selection.event.value)
        self._draw(found, part.fate, animate=self._by_hand(selection.index))

    def _by_hand(self, index: int | None) -> bool:
        """Whether the person selected another event, with a key that does not repeat."""
        before, self._shown = self._shown, index
        if before in (None, index):
            return False
        at, now = self._selected_at, time.monotonic()
        self._selected_at = now
        return now - at > _REPEATS_SECONDS

    def _draw(self, found: Journey, fate: Fate, *, animate: bool) -> None:
        """Draw a journey, and the threads of the mapping that is looked at, which ends in `fate`."""
        self.query_one(Plate).show_journey(found)
        self.query_one("#says", Sentence).show_form(said_row, found)
        self._draw_way(found, animate=animate)
        self.query_one(ThreadsView).show(self.threads, fate)
        self._show_remedy()

    def _draw_way(self, found: Journey, *, animate: bool = False, soft: bool = False) -> None:
        """Draw the line of a journey, or the lines of its mappings."""
        self.set_class(bool(found.forks), "-forked")
        if found.forks:
            part = self._state.selection.part
            chosen = part.mapping if isinstance(part, MappingOutcome) else ""
            self.query_one(ForksView).show(found, chosen, soft=soft)
        else:
            self.query_one(JourneyView).show(found, animate=animate, soft=soft)

    @on(ForkClicked)
    def _fork_clicked(self, message: ForkClicked) -> None:
        message.stop()
        self._state.event.look_at(message.mapping)

    def _show_unread(self, why: str, *, stale: bool) -> None:
        """Show that the text is no event. The journey of before stays, soft: the text is being edited."""
        found = unread(why, "Segment")
        if stale:
            self.query_one(Plate).show_journey(found)
        else:
            self.query_one(Plate).show("unreadable", found.why, short=found.short)
        said = (
            "What you see below is from before the mistake." if stale else "Nothing can be told until it can be read."
        )
        self.query_one("#says", Sentence).show(Piece(said, "soft"))
        if stale and self.journey is not None:
            self._draw_way(self.journey, soft=True)
        else:
            self._draw_way(found)
            self.threads = ()
            self.query_one(ThreadsView).show((), "unknown")
        self._show_remedy()

    def _show_nothing(self) -> None:
        """Show why there is no outcome."""
        why = self._state.session.why_unmapped if self._state.selection.index is not None else ""
        self.journey, self.threads = None, ()
        plate = self.query_one(Plate)
        plate.show("unknown" if why else None, self._state.session.unmapped, short=self._state.session.unmapped)
        self.query_one("#says", Sentence).show(Piece(why or self._state.empty_text, "soft"))
        self.remove_class("-forked")
        self.query_one(JourneyView).show_ghost()
        self.query_one(ThreadsView).show((), "unknown")
        self._show_remedy()

    def _show_remedy(self) -> None:
        offer = offer_of(self._state, self.app)
        if offer is None:
            self.query_one(Action).show()
        else:
            self.query_one(Action).show(offer.key, offer.title, offer.result, offer.short)
