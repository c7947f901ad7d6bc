"""A small app around drawn widgets, in any of the themes, and what they show."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.message import Message
from textual.widget import Widget

from abtui.core.fate import FATES
from abtui.tui import themes
from abtui.tui.kit.action import ActionClicked
from abtui.tui.kit.header import HeaderClicked
from abtui.tui.kit.journey import StageClicked
from abtui.tui.kit.sentence import FateClicked
from abtui.tui.kit.threads import ThreadClicked

FATE_NAMES = tuple(FATES)
MESSAGES = (ActionClicked, FateClicked, HeaderClicked, StageClicked, ThreadClicked)


class KitApp(App[None]):
    """Shows widgets, one below the other, and keeps the messages of the kit."""

    CSS = "Screen { background: $bg; }"

    def __init__(self, *widgets: Widget, theme: str = themes.DARK, ascii: bool = False) -> None:
        super().__init__()
        self.widgets = widgets
        self.ascii = ascii
        self.animation_level = "none"
        self.seen: list[Message] = []
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

    def on_action_clicked(self, message: Message) -> None:
        self.seen.append(message)

    on_fate_clicked = on_header_clicked = on_stage_clicked = on_thread_clicked = on_action_clicked


def rows(widget: Widget) -> list[str]:
    """What a widget shows, without the spaces at the ends of its rows."""
    return [widget.render_line(y).text.rstrip() for y in range(widget.content_size.height)]
