"""The folders that come with abtui, and the folders whose files a config or a case file may name."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from abtui.services.errors import FileError

OUTSIDE_FLAG: Final = "--allow-files-outside"
"""Allows a config or a case file to name files outside its own folder.

Without it, a config from someone else, or a case file in a pull request, cannot make abtui read unrelated files.
"""
_PACKAGE: Final = Path(__file__).resolve().parent.parent


def is_inside(path: str, folders: Iterable[str]) -> bool:
    """Whether a file is in one of the folders or below. A link counts as the file it leads to."""
    try:
        real = os.path.realpath(path)
        return any(_is_below(real, os.path.realpath(folder or os.curdir)) for folder in folders)
    except (OSError, ValueError):
        # The file is on another drive, or the path is not valid.
        return False


def _is_below(path: str, folder: str) -> bool:
    return os.path.commonpath((path, folder)) == folder


def sample_folder(package: Path = _PACKAGE) -> Path:
    """The folder of the sample events. Raises FileError without it."""
    return _shipped("sample_events", package)


def shop_folder(package: Path = _PACKAGE) -> Path:
    """The folder of the demo shop's config and experiments. Raises FileError without it."""
    return _shipped("demo_shop", package)


def _shipped(name: str, package: Path) -> Path:
    """A folder in the installed package, or beside it in a checkout."""
    for folder in (package / name, package.parent / name):
        if (folder / "config.yaml").is_file():
            return folder
    raise FileError(f"The folder {name} is not installed.", "Install abtui again: it is part of the package.")
