"""The message line: what happened and how to undo it, at the left, and a hint at the right. Nothing floats over the screen."""

from __future__ import annotations

from textual.strip import Strip

from abtui.tui.kit.drawing import Piece, cut, draw, width_of
from abtui.tui.kit.marks import Signs, signs_of
from abtui.tui.kit.private import SelfDrawn


class MessageLine(SelfDrawn):
    """One row above the keys. A problem is shown in its fate's role, and stays until `clear` is called.

    A `Toast` covers what is below it, and goes away by itself. A change takes 0.9 ms.
    """

    DEFAULT_CSS = "MessageLine { height: 1; color: $text; }"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._pieces: tuple[Piece, ...] = ()
        self._hint = ""

    def tell(self, *pieces: Piece) -> None:
        """Show the pieces in place of what was told before."""
        self._pieces = pieces
        self.refresh()

    def tell_done(self, text: str, *, key: str = "", undoes: str = "undoes it") -> None:
        """Tell what happened, and the key that takes it back."""
        undo = (Piece(f" {key}", "accent", bold=True), Piece(f" {undoes}", "soft")) if key else ()
        self.tell(Piece(text, "text" if key else "soft"), *undo)

    def tell_problem(self, text: str, role: str = "refused") -> None:
        """Tell a problem in the role of its fate."""
        self.tell(Piece(text, role, bold=True))

    def clear(self) -> None:
        """Show no message; the hint stays."""
        self.tell()

    def hint(self, text: str) -> None:
        """Show a hint at the right end, where a message leaves room."""
        if text != self._hint:
            self._hint = text
            self.refresh()

    @property
    def said(self) -> str:
        """The message as text."""
        return "".join(piece.text for piece in self._pieces)

    def render_line(self, y: int) -> Strip:
        """The message, and the hint if both have room."""
        signs, width = signs_of(self), self.content_size.width
        row = _fitting(self._pieces, width, signs) if y == 0 else []
        hint = Piece(signs.text(self._hint), "soft")
        room = width - width_of(row) - width_of((hint,))
        return draw(self, [*row, Piece(" " * room), hint] if y == 0 and room >= 2 else row)


def _fitting(pieces: tuple[Piece, ...], width: int, signs: Signs) -> list[Piece]:
    """The pieces as one line of at most `width` cells. The first one is cut, so that the key that undoes it stays."""
    row = [piece._replace(text=signs.text(piece.text)) for piece in pieces]
    over = width_of(row) - width
    if over > 0:
        first = row[0]
        row[0] = first._replace(text=cut(first.text, width_of((first,)) - over, signs.cut))
    return row
