"""The caption of a tour: which step it is, its sentence, and the keys. It is part of the layout, so it covers nothing."""

from __future__ import annotations

import textwrap
from typing import Final

from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from abtui.tui.kit.drawing import Piece, draw, target_at, width_of
from abtui.tui.kit.marks import signs_of
from abtui.tui.kit.private import SelfDrawn

_KEYS: Final = {"back": "←", "next": "→", "end": "Esc"}
_WIDE: Final = 110
"""The width from which the keys have their words beside them."""


class CaptionClicked(Message):
    """A key was clicked: `back`, `next` or `end`."""

    def __init__(self, move: str) -> None:
        super().__init__()
        self.move = move


class Caption(SelfDrawn):
    """`2 of 6  Its sentence.   ← back  → next  Esc end`, on two lines where it is narrow."""

    DEFAULT_CSS = "Caption { height: auto; color: $text; background: $raised; padding: 0 1; }"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._place = self.sentence = ""
        self._row: list[Piece] = []

    def show(self, number: int, count: int, sentence: str) -> None:
        """Show a step; `number` counts from 1."""
        self._place, self.sentence = f"{number} of {count}  ", sentence
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the sentence needs."""
        return len(self._lines(width))

    def render_line(self, y: int) -> Strip:
        """Line `y` of the sentence; the keys are at the right of the first."""
        width = self.content_size.width
        lines = self._lines(width)
        text = lines[y] if y < len(lines) else ""
        lead = Piece(self._place if y == 0 else " " * len(self._place), "accent", bold=True)
        row = [lead, Piece(text, bold=y < len(lines))]
        if y == 0:
            keys = self._pieces(width)
            row += [Piece(" " * (width - width_of(row) - width_of(keys))), *keys]
            self._row = row
        return draw(self, row, on="raised")

    def on_click(self, event: events.Click) -> None:
        """Press the key under the mouse."""
        offset = event.get_content_offset(self)
        move = None if offset is None or offset.y else target_at(self._row, offset.x)
        if isinstance(move, str):
            event.stop()
            self.post_message(CaptionClicked(move))

    def _lines(self, width: int) -> list[str]:
        keys = " " * width_of(self._pieces(width))
        room = max(len(keys) + 20, width - len(self._place))
        lines = textwrap.wrap(signs_of(self).text(self.sentence), room, initial_indent=keys)
        return [line.lstrip() for line in lines] or [""]

    def _pieces(self, width: int) -> list[Piece]:
        row: list[Piece] = []
        for move, key in _KEYS.items():
            word = f" {move}" if width >= _WIDE else ""
            shown = signs_of(self).text(key)
            row += [Piece("  "), Piece(shown, "accent", bold=True, target=move), Piece(word, target=move)]
        return row
