"""A text that is read in stretches, each by itself, and what has to be known at the start of each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from abtui.core.events.cursor import Cursor


class Between(msgspec.Struct, frozen=True):
    """What a reading knows between two documents.

    `has_given`: an item came before that was no line with one plain event; `has_items`: any item. The text was looked through
    up to the line `eager_until`, and lines up to `judged_until` stand inside no document.
    """

    has_given: bool = False
    has_items: bool = False
    eager_until: int = 0
    judged_until: int = 0

    def behind(self, before: Between) -> Between:
        """The same where the reading began with more known: with `before`."""
        return Between(
            self.has_given or before.has_given,
            self.has_items or before.has_items,
            max(self.eager_until, before.eager_until),
            max(self.judged_until, before.judged_until),
        )


_NOTHING: Final = Between()


class Stretch:
    """Lines of a text that are read by themselves, from `first_line` on. The reader may look at what is `beyond` them.

    `before` is what is known, or supposed, at their start. Once they are read, `after` is what is known behind them, or None
    if what follows cannot be read by itself.
    """

    def __init__(self, first_line: int = 1, before: Between = _NOTHING, beyond: Iterable[bytes] = ()) -> None:
        self.first_line, self.before, self.beyond = first_line, before, beyond
        self.after: Between | None = None
        self._asked_eager = self._asked_judged = 0

    def end(self, after: Between | None, cursor: Cursor) -> None:
        """Take note of what is known at the end."""
        self.after = after
        self._asked_eager, self._asked_judged = cursor.asked_eager, cursor.asked_judged

    def holds(self, before: Between) -> bool:
        """Whether the same would have been read if `before` had been known at the start."""
        if self.after is None and (before.has_given, before.has_items) != (
            self.before.has_given,
            self.before.has_items,
        ):
            return False
        return self._asked_eager > before.eager_until and self._asked_judged > before.judged_until
