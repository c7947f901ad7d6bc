"""A one-line text input."""

from __future__ import annotations

from typing import Any

from textual.widgets import Input


class TextInput(Input):
    """Textual's input, but its text is not selected on focus, as the first key would then delete all of it."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, select_on_focus=False, **options)
