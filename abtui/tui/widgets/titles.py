"""Titles on the borders of panes, of which only their row is redrawn: setting them otherwise draws the whole pane again."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Region
from textual.widget import Widget


def set_title(pane: Widget, title: str) -> None:
    """Write on the upper border."""
    words = _words(title)
    if words != pane._border_title:
        pane._border_title = words
        _redraw(pane, 0)


def set_subtitle(pane: Widget, title: str) -> None:
    """Write on the lower border."""
    words = _words(title)
    if words != pane._border_subtitle:
        pane._border_subtitle = words
        _redraw(pane, pane.outer_size.height - 1)


def _words(title: str) -> Content:
    """As Textual takes them: one line, and never markup."""
    return Content(title).expand_tabs(4).split()[0]


def _redraw(pane: Widget, row: int) -> None:
    # Regions count from the content.
    left, top = pane.content_offset
    pane.refresh(Region(-left, row - top, pane.outer_size.width, 1))
