"""Small things: importing the services loads nothing heavy, and the samples are found."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from abtui.services.errors import FileError
from abtui.services.folders import sample_folder

_MODULES = (
    "errors",
    "compression",
    "files",
    "folders",
    "object_store",
    "objects",
    "targets",
    "sender",
    "watching",
    "collector.faults",
    "collector.state",
    "collector.server",
)
_HEAVY = ("httpx", "starlette", "uvicorn", "watchfiles", "textual", "rich", "jsonschema_rs", "fsspec", "botocore")


@pytest.mark.parametrize("module", _MODULES)
def test_importing_is_light(module: str) -> None:
    program = f"import sys, abtui.services.{module}; print([m for m in {_HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_samples_are_found_in_the_package_or_beside_it(tmp_path: Path) -> None:
    package = tmp_path / "site" / "abtui"
    with pytest.raises(FileError, match="not installed"):
        sample_folder(package)
    for folder in (package.parent / "sample_events", package / "sample_events"):
        folder.mkdir(parents=True)
        (folder / "config.yaml").write_text("")
        assert sample_folder(package) == folder
