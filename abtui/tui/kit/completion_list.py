"""A small pop-up list of completions. It never has the focus; the widget that is typed into controls it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.strip import Strip

from abtui.core.config.completion import Candidate
from abtui.tui.kit import cells
from abtui.tui.kit.drawing import Piece, draw
from abtui.tui.kit.drawn_list import DrawnList

_ROWS: Final = 8
_WIDEST: Final = 60
_FRAME: Final = 2
"""Cells or rows that the border takes."""
_MARGIN: Final = 4
"""Cells of a row that belong to neither label nor note: the sign, the gap and the scrollbar."""


class CompletionList(DrawnList, can_focus=False):
    """A list of candidates, one per row; `›` marks the chosen one.

    It opens below a place, or above it if there is more room. It posts `Picked` when a candidate is clicked.
    """

    DEFAULT_CSS = """
    CompletionList {
        overlay: screen;
        display: none;
        width: 10;
        height: 1;
        background: $panel;
        border: round $primary;
        scrollbar-size: 1 1;
        &.-inline { overlay: none; border: none; display: block; width: 1fr; height: auto; max-height: 7; }
    }
    """

    class Picked(Message):
        """A candidate was clicked."""

        def __init__(self, view: CompletionList, candidate: Candidate) -> None:
            super().__init__()
            self.view = view
            self.candidate = candidate

        @property
        def control(self) -> CompletionList:
            """The list that posted the message."""
            return self.view

    def __init__(self, *, inline: bool = False, id: str | None = None) -> None:
        """With `inline` the list is part of the layout and always visible, and no candidate is chosen at first."""
        super().__init__(id=id, classes="-inline" if inline else None)
        self._inline = inline
        self._candidates: tuple[Candidate, ...] = ()
        self._is_chosen = False
        self._label_width = 0
        self._open_at = Region()

    @property
    def is_open(self) -> bool:
        """Whether the list has candidates to show."""
        return bool(self._candidates)

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """The candidates, best first."""
        return self._candidates

    @property
    def chosen(self) -> Candidate | None:
        """The candidate that Enter or Tab would insert, or None."""
        return self._candidates[self.cursor] if self._candidates and self._is_chosen else None

    @property
    def length(self) -> int:
        """The number of candidates."""
        return len(self._candidates)

    def is_current(self, index: int) -> bool:
        """Whether a candidate is the chosen one."""
        return self._is_chosen and index == self.cursor

    def open(self, candidates: Sequence[Candidate], at: Offset) -> None:
        """Show candidates below a cell of the screen, or above it if there is more room, without covering the cell."""
        if not candidates:
            self.close()
            return
        self.set_candidates(candidates)
        notes = max(cells.width(item.note[:_WIDEST]) for item in candidates)
        screen = self.screen.size
        width = min(self._label_width + notes + _MARGIN + _FRAME, max(screen.width, 1))
        below, above = screen.height - at.y - 1, at.y
        height = min(min(len(candidates), _ROWS) + _FRAME, max(below, above))
        y = at.y + 1 if height <= below else max(0, at.y - height)
        place = Region(max(0, min(at.x - 1, screen.width - width)), y, width, height)
        if place != self._open_at or not self.display:
            self._open_at = place
            self.styles.width, self.styles.height = width, height
            self.absolute_offset = place.offset
            self.display = True
            # `absolute_offset` is not a style, so a change of it needs an explicit layout.
            self.refresh(layout=True)

    def set_candidates(self, candidates: Sequence[Candidate]) -> None:
        """Replace the candidates."""
        self._candidates = tuple(candidates)
        self._is_chosen = not self._inline
        self._label_width = max((cells.width(item.label[:_WIDEST]) for item in candidates), default=0)
        self.put_cursor(0)
        self.refresh(layout=self._inline)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The number of rows: one for each candidate, and at least one."""
        return max(1, len(self._candidates))

    def close(self) -> None:
        """Hide the list."""
        if self._candidates:
            self._candidates = ()
            self.display = False

    def move(self, by: int) -> None:
        """Choose the candidate `by` rows further, wrapping around at the ends."""
        if self._candidates:
            at = self.cursor if self._is_chosen else -1 if by > 0 else 0
            self._is_chosen = True
            self.put_cursor((at + by) % self.length)

    def _row_clicked(self, chain: int) -> None:
        self.post_message(self.Picked(self, self._candidates[self.cursor]))

    def strips_of(self, index: int) -> list[Strip]:
        """One candidate: its label, and its note on the right."""
        item, chosen, room = self._candidates[index], self.is_current(index), self.room.width
        label = min(self._label_width, max(1, room - 3))
        row = (
            Piece("›" if chosen else " ", bold=chosen),
            Piece(cells.cut(item.label, label), bold=chosen),
            Piece(f" {cells.cut(item.note, max(0, room - label - 2))}", "soft"),
        )
        return [draw(self, row, on="accent" if chosen else "bg", width=room)]
