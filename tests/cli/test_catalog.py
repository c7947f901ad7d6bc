"""`abtui catalog pull`, as a shell sees it, against a console on this machine."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from abtui.core.config import Archived, Catalog
from abtui.core.config.catalog import catalog_changes, catalog_counts, catalog_text, is_pulled, read_catalog_file
from tests.cli.kit import ROOT, abtui
from tests.kit import CONFIG, event, run_abtui
from tests.services.test_console import KEY, Console, named, paged

HARD = ["purchase", "Page: Home", "${X}", "yes", "12", "a\nb", "\x1b[2J", "- x", "#y", "é\u202e"]


@pytest.fixture(scope="module")
def _running() -> Iterator[Console]:
    console = Console()
    yield console
    console.stop()


@pytest.fixture
def console(_running: Console) -> Console:
    """A console with some of each."""
    _running.answer = paged(
        goals=[*named(*HARD), *named("old", archived=True, first=100)],
        unit_types=named("user_id"),
        environments=named("staging"),
    )
    return _running


def pull(
    *arguments: str, key: str | None = KEY, variable: str = "ABSMARTLY_USER_KEY"
) -> subprocess.CompletedProcess[bytes]:
    done = run_abtui("catalog", "pull", *arguments, env={"COLUMNS": "200", variable: key})
    assert b"SECRET" not in done.stdout + done.stderr
    assert b"Traceback" not in done.stderr
    return done


def test_to_standard_output_and_back(console: Console) -> None:
    done = pull("--console", console.base)
    assert done.returncode == 0
    assert done.stderr.decode() == "10 goals (1 archived), 1 unit type, 1 environment, 0 applications\n"
    text = done.stdout.decode()
    assert all(line.isprintable() for line in text.splitlines())
    read = read_catalog_file(text, "c.yaml", {"X": "wrong"})
    assert read.findings == ()
    assert read.catalog == Catalog(
        goals=frozenset(HARD),
        units=frozenset({"user_id"}),
        environments=frozenset({"staging"}),
        applications=frozenset(),
        archived=Archived(goals=frozenset({"old"})),
    )
    assert pull("--console", console.base, "-o", "-").stdout == done.stdout


def test_to_a_file_that_a_config_names(console: Console, tmp_path: Path) -> None:
    path = tmp_path / "catalog.yaml"
    first = pull("--console", console.base, "-o", str(path))
    assert (first.returncode, first.stdout) == (0, b"")
    assert first.stderr.decode().splitlines()[1] == f"{path} was written."
    before = path.read_bytes(), path.stat().st_mtime_ns
    again = pull("--console", console.base, "-o", str(path))
    assert "nothing changed" in again.stderr.decode()
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    console.answer = paged(goals=[*named("purchase", "new", "newer"), *named("old", "yes", archived=True, first=9)])
    changed = pull("--console", console.base, "-o", str(path)).stderr.decode()
    assert "was overwritten: goals +2 -9, unit types -1, environments -1, archived goals +1." in changed
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["catalog.yaml"]
    (tmp_path / "config.yaml").write_text(CONFIG + "catalog: !file catalog.yaml\n")
    (tmp_path / "events.jsonl").write_text(event(event="old") + "\n" + event(messageId="m2"))
    mapped = abtui("map", "config.yaml", "events.jsonl", cwd=tmp_path)
    assert mapped.returncode == 0
    assert b'Goal \\"old\\" is archived in the web console.' in mapped.stdout
    assert mapped.stdout.count(b"CATALOG-GOAL") == 1


def test_a_file_of_somebody_is_not_overwritten_unasked(console: Console, tmp_path: Path) -> None:
    path = tmp_path / "catalog.yaml"
    path.write_text("goals: [mine]\n")
    console.requests.clear()
    refused = pull("--console", console.base, "-o", str(path))
    assert (refused.returncode, path.read_text()) == (2, "goals: [mine]\n")
    assert b"--force" in refused.stderr
    assert console.requests == [], "nothing is asked in vain"
    forced = pull("--console", console.base, "-o", str(path), "--force")
    assert forced.returncode == 0
    assert b"goals +10 -1" in forced.stderr
    path.write_bytes(b"\xff\xfe")
    assert pull("--console", console.base, "-o", str(path)).returncode == 2
    assert pull("--console", console.base, "-o", str(path), "--force").returncode == 0
    assert pull("--console", console.base, "-o", str(tmp_path), "--force").returncode == 2
    assert pull("--console", console.base, "-o", str(tmp_path / "no" / "c.yaml")).returncode == 2
    assert pull("--console", console.base, "-o", "").returncode == 2


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_pipe_is_written_to_and_not_read_before(console: Console, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()), daemon=True)
    reader.start()
    done = pull("--console", console.base, "-o", str(pipe))
    reader.join(60)
    assert done.returncode == 0
    assert read == [pull("--console", console.base).stdout]
    # The file of that name is the process's own.
    words = [sys.executable, "-m", "abtui", "catalog", "pull", "--console", console.base, "-o", "/dev/stdout"]
    env = os.environ | {"PYTHONPATH": str(ROOT), "ABSMARTLY_USER_KEY": KEY}
    assert subprocess.run(words, capture_output=True, env=env, check=False).stdout == read[0]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has it")
def test_a_failed_write_is_exit_code_1(console: Console, tmp_path: Path) -> None:
    full = pull("--console", console.base, "-o", "/dev/full")
    assert full.returncode == 1
    assert full.stderr.decode().endswith("error: /dev/full was not written: no space left on device.\n")
    path = tmp_path / "catalog.yaml"
    path.write_bytes(pull("--console", console.base).stdout + b"# old\n")
    path.chmod(0o444)
    if os.access(path, os.W_OK):
        return  # Permissions do not bind root.
    assert pull("--console", console.base, "-o", str(path)).returncode == 1


def test_what_fails_writes_nothing(console: Console, tmp_path: Path) -> None:
    path = tmp_path / "catalog.yaml"
    pull("--console", console.base, "-o", str(path))
    before = path.read_bytes()
    wrong = pull("--console", console.base, "-o", str(path), key="a-wrong-SECRET")
    assert wrong.returncode == 1
    assert b"does not accept the key in ABSMARTLY_USER_KEY" in wrong.stderr
    console.answer = lambda name, page, items: [] if name == "applications" else paged()(name, page, items)
    broken = pull("--console", console.base, "-o", str(path))
    assert (broken.returncode, broken.stdout) == (1, b"")
    assert path.read_bytes() == before
    assert pull("--console", console.base, "-o", str(tmp_path / "other.yaml")).returncode == 1
    assert not (tmp_path / "other.yaml").exists()


def test_odd_answers_are_told_as_warnings(console: Console) -> None:
    console.answer = lambda name, page, _: {name: named("a") if page == 1 else [], "total": 3}
    done = pull("--console", console.base)
    assert done.returncode == 0
    assert b"warning: 127.0.0.1:" in done.stderr
    assert b"says that it has 3 of /goals, and gave 1." in done.stderr


@pytest.mark.parametrize(
    ("arguments", "key", "part"),
    [
        (["--console", "http://acme.absmartly.com/v1"], KEY, "plain http"),
        (["--console", "acme"], KEY, "not an http or https address"),
        (["--console", "https://acme.absmartly.com/v1"], None, "ABSMARTLY_USER_KEY is not set"),
        (["--console", "https://acme.absmartly.com/v1"], " ", "ABSMARTLY_USER_KEY is not set"),
        (["--console", "https://acme.absmartly.com/v1", "--key-env", "OTHER"], KEY, "OTHER is not set"),
        (["--console", "https://acme.absmartly.com/v1"], "SECRET\nx", "no HTTP header"),
        ([], KEY, "--console"),
    ],
)
def test_arguments_that_cannot_be_used_are_refused(arguments: list[str], key: str | None, part: str) -> None:
    done = pull(*arguments, key=key)
    assert done.returncode == 2
    assert part in done.stderr.decode()


def test_the_key_of_another_variable(console: Console) -> None:
    assert pull("--console", console.base, "--key-env", "MINE", variable="MINE").returncode == 0


def test_the_texts_of_catalogs() -> None:
    old = Catalog(goals=frozenset({"b", "a"}), archived=Archived(units=frozenset({"x"})))
    text = catalog_text(old, "acme.absmartly.com")
    assert is_pulled(text)
    assert not is_pulled("goals: [a]\n" + text)
    assert text.splitlines()[4:] == ["goals:", "  - a", "  - b", "units: []", "environments: []", "applications: []", "archived:", "  units:", "    - x"]  # fmt: skip
    assert catalog_counts(old) == "2 goals, 0 unit types (1 archived), 0 environments, 0 applications"
    new = Catalog(goals=frozenset({"b", "c", "d"}), units=frozenset({"x"}))
    assert catalog_changes(old, new) == "goals +2 -1, unit types +1, archived unit types -1"
    assert catalog_changes(old, old) == ""


def test_the_running_experiments_come_into_a_file_of_their_own(console: Console, tmp_path: Path) -> None:
    running = [{"id": n, "name": f"test {n}", "state": "running", "unit_type": {"name": "user_id"}} for n in range(600)]
    console.answer = paged(
        goals=named("purchase"), experiments=[*running, {"id": 1000, "name": "old", "state": "stopped"}]
    )
    config, file = tmp_path / "config.yaml", tmp_path / "experiments.yaml"
    config.write_text(f"{CONFIG}experiments: !file experiments.yaml\n")
    done = pull("--console", console.base, "-o", str(tmp_path / "c.yaml"), "--experiments", str(file))
    assert done.returncode == 0, done.stderr
    assert b"experiments.yaml was written: 600 running experiments." in done.stderr
    assert is_pulled(file.read_text())
    assert run_abtui("check", str(config)).returncode == 0
    file.write_text("experiments: []\n")
    assert pull("--console", console.base, "--experiments", str(file)).returncode == 2
    assert file.read_text() == "experiments: []\n"
    assert pull("--console", console.base, "--experiments", str(file), "--force").returncode == 0
