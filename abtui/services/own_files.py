"""The files that abtui writes for itself: their folders, the session (`core.saved_state`), and pictures of the screen.

None of them ever has a key in it.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from abtui.core.text.plain import file_name
from abtui.services.errors import FileError, error_reason

if TYPE_CHECKING:
    from abtui.core.saved_state import SavedSession

HOME_VARIABLE: Final = "ABTUI_HOME"
"""Names a folder that replaces the platform's own: `state` and `settings` are below it."""
_MOST_SESSION_BYTES: Final = 1 << 20
_MOST_PICTURES: Final = 1000


def state_folder() -> Path:
    """The folder for what abtui remembers (history, session, drafts). It may not exist yet."""
    return _folder("state", "user_state_path")


def settings_folder() -> Path:
    """The folder for what the user writes (the keymap file). It may not exist yet."""
    return _folder("settings", "user_config_path")


def _folder(name: str, of_platform: str) -> Path:
    home = os.environ.get(HOME_VARIABLE)
    if home:
        return Path(home) / name
    import platformdirs  # not every command needs it

    found: Path = getattr(platformdirs, of_platform)("abtui", appauthor=False)
    return found


def make_private_folder(folder: Path) -> Path:
    """Create a folder and its parents, if need be, open to the owner alone. Raises FileError."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(
            f"{file_name(str(folder))} cannot be created: {error_reason(error)}.",
            f"Set {HOME_VARIABLE} to a folder that can be written.",
        ) from error
    return folder


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, entirely or not at all. Raises FileError."""
    from abtui.services.files import write_pieces

    make_private_folder(path.parent)
    try:
        if not path.exists():
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
    except OSError as error:
        raise FileError(f"{file_name(str(path))} cannot be written: {error_reason(error)}.") from error
    write_pieces(str(path), [text.encode("utf-8", "backslashreplace")])


def open_private(path: Path) -> int:
    """Open a file for appending that only its owner may read. Raises OSError, also for a symbolic link and for what is no file."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    # A pipe that nobody reads would be waited for.
    handle = os.open(path, flags | getattr(os, "O_NONBLOCK", 0), 0o600)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "not a regular file")
    if hasattr(os, "fchmod"):
        os.fchmod(handle, 0o600)
    return handle


def write_all(handle: int, data: bytes) -> int:
    """Append all of `data` to a file, and return its size. Raises OSError; then what was written of it is taken away again."""
    view = memoryview(data)
    try:
        while view:
            view = view[os.write(handle, view) :]
    except OSError:
        with suppress(OSError):
            os.ftruncate(handle, os.fstat(handle).st_size - (len(data) - len(view)))
        raise
    return len(data)


# The session. Of two workbenches that run at once, each adds its own visits, and the last one to write wins otherwise.


def session_path() -> Path:
    """The path of the session file."""
    return state_folder() / "session.json"


def load_session() -> tuple[SavedSession, str]:
    """The saved session, and a note about parts that cannot be used, or ""."""
    from abtui.core.saved_state import SavedSession, read_session

    path = session_path()
    try:
        if not path.is_file():
            return SavedSession(), ""
        with path.open("rb") as file:
            data = file.read(_MOST_SESSION_BYTES)
    except OSError as error:
        return SavedSession(), f"The session of earlier runs cannot be read: {error_reason(error)}."
    return read_session(data)


def update_session(change: Callable[[SavedSession], SavedSession]) -> None:
    """Apply `change` to the session as it is on the disk now. Raises FileError."""
    from abtui.core.saved_state import session_text

    before, _ = load_session()
    after = change(before)
    if after != before:
        write_private(session_path(), session_text(after))


def saved_theme(first: str) -> str:
    """The theme chosen in place of `first`, or "". It is read before the first paint, so this loads no library."""
    import json

    from abtui.core.text.json_depth import is_deeper

    try:
        with session_path().open("rb") as file:
            data = file.read(_MOST_SESSION_BYTES)
        found = None if is_deeper(data) else json.loads(data)
    except (OSError, ValueError):
        return ""
    themes = found.get("themes") if isinstance(found, dict) else None
    theme = themes.get(first) if isinstance(themes, dict) else None
    return theme if isinstance(theme, str) else ""


def write_picture(svg: str, folder: Path, at: datetime) -> Path:
    """Write a picture as `abtui-<date>-<time>.svg`, or with a number appended if that exists. Raises FileError."""
    stem = f"abtui-{at:%Y%m%d-%H%M%S}"
    for number in range(1, _MOST_PICTURES):
        path = folder / (f"{stem}.svg" if number == 1 else f"{stem}-{number}.svg")
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(svg)
        except FileExistsError:
            continue
        except OSError as error:
            raise FileError(
                f"The picture cannot be written to {file_name(str(folder))}: {error_reason(error)}.",
                "Start abtui in a folder that can be written.",
            ) from error
        return path
    raise FileError(f"{file_name(str(folder))} is full of pictures of this second.", "Try again in the next one.")
