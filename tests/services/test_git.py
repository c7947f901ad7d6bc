"""Files of a commit: `git:REV:PATH`, in a repository made for the test."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from abtui.services.configs import open_config
from abtui.services.errors import FileError
from abtui.services.git import GitPlace, git_place, read_committed

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def git(folder: Path, *arguments: str) -> None:
    """Run git without the configuration of the machine."""
    who = {f"GIT_{role}_{what}": "test@example.com" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    env = os.environ | who | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", *arguments], cwd=folder, env=env, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two commits of `sub/config.yaml` (v1, v2), v3 in the index, v4 on the disk. The working folder is `sub`."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    # A repository around the test's folder is none of its business.
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    root = tmp_path / "repository"
    sub = root / "sub"
    sub.mkdir(parents=True)
    git(root, "init", "-q", "-b", "main")
    git(root, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},sub/module")
    (sub / "module").mkdir()
    (sub / "link.yaml").symlink_to("config.yaml")
    (sub / "away.yaml").symlink_to("/etc/hostname")
    (sub / "latin.yaml").write_bytes(b"a: 1\nb: \xe9\n")
    (sub / "line\nbreak.yaml").write_text("x")
    for number in (1, 2):
        (sub / "config.yaml").write_text(f"v{number}")
        git(root, "add", ".")
        git(root, "commit", "-qm", f"fix: number {number}")
    (sub / "config.yaml").write_text("v3")
    git(root, "add", ".")
    (sub / "config.yaml").write_text("v4")
    monkeypatch.chdir(sub)
    return root


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("git:main:config.yaml", GitPlace("main", "config.yaml")),
        ("git:HEAD^{/fix: x}:a/b.yaml", GitPlace("HEAD^{/fix: x}", "a/b.yaml")),
        ("git::config.yaml", GitPlace("", "config.yaml")),
        ("git:main", GitPlace("main", "")),
        ("git:main:", GitPlace("main", "")),
        ("git:", GitPlace("", "")),
        ("./git:main:config.yaml", None),
        ("config.yaml", None),
        ("-", None),
    ],
)
def test_places_in_a_commit_are_read(place: str, expected: GitPlace | None) -> None:
    assert git_place(place) == expected


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("git:HEAD:config.yaml", "v2"),
        ("git:HEAD~1:config.yaml", "v1"),
        ("git:main:./config.yaml", "v2"),
        ("git:main:../sub/config.yaml", "v2"),
        ("git:HEAD^{/fix: number 1}:config.yaml", "v1"),
        ("git:HEAD^{tree}:config.yaml", "v2"),
        ("git:HEAD:link.yaml", "v2"),
        ("git::config.yaml", "v3"),
        ("git::0:config.yaml", "v3"),
    ],
)
def test_a_file_of_a_commit(place: str, text: str, repository: Path) -> None:
    assert open_config(place, {}).text == text


def test_an_absolute_path(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "other-name").symlink_to(repository)
    for folder in (repository, tmp_path / "other-name"):
        assert read_committed(GitPlace("HEAD", str(folder / "sub" / "config.yaml"))) == "v2"


@pytest.mark.parametrize(
    ("place", "message", "hint"),
    [
        ("git:HEAD", "names no file", "git:HEAD:config.yaml"),
        ("git::", "names no file", "./git:"),
        ("git:nowhere:config.yaml", "git knows no revision 'nowhere'", "HEAD, the last commit, and main."),
        ("git:-p:config.yaml", "git knows no revision '-p'", ""),
        ("git:--help:config.yaml", "git knows no revision '--help'", ""),
        ("git:--output=x:config.yaml", "git knows no revision", ""),
        ("git:HEAD:confg.yaml", "There is no file confg.yaml in HEAD.", "Did you mean config.yaml?"),
        ("git:HEAD:sub/config.yaml", "There is no file sub/config.yaml in HEAD.", "Did you mean config.yaml?"),
        ("git:HEAD:--help", "There is no file --help in HEAD.", ""),
        ("git:HEAD:zzz", "There is no file zzz in HEAD.", "relative to the working folder"),
        ("git::confg.yaml", "There is no file confg.yaml in the index.", "Did you mean config.yaml?"),
        ("git::2:config.yaml", "There is no file config.yaml in the index.", ""),
        ("git:HEAD:away.yaml", "There is no file away.yaml in HEAD.", "link"),
        ("git:HEAD:module", "There is no file module in HEAD.", "It is in a submodule"),
        ("git:HEAD:module/config.yaml", "There is no file module/config.yaml in HEAD.", "It is in a submodule"),
        ("git::module", "There is no file module in the index.", "It is in a submodule"),
        ("git:HEAD:modul", "There is no file modul in HEAD.", ""),
        (
            "git::3:config.yaml",
            "There is no file config.yaml in the index.",
            "It is there at another stage of the index: git::config.yaml.",
        ),
        ("git::link.yaml", "git::link.yaml is a link", "Name the file it leads to."),
        ("git::0:../sub/link.yaml", "is a link", "Name the file it leads to."),
        ("git:HEAD:config.yaml/x", "There is no file config.yaml/x in HEAD.", ""),
        ("git:HEAD:../sub", "git:HEAD:../sub is a folder, not a file.", ""),
        ("git:HEAD:.", "git:HEAD:. is a folder, not a file.", ""),
        ("git:HEAD:../../x", "outside repository", ""),
        ("git:HEAD:/etc/hostname", "outside repository", ""),
        ("git:HEAD:latin.yaml", "line 2 has bytes that are no character", "UTF-8"),
        ("git:HEAD:line\nbreak.yaml", "line break", ""),
        ("git:HEAD\nHEAD:config.yaml", "line break", ""),
    ],
)
def test_what_cannot_be_read(place: str, message: str, hint: str, repository: Path) -> None:
    with pytest.raises(FileError) as caught:
        open_config(place, {})
    assert message in caught.value.message
    assert hint in caught.value.hint
    assert "\n" not in caught.value.message + caught.value.hint
    assert sorted(path.name for path in repository.iterdir()) == [".git", "sub"]


def test_a_merge_conflict(repository: Path) -> None:
    git(repository, "checkout", "-qfb", "other", "HEAD~1")
    (repository / "sub" / "config.yaml").write_text("theirs")
    git(repository, "commit", "-qam", "theirs")
    with pytest.raises(subprocess.CalledProcessError):
        git(repository, "merge", "main")
    assert open_config("git::2:config.yaml", {}).text == "theirs"
    with pytest.raises(FileError) as caught:
        open_config("git::config.yaml", {})
    assert "git::1:config.yaml or git::2:config.yaml or git::3:config.yaml." in caught.value.hint


def test_a_large_file_is_not_read(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("abtui.services.git._LIMIT", 1)
    with pytest.raises(FileError, match="larger than 1 bytes"):
        open_config("git:HEAD:config.yaml", {})


def test_a_bare_repository(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(tmp_path, "clone", "-q", "--bare", str(repository), "bare")
    monkeypatch.chdir(tmp_path / "bare")
    assert read_committed(GitPlace("main", "sub/config.yaml")) == "v2"
    with pytest.raises(FileError) as caught:
        read_committed(GitPlace("main", "config.yaml"))
    assert "Did you mean sub/config.yaml?" in caught.value.hint


def test_no_repository_and_no_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.delenv("GIT_DIR", raising=False)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileError, match="in no git repository"):
        read_committed(GitPlace("HEAD", "config.yaml"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FileError, match="git is not installed"):
        read_committed(GitPlace("HEAD", "config.yaml"))


def test_git_dir_is_respected(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_DIR", str(repository / ".git"))
    assert read_committed(GitPlace("HEAD", "sub/config.yaml")) == "v2"


def test_the_catalog_of_a_commit_is_the_commits(repository: Path) -> None:
    sub = repository / "sub"
    config = (
        "destination: classic\nsettings:\n  collectorEndpoint: https://acme.absmartly.io/v1\n  environment: staging\n"
        "  unitMapping: {userId: user_id}\ncatalog: {file: catalog.yaml}\n"
    )
    (sub / "config.yaml").write_text(config)
    (sub / "catalog.yaml").write_text("goals: [committed]\n")
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "with a catalog")
    (sub / "catalog.yaml").write_text("goals: [on_the_disk]\n")
    goals = [
        reading.config.catalog.goals
        for place in ("git:HEAD:config.yaml", "config.yaml")
        if (reading := open_config(place, {}).reading).config
    ]
    assert goals == [{"committed"}, {"on_the_disk"}]
