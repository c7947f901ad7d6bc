"""What is read of the paths given: what is left out of a folder is said, and what may never end is refused."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from abtui.cli.commands import cli
from abtui.services.files import expand
from tests.generate import config_text

EVENT = '{"type":"track","event":"Order Completed","userId":"u1","sentAt":"2025-01-01T00:00:00.000Z","originalTimestamp":"2025-01-01T00:00:00.000Z"}\n'
COMMANDS = {
    "map": ("map", "{config}", "{events}"),
    "map --format body": ("map", "--format", "body", "{config}", "{events}"),
    "check": ("check", "{config}", "{events}"),
    "diff": ("diff", "{config}", "{config}", "{events}"),
    "diff --findings": ("diff", "--findings", "{config}", "{config}", "{events}"),
    "send --dry-run": ("send", "--dry-run", "--target", "settings", "{config}", "{events}"),
    "test --record": ("test", "{config}", "--record", "{events}"),
}


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(config_text(), encoding="utf-8")
    return path


def run(name: str, config: Path, events: str | Path) -> Result:
    arguments = [part.format(config=config, events=events) for part in COMMANDS[name]]
    return CliRunner().invoke(cli, arguments, env={"ABSMARTLY_API_KEY": "k" * 20})


@pytest.mark.parametrize("name", COMMANDS)
def test_what_is_left_out_of_a_folder_is_said(name: str, config: Path, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.jsonl").write_text(EVENT)
    for other in ("part-00000", "events.jsonl.1", "deep/x.har", "z.tar.gz", ".hidden"):
        (folder / other).write_text(EVENT)
    said = run(name, config, folder).stderr
    assert "4 files of folders were left out: deep/x.har, events.jsonl.1, part-00000 and 1 more." in said
    assert "name any other file itself" in said
    for other in ("part-00000", "events.jsonl.1", "deep/x.har", "z.tar.gz"):
        (folder / other).unlink()
    assert "left out" not in run(name, config, folder).stderr


def test_one_file_and_what_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(EVENT)
    os.mkfifo(tmp_path / "pipe.jsonl")
    found = expand([str(tmp_path)]).left_out
    assert (found.count, found.message) == (1, "1 file of a folder was left out: pipe.jsonl.")
    (tmp_path / "bad\udcff").write_text("")
    assert "bad\\xff, pipe.jsonl" in expand([str(tmp_path)]).left_out.message


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/random"])
def test_a_device_is_refused(name: str, device: str, config: Path) -> None:
    if not os.path.exists(device):
        pytest.skip(f"there is no {device}")
    result = run(name, config, device)
    assert result.exit_code == 2
    assert f"{device} is no file, pipe or folder" in result.stderr


def test_a_socket_is_refused(config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("s.json")
        assert run("map", config, "s.json").exit_code == 2


def abtui(arguments: str, redirect: str, cwd: Path) -> subprocess.CompletedProcess[bytes]:
    command = f"{sys.executable} -m abtui {arguments} {redirect}"
    return subprocess.run(["bash", "-c", command], cwd=cwd, capture_output=True, check=False)


@pytest.mark.parametrize(
    ("events", "redirect", "code", "bodies"),
    [
        ("-", "< /dev/zero", 2, 0),
        ("-", "< /dev/null", 0, 0),
        ("-", "< e.jsonl", 0, 1),
        ("-", "| cat", 0, 1),
        ("/dev/stdin", "< e.jsonl", 0, 1),
        ("/dev/fd/7", "7< e.jsonl", 0, 1),
        ("<(cat e.jsonl)", "", 0, 1),
        ("/dev/stdin", "< <(cat e.jsonl)", 0, 1),
        ("/dev/stdin", "< /dev/zero", 2, 0),
    ],
)
def test_streams_are_read_and_devices_are_not(
    events: str, redirect: str, code: int, bodies: int, config: Path, tmp_path: Path
) -> None:
    (tmp_path / "e.jsonl").write_text(EVENT)
    if redirect == "| cat":
        redirect = "< <(cat e.jsonl)"
    done = abtui(f"map --format body {config.name} {events}", redirect, tmp_path)
    assert (done.returncode, done.stdout.count(b"\n")) == (code, bodies), done.stderr


_PEAK = """\
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdin=sys.stdin)
unit = 1024 * 1024 if sys.platform == "darwin" else 1024
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // unit, done.returncode, file=sys.stderr)
"""
_PIECE = "x" * 1_000_000


@pytest.mark.parametrize("name", COMMANDS)
def test_a_large_value_from_a_pipe_is_skipped_in_bounded_memory(name: str, config: Path, tmp_path: Path) -> None:
    peak, code, said = over_a_pipe(name, 100, config, tmp_path)
    assert peak < 300
    # A report tells it on standard output.
    assert name == "check" or "stdin:1:1: error VALUE-TOO-LARGE: This value has 100,000,038 bytes" in said
    assert code == 1


@pytest.mark.parametrize("name", ["map", "check", "diff"])
def test_a_value_just_under_the_bound_is_read_in_bounded_memory(name: str, config: Path, tmp_path: Path) -> None:
    peak, code, said = over_a_pipe(name, 65, config, tmp_path)
    assert peak < 300
    assert "VALUE-TOO-LARGE" not in said
    assert code == (1 if name == "check" else 0)


def over_a_pipe(name: str, megabytes: int, config: Path, tmp_path: Path) -> tuple[int, int, str]:
    """Peak memory in MB, exit code and standard error of a command over an event so large, and a small one behind it."""
    arguments = [part.format(config=config, events="-") for part in COMMANDS[name]]
    with subprocess.Popen(
        [sys.executable, "-c", _PEAK, sys.executable, "-m", "abtui", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env={**os.environ, "ABSMARTLY_API_KEY": "k" * 20},
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write('{"type":"track","properties":{"x":"')
        for _ in range(megabytes):
            process.stdin.write(_PIECE)
        process.stdin.write(f'"}}}}\n{EVENT}')
        process.stdin.close()
        said = process.stderr.read()
    peak, code = said.split()[-2:]
    return int(peak), int(code), said
