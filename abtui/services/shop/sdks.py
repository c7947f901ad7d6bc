"""The vendors' scripts for browsers, as npm installs them."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

from abtui.core.text.plain import file_name
from abtui.services.errors import ShopError
from abtui.services.listener.sdk_file import find_sdk

INSTALL: Final = "npm install --prefix sdks @absmartly/javascript-sdk @segment/analytics-next"
"""Brings both into the folder `sdks`."""
_SCRIPTS: Final = ("@absmartly/javascript-sdk/dist/absmartly.min.js", "@absmartly/javascript-sdk/dist/absmartly.js")


class Sdks(NamedTuple):
    """The scripts."""

    absmartly: Path
    segment: Path


def find_sdks(folder: str) -> Sdks:
    """The scripts of both packages in `folder`: the one that npm installed into, or its `node_modules`.

    Raises ShopError or FileError without them.
    """
    root = Path(folder)
    if not root.is_dir():
        raise ShopError(f"There is no folder {file_name(folder)}.", f"Make it with: {INSTALL}")
    places = (base / script for base in (root / "node_modules", root) for script in _SCRIPTS)
    absmartly = next((place for place in places if place.is_file()), None)
    if absmartly is None:
        raise ShopError(f"AB Smartly's SDK for browsers is not in {file_name(folder)}.", f"Install it with: {INSTALL}")
    return Sdks(absmartly, find_sdk(root))
