"""A note for a ticket about a move of events. No key is in it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from abtui.core.corpus.comparison.move_words import because, take_back_words, what_differs, which
from abtui.core.corpus.comparison.moves import Move
from abtui.core.fate import FATES
from abtui.core.text.plain import one_line, plural
from abtui.core.text.secret import Secret
from abtui.core.ticket import code, ticket

_MOST: Final = 5
_NAME: Final = 100


def move_ticket(move: Move, against: str, secrets: Collection[Secret] = ()) -> str:
    """The note: how many events went from which fate to which, which ones they are, because of what, and how it is taken back."""
    was, now = FATES[move.was].one, FATES[move.now].one
    said = f"{was}, now {now}" if move.was != move.now else f"{now}, with another {what_differs(move)}"
    taken, result = take_back_words(move)
    return ticket(
        f"{plural(move.events, 'event')}: {said}",
        what=f"Against {against}, {plural(move.events, 'event')}: before it {was}, now it {now}.",
        evidence=_evidence(move, secrets),
        cause="; ".join(f"{name}, {lines}" if lines else name for name, lines in because(move)),
        fix=f"{taken}: {result}." if taken else "",
        secrets=secrets,
    )


def _evidence(move: Move, secrets: Collection[Secret]) -> Iterator[str]:
    if names := which(move, _MOST, _NAME):
        yield f"events: {code(names, secrets)}"
    for goal in move.goals[:_MOST]:
        old, new = ("none" if name is None else one_line(name, _NAME) for name in (goal.old, goal.new))
        if old != new:
            yield f"{plural(goal.events, 'event')}: goal {code(old, secrets)}, now {code(new, secrets)}"
