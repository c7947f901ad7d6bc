"""The file of what the workbench remembers (`core.remembered`). Where two run at once, each adds its own, and the last one writes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from abtui.services.own_folders import state_folder, write_private

if TYPE_CHECKING:
    from abtui.core.remembered import Remembered

_NAME: Final = "session.json"
_MOST_BYTES: Final = 1 << 20


def session_path() -> Path:
    """Where it is."""
    return state_folder() / _NAME


def load() -> tuple[Remembered, str]:
    """What is remembered, and a note about what could not be used, or ""."""
    from abtui.core.remembered import Remembered, read_remembered

    path = session_path()
    try:
        if not path.is_file():
            return Remembered(), ""
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES)
    except OSError as error:
        return Remembered(), f"What was remembered of earlier runs cannot be read: {(error.strerror or '').lower()}."
    return read_remembered(data)


def remembered_theme(first: str) -> str:
    """The theme chosen in place of `first`, or "". For the first paint: no library is loaded for it."""
    import json

    from abtui.core.text.json_depth import is_deeper

    try:
        with session_path().open("rb") as file:
            data = file.read(_MOST_BYTES)
        found = None if is_deeper(data) else json.loads(data)
    except (OSError, ValueError):
        return ""
    themes = found.get("themes") if isinstance(found, dict) else None
    theme = themes.get(first) if isinstance(themes, dict) else None
    return theme if isinstance(theme, str) else ""


def update(change: Callable[[Remembered], Remembered]) -> None:
    """Write what `change` makes of what is remembered now. Raises FileError."""
    from abtui.core.remembered import remembered_text

    before, _ = load()
    after = change(before)
    if after != before:
        write_private(session_path(), remembered_text(after))
