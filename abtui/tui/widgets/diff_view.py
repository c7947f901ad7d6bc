"""A view of one event before and after. Signs as well as colours mark added, removed and changed lines."""

from __future__ import annotations

import textwrap
from typing import ClassVar

from rich.segment import Segment
from textual.reactive import reactive
from textual.strip import Strip

from abtui.core.corpus.comparison.event import EventComparison
from abtui.core.corpus.comparison.lines import DiffLine
from abtui.tui.kit import cells
from abtui.tui.kit.highlight import CODE_CLASSES, CODE_CSS, Highlighter
from abtui.tui.kit.line_view import LineView
from abtui.tui.kit.painting import Layer, foreground, paint
from abtui.tui.widgets.diff_rows import DiffRow, diff_rows, sends_nothing
from abtui.tui.widgets.fates import FATE_CLASSES, FATE_CSS

_GUTTER = 2
NO_BASELINE = (
    "No baseline to compare with. b pins the current results: from then on this tab shows what each change to the config, or "
    "to this event, does to its payload. B compares with another config: a file, or git:HEAD for this one as committed."
)

NOTHING = "There is nothing to compare: the text is not an event, or the config has had errors from the start."


class DiffView(LineView):
    """Shows an `EventComparison`. Keys and wheel scroll it; `stale` dims a result that is out of date."""

    DEFAULT_CSS = f"""
    DiffView {{
        background: $surface;
        color: $foreground;
        &.-stale {{ text-style: dim; }}
        & .diff--good {{ color: $text-success; }}
        & .diff--bad {{ color: $text-error; }}
        & .diff--warning {{ color: $text-warning; }}
        & .diff--dim {{ color: $foreground-muted; }}
        & .diff--old {{ color: $text-error; text-style: strike; }}
        & .diff--new {{ color: $text-success; text-style: bold; }}
        {CODE_CSS}
        {FATE_CSS}
    }}
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *CODE_CLASSES,
        *FATE_CLASSES,
        "diff--good",
        "diff--bad",
        "diff--warning",
        "diff--dim",
        "diff--old",
        "diff--new",
    }

    stale: reactive[bool] = reactive(False, toggle_class="-stale")

    def __init__(self, *, id: str | None = None) -> None:
        self._palette = {}
        super().__init__(id=id)
        self._comparison: EventComparison | None = None
        self._baseline = ""
        self._lines: list[DiffLine] = []
        self._rows: list[DiffRow] = []
        self._highlighter = Highlighter("json")
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
        self._make_rows()

    def to_top(self) -> None:
        """Scroll to the top, because the next comparison is of another event."""
        self.scroll_to(0, 0, animate=False)

    def _make_rows(self) -> None:
        self._wrapped_to = width = max(1, self.size.width - _GUTTER - 1)
        if self._comparison is None:
            words = NOTHING if self._baseline else NO_BASELINE
            self._rows = [DiffRow(line) for line in textwrap.wrap(words, max(width, 20))]
        else:
            self._rows = diff_rows(self._comparison, self._baseline, self._lines, width)
        self._fit()
        self.refresh()

    def _fit(self) -> None:
        self.resize_content(cells.widest([row.text for row in self._rows]) + _GUTTER, len(self._rows))

    def _on_resize(self) -> None:
        if max(1, self.size.width - _GUTTER - 1) != self._wrapped_to:
            self._make_rows()
        else:
            self._fit()

    def render_line(self, y: int) -> Strip:
        """Row `y` of the visible part: the sign and the text."""
        at, base = self.scroll_offset.y + y, self.style_of("")
        if at >= len(self._rows):
            return self.blank()
        row = self._rows[at]
        layers: list[Layer] = []
        if row.code:
            end = row.parts[0][0] if row.parts else len(row.text)
            layers += [
                Layer(start, stop, foreground(self.style_of(f"code--{kind}")))
                for start, stop, kind in self._highlighter.spans(row.text[:end])
            ]
        layers += [Layer(start, end, foreground(self.style_of(look))) for start, end, look in row.parts]
        sign = base + foreground(self.style_of(row.sign_look)) if row.sign_look else base
        text = paint(row.text, self.scroll_offset.x, max(0, self.room.width - _GUTTER), base, layers)
        return Strip.join([Strip([Segment(f"{row.sign} ", sign)], _GUTTER), text])
