"""Places to jump to, and the labels that cover them while the user chooses one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple, Protocol, runtime_checkable

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

LETTERS: Final = "asdfghjklqwertyuiopzxcvbnm"
"""The letters of labels, starting with those under the resting fingers."""


class JumpSpot(NamedTuple):
    """A place by column and row, in the widget or on the screen, and the function that goes there."""

    x: int
    y: int
    go: Callable[[], object]


@runtime_checkable
class Jumpable(Protocol):
    """A widget with more than one place to jump to."""

    def jump_spots(self) -> Iterable[JumpSpot]:
        """The visible places, relative to the widget's top left corner."""


def labels(count: int) -> list[str]:
    """`count` labels (at most 676), none of which is a prefix of another: single letters, then pairs if needed."""
    letters = len(LETTERS)
    firsts = next((firsts for firsts in range(letters) if letters - firsts + firsts * letters >= count), letters)
    single = list(LETTERS[: letters - firsts])
    pairs = [first + second for first in LETTERS[letters - firsts :] for second in LETTERS]
    return (single + pairs)[:count]


class JumpColumn(Widget):
    """A column of labels on adjacent rows in one widget. Labels that do not match the typed letter go blank."""

    DEFAULT_CSS = """
    JumpColumn {
        position: absolute;
        background: $accent;
        color: $ink;
        text-style: bold;
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
        """Show only the labels that start with the typed letters."""
        self._typed = typed
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """A label in capitals, which stand out even without colour."""
        label = self.labels[y] if y < len(self.labels) else ""
        shown = label.upper() if label.startswith(self._typed) else ""
        return Strip([Segment(shown, self.rich_style)]).adjust_cell_length(self.size.width, self.rich_style)


def columns(spots: Sequence[JumpSpot]) -> Iterator[JumpColumn]:
    """The labels of the spots in order. Labels on adjacent rows of one column share a widget."""
    label_at = dict(zip(((spot.x, spot.y) for spot in spots), labels(len(spots)), strict=False))
    for x, y in label_at:
        if (x, y - 1) in label_at:
            continue
        last = y
        while (x, last + 1) in label_at:
            last += 1
        yield JumpColumn([label_at[x, row] for row in range(y, last + 1)], x, y)
