"""The first screen, shown while the engine of the workbench is loading: the frame that `skeleton` paints, on its surfaces."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from abtui.tui.kit.drawing import Piece, draw
from abtui.tui.kit.marks import signs_of
from abtui.tui.skeleton import LISTS, frame, size_class


class StartingFrame(Widget):
    """The rows of the frame, with a surface for the list and one beside it."""

    def render_line(self, y: int) -> Strip:
        """Row `y`: its text, and the surfaces."""
        columns, rows = self.size
        lines = frame(columns, rows, ascii=signs_of(self).plain)
        text = lines[y] if y < len(lines) else ""
        name = size_class(columns, rows)
        first, left = {"-tiny": (2, 0), "-small": (3, 1)}.get(name, (5, 2))
        if not first <= y < rows - 2:
            return draw(self, [Piece(text, "soft")])
        width = LISTS.get(name, columns)
        gap = 1 if name == "-small" else 2
        listed = Piece(text[left:].ljust(width), "soft", on="pane")
        beside = Piece(" " * (columns - left - width - gap - left), on="pane")
        return draw(self, [Piece(" " * left), listed, Piece(" " * gap), beside])


class Starting(Screen[None]):
    """The frame. This screen handles no keys and is shown for a fraction of a second."""

    AUTO_FOCUS = ""
    DEFAULT_CSS = "Starting { background: $bg; }"

    def compose(self) -> ComposeResult:
        """Yield the frame."""
        yield StartingFrame()
