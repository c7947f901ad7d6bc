"""Which move single events belong to, so that the events of a move can be listed."""

from __future__ import annotations

from abtui.core.config import Config
from abtui.core.corpus.comparison.comparison import Comparison
from abtui.core.corpus.comparison.moves import MoveKey
from abtui.core.events import Event


class Scout:
    """Finds the moves of single events between two configs. It counts nothing."""

    def __init__(self, old: Config, new: Config) -> None:
        self._comparison = Comparison(old, new, examples=0)

    def key(self, event: Event, before: Event | None = None) -> MoveKey | None:
        """The key of the move that an event belongs to (`Move.key`); None if it does not change. `before` is the event that OLD got."""
        comparison = self._comparison
        changes = comparison.add(event, before) is not None
        found = comparison.moves()
        comparison.take_back(event, before)
        return next(iter((*found.moves, *found.changed))).key if changes else None
