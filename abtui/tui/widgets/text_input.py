"""A line that text is written into."""

from __future__ import annotations

from typing import Any

from textual.widgets import Input


class TextInput(Input):
    """Textual's input, but what stands in it is not selected when it gets the focus: the first key would take all of it away."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, select_on_focus=False, **options)
