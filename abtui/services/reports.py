"""Files of `core.crash_report`."""

from __future__ import annotations

import platform
import sys
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from abtui import __version__
from abtui.services.own_files import state_folder, write_private

_LIBRARIES: Final = ("textual", "rich", "msgspec", "orjson", "httpx")
_VARIABLES: Final = ("TERM", "COLORTERM", "TERM_PROGRAM", "LANG", "TEXTUAL_DRIVER")
_PATHS: Final = ("TMUX", "SSH_TTY")


def write_report(text: str, stamp: str) -> Path:
    """Write a report; `stamp` tells it from others (`20260131-091500`). Raises FileError."""
    path = state_folder() / "reports" / f"crash-{stamp}.txt"
    write_private(path, text)
    return path


def surroundings(env: Mapping[str, str]) -> dict[str, str]:
    """Versions, the platform and the terminal."""
    facts = {
        "abtui": __version__,
        "python": platform.python_version(),
        "platform": f"{sys.platform} {platform.release()}",
    }
    for name in _LIBRARIES:
        try:
            facts[name] = version(name)
        except PackageNotFoundError:
            facts[name] = "not installed"
    # What is in the last two is a path; that they are set is enough.
    facts |= {name: env[name] for name in _VARIABLES if name in env}
    facts |= {name: "set" for name in _PATHS if name in env}
    return facts
