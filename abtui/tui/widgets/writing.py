"""Whether keys are text where the focus is."""

from __future__ import annotations

from textual.widget import Widget
from textual.widgets import Input, TextArea


def takes_text(widget: Widget | None) -> bool:
    """Whether keys that are characters are written into a widget."""
    if isinstance(widget, TextArea):
        return not widget.read_only
    return isinstance(widget, Input) or bool(getattr(widget, "takes_text", False))
