"""Titles on the borders of panes. Only their own row is redrawn, while Textual would redraw the whole pane."""

from __future__ import annotations

from typing import Final

from textual.containers import Vertical
from textual.content import Content
from textual.events import DescendantBlur, DescendantFocus
from textual.geometry import Region
from textual.widget import Widget

from abtui.tui.kit.writing import takes_text

EDIT: Final = Content.styled(" EDIT ", "bold reverse") + " "
"""The mark before the title of a pane in which keys are typed as text."""


class TitledPane(Vertical):
    """A pane whose title shows whether keys are typed as text in it."""

    _title = ""
    _writing = False

    def show_title(self, title: str) -> None:
        """Write on the upper border."""
        self._title = title
        set_title(self, title, writing=self._writing)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Add the EDIT mark if the focused widget accepts text."""
        self._writing = takes_text(event.widget)
        self.show_title(self._title)

    def on_descendant_blur(self, event: DescendantBlur) -> None:
        """Remove the EDIT mark; if another editor gets the focus, it is added again."""
        self._writing = False
        self.show_title(self._title)


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
    """The title in the form that Textual stores: one line, without markup."""
    return Content(title).expand_tabs(4).split()[0]


def _redraw(pane: Widget, row: int) -> None:
    # Regions are relative to the content, not to the border.
    left, top = pane.content_offset
    pane.refresh(Region(-left, row - top, pane.outer_size.width, 1))
