"""Nothing that a test does reaches the person's own state and settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from abtui.services.places import HOME_VARIABLE


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    home: Path = tmp_path_factory.mktemp("home")
    monkeypatch.setenv(HOME_VARIABLE, str(home))
