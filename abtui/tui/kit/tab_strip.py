"""A row of tabs to click. A bar as well as a colour marks the active tab."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from abtui.tui.kit import cells
from abtui.tui.kit.jump_labels import JumpSpot
from abtui.tui.kit.marks import signs_of
from abtui.tui.kit.private import SelfDrawn

Tab = tuple[str, str]
"""The id and the label of a tab."""


_SHORTEST = 3
"""The least number of letters that a tab's word keeps."""


def _longest_word(label: str) -> str:
    """The longest word of a label, which stays recognizable when it is cut."""
    return max(label.split(" "), key=len)


class TabStrip(SelfDrawn):
    """A row of tabs. It posts `Activated` on a click; the owner sets `active`."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"tab-strip--tab", "tab-strip--active"}
    DEFAULT_CSS = """
    TabStrip {
        height: 1;
        background: $pane;
        & .tab-strip--tab { color: $soft; background: $pane; }
        & .tab-strip--active { color: $on-raised; background: $raised; text-style: bold; }
    }
    """

    active: reactive[str] = reactive("", layout=False)

    class Activated(Message):
        """A tab was clicked or stepped to."""

        def __init__(self, strip: TabStrip, tab: str) -> None:
            super().__init__()
            self.strip = strip
            self.tab = tab

        @property
        def control(self) -> TabStrip:
            """The strip that posted the message."""
            return self.strip

    def __init__(
        self, tabs: Sequence[Tab], *, active: str = "", short: Mapping[str, str] | None = None, id: str | None = None
    ) -> None:
        """`short` maps words of the labels to shorter words, which are used if there is little room."""
        super().__init__(id=id)
        self._short = short or {}
        self._tabs = tuple(tabs)
        self._places: list[tuple[int, int, str]] = []
        self.set_reactive(TabStrip.active, active or self._tabs[0][0])

    def set_label(self, tab: str, label: str) -> None:
        """Change the label of a tab, for example to add a count or a mark."""
        changed = tuple((name, label if name == tab else old) for name, old in self._tabs)
        if changed != self._tabs:
            self._tabs = changed
            self.refresh()

    @property
    def names(self) -> tuple[str, ...]:
        """The ids of the tabs from left to right."""
        return tuple(name for name, _ in self._tabs)

    def jump_spots(self) -> list[JumpSpot]:
        """The visible tabs as places to jump to."""
        return [
            JumpSpot(start, 0, partial(self.post_message, self.Activated(self, name)))
            for start, _, name in self._places
        ]

    def step(self, by: int) -> None:
        """Choose the tab `by` places further, wrapping around at the ends."""
        names = [name for name, _ in self._tabs]
        self.post_message(self.Activated(self, names[(names.index(self.active) + by) % len(names)]))

    def render_line(self, y: int) -> Strip:
        """The row of tabs. If there is little room, labels lose their padding first, and then words are shortened."""
        width = self.size.width
        padding = 1 if sum(cells.width(label) + 3 for _, label in self._tabs) <= width else 0
        labels = self._fitting_labels(width - (1 + padding) * len(self._tabs))
        plain, chosen = (
            self.get_component_rich_style("tab-strip--tab"),
            self.get_component_rich_style("tab-strip--active"),
        )
        segments: list[Segment] = []
        self._places = []
        at = 0
        for (name, _), label in zip(self._tabs, labels, strict=True):
            text = f"{signs_of(self).row}{label}{' ' * padding}" if name == self.active else f" {label}{' ' * padding}"
            segments.append(Segment(text, chosen if name == self.active else plain))
            self._places.append((at, at + cells.width(text), name))
            at += cells.width(text)
        return Strip(segments).adjust_cell_length(width, plain).crop(0, width)

    def _fitting_labels(self, room: int) -> list[str]:
        """The labels, shortened to fit `room` cells.

        First words are replaced by their `short` forms. Then the longest words lose letters down to three, except in
        the active tab.
        """
        labels = [label for _, label in self._tabs]
        for word, shorter in self._short.items():
            if sum(map(cells.width, labels)) > room:
                labels = [label.replace(word, shorter) for label in labels]
        while sum(map(cells.width, labels)) > room:
            words = [(_longest_word(label), at) for at, label in enumerate(labels) if self._tabs[at][0] != self.active]
            longest, at = max(words, key=lambda word: (len(word[0]), word[1]), default=("", 0))
            if len(longest) <= _SHORTEST:
                break
            labels[at] = labels[at].replace(longest, longest[:-1], 1)
        return labels

    def on_click(self, event: events.Click) -> None:
        """Choose the tab under the mouse."""
        for start, end, name in self._places:
            if start <= event.x < end:
                self.post_message(self.Activated(self, name))
                event.stop()

    def watch_active(self) -> None:
        """Redraw the row."""
        self.refresh(Region(0, 0, self.size.width, 1))
