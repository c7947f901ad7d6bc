"""What it does: the effect of the config as it is edited, before it is saved, and what is worth a look in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from textual.binding import Binding, BindingType

from abtui.core.findings import Finding
from abtui.core.journey import Journey, Stage
from abtui.core.text.plain import printable
from abtui.tui.kit.drawing import Piece, fit, width_of
from abtui.tui.kit.drawn_list import DrawnList
from abtui.tui.kit.journey import JourneyView
from abtui.tui.kit.marks import LOOKS, Signs, signs_of
from abtui.tui.kit.panel import Panel
from abtui.tui.kit.plate import Plate
from abtui.tui.kit.sentence import Sentence
from abtui.tui.kit.tally import Bar, Tally
from abtui.tui.screens.config import words
from abtui.tui.screens.config.effect_rows import EffectRow, action_rows, event_rows, finding_rows, move_rows
from abtui.tui.state import State

_UNKNOWN: Final = Journey(
    fate="unknown",
    stages=(
        Stage("Segment", "passed", "", ""),
        Stage("destination", "ends", "", "", line="silent"),
        Stage("collector", "unreached", "", ""),
        Stage("console", "unreached", "", ""),
    ),
    by="",
    why="",
    short="",
    says="",
)
"""The journey of any event while it is not known what the destination does."""
_MOST_EVENTS: Final = 30
_GAP: Final = 2
"""The least free cells before what stands at the right of a row."""


class EffectList(DrawnList):
    """The rows; the cursor is on one that can be chosen. A row that leads nowhere is never chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Go to the line", show=False, id="config.go-to-line"),
    ]
    DEFAULT_CSS = "EffectList { height: 1fr; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rows: tuple[EffectRow, ...] = ()

    @property
    def length(self) -> int:
        """The number of rows."""
        return len(self._rows)

    @property
    def chosen(self) -> EffectRow | None:
        """The row at the cursor."""
        return self._rows[self.cursor] if self.cursor < len(self._rows) else None

    @property
    def finding(self) -> Finding | None:
        """The finding at the cursor."""
        return None if self.chosen is None else self.chosen.finding

    @property
    def text(self) -> str:
        """What is told, row by row."""
        return "\n".join("".join(piece.text for piece in row.pieces) for row in self._rows)

    @property
    def findings(self) -> list[Finding]:
        """The findings that are told."""
        return [row.finding for row in self._rows if row.finding is not None]

    def show(self, rows: Sequence[EffectRow]) -> None:
        """Show rows. The cursor stays on its finding if that is still there."""
        if tuple(rows) == self._rows:
            return
        before, self._rows = self.finding, tuple(rows)
        same = (at for at, row in enumerate(rows) if before is not None and row.finding == before)
        first = (at for at, row in enumerate(rows) if row.stops)
        self.put_cursor(next(same, next(first, 0)))

    def action_move(self, rows: int) -> None:
        """Move the cursor to the next row that leads to a line."""
        at = self.cursor + rows
        while 0 <= at < len(self._rows):
            if self._rows[at].stops:
                self.cursor = at
                return
            at += rows
        self.scroll_relative(y=rows, animate=False)

    def action_first(self) -> None:
        """Move the cursor to the first row that leads to a line."""
        self.cursor = next((at for at, row in enumerate(self._rows) if row.stops), 0)
        self.scroll_to(y=0, animate=False)

    def action_select(self) -> None:
        """Choose the row, if that can be done."""
        if self.chosen is not None and self.chosen.stops:
            super().action_select()

    def _row_clicked(self, chain: int) -> None:
        self.action_select()

    def is_current(self, index: int) -> bool:
        """The cursor is seen only while the list has the focus, and on what can be chosen."""
        return index == self.cursor and self.has_focus and self._rows[index].stops

    def lines_of(self, index: int, width: int, signs: Signs, *, current: bool) -> list[list[Piece]]:
        """The one line of a row. What stands at the right keeps its room."""
        row = self._rows[index]
        counts, room = row.right.isdigit(), width - 2 - len(row.right)
        left = fit(row.pieces, room - _GAP * bool(row.right), signs)
        right = row.right.rjust(len(row.right) + room - width_of(left)) + " "
        return [[Piece(" ", "accent"), *left, Piece(right, "text" if counts else "soft", counts)]]


