"""What keys are where text is written."""

from __future__ import annotations

from typing import Final

from textual.widget import Widget
from textual.widgets import Input, TextArea

UNDO: Final = "ctrl+underscore,ctrl+slash,ctrl+shift+minus"
"""What terminals send for Ctrl+_, which takes back what was written: Ctrl+Z suspends, where there is a shell to go back to."""


def takes_text(widget: Widget | None) -> bool:
    """Whether keys that are characters are written into a widget."""
    if isinstance(widget, TextArea):
        return not widget.read_only
    return isinstance(widget, Input) or bool(getattr(widget, "takes_text", False))
