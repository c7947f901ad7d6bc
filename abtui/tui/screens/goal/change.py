"""What the action of a loss does to the config, line by line, and what was measured of it; without one, what can be done."""

from __future__ import annotations

from textual.strip import Strip
from textual.widget import Widget

from abtui.tui.kit.drawing import Piece, cut, draw
from abtui.tui.kit.marks import signs_of

Line = tuple[Piece, ...]


class Lines(Widget):
    """Rows of pieces; the last one is always in view. A `Static` would wrap them, and lay the screen out again."""

    DEFAULT_CSS = "Lines { height: 1fr; color: $text; background: $pane; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: tuple[Line, ...] = ()

    def show(self, *lines: Line) -> None:
        """Show these rows."""
        self._lines = lines
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Row `y`. Where not all have room, one row says how many are left out."""
        height, signs, lines = self.content_size.height, signs_of(self), self._lines
        if len(lines) > height > 1:
            left = len(lines) - height + 1
            lines = (*lines[: height - 2], (Piece(f"  {signs.folded} {left:,} more lines", "soft"),), lines[-1])
        room = self.content_size.width - 3
        row: list[Piece] = [Piece("  ")]
        for piece in lines[y] if y < len(lines) else ():
            text = cut(signs.text(piece.text), room, signs.cut)
            row.append(piece._replace(text=text))
            room -= len(text)
        return draw(self, row)
