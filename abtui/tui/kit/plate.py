"""The plate: the fate of what is selected, in capitals on the fate's colour, by whom and why."""

from __future__ import annotations

from textual.strip import Strip

from abtui.core.journey import Journey
from abtui.tui.kit.answer_rows import PlateWords, plate_row
from abtui.tui.kit.drawing import Drawn, draw
from abtui.tui.kit.marks import LOOKS, LookName, signs_of


class Plate(Drawn):
    """The one filled surface of a screen. It takes the height that it is given: 3 rows where there is room, else 1.

    A change takes 0.8 ms; of a `Static`, which lays the screen out again, 1.3 ms, and it would not choose a shorter text.
    """

    DEFAULT_CSS = "Plate { height: 1; color: $text; }"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._fate: LookName | None = None
        self._words = PlateWords()

    def show(self, fate: LookName | None, why: str = "", *, short: str = "") -> None:
        """Tell the fate and `why`, or `short` where there is little room. Without a fate the plate is blank."""
        self._tell(fate, PlateWords(why, why, short or why))

    def show_journey(self, journey: Journey) -> None:
        """Tell the fate of a journey."""
        self._tell(journey.fate, PlateWords.of(journey))

    def _tell(self, fate: LookName | None, words: PlateWords) -> None:
        self._fate, self._words = fate, words
        self.redraw(fate, words)

    def render_line(self, y: int) -> Strip:
        """Row `y`: the text is in the middle one."""
        if self._fate is None:
            return draw(self, ())
        fill = LOOKS[self._fate].role
        width, height = self.content_size
        if y != (height - 1) // 2:
            return draw(self, (), on=fill)
        row = plate_row(self._fate, self._words, width, height, signs_of(self))
        return draw(self, [piece._replace(on=fill) for piece in row], on=fill)
