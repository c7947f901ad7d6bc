"""Which files a config or a case file may name: its own folder's, unless the person allows others.

A config that somebody sends, or a case file in a pull request, must not have files read that have nothing to do with it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Final

FLAG: Final = "--allow-files-outside"


def is_inside(path: str, folders: Iterable[str]) -> bool:
    """Whether a file lies in one of some folders or below; where a link leads to counts, not where it stands."""
    try:
        real = os.path.realpath(path)
        return any(_below(real, os.path.realpath(folder or os.curdir)) for folder in folders)
    except (OSError, ValueError):
        # Another drive, or no name of a file.
        return False


def _below(path: str, folder: str) -> bool:
    return os.path.commonpath((path, folder)) == folder
