"""Titles on the borders of panes, of which only their row is redrawn: setting them otherwise draws the whole pane again."""

from __future__ import annotations

from typing import Final

from textual.containers import Vertical
from textual.content import Content
from textual.events import DescendantBlur, DescendantFocus
from textual.geometry import Region
from textual.widget import Widget

from abtui.tui.widgets.writing import takes_text

EDIT: Final = Content.styled(" EDIT ", "bold reverse") + " "
"""Before the title of a pane in which keys are text."""


class TitledPane(Vertical):
    """A pane whose title says when keys are text in it."""

    _title = ""
    _writing = False

    def entitle(self, title: str) -> None:
        """Write on the upper border."""
        self._title = title
        set_title(self, title, writing=self._writing)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """An editor may have the focus now."""
        self._writing = takes_text(event.widget)
        self.entitle(self._title)

    def on_descendant_blur(self, event: DescendantBlur) -> None:
        """Keys are commands again, unless another editor has the focus next."""
        self._writing = False
        self.entitle(self._title)


def set_title(pane: Widget, title: str, *, writing: bool = False) -> None:
    """Write on the upper border."""
    words = EDIT + _title_content(title) if writing else _title_content(title)
    if words != pane._border_title:
        pane._border_title = words
        _redraw(pane, 0)


def set_subtitle(pane: Widget, title: str) -> None:
    """Write on the lower border."""
    words = _title_content(title)
    if words != pane._border_subtitle:
        pane._border_subtitle = words
        _redraw(pane, pane.outer_size.height - 1)


def _title_content(title: str) -> Content:
    """As Textual takes them: one line, and never markup."""
    return Content(title).expand_tabs(4).split()[0]


def _redraw(pane: Widget, row: int) -> None:
    # Regions count from the content.
    left, top = pane.content_offset
    pane.refresh(Region(-left, row - top, pane.outer_size.width, 1))
