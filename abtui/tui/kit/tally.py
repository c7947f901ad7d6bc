"""The tally: the counts of the fates as a line, whole for what somebody answered, broken for what is lost in silence."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from textual import events
from textual.strip import Strip

from abtui.tui.kit.drawing import Drawn, Piece, draw, width_of
from abtui.tui.kit.marks import LOOKS, Counts, LookName, Signs, signs_of
from abtui.tui.kit.sentence import Row, clicked


class Bar(NamedTuple):
    """One line of a tally: its counts, and the label before it, bold for what is now and soft for what was."""

    counts: Counts
    label: str = ""
    now: bool = True


class Tally(Drawn):
    """One line for each bar, all on one scale. A click on a fate posts `FateClicked`.

    Textual's `ProgressBar` and `Sparkline` show one value or one colour each. A change takes 0.7 ms.
    """

    DEFAULT_CSS = "Tally { height: 1; color: $text; }"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._bars: tuple[Bar, ...] = ()

    def show(self, *bars: Bar) -> None:
        """Draw these bars, one below the other."""
        if len(bars) != len(self._bars):
            self.styles.height = max(1, len(bars))
        self._bars = bars
        self.redraw(bars)

    def render_line(self, y: int) -> Strip:
        """Line `y` of the tally."""
        return draw(self, self._row(y))

    def on_click(self, event: events.Click) -> None:
        """Tell which fate was clicked."""
        offset = event.get_content_offset(self)
        clicked(self, event, () if offset is None else self._row(offset.y))

    def _row(self, y: int) -> Row:
        width, signs = self.content_size.width, signs_of(self)
        if y >= len(self._bars):
            return ghost_line(width, signs) if y == 0 else []
        bar = self._bars[y]
        indent = max((len(each.label) + 2 for each in self._bars if each.label), default=0)
        label = Piece(bar.label.ljust(indent), "text" if bar.now else "soft", bold=bar.now)
        most = max(sum(each.counts.values()) for each in self._bars)
        room = max(0, width - indent)
        total = sum(bar.counts.values())
        if not total:
            return [label, *ghost_line(room, signs)]
        several = [dict[LookName, int](each.counts.items()) for each in self._bars]
        same = [fate for fate, count in several[y].items() if all(each.get(fate) == count for each in several)]
        return [label, *line_of(bar.counts, round(room * total / most), signs, same)]


def ghost_line(width: int, signs: Signs) -> Row:
    """The line of no events."""
    return [Piece(signs.unreached + signs.broken * (width - 1), "rule")]


def line_of(counts: Counts, width: int, signs: Signs, same: Collection[LookName] = ()) -> Row:
    """The line of counts in `width` cells. Fates whose counts are the `same` in another line of as many have as many cells there."""
    numbers: dict[LookName, int] = dict(counts.items())
    shown = {fate: numbers[fate] for fate in LOOKS if numbers.get(fate)}
    row: Row = []
    for fate, cells in zip(shown, _spread_alike(shown, same, width), strict=True):
        look = LOOKS[fate]
        # What is not known yet was neither answered nor lost.
        line = signs.thin if fate == "unknown" else signs.whole if look.answered else signs.broken
        mark, room = signs.mark(fate), max(0, cells - 2)
        row.append(Piece(mark, look.role, target=fate))
        row.append(
            Piece(line * room + " " * (cells - 1 - room), look.role if fate != "unknown" else "rule", target=fate)
        )
    return row[: len(row) if width_of(row) <= width else width]


def _spread_alike(counts: Mapping[LookName, int], same: Collection[LookName], width: int) -> list[int]:
    """The counts of `same` are shared out beside all others together: by themselves these would be rounded one way or the other."""
    kept, others = ([count for fate, count in counts.items() if (fate in same) is there] for there in (True, False))
    *cells, left = spread([*kept, sum(others)], width) if kept and others else [0]
    if 2 * len(others) > left or not cells:
        return spread([*counts.values()], width)
    first, second = iter(cells), iter(spread(others, left))
    return [next(first if fate in same else second) for fate in counts]


def spread(counts: Sequence[int], width: int) -> list[int]:
    """`width` cells shared out in proportion to the counts, with room for its mark for each of them."""
    least = 2 if 2 * len(counts) <= width else 1
    total = sum(counts)
    cells = [max(least, width * count // total) for count in counts]
    # By rounding and by the least width at most a few cells are over or left.
    while sum(cells) > max(width, least * len(cells)):
        cells[cells.index(max(cells))] -= 1
    while sum(cells) < width:
        lacking = [width * count / total - cell for count, cell in zip(counts, cells, strict=True)]
        cells[lacking.index(max(lacking))] += 1
    return cells
