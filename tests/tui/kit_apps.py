"""A small application around widgets of the kit, with the colours that the themes give them."""

from __future__ import annotations

from typing import Final

from textual.widget import Widget

from abtui.tui.kit.event_list import EventList

from .widget_apps import OneWidget

COLOURS: Final = {
    "pane": "#151d2d",
    "raised": "#24304a",
    "rule": "#5a6f9c",
    "text": "#eef2fa",
    "on-raised": "#eef2fa",
    "soft": "#a9b6cf",
    "accent": "#c3b1ff",
    "ink": "#0e1420",
    "arrives": "#5fd68b",
    "ignored": "#ffc04d",
    "refused": "#ff8577",
    "never-leaves": "#8fb7ff",
    "unknown": "#6fd6e8",
}


class KitApp(OneWidget):
    """Shows one widget of the kit and remembers the messages that matter."""

    ascii = False

    def __init__(self, widget: Widget, *, few_colours: bool = False) -> None:
        self.few_colours = few_colours
        super().__init__(widget)

    def get_css_variables(self) -> dict[str, str]:
        """Textual's variables, and the palette."""
        colours = COLOURS | {"raised": "#ffffff", "on-raised": "#000000"} if self.few_colours else COLOURS
        return {**super().get_css_variables(), **colours}

    @property
    def last_row(self) -> int:
        """The row of the last message of a list."""
        message = self.seen[-1]
        assert isinstance(message, EventList.RowMessage)
        return message.index


def colour(name: str) -> str:
    """A colour of the palette as rich names it."""
    return COLOURS[name]
