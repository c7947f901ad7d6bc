"""The first row of the Goal screen: the question, the goal that is typed, and the sentence that answers."""

from __future__ import annotations

from typing import Final

from textual.app import ComposeResult
from textual.containers import Horizontal

from abtui.core.corpus.funnel import FunnelResult
from abtui.tui.kit.drawing import Piece
from abtui.tui.kit.marks import signs_of
from abtui.tui.kit.sentence import Sentence
from abtui.tui.screens.goal import words
from abtui.tui.screens.goal.goal_input import GoalInput

_QUESTION: Final = "Where is my goal? "


class Head(Horizontal):
    """Where there is little room, the sentence is a row of its own."""

    DEFAULT_CSS = """
    Head {
        height: auto; margin-bottom: 1;
        & #goal-ask { height: 1; width: auto; }
        & #goal-question { width: 19; }
        & #goal-said { width: 1fr; margin-left: 3; }
        &.-two-rows { layout: vertical; margin-bottom: 0; & #goal-said { margin-left: 0; width: 100%; } }
    }
    """

    def __init__(self, input: GoalInput) -> None:
        super().__init__()
        self._input = input

    def compose(self) -> ComposeResult:
        """Yield the parts."""
        with Horizontal(id="goal-ask"):
            yield Sentence(id="goal-question")
            yield self._input
        yield Sentence(id="goal-said")

    def on_mount(self) -> None:
        """Ask."""
        bar = Piece(signs_of(self).row, "accent")
        self.query_one("#goal-question", Sentence).show(Piece(_QUESTION, bold=True), bar)

    def show(self, goal: str, result: FunnelResult | None, share: float) -> None:
        """Show the goal, and what becomes of its events, as far as that is known."""
        self._input.show_goal(goal)
        pieces = [] if result is None else words.said(result, share, signs_of(self))
        self.query_one("#goal-said", Sentence).show(*pieces)
