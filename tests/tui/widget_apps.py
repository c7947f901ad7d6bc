"""A small application around one widget, and what a test wants to know about it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from rich.style import Style
from textual.app import App, ComposeResult
from textual.events import Paste
from textual.message import Message
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import TextArea

from abtui.tui.kit.event_list import EventList


class OneWidget(App[None]):
    """Shows one widget and remembers the messages that matter."""

    def __init__(self, widget: Widget) -> None:
        super().__init__()
        self.widget = widget
        self.animation_level = "none"
        self.seen: list[Message] = []
        self.pasted: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.widget

    def on_paste(self, event: Paste) -> None:
        self.pasted.append(event.text)

    def on_text_area_changed(self, message: TextArea.Changed) -> None:
        self.seen.append(message)

    def on_event_list_highlighted(self, message: EventList.Highlighted) -> None:
        self.seen.append(message)

    def on_event_list_selected(self, message: EventList.Selected) -> None:
        self.seen.append(message)

    @property
    def last_row(self) -> int:
        """The row of the last message of a list."""
        message = self.seen[-1]
        assert isinstance(message, EventList.RowMessage)
        return message.index

    def count(self, kind: type[Message]) -> int:
        return sum(type(message) is kind for message in self.seen)


def rows(widget: Widget) -> list[str]:
    """What the widget shows, row by row, without trailing blanks."""
    return [widget.render_line(y).text.rstrip() for y in range(widget.size.height)]


def styled(strip: Strip, text: str) -> list[Style]:
    """The styles of the segments of `strip` that are exactly `text`."""
    return [segment.style for segment in strip if segment.text == text and segment.style is not None]


@contextmanager
def drawn_rows(widget: Widget, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Collects which rows of the visible part are drawn meanwhile."""
    drawn: list[int] = []
    original = widget.render_line

    def render_line(y: int) -> Strip:
        drawn.append(y)
        return original(y)

    with monkeypatch.context() as patch:
        patch.setattr(widget, "render_line", render_line)
        yield drawn


async def painted(pilot: Pilot[None]) -> None:
    """Wait until everything that was to be redrawn has been."""
    await pilot.pause(0.05)