class EffectPanel(Panel):
    """What the config does: the sentence, the fates as saved and now, and the rows; or that nothing is known before a mistake is mended."""

    DEFAULT_CSS = """
    EffectPanel {
        & Sentence, & Tally { margin: 1 2 0 2; }
        & Tally { min-height: 2; }
        /* A fraction would leave the margins of the rows above out of its width. */
        & EffectList { margin-top: 1; width: 100%; }
        & Plate { display: none; height: 3; }
        & JourneyView { display: none; height: 2; margin: 1 2 0 3; }
        & #effect-was { display: none; margin: 0 2; }
        &.-broken {
            & Plate, & JourneyView, & #effect-was { display: block; }
            & Tally { display: none; }
            &.-never-read { & Sentence, & #effect-was { display: none; } }
        }
    }
    """

    def __init__(self, state: State, *, id: str | None = None) -> None:
        self._state = state
        self.plate, self.sentence, self.was = Plate(), Sentence(), Sentence(id="effect-was")
        self.tally, self.journey, self.rows = Tally(), JourneyView(), EffectList(id="effect-rows")
        self._offered = ""
        self.told = False
        """Whether the mistake is told. Before, a line is being written: other widgets would be a layout for each second key."""
        parts = (self.plate, self.sentence, self.was, self.tally, self.journey, self.rows)
        super().__init__(*parts, title="What it does", words="live, before you save", id=id)

    def offer(self, title: str) -> None:
        """Offer the change that mends the mistake as the first row; "" for none."""
        if title != self._offered:
            self._offered = title
            self.update_all()

    def update_all(self) -> None:
        """Show the state as it is now."""
        mistake = self._state.config.mistake
        if mistake is None:
            self.told = False
            self.remove_class("-broken")
            self._show_effect()
        elif self.told:
            self.add_class("-broken")
            self._show_mistake(mistake)

    def on_resize(self) -> None:
        """Wrap what is told to the new width."""
        self.update_all()

    @property
    def _width(self) -> int:
        return max(20, self.rows.room.width - 4)

    def _show_effect(self) -> None:
        state, signs = self._state, signs_of(self)
        findings = state.review.config_findings
        rows: list[EffectRow] = []
        moves = words.moves_of(state)
        if moves is not None:
            self.sentence.show(*words.effect(moves, signs, end="."))
            self.tally.show(Bar(moves.before, "saved", now=False), Bar(moves.after, "now"))
            rows += [*move_rows(moves, self._width, signs), EffectRow()]
        else:
            self.sentence.show(Piece(self._unchanged(), "soft"))
            self.tally.show(Bar(dict(state.corpus.counts), "now"))
        self.rows.show([*rows, *finding_rows(findings, self._width, signs)])

    def _unchanged(self) -> str:
        session = self._state.session
        if session.mapper is None:
            return ""
        if not session.modified:
            return "Nothing is changed yet."
        return (
            "No event changes." if session.saved_config == session.reading.config else "Nothing saved to compare with."
        )

    def _show_mistake(self, mistake: Finding) -> None:
        state, signs = self._state, signs_of(self)
        where = "it" if mistake.line is None else f"line {mistake.line}"
        self.plate.show("unknown", f"until {where} is fixed")
        outcome, event = state.selection.outcome, state.selection.event
        self.set_class(outcome is None or event is None, "-never-read")
        if outcome is not None and event is not None:
            look = LOOKS[outcome.fate]
            name = "" if state.selection.index is None else state.corpus.row(state.selection.index, None).name
            self.sentence.show(Piece(printable(name), bold=True))
            mark = Piece(signs.mark(outcome.fate), look.role)
            at = Piece(f" at {state.config.read_at}", "soft")
            self.was.show(Piece("was ", "soft"), mark, Piece(f" {look.word}", look.role, bold=True), at)
        self.journey.show(_UNKNOWN)
        # A mistake in the syntax is told in the text.
        others = [item for item in state.session.reading.findings if item != mistake or not words.is_syntax(mistake)]
        mistakes = [*finding_rows(others, self._width, signs), EffectRow()] if others else []
        events = (
            event_rows(words.rows_of(state, _MOST_EVENTS), state.config.read_at, signs) if outcome is not None else ()
        )
        offered = [*action_rows(self._offered, self._width), EffectRow()] if self._offered else []
        self.rows.show([*offered, *mistakes, *events])

    def one_line(self) -> tuple[Piece, ...]:
        """The effect in one line, for where there is no room for the panel."""
        state, signs = self._state, signs_of(self)
        if (mistake := state.config.mistake) is not None:
            where = "it" if mistake.line is None else f"line {mistake.line}"
            return (Piece(f"{signs.mark('unknown')} UNKNOWN", "unknown", bold=True), Piece(f"  until {where} is fixed"))
        moves = words.moves_of(state)
        return () if moves is None else words.effect(moves, signs)
