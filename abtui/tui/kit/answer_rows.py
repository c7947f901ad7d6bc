"""What the plate says, and the sentence below it, in the cells they have. This loads nothing that draws them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from abtui.core.journey import Journey
from abtui.tui.kit.marks import LOOKS, LookName, Signs
from abtui.tui.kit.pieces import Piece, cut, width_of

_HIGH: Final = 3


class Whys(NamedTuple):
    """Why a fate is as it is: by whom and why, why alone, and the same for little room."""

    full: str = ""
    why: str = ""
    short: str = ""

    @classmethod
    def of(cls, why: str, by: str = "", short: str = "") -> Whys:
        """The three forms."""
        return cls(": ".join(part for part in (by, why) if part), why, short or why)


def plate_row(fate: LookName, whys: Whys, width: int, height: int, signs: Signs) -> list[Piece]:
    """The row of a plate that has text: the fate in capitals, and why."""
    high = height >= _HIGH
    word = f"{'  ' if high else ' '}{signs.mark(fate)} {LOOKS[fate].word.upper()}"
    lead = Piece(word + ("   " if high else "  "), bold=True)
    room = width - width_of((lead,)) - 1
    said = [signs.text(why) for why in (whys if high else whys[1:])]
    why = next((why for why in said if width_of((Piece(why),)) <= room), said[-1])
    return [lead, Piece(cut(why, room, signs.cut), bold=True)]


def said_row(found: Journey, width: int, signs: Signs) -> list[Piece]:
    """What the systems say, as far as it fits, and that nobody is told."""
    told = Piece(f" {found.told}" if found.told else "", bold=True)
    row: list[Piece] = []
    for says in _shorter(found.says):
        row = [Piece(signs.text(says), "soft"), told]
        if width_of(row) <= width:
            break
    return row


def _shorter(says: str) -> Iterator[str]:
    """What the systems say, and the same without the last of them."""
    while says:
        yield says
        before, _, _ = says.rstrip(".").rpartition(", ")
        says = f"{before}." if before else ""
