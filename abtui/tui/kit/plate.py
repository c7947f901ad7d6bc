"""The plate: the fate of what is selected, in capitals on the fate's colour, by whom and why."""

from __future__ import annotations

from textual.strip import Strip

from abtui.core.journey import Journey
from abtui.core.text.plain import plural
from abtui.tui.kit.drawing import Drawn, Piece, cut, draw, width_of
from abtui.tui.kit.marks import LOOKS, LookName, Signs, signs_of

_HIGH = 3
_GAP = 2
"""The free cells behind what stands at the right."""


class Plate(Drawn):
    """The one filled surface of a screen. It takes the height that it is given: 3 rows where there is room, else 1.

    A change takes 0.8 ms; of a `Static`, which lays the screen out again, 1.3 ms, and it would not choose a shorter text.
    """

    DEFAULT_CSS = "Plate { height: 1; color: $text; }"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._fate: LookName | None = None
        self._whys: tuple[str, ...] = ()
        self._beside = ""

    def show(self, fate: LookName | None, why: str = "", *, by: str = "", short: str = "", beside: str = "") -> None:
        """Tell the fate, `by` whom and `why`, or `short` where there is little room. Without a fate the plate is blank.

        What stands `beside` it at the right is left out first.
        """
        self._fate, self._beside = fate, beside
        full = ": ".join(part for part in (by, why) if part)
        self._whys = (full, why, short or why)
        self.redraw(fate, self._whys, beside)

    def show_journey(self, journey: Journey) -> None:
        """Tell the fate of a journey, and how many requests are made, if several mappings could make one."""
        several = len(journey.forks) > 1 and journey.requests > 0
        beside = plural(journey.requests, "request") if several else ""
        self.show(journey.fate, journey.why, by=journey.by, short=journey.short, beside=beside)

    def render_line(self, y: int) -> Strip:
        """Row `y`: the text is in the middle one."""
        if self._fate is None:
            return draw(self, ())
        fill = LOOKS[self._fate].role
        middle = (self.content_size.height - 1) // 2
        return draw(self, self._row(self._fate, signs_of(self)) if y == middle else (), on=fill)

    def _row(self, fate: LookName, signs: Signs) -> list[Piece]:
        high = self.content_size.height >= _HIGH
        fill, width = LOOKS[fate].role, self.content_size.width
        word = f"{'  ' if high else ' '}{signs.mark(fate)} {LOOKS[fate].word.upper()}"
        lead = Piece(word + ("   " if high else "  "), bold=True, on=fill)
        room = width - width_of((lead,)) - 1
        whys = [signs.text(why) for why in (self._whys if high else self._whys[1:])]
        beside = len(self._beside) + _GAP if self._beside else 0
        fitting = (why for least in (beside, 0) for why in whys if width_of((Piece(why),)) <= room - least)
        row = [lead, Piece(cut(next(fitting, whys[-1]), room, signs.cut), bold=True, on=fill)]
        rest = width - width_of(row) - beside
        return [*row, Piece(" " * rest, on=fill), Piece(self._beside, on=fill)] if beside and rest > 0 else row
