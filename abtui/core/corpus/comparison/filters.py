"""The events of a move as a query (`corpus.query`).

The query language knows how an event is now and in which classes it changes, but neither its fate before nor the setting that
does it. Where a move distinguishes more than the query, the filter says so (`note`).
"""

from __future__ import annotations

from typing import Final

import msgspec

from abtui.core.corpus.comparison.moves import Move, Moves
from abtui.core.destinations import setting_at
from abtui.core.text.plain import plural

_LONGEST: Final = 100


class Filter(msgspec.Struct, frozen=True):
    """A filter query, and a caveat if the query shows more events than the move has."""

    query: str
    note: str = ""


def term(field: str, value: str) -> str:
    """`field:value`, with quotes where they are needed. A quote in the value becomes a wildcard: the language has no escape."""
    plain = value and not any(character in value for character in ' \t\n,"')
    return f"{field}:{value}" if plain else f'{field}:"{value.replace(chr(34), "?")}"'


def move_filter(moves: Moves, move: Move) -> Filter:
    """The events of a move."""
    change = "change:fate" if move.was != move.now else "is:changed -change:fate"
    alike = moves.moves if move.was != move.now else moves.changed
    others = sum(other.events for other in alike if other.now == move.now and other.key != move.key)
    query = " ".join(filter(None, (f"fate:{move.now}", change, _types(move), _name(move))))
    note = f"The filter does not tell moves apart: up to {plural(others, 'event')} of others {'is' if others == 1 else 'are'} shown as well."
    return Filter(query, note if others else "")


def _types(move: Move) -> str:
    """The term for the types of events that the one setting of a move is about, if it is about some only."""
    setting = setting_at(move.settings[0]) if len(move.settings) == 1 else None
    terms = () if setting is None else setting.query.split()
    return next((term for term in terms if term.startswith("type:")), "")


def _name(move: Move) -> str:
    """The term for the name that all events of a move have, if they have one."""
    if len(move.names) != 1 or move.unlisted:
        return ""
    name = move.names[0].name
    return term("name", name) if name and len(name) <= _LONGEST and name.isprintable() else ""
