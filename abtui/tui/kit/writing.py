"""The meaning of keys in widgets that accept text."""

from __future__ import annotations

from typing import Final

from textual.widget import Widget
from textual.widgets import Input, TextArea

UNDO: Final = "ctrl+underscore,ctrl+slash,ctrl+shift+minus"
"""The keys that undo typing, as terminals report Ctrl+_. Ctrl+Z is not among them, as it suspends abtui."""


def takes_text(widget: Widget | None) -> bool:
    """Whether a widget inserts the characters of keys as text."""
    if isinstance(widget, TextArea):
        return not widget.read_only
    return isinstance(widget, Input) or bool(getattr(widget, "takes_text", False))
