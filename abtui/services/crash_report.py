"""The files of crash reports, and the facts about the machine that they contain."""

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
"""Variables that hold a path. A report only says that they are set."""


def write_crash_report(text: str, stamp: str) -> Path:
    """Write a crash report to a file named after `stamp`, such as `20260131-091500`. Raises FileError."""
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
    facts |= {name: env[name] for name in _VARIABLES if name in env}
    facts |= {name: "set" for name in _PATHS if name in env}
    return facts
