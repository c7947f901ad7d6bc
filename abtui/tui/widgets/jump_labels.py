"""Places that can be jumped to, and the labels that lie over them for a moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable
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


class JumpLabel(Widget):
    """One label. What of it was typed already is dimmed."""

    DEFAULT_CSS = """
    JumpLabel {
        position: absolute;
        height: 1;
        background: $warning;
        color: $background;
        text-style: bold;
        &:ansi { background: ansi_yellow; color: ansi_black; }
    }
    """
    ALLOW_SELECT = False

    def __init__(self, label: str, x: int, y: int) -> None:
        super().__init__()
        self.label = label
        self.styles.offset = (x, y)
        self.styles.width = len(label)

    def render_line(self, y: int) -> Strip:
        """The letters, large ones: they are told from the small print below even without colour."""
        return Strip([Segment(self.label.upper(), self.rich_style)], len(self.label))
