"""A small app around widgets of the kit, in any of the themes, and what a test wants to know about them."""

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

from abtui.core.fate import FATES
from abtui.tui import themes
from abtui.tui.kit.event_list import EventList

FATE_NAMES = tuple(FATES)


class KitApp(App[None]):
    """Shows widgets, one below the other, and keeps the messages of the kit."""

    CSS = "Screen { background: $bg; }"

    def __init__(self, *widgets: Widget, theme: str = themes.DARK, ascii: bool = False) -> None:
        super().__init__()
        self.widgets = widgets
        self.ascii = ascii
        self.animation_level = "none"
        self.seen: list[Message] = []
        self.pasted: list[str] = []
        for each in themes.THEMES:
            self.register_theme(each)
        self.theme = theme

    def get_css_variables(self) -> dict[str, str]:
        variables = super().get_css_variables()
        if self.theme not in themes.PALETTES:
            variables.update(themes.roles(dark=True))
        return variables

    def compose(self) -> ComposeResult:
        yield from self.widgets

    def on_paste(self, event: Paste) -> None:
        self.pasted.append(event.text)

    def on_action_clicked(self, message: Message) -> None:
        self.seen.append(message)

    on_fate_clicked = on_header_clicked = on_stage_clicked = on_thread_clicked = on_action_clicked
    on_event_list_highlighted = on_event_list_selected = on_text_area_changed = on_action_clicked

    @property
    def last_row(self) -> int:
        """The row of the last message of a list."""
        message = self.seen[-1]
        assert isinstance(message, EventList.RowMessage)
        return message.index

    def count(self, kind: type[Message]) -> int:
        return sum(type(message) is kind for message in self.seen)


def colour(role: str) -> str:
    """A colour of the dark palette as rich names it."""
    return themes.roles(dark=True)[role]


def rows(widget: Widget) -> list[str]:
    """What a widget shows, without the spaces at the ends of its rows."""
    return [widget.render_line(y).text.rstrip() for y in range(widget.content_size.height)]


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
    await pilot.pause()
    await pilot.pause()
