"""Places that can be jumped to, and the labels that lie over them for a moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple, Protocol, runtime_checkable

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

LETTERS: Final = "asdfghjklqwertyuiopzxcvbnm"
"""What labels are made of, those under the resting fingers first."""


class JumpSpot(NamedTuple):
    """A place by column and row (of the widget that tells it, or of the screen), and what goes there."""

    x: int
    y: int
    go: Callable[[], object]


@runtime_checkable
class Jumpable(Protocol):
    """A widget with more than one place to go to."""

    def jump_spots(self) -> Iterable[JumpSpot]:
        """The places in view, from the widget's own top left corner."""


def labels(count: int) -> list[str]:
    """So many labels, at most 676, none the beginning of another: single letters first, pairs where those do not suffice."""
    letters = len(LETTERS)
    firsts = next((firsts for firsts in range(letters) if letters - firsts + firsts * letters >= count), letters)
    single = list(LETTERS[: letters - firsts])
    pairs = [first + second for first in LETTERS[letters - firsts :] for second in LETTERS]
    return (single + pairs)[:count]


class JumpColumn(Widget):
    """Labels right below one another: one widget for all rows of a list. Those that no longer fit what was typed go blank."""

    DEFAULT_CSS = """
    JumpColumn {
        position: absolute;
        background: $warning;
        color: $background;
        text-style: bold;
        &:ansi { background: ansi_yellow; color: ansi_black; }
    }
    """
    ALLOW_SELECT = False

    def __init__(self, labels: Sequence[str], x: int, y: int) -> None:
        super().__init__()
        self.labels = labels
        self._typed = ""
        self.styles.offset = (x, y)
        self.styles.width = max(map(len, labels))
        self.styles.height = len(labels)

    def narrow_to(self, typed: str) -> None:
        """Show only labels that begin with what was typed."""
        self._typed = typed
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """A label in capitals, which tell it from what is around it even without colour."""
        label = self.labels[y] if y < len(self.labels) else ""
        shown = label.upper() if label.startswith(self._typed) else ""
        return Strip([Segment(shown, self.rich_style)]).adjust_cell_length(self.size.width, self.rich_style)


def columns(spots: Sequence[JumpSpot]) -> Iterator[JumpColumn]:
    """The labels of spots, in their order: those right below one another together."""
    label_at = dict(zip(((spot.x, spot.y) for spot in spots), labels(len(spots)), strict=False))
    for x, y in label_at:
        if (x, y - 1) in label_at:
            continue
        last = y
        while (x, last + 1) in label_at:
            last += 1
        yield JumpColumn([label_at[x, row] for row in range(y, last + 1)], x, y)
