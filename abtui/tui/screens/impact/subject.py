"""What the Impact screen is about: the baseline, or else the saved config, compared with the present one."""

from __future__ import annotations

from typing import NamedTuple

from abtui.core.config import Config
from abtui.core.corpus.comparison.moves import Move, Moves
from abtui.core.events import Stored
from abtui.tui.comparing import Baseline
from abtui.tui.state import Progress, State


class Subject(NamedTuple):
    """What the present config is compared with: its name, config and text, and how far the comparison is.

    `baseline` knows the events that were edited since; the saved config has none, as it gets the present events.
    """

    name: str
    config: Config
    text: str
    progress: Progress
    baseline: Baseline | None

    @property
    def moves(self) -> Moves | None:
        """The moves so far."""
        return self.progress.moves

    @property
    def all_moves(self) -> tuple[Move, ...]:
        """The moves from fate to fate, then the changes that leave the fate as it is."""
        moves = self.progress.moves
        return () if moves is None else (*moves.moves, *moves.changed)

    def before(self, index: int, item: Stored) -> Stored:
        """An event as it was; `item` is the present one."""
        return item if self.baseline is None else self.baseline.before(index, item)


def subject_of(state: State) -> Subject | None:
    """What is compared at present; None if there is nothing to compare with."""
    session, baseline = state.session, state.baseline
    if session.mapper is None:
        return None
    if baseline is not None:
        return Subject(baseline.name, baseline.config, baseline.text, state.comparison, baseline)
    saved = session.saved_config if session.modified else None
    return None if saved is None else Subject("the saved config", saved, session.saved_text, state.effect, None)
