"""Where abtui keeps what is its own: the state of earlier runs, and the person's settings. Nothing in it holds a key."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from abtui.core.text.plain import file_name
from abtui.services.errors import FileError

HOME_VARIABLE: Final = "ABTUI_HOME"
"""Names a folder that takes the place of the platform's own: `state` and `settings` are below it."""


def state_folder() -> Path:
    """The folder for what abtui remembers (history, session, drafts). It may not be there yet."""
    return _folder("state", "user_state_path")


def settings_folder() -> Path:
    """The folder for what a person writes (the keymap file). It may not be there yet."""
    return _folder("settings", "user_config_path")


def _folder(name: str, of_platform: str) -> Path:
    home = os.environ.get(HOME_VARIABLE)
    if home:
        return Path(home) / name
    # Not every command needs it.
    import platformdirs

    found: Path = getattr(platformdirs, of_platform)("abtui", appauthor=False)
    return found


def make_private_folder(folder: Path) -> Path:
    """The folder, made with its parents where it was missing: a new one is open to its owner alone. Raises FileError."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(
            f"{file_name(str(folder))} cannot be made: {(error.strerror or str(error)).lower()}.",
            f"Set {HOME_VARIABLE} to a folder that can be written.",
        ) from error
    return folder


def write_private(path: Path, text: str) -> None:
    """Write a file of abtui's own, readable by its owner alone, as a whole or not at all. Raises FileError."""
    from abtui.services.files import write_pieces

    make_private_folder(path.parent)
    try:
        if not path.exists():
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
    except OSError as error:
        raise FileError(
            f"{file_name(str(path))} cannot be written: {(error.strerror or str(error)).lower()}."
        ) from error
    write_pieces(str(path), [text.encode("utf-8", "backslashreplace")])
