"""Whether a widget takes keys as text."""

from __future__ import annotations

from textual.widget import Widget
from textual.widgets import Input, TextArea


def takes_text(widget: Widget | None) -> bool:
    """Whether a widget inserts the characters of keys as text."""
    if isinstance(widget, TextArea):
        return not widget.read_only
    return isinstance(widget, Input) or bool(getattr(widget, "takes_text", False))
