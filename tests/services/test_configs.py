"""Where a config to compare with is found."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from abtui.services.configs import compared_place, open_config
from abtui.services.errors import FileError
from abtui.services.folders import is_inside


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
    with pytest.raises(FileError, match="git:HEAD names no file, and the open config is not in a file"):
        compared_place("git:HEAD", None)


@pytest.mark.parametrize(
    ("path", "folder", "inside"),
    [
        ("a/b", "a", True),
        ("a/b/c", "a", True),
        ("a/../a/b", "a", True),
        ("a", "a", True),
        ("ab", "a", False),
        ("a/../b", "a", False),
        ("/etc/hostname", "a", False),
        ("b", "", True),
        ("../b", "", False),
        ("a/in", "a", True),
        ("a/out", "a", False),
        ("link/b", "a", True),
        ("a/b", "link", True),
        ("a/\0", "a", False),
    ],
)
def test_what_is_inside(path: str, folder: str, inside: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a").mkdir()
    (tmp_path / "link").symlink_to("a")
    (tmp_path / "a" / "in").symlink_to("b")
    (tmp_path / "a" / "out").symlink_to("../b")
    assert is_inside(path, [folder]) is inside


@pytest.mark.parametrize(
    ("name", "refused"), [("c.yaml", False), ("../c.yaml", True), ("x/../../c.yaml", True), ("/etc/hostname", True)]
)
def test_a_commit_s_config_names_files_of_its_folder(
    name: str, refused: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "config.yaml").write_text(f"catalog: !file {name}\n")
    for folder in (tmp_path, tmp_path / "sub"):
        (folder / "c.yaml").write_text("goals: [a]\n")
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "a"]):
        subprocess.run([*git, *words], check=True)
    for place in ("git:HEAD:sub/config.yaml", "sub/config.yaml"):
        said = " ".join(item.message for item in open_config(place, {}).reading.findings)
        assert ("is outside" in said) is refused
        allowed = open_config(place, {}, outside=True)
        assert "lies outside" not in " ".join(item.message for item in allowed.reading.findings)
