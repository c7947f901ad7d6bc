"""The panel that compares the effect of the config on all events with the baseline."""

from __future__ import annotations

import textwrap
from typing import ClassVar

import msgspec
from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip

from abtui.core.corpus.comparison.filters import Filter
from abtui.core.corpus.comparison.model import ComparisonResult
from abtui.core.corpus.comparison.summary import headline
from abtui.core.report import Sentence
from abtui.core.text.plain import printable
from abtui.tui.kit import cells
from abtui.tui.kit.line_view import LineView
from abtui.tui.kit.painting import foreground
from abtui.tui.widgets.impact_rows import Piece, Row, impact_rows

HELP = (
    Sentence(
        "No baseline. b pins the current results; the effect of each change to the config then shows here.", "warning"
    ),
    Sentence("B compares with another config: a file, git:REV:PATH, or git:HEAD for this one as committed.", "dim"),
)
_KEYS = "enter lists the events behind a number, x all events that change"
_TONES = ("good", "bad", "warning", "dim", "title")


class Impact(msgspec.Struct, frozen=True):
    """The content of the panel: the name of the baseline, the notes, and the result so far.

    `progress` is the share (0 to 1) of the events that were compared.
    """

    baseline: str
    result: ComparisonResult | None = None
    progress: float = 1.0
    notes: tuple[Sentence, ...] = ()


