"""The change that takes a move of events back."""

from __future__ import annotations

from typing import Final

from abtui.core.corpus.comparison.move_words import take_back_words
from abtui.core.corpus.comparison.moves import Move
from abtui.core.corpus.comparison.take_back import take_back
from abtui.core.remedy.model import Remedy

_OF_EVENTS: Final = "Their own text was edited: no line of the config does it."


def take_back_move(before: str, now: str, move: Move) -> Remedy | str:
    """The change of the text `now` after which what moves the events is as in the text `before`, or why there is none."""
    if not move.causes:
        return _OF_EVENTS
    edited = take_back(before, now, move.causes)
    return (
        edited.problem if edited.text is None else Remedy(title=take_back_words(move)[0], before=now, after=edited.text)
    )
