"""What the plate says, and the sentence below it, in the cells they have. This loads nothing that draws them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from abtui.core.journey import Journey
from abtui.core.text.plain import plural
from abtui.tui.kit.marks import LOOKS, LookName, Signs
from abtui.tui.kit.pieces import Piece, cut, width_of

_HIGH: Final = 3
_GAP: Final = 2
"""The free cells behind what stands at the right."""
_TELLING: Final = 40
"""The room from which the beginning of a long reason tells more than the short one."""


class PlateWords(NamedTuple):
    """Why a fate is as it is: by whom and why, why alone, and the same for little room. What stands `beside` it at the right is left out first."""

    full: str = ""
    why: str = ""
    short: str = ""
    beside: str = ""

    @classmethod
    def of(cls, journey: Journey) -> PlateWords:
        """The words of a journey, with how many requests are made if several mappings could make one."""
        several = len(journey.forks) > 1 and journey.requests > 0
        beside = plural(journey.requests, "request") if several else ""
        full = ": ".join(part for part in (journey.by, journey.why) if part)
        return cls(full, journey.why, journey.short or journey.why, beside)


def plate_row(fate: LookName, words: PlateWords, width: int, height: int, signs: Signs) -> list[Piece]:
    """The row of a plate that has text: the fate in capitals, and why."""
    high = height >= _HIGH
    word = f"{'  ' if high else ' '}{signs.mark(fate)} {LOOKS[fate].word.upper()}"
    lead = Piece(word + ("   " if high else "  "), bold=True)
    room = width - width_of((lead,)) - 1
    said = (*((words.full,) if high else ()), words.why, *(() if room >= _TELLING else (words.short,)))
    whys = [signs.text(why) for why in said]
    beside = len(words.beside) + _GAP if words.beside else 0
    fitting = (why for least in (beside, 0) for why in whys if width_of((Piece(why),)) <= room - least)
    row = [lead, Piece(_quoted(next(fitting, whys[-1]), room, signs), bold=True)]
    rest = width - width_of(row) - beside
    return [*row, Piece(" " * rest), Piece(words.beside)] if beside and rest > 0 else row


def _quoted(why: str, room: int, signs: Signs) -> str:
    """The reason in the room; a name at its end keeps its closing quote when it is cut."""
    closing = why[-1:] if why.endswith(("”", '"')) else ""
    return cut(why.removesuffix(closing), room - len(closing), signs.cut) + closing


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