class ImpactPanel(LineView):
    """Shows sentences and tables. Choosing a number posts the filter for its events."""

    DEFAULT_CSS = """
    ImpactPanel {
        background: $surface;
        color: $foreground;
        overflow-x: hidden;
        overflow-y: auto;
        & .impact--good { color: $text-success; }
        & .impact--bad { color: $text-error; }
        & .impact--warning { color: $text-warning; }
        & .impact--dim { color: $foreground-muted; }
        & .impact--title { color: $text-primary; text-style: bold; }
        & .impact--cursor { background: $block-cursor-blurred-background; color: $block-cursor-blurred-foreground; }
        &:focus .impact--cursor {
            background: $block-cursor-background; color: $block-cursor-foreground; text-style: bold;
        }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {*(f"impact--{tone}" for tone in _TONES), "impact--cursor"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(0, -1)", "Up", show=False),
        Binding("down,j", "move(0, 1)", "Down", show=False),
        Binding("left", "move(-1, 0)", "Left", show=False),
        Binding("right", "move(1, 0)", "Right", show=False),
        Binding("enter", "choose", "Show these events", show=False),
    ]
    ALLOW_SELECT = False

    class Chosen(Message):
        """The user asked for the events behind a number."""

        def __init__(self, filter: Filter) -> None:
            super().__init__()
            self.filter = filter

    def __init__(self, *, id: str | None = None) -> None:
        self._palette = {}
        super().__init__(id=id)
        self._impact: Impact | None = None
        self._rows: list[Row] = []
        self._cursor: tuple[int, int] | None = None
        self._moved = False
        self._width = 0

    @property
    def text(self) -> str:
        """The text of all rows."""
        return "\n".join("".join(piece.text for piece in row).rstrip() for row in self._rows)

    def show(self, impact: Impact | None) -> None:
        """Show a comparison, or without one explain how to get it. The cursor stays on its number."""
        if impact == self._impact and self._rows:
            return
        self._impact = impact
        self._make_rows()

    def _make_rows(self) -> None:
        # Until the user moves the cursor, it stays on the first number that stands for a change.
        old = self._piece_at_cursor() if self._moved else None
        self._width = width = max(20, self.size.width - 1)
        impact = self._impact
        if impact is None:
            sentences: tuple[Sentence, ...] = HELP
        else:
            result = impact.result
            so_far = "" if impact.progress >= 1 else f", compared {impact.progress:.0%} so far"
            sentences = (
                Sentence(f"Against {impact.baseline}{so_far}", "plain"),
                *impact.notes,
                *(() if result is None or not result.events else headline(result)),
            )
        self._rows = [
            (Piece(line, sentence.tone),)
            for sentence in sentences
            for line in textwrap.wrap(printable(sentence.text).replace("\n", " "), width)
        ]
        if impact is not None and impact.result is not None:
            self._rows += [(), *impact_rows(impact.result, width), (Piece(_KEYS, "dim"),)]
        self._put_cursor(old)
        self.resize_content(0, len(self._rows))
        self.refresh()

    def _on_resize(self) -> None:
        if max(20, self.size.width - 1) != self._width:
            self._make_rows()
        self.resize_content(0, len(self._rows))

    # The cursor, which is always on a piece with a filter

    def _piece_at_cursor(self) -> Piece | None:
        if self._cursor is None:
            return None
        row, at = self._cursor
        return self._rows[row][at]

    def _targets(self, row: int) -> list[int]:
        return [at for at, piece in enumerate(self._rows[row]) if piece.filter is not None]

    def _put_cursor(self, old: Piece | None) -> None:
        places = [(row, at) for row in range(len(self._rows)) for at in self._targets(row)]
        same = (place for place in places if old is not None and self._rows[place[0]][place[1]].filter == old.filter)
        changes = (place for place in places if self._rows[place[0]][place[1]].look != "dim")
        self._cursor = next(same, next(changes, places[0] if places else None))

    def action_move(self, across: int, down: int) -> None:
        """Move to the next number in the row, or to the nearest one in the next row with numbers; or else scroll."""
        if self._cursor is None:
            self.scroll_relative(y=down, animate=False)
            return
        row, at = self._cursor
        if across:
            places = [place for place in self._targets(row) if (place - at) * across > 0]
            if places:
                self._go((row, min(places) if across > 0 else max(places)))
            return
        rows = range(row + 1, len(self._rows)) if down > 0 else range(row - 1, -1, -1)
        for other in rows:
            if places := self._targets(other):
                x = self._column(row, at)
                self._go((other, min(places, key=lambda place: abs(self._column(other, place) - x))))
                return
        self.scroll_to(y=0 if down < 0 else len(self._rows), animate=False)

    def _column(self, row: int, at: int) -> int:
        """The cell in the row where a piece starts."""
        return sum(cells.width(piece.text) for piece in self._rows[row][:at])

    def _go(self, place: tuple[int, int]) -> None:
        self._cursor, self._moved = place, True
        top, height = self.scroll_offset.y, self.room.height
        if place[0] < top:
            self.scroll_to(y=place[0], animate=False)
        elif height and place[0] >= top + height:
            self.scroll_to(y=place[0] - height + 1, animate=False)
        self.refresh()

    def action_choose(self) -> None:
        """Post `Chosen` for the number under the cursor."""
        piece = self._piece_at_cursor()
        if piece is not None and piece.filter is not None:
            self.post_message(self.Chosen(piece.filter))

    async def _on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        row = -1 if offset is None else self.scroll_offset.y + offset.y
        if offset is None or not 0 <= row < len(self._rows):
            return
        for at in self._targets(row):
            start = self._column(row, at)
            if start <= offset.x < start + cells.width(self._rows[row][at].text):
                event.stop()
                self._go((row, at))
                self.action_choose()

    # Drawing

    def render_line(self, y: int) -> Strip:
        """Row `y` of the visible part."""
        row, base = self.scroll_offset.y + y, self.style_of("")
        if row >= len(self._rows):
            return self.blank()
        segments = []
        for at, piece in enumerate(self._rows[row]):
            if (row, at) == self._cursor:
                # The mark replaces the space before the text, so that colour is not the only sign of the cursor.
                text = piece.text.lstrip(" ")
                marked = f"{' ' * (len(piece.text) - len(text) - 1)}▸{text}"
                segments.append(Segment(marked, base + self.style_of("impact--cursor")))
            else:
                look = base + foreground(self.style_of(f"impact--{piece.look}")) if piece.look in _TONES else base
                segments.append(Segment(cells.displayed(piece.text), look))
        width = self.room.width
        return Strip(segments).adjust_cell_length(width, base).crop(0, width)
