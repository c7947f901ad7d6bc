"""pytest collects golden cases (`*.abtui.yaml`), one test for each case.

A file names its config (`config:`, relative to itself); for files that do not, the ini option `abtui_config` does, relative
to the ini file. `${NAME}` in a config is read from the environment.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

_SUFFIX: Final = ".abtui.yaml"
INI: Final = "abtui_config"
OUTSIDE: Final = "abtui_allow_files_outside"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the ini options."""
    parser.addini(INI, "The abtui config for golden cases (*.abtui.yaml) that name none, relative to the ini file.")
    parser.addini(
        OUTSIDE,
        "Whether golden cases and their configs may refer to files outside of the rootdir.",
        type="bool",
        default=False,
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.File | None:
    """Collect case files, in folders and given by name."""
    if not file_path.name.endswith(_SUFFIX):
        return None
    # Loaded with the first case file, because pytest loads the plugin in projects without any.
    from abtui.pytest_plugin.collecting import CasesFile

    file: pytest.File = CasesFile.from_parent(parent, path=file_path)
    return file
