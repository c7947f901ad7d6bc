"""Where a config to compare with is found."""

from __future__ import annotations

import os

import pytest

from abtui.services.configs import compared_place
from abtui.services.errors import FileError


@pytest.mark.parametrize(
    ("place", "own", "expected"),
    [
        ("other.yaml", "config.yaml", "other.yaml"),
        ("~/other.yaml", None, os.path.expanduser("~/other.yaml")),
        ("git:HEAD", "sub/config.yaml", "git:HEAD:sub/config.yaml"),
        ("git:main~2", "config.yaml", "git:main~2:config.yaml"),
        ("git:main:old.yaml", "config.yaml", "git:main:old.yaml"),
        ("git::old.yaml", None, "git::old.yaml"),
        ("./git:HEAD", "config.yaml", "./git:HEAD"),
    ],
)
def test_a_revision_alone_is_the_open_config_s(place: str, own: str | None, expected: str) -> None:
    assert compared_place(place, own) == expected


def test_a_revision_alone_needs_a_config_in_a_file() -> None:
    with pytest.raises(FileError, match="git:HEAD names no file, and the open config is in none"):
        compared_place("git:HEAD", None)
