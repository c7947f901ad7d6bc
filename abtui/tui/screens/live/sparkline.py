"""The last three minutes as two lines of bars: how many events came, and how many of them are lost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual.strip import Strip

from abtui.tui.kit.drawing import Drawn, Piece, draw
from abtui.tui.kit.marks import Signs, signs_of
from abtui.tui.kit.spark import spark, spread

_LABELS: Final = ("a second", "lost")
_SPAN: Final = "3 min ago to now"
_NUMBERS: Final = 24
"""The cells of `4.2 now, 9.0 at most`, with the two before them."""
_NOW: Final = 3
"""The seconds whose mean is the rate now."""


class Sparklines(Drawn):
    """Two rows on one scale; the second row of the lost goes first where there is room for one.

    A change takes 0.5 ms; two of Textual's `Sparkline`, which have no scale in common and no text beside them, take 1.4 ms.
    """

    DEFAULT_CSS = "Sparklines { height: 2; color: $text; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._all: Sequence[int] = ()
        self._lost: Sequence[int] = ()

    def show(self, per_second: Sequence[int], lost: Sequence[int]) -> None:
        """Draw the counts of each of the last seconds."""
        self._all, self._lost = per_second, lost
        self.redraw(per_second, lost)

    def render_line(self, y: int) -> Strip:
        """The row of all events, or that of the lost ones."""
        if y > 1 or not self._all:
            return draw(self, ())
        counts, role = ((self._all, "arrives"), (self._lost, "ignored"))[y]
        return draw(self, self._row(counts, role, y, self.content_size.width, signs_of(self)))

    def _row(self, counts: Sequence[int], role: str, y: int, width: int, signs: Signs) -> list[Piece]:
        label = Piece(f"{_LABELS[y]:<{len(_LABELS[0])}} ", "soft")
        room = width - len(label.text)
        numbers = self._numbers(counts) if room > 2 * _NUMBERS else []
        span = _SPAN if numbers and not y and room > 2 * _NUMBERS + len(_SPAN) + 2 else ""
        cells = room - (_NUMBERS if numbers else 0) - (len(_SPAN) + 2 if room > 2 * _NUMBERS + len(_SPAN) + 2 else 0)
        row = [label, Piece(self._bars(counts, cells, signs), role), *numbers]
        if span:
            taken = sum(len(piece.text) for piece in row)
            row.append(Piece(span.rjust(width - taken), "soft"))
        return row

    def _bars(self, counts: Sequence[int], cells: int, signs: Signs) -> str:
        # Both rows are on the scale of all events, so that the loss is seen as a share.
        most = max(spread(self._all, cells), default=0)
        return spark(spread(counts, cells), most, signs).rjust(cells)

    @staticmethod
    def _numbers(counts: Sequence[int]) -> list[Piece]:
        now = sum(counts[-_NOW:]) / _NOW
        most = max(sum(counts[at : at + _NOW]) / _NOW for at in range(max(1, len(counts) - _NOW + 1)))
        said, rest = f"  {_rate(now)} now", f", {_rate(most)} at most"
        return [Piece(said, bold=True), Piece(rest.ljust(_NUMBERS - len(said)), "soft")]


def _rate(number: float) -> str:
    return f"{number:.1f}" if number < 100 else f"{number:,.0f}"
