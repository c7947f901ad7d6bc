"""The tally: the counts of the fates as a line, whole for what somebody answered, broken for what is lost in silence."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Final, NamedTuple

from textual import events
from textual.reactive import reactive
from textual.strip import Strip

from abtui.tui.debounce import Debounce
from abtui.tui.kit.drawing import Drawn, Piece, draw, width_of
from abtui.tui.kit.marks import LOOKS, Counts, LookName, Signs, signs_of
from abtui.tui.kit.sentence import Row, clicked
from abtui.tui.kit.writing import takes_text

_SECONDS: Final = 0.15
_REST_SECONDS: Final = 0.3
"""How long a line stays as it was while events are counted anew, and after the last key where text is typed."""
Cells = Mapping[LookName, int]
"""The cells of each fate in a line."""


class Bar(NamedTuple):
    """One line of a tally: its counts, and the label before it, bold for what is now and soft for what was."""

    counts: Counts
    label: str = ""
    now: bool = True


class Tally(Drawn):
    """One line for each bar, all on one scale, which slides to its new counts once they are known. A click on a fate posts `FateClicked`.

    Textual's `ProgressBar` and `Sparkline` show one value or one colour each. A change takes 0.7 ms.
    """

    DEFAULT_CSS = "Tally { height: 1; color: $text; }"

    _share: reactive[float] = reactive(1.0)
    """How far the bars have slid."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._bars: tuple[Bar, ...] = ()
        self._before: tuple[Bar, ...] = ()
        self._next: tuple[Bar, ...] = ()
        self._rest = Debounce(self, _REST_SECONDS, self._settle)

    def show(self, *bars: Bar) -> None:
        """Draw these bars, one below the other."""
        if bars == self._next:
            return
        self._next = bars
        if not self._can_slide():
            self._draw_now()
        elif not _is_settled(bars):
            self._rest.within(_REST_SECONDS)
        elif takes_text(self.screen.focused):
            self._rest.restart()
        else:
            self._settle()

    def _can_slide(self) -> bool:
        """Whether motion is on, and the bars are counts of the same, known before and after."""
        before, after = ([bar.label for bar in bars] for bars in (self._bars, self._next))
        return self.is_attached and self.app.animation_level == "full" and before == after and _is_settled(self._bars)

    def _settle(self) -> None:
        """Slide to the counts, or draw that they are not known yet."""
        before = self._bars
        slides = self._can_slide() and _is_settled(self._next) and self._share == 1.0
        self._draw_now()
        if slides and before != self._bars:
            self._before, self._share = before, 0.0
            self.animate("_share", 1.0, duration=_SECONDS, easing="linear")

    def _draw_now(self) -> None:
        self._rest.cancel()
        if self._share < 1.0:
            self.app.animator.force_stop_animation(self, "_share")
            self._share = 1.0
        if len(self._next) != len(self._bars):
            self.styles.height = max(1, len(self._next))
        self._bars = self._next
        self.redraw(self._bars)

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
        room = max(0, width - indent)
        cells = _cells(self._bars, y, room)
        if self._share < 1.0:
            cells = between(_cells(self._before, y, room), cells, self._share)
        return [label, *(_line(cells, room, signs) if cells else ghost_line(room, signs))]


def _is_settled(bars: Sequence[Bar]) -> bool:
    """Whether the fates of all events are known."""
    return bool(bars) and all(any(bar.counts.values()) and not bar.counts.get("unknown") for bar in bars)


def _cells(bars: Sequence[Bar], y: int, room: int) -> Cells:
    """The cells of bar `y` in `room`, on the scale of all of them."""
    several = [dict[LookName, int](each.counts.items()) for each in bars]
    most, total = max(sum(counts.values()) for counts in several), sum(several[y].values())
    same = [fate for fate, count in several[y].items() if all(each.get(fate) == count for each in several)]
    return cells_of(several[y], round(room * total / most), same) if total else {}


def ghost_line(width: int, signs: Signs) -> Row:
    """The line of no events."""
    return [Piece(signs.unreached + signs.broken * (width - 1), "rule")]


def line_of(counts: Counts, width: int, signs: Signs, same: Collection[LookName] = ()) -> Row:
    """The line of counts in `width` cells. Fates whose counts are the `same` in another line of as many have as many cells there."""
    return _line(cells_of(counts, width, same), width, signs)


def cells_of(counts: Counts, width: int, same: Collection[LookName] = ()) -> Cells:
    """The cells of each fate that has a count, in the order of the fates."""
    numbers: dict[LookName, int] = dict(counts.items())
    shown = {fate: numbers[fate] for fate in LOOKS if numbers.get(fate)}
    return dict(zip(shown, _spread_alike(shown, same, width), strict=True))


def between(before: Cells, after: Cells, share: float) -> Cells:
    """The cells on the way from one line to another: what ends a fate's part slides."""
    fates = [fate for fate in LOOKS if fate in before or fate in after]
    old, new = (list(accumulate((cells.get(fate, 0) for fate in fates), initial=0)) for cells in (before, after))
    ends = [round(start + (end - start) * share) for start, end in zip(old, new, strict=True)]
    return {fate: end - start for fate, (start, end) in zip(fates, pairwise(ends), strict=True) if end > start}


def _line(cells: Cells, width: int, signs: Signs) -> Row:
    row: Row = []
    for fate, number in cells.items():
        look = LOOKS[fate]
        # What is not known yet was neither answered nor lost.
        line = signs.thin if fate == "unknown" else signs.whole if look.answered else signs.broken
        mark, room = signs.mark(fate), max(0, number - 2)
        row.append(Piece(mark, look.role, target=fate))
        row.append(
            Piece(line * room + " " * (number - 1 - room), look.role if fate != "unknown" else "rule", target=fate)
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
