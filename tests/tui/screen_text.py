"""What the screen says, as text."""

from __future__ import annotations

from textual.app import App


def screen_text(app: App[int]) -> str:
    """The characters on screen, row by row."""
    width, height = app.size
    rows = app.screen._compositor.render_strips(app.size)
    assert len(rows) == height
    return "\n".join("".join(segment.text for segment in row)[:width].rstrip() for row in rows)
