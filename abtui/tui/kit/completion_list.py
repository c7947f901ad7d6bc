"""A small pop-up list of completions. It never has the focus; the widget that is typed into controls it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from rich.segment import Segment
from textual import events
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.strip import Strip

from abtui.core.config.completion import Candidate
from abtui.tui.kit import cells
from abtui.tui.kit.line_view import LineView

_ROWS: Final = 8
_WIDEST: Final = 60
_FRAME: Final = 2
"""Cells or rows that the border takes."""
_MARGIN: Final = 4
"""Cells of a row that belong to neither label nor note: the sign, the gap and the scrollbar."""


class CompletionList(LineView, can_focus=False):
    """A list of candidates, one per row; `›` marks the chosen one.

    It opens below a place, or above it if there is more room. It posts `Picked` when a candidate is clicked.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "completion--label",
        "completion--note",
        "completion--chosen",
        "completion--chosen-note",
    }
    DEFAULT_CSS = """
    CompletionList {
        overlay: screen;
        display: none;
        width: 10;
        height: 1;
        background: $panel;
        border: round $primary;
        scrollbar-size-vertical: 1;
        scrollbar-size-horizontal: 0;
        &.-inline { overlay: none; border: none; display: block; width: 1fr; height: auto; max-height: 7; }
        & .completion--label { color: $text; background: $panel; }
        & .completion--note { color: $text-muted; background: $panel; }
        & .completion--chosen { color: $block-cursor-foreground; background: $block-cursor-background; text-style: bold; }
        & .completion--chosen-note { color: $block-cursor-foreground; background: $block-cursor-background; }
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
        self._palette = {}
        self._candidates: tuple[Candidate, ...] = ()
        self._chosen = 0
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
        return self._candidates[self._chosen] if self._candidates and self._chosen >= 0 else None

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
        self._chosen = -1 if self._inline else 0
        self._label_width = max((cells.width(item.label[:_WIDEST]) for item in candidates), default=0)
        self.resize_content(0, len(candidates))
        self.scroll_to(y=0, animate=False)
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
        if not self._candidates:
            return
        self._chosen = (max(self._chosen, -1 if by > 0 else 0) + by) % len(self._candidates)
        top, rows = self.scroll_offset.y, max(1, self.size.height)
        if not top <= self._chosen < top + rows:
            self.scroll_to(y=self._chosen if self._chosen < top else self._chosen - rows + 1, animate=False)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One candidate: its label, and its note on the right."""
        row = self.scroll_offset.y + y
        if row >= len(self._candidates):
            return self.blank()
        item, chosen = self._candidates[row], row == self._chosen
        room = self.room.width
        label = min(self._label_width, max(1, room - 3))
        head = self.style_of("completion--chosen" if chosen else "completion--label")
        note = self.style_of("completion--chosen-note" if chosen else "completion--note")
        return Strip(
            [
                Segment("›" if chosen else " ", head),
                Segment(cells.cut(item.label, label), head),
                Segment(f" {cells.cut(item.note, max(0, room - label - 2))}", note),
            ]
        ).adjust_cell_length(room, note)

    def on_click(self, event: events.Click) -> None:
        """Post `Picked` for the candidate under the mouse."""
        event.stop()
        offset = event.get_content_offset(self)
        row = -1 if offset is None else self.scroll_offset.y + offset.y
        if 0 <= row < len(self._candidates):
            self.post_message(self.Picked(self, self._candidates[row]))
