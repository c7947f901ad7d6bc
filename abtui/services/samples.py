"""Where the built-in sample events and the demo's config are."""

from __future__ import annotations

from pathlib import Path

from abtui.services.errors import FileError

_PACKAGE = Path(__file__).resolve().parent.parent


def sample_folder(package: Path = _PACKAGE) -> Path:
    """The folder of the sample events: in the installed package, or beside it in a checkout. Raises FileError without either."""
    for folder in (package / "sample_events", package.parent / "sample_events"):
        if (folder / "config.yaml").is_file():
            return folder
    raise FileError("The sample events are not installed.", "Install abtui again: they are part of the package.")
