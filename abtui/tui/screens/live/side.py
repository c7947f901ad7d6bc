"""Beside what arrives: what becomes of the selected event, what is lost most, who sends, and how an SDK is pointed here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.strip import Strip

from abtui.core.journey import journey
from abtui.tui.kit.action import Action
from abtui.tui.kit.answer_rows import said_row
from abtui.tui.kit.drawing import Drawn, Piece, draw
from abtui.tui.kit.journey import JourneyView
from abtui.tui.kit.marks import Signs, signs_of
from abtui.tui.kit.plate import Plate
from abtui.tui.kit.sentence import Row, Sentence
from abtui.tui.live import Arrivals, LiveView, Loss
from abtui.tui.screens.live import words
from abtui.tui.state import State

_MOST: Final = 50
"""The most causes that are asked for; no screen has room for more."""
_PASTE: Final = "Y copies lines for each SDK"


class Sums(Drawn):
    """The lost events added up by cause, who connected, and what was refused. What has no room is left out from the end of each part.

    A `Static` of these rows takes a layout for each event; this draws what changed.
    """

    DEFAULT_CSS = "Sums { height: 1fr; color: $text; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._view: LiveView | None = None
        self._lost: list[Loss] = []

    def show(self, arrivals: Arrivals, view: LiveView) -> None:
        """Add up what came until now."""
        self._view, self._lost = view, arrivals.most_lost(_MOST)
        self.redraw(view, self._lost)

    def render_line(self, y: int) -> Strip:
        """A row of the parts that have room."""
        width, signs = self.content_size.width, signs_of(self)
        rows = self._rows(self._parts(width, signs))
        return draw(self, rows[y] if y < len(rows) else ())

    def _parts(self, width: int, signs: Signs) -> list[tuple[str, list[Row]]]:
        """Each part's title and rows."""
        view = self._view
        if view is None:
            return []
        again = [[Piece(f"{view.retries:,} sent again, shown once", "soft")]] if view.retries else []
        sends = [words.client_row(name, number, width, signs) for name, number in _largest(view.clients)]
        parts: tuple[tuple[str, list[Row]], ...] = (
            ("Refused", [words.refused_row(why, number, width, signs) for why, number in _largest(view.refused)]),
            ("Most lost", [words.loss_row(loss, width, signs) for loss in self._lost]),
            ("Who sends", [*sends, *again]),
            ("Point an SDK here", [[Piece(view.address)], [Piece(_PASTE, "soft")]]),
        )
        return [(title, rows) for title, rows in parts if rows]

    def _rows(self, parts: list[tuple[str, list[Row]]]) -> list[Row]:
        """All rows: each part has a title and a blank after it, and the longest part gives way first."""
        room = self.content_size.height
        lengths = [len(rows) for _, rows in parts]
        while sum(lengths) + 2 * len(lengths) - 1 > room and max(lengths, default=0) > 1:
            lengths[lengths.index(max(lengths))] -= 1
        found: list[Row] = []
        for (title, rows), length in zip(parts, lengths, strict=True):
            found += [[Piece(title, "soft", bold=True)], *rows[:length], []]
        return found[:room]


def _largest(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: -item[1])[:_MOST]


class LiveAnswer(Vertical):
    """What becomes of the selected event, in short: Enter opens all of it."""

    SCOPED_CSS = False
    DEFAULT_CSS = """
    LiveAnswer {
        background: $pane;
        width: 42;
        height: 1fr;
        & Plate { height: 3; margin-bottom: 1; }
        & #live-says { margin: 0 1 1 3; }
        & #live-journey { height: 2; margin: 0 1 1 3; }
        & Action { margin: 0 1 1 2; }
        & Sums { margin: 0 1 0 3; }
    }
    .-large LiveAnswer { width: 62; & #live-journey { height: 3; } }
    .-small LiveAnswer { width: 1fr; & Plate { height: 1; } & #live-says, & #live-journey, & Sums { margin: 0 1 1 1; } & Action { margin: 0 0 1 0; } }
    .-tiny LiveAnswer { width: 1fr; height: auto; & Plate { height: 1; margin: 0; } & #live-says, & Sums { display: none; } & #live-journey { margin: 0 1; } & Action { margin: 0; } }
    """

    def __init__(self, state: State) -> None:
        super().__init__(id="live-answer")
        self._state = state
        self._shown: int | None = None

    def compose(self) -> ComposeResult:
        """Yield the parts from top to bottom."""
        yield Plate(id="live-plate")
        yield Sentence(id="live-says")
        yield JourneyView(id="live-journey")
        yield Action(id="live-action")
        yield Sums()

    def show_event(self, *, by_hand: bool) -> None:
        """Tell what becomes of the selected event."""
        selection, session = self._state.selection, self._state.session
        plate, line = self.query_one(Plate), self.query_one(JourneyView)
        if selection.outcome is None or session.mapper is None or selection.event is None:
            why = session.unmapped if session.mapper is None else ""
            plate.show("unknown" if why else None, why)
            self.query_one("#live-says", Sentence).show(Piece(session.why_unmapped if why else "", "soft"))
            line.show_ghost()
            self.query_one(Action).show()
            return
        found = journey(selection.outcome, session.mapper.config)
        plate.show_journey(found)
        self.query_one("#live-says", Sentence).show_form(said_row, found)
        line.show(found, animate=by_hand and selection.index != self._shown)
        self._shown = selection.index
        self.query_one(Action).show("Enter", "Open it")
