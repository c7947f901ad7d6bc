"""The vendor's script for browsers, found in a folder where somebody has it: abtui does not contain it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from abtui.core.text.plain import file_name
from abtui.services.errors import FileError

_PACKAGE: Final = "@segment/analytics-next/dist/umd/standalone.js"
_PLACES: Final = (
    "analytics.min.js",
    "standalone.js",
    "dist/umd/standalone.js",
    _PACKAGE.partition("/")[2],
    _PACKAGE,
    f"node_modules/{_PACKAGE}",
)


def find_sdk(place: Path) -> Path:
    """Segment's script: the file `place`, or in that folder. Raises FileError if it is not there."""
    if place.is_file():
        return place
    found = next((place / name for name in _PLACES if (place / name).is_file()), None)
    if found is None:
        raise FileError(
            f"Segment's SDK for browsers is not in {file_name(str(place))}.",
            "Install it there with `npm install @segment/analytics-next`, or name its file, standalone.js.",
        )
    return found
