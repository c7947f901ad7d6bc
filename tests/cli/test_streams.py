"""Every command with each standard stream closed or full: the data comes all the same, or one sentence says why not."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.kit import KEY, ROOT, written
from tests.kit import CONFIG, event, run_abtui
from tests.services.test_console import KEY as USER_KEY
from tests.services.test_console import Console, named, paged

pytestmark = pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has it")

ENOUGH = ("--endpoint", "https://acme.absmartly.io/v1", "--environment", "staging", "--unit", "userId=user_id")
# A setting that nothing knows: each command that reads the config has a warning to tell.
WARNED = CONFIG.replace("settings:", "settings:\n  wat: 1", 1)
WITH_DATA = {
    "map": ("map", "config.yaml", "events.jsonl"),
    "map, bodies": ("map", "config.yaml", "events.jsonl", "--format", "body"),
    "check": ("check", "config.yaml", "events.jsonl"),
    "diff": ("diff", "config.yaml", "config.yaml", "events.jsonl"),
    "test": ("test", "config.yaml", "cases.abtui.yaml"),
    "cases": ("test", "config.yaml", "--record", "events.jsonl"),
    "init": ("init", "-", *ENOUGH),
    "schemas": ("schema",),
    "schema": ("schema", "config"),
    "explain": ("explain",),
    "a finding": ("explain", "UNIT-NONE"),
    "a reason": ("explain", "GOAL-MAPPED"),
    "catalog": ("catalog", "pull", "--console", "CONSOLE"),
}
NO_STDIN = {
    "config of check": ("check", "-"),
    "config of map": ("map", "-", "events.jsonl"),
    "config of diff": ("diff", "-", "config.yaml", "events.jsonl"),
    "settings of init": ("init", "new.yaml", "--from-segment", "-"),
}


@pytest.fixture(scope="module")
def console() -> Iterator[Console]:
    running = Console()
    running.answer = paged(goals=[*named("a"), {"id": 5}])
    yield running
    running.stop()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("streams")
    written(path, WARNED, event(), event(messageId="m2"))
    cases = shell(path, "test", "config.yaml", "--record", "events.jsonl", "-o", "cases.abtui.yaml")
    assert cases.returncode == 0, cases.stderr
    return path


def shell(folder: Path, *arguments: str, redirect: str = "") -> subprocess.CompletedProcess[bytes]:
    """Run the command as a shell does with these redirections."""
    env = os.environ | {"KEY": KEY, "ABSMARTLY_API_KEY": KEY, "ABSMARTLY_USER_KEY": USER_KEY, "PYTHONPATH": str(ROOT)}
    command = ["bash", "-c", f'"$@" {redirect}', "bash", sys.executable, "-W", "error", "-m", "abtui", *arguments]
    done = subprocess.run(command, input=b"", capture_output=True, cwd=folder, env=env, check=False)
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr
    return done


Run = Callable[..., subprocess.CompletedProcess[bytes]]


def here(folder: Path, *arguments: str, redirect: str = "") -> subprocess.CompletedProcess[bytes]:
    """The same in this process, which has streams that are closed or full just so."""
    words = redirect.split()
    env = {"KEY": KEY, "ABSMARTLY_API_KEY": KEY, "ABSMARTLY_USER_KEY": USER_KEY}
    return run_abtui(
        *arguments,
        cwd=folder,
        env=env,
        stdin=None if "<&-" in words else b"",
        out="closed" if ">&-" in words else "full" if ">/dev/full" in words else "kept",
        err="closed" if "2>&-" in words else "full" if "2>/dev/full" in words else "kept",
    )


# A process ends by itself what it has opened: one of each kind, with and without a loop of its own, shows it.
ENOUGH_PROCESSES = [(name, shell) for name in ("map", "catalog")]


@pytest.mark.parametrize(("command", "run"), [*((name, here) for name in WITH_DATA), *ENOUGH_PROCESSES])
def test_what_is_said_beside_the_data_does_not_stop_it(command: str, run: Run, folder: Path, console: Console) -> None:
    arguments = [console.base if word == "CONSOLE" else word for word in WITH_DATA[command]]
    plain = run(folder, *arguments)
    assert plain.stdout
    for redirect in ("<&- 2>&-", "2>/dev/full"):
        done = run(folder, *arguments, redirect=redirect)
        assert (done.returncode, done.stdout) == (plain.returncode, plain.stdout), (redirect, done.stderr)


@pytest.mark.parametrize(("command", "run"), [*((name, here) for name in WITH_DATA), *ENOUGH_PROCESSES])
def test_data_that_cannot_be_written_is_one_sentence(command: str, run: Run, folder: Path, console: Console) -> None:
    arguments = [console.base if word == "CONSOLE" else word for word in WITH_DATA[command]]
    full = run(folder, *arguments, redirect=">/dev/full")
    assert full.returncode == 1
    assert full.stderr.count(b"Error: Standard output cannot be written: No space left on device.") == 1
    closed = run(folder, *arguments, redirect=">&-")
    assert closed.returncode == 1
    assert closed.stderr.count(b"Error: There is no standard output to write to.") == 1


def test_neither_data_nor_error_can_be_written(folder: Path) -> None:
    for redirect in (">/dev/full 2>/dev/full", ">&- 2>&-"):
        assert shell(folder, "map", "config.yaml", "events.jsonl", redirect=redirect).returncode == 1


@pytest.mark.parametrize("command", NO_STDIN)
def test_no_standard_input_to_read_a_config_from(command: str, folder: Path) -> None:
    done = here(folder, *NO_STDIN[command], redirect="<&-")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"There is no standard input." in done.stderr


@pytest.mark.parametrize("command", ["map", "check"])
def test_no_standard_input_to_read_events_from(command: str, folder: Path) -> None:
    done = here(folder, command, "config.yaml", "-", redirect="<&-")
    assert done.returncode == 1
    assert b"There is no standard input." in done.stderr


def test_init_without_a_standard_input_asks_nothing(folder: Path) -> None:
    done = shell(folder, "init", "asked.yaml", redirect="<&-")
    assert done.returncode == 2
    assert b"A config needs --endpoint URL" in done.stderr
    assert shell(folder, "init", "asked.yaml", *ENOUGH, redirect="<&- >&- 2>&-").returncode == 0
    assert (folder / "asked.yaml").exists()


@pytest.mark.parametrize("redirect", ["2>&-", "2>/dev/full"])
def test_an_error_that_cannot_be_told_has_its_exit_code(redirect: str, folder: Path) -> None:
    assert here(folder, "explain", "NO-SUCH", redirect=redirect).returncode == 2
    assert here(folder, "collector", "--fault", "418", redirect=redirect).returncode == 2
    assert shell(folder, "map", "nowhere.yaml", "events.jsonl", redirect=redirect).returncode == 2


def test_standard_input_that_is_no_text(folder: Path) -> None:
    (folder / "latin").write_bytes(b"a: 1\nb: \xe9\n")
    latin = shell(folder, "check", "-", redirect="<latin")
    assert latin.returncode == 2
    assert b"Standard input is not UTF-8 text: line 2" in latin.stderr
