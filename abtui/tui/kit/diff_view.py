"""A view of one event before and after. Signs as well as colours mark added, removed and changed lines."""

from __future__ import annotations

import textwrap
from typing import ClassVar

from rich.segment import Segment
from textual.strip import Strip

from abtui.core.corpus.comparison.event import EventComparison
from abtui.core.corpus.comparison.lines import DiffLine
from abtui.tui.kit import cells
from abtui.tui.kit.diff_rows import DiffRow, diff_rows, sends_nothing
from abtui.tui.kit.line_view import LineView
from abtui.tui.kit.marks import signs_of
from abtui.tui.kit.painting import Layer, foreground, paint
from abtui.tui.kit.row_strips import FATE_CLASSES, FATE_CSS

_GUTTER = 2
NO_BASELINE = (
    "Nothing to compare with. b pins the outcomes as they are: from then on this shows what each change to the config, or "
    "to this event, does to its payload. B compares with another config: a file, or git:HEAD for this one as committed."
)

NOTHING = "There is nothing to compare: the text is not an event, or the config has had errors from the start."


class DiffView(LineView, can_focus=True):
    """Shows an `EventComparison`. Keys and wheel scroll it.

    A `Static` would lay out all lines of both payloads, this draws those in view.
    """

    DEFAULT_CSS = f"""
    DiffView {{
        background: $pane;
        color: $text;
        padding: 0 1;
        & .diff--strong {{ color: $text; text-style: bold; }}
        & .diff--dim {{ color: $soft; }}
        & .diff--old {{ color: $soft; text-style: strike; }}
        & .diff--sign {{ color: $accent; text-style: bold; }}
        {FATE_CSS}
    }}
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {*FATE_CLASSES, "diff--strong", "diff--dim", "diff--old", "diff--sign"}

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._comparison: EventComparison | None = None
        self._baseline = ""
        self._lines: list[DiffLine] = []
        self._rows: list[DiffRow] = []
        self._wrapped_to = 0

    @property
    def text(self) -> str:
        """The text of all rows, with their signs."""
        return "\n".join(f"{row.sign} {row.text}".rstrip() for row in self._rows)

    def show(self, comparison: EventComparison | None, baseline: str) -> None:
        """Show a comparison with the baseline of that name. None means that there is no baseline or no event."""
        if comparison is self._comparison and baseline == self._baseline and self._rows:
            return
        self._comparison, self._baseline = comparison, baseline
        self._lines = [] if comparison is None or sends_nothing(comparison) else comparison.lines()
        self._wrapped_to = 0
        self.fit_content()

    def fit_content(self) -> None:
        """Make the rows for the width, if it is another one."""
        width = max(1, self.size.width - _GUTTER - 1)
        if width != self._wrapped_to:
            self._wrapped_to = width
            self._rows = self._made(width)
            self.refresh()
        self.resize_content(cells.widest([row.text for row in self._rows]) + _GUTTER, len(self._rows))

    def _made(self, width: int) -> list[DiffRow]:
        if self._comparison is None:
            words = NOTHING if self._baseline else NO_BASELINE
            return [DiffRow(line) for line in textwrap.wrap(words, max(width, 20))]
        return diff_rows(self._comparison, self._baseline, self._lines, width, signs_of(self))

    def render_line(self, y: int) -> Strip:
        """Row `y` of the visible part: the sign and the text."""
        at, base = self.scroll_offset.y + y, self.style_of("")
        if at >= len(self._rows):
            return self.blank()
        row = self._rows[at]
        layers = [Layer(start, end, foreground(self.style_of(look))) for start, end, look in row.parts]
        sign = base + foreground(self.style_of("diff--sign"))
        text = paint(row.text, self.scroll_offset.x, max(0, self.room.width - _GUTTER), base, layers)
        return Strip.join([Strip([Segment(f"{row.sign} ", sign)], _GUTTER), text])
