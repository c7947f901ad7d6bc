"""What is read of the paths given: what is left out of a folder is said, and what may never end is refused."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import click
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


SEND = ("send", "--target", "settings", "{config}", "{events}")


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
    for other in ("part-0.parquet", "notes.md", "deep/x.har.zst", "z.tar.gz", ".hidden"):
        (folder / other).write_text(EVENT)
    said = run(name, config, folder).stderr
    assert "4 files of folders were left out: deep/x.har.zst, notes.md, part-0.parquet and 1 more." in said
    assert "name any other file itself" in said
    for other in ("part-0.parquet", "notes.md", "deep/x.har.zst", "z.tar.gz"):
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


@pytest.mark.parametrize("name", [*COMMANDS, "send"])
@pytest.mark.parametrize("text", ["", "// nothing\n", "[]"])
def test_no_command_passes_where_there_is_no_event(name: str, text: str, config: Path, tmp_path: Path) -> None:
    (tmp_path / "none.jsonl").write_text(text)
    arguments = [part.format(config=config, events=tmp_path / "none.jsonl") for part in COMMANDS.get(name, SEND)]
    env = {"ABSMARTLY_API_KEY": "k" * 20}
    result = CliRunner().invoke(cli, arguments, env=env, standalone_mode=False)
    assert result.return_value == 1 or isinstance(result.exception, click.UsageError)
    said = f"{result.stderr} {result.stdout} {result.exception}"
    assert "no event" in said or "0 events. 1 piece could not be read." in said


ODD_PLACES = {
    "a config": ("map", "{odd}", "{events}"),
    "a config to check": ("check", "{odd}"),
    "a config to compare with": ("diff", "{config}", "{odd}", "{events}"),
    "a config for cases": ("test", "{odd}", "{cases}"),
    "cases": ("test", "{config}", "{odd}"),
    "cases among others": ("test", "{config}", "{cases}", "{odd}"),
    "cases by a pattern": ("test", "{config}", "{pattern}"),
    "a journal to show": ("history", "--journal", "{odd}"),
    "a journal to export": ("history", "--journal", "{odd}", "--format", "json"),
    "a journal to write": ("send", "{config}", "{events}", "--journal", "{odd}", "--yes"),
    "a journal of a run to resume": ("send", "--resume", "--journal", "{odd}"),
    "settings of Segment": ("init", "new.yaml", "--from-segment", "{odd}"),
}


@pytest.mark.parametrize("place", ODD_PLACES)
@pytest.mark.parametrize("odd", ["/dev/zero", "socket"])
def test_what_is_no_file_is_refused_in_the_place_of_one(
    place: str, odd: str, config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "events.jsonl").write_text(EVENT)
    (tmp_path / "c.abtui.yaml").write_text("cases: []\n")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
        names = {
            "odd": odd,
            "config": config,
            "events": "events.jsonl",
            "cases": "c.abtui.yaml",
            "pattern": f"{odd[:-1]}?",
        }
        arguments = [part.format(**names) for part in ODD_PLACES[place]]
        result = CliRunner().invoke(cli, arguments, env={"ABSMARTLY_API_KEY": "k" * 20})
    assert re.search(rf"{odd} is (no|not a) file|The journal {odd} cannot be used: it is not a file\.", result.stderr)
    assert result.exit_code == 2


@pytest.mark.parametrize("arguments", [("history",), ("history", "1"), ("send", "--resume")])
def test_a_pipe_is_not_waited_for_as_a_journal(arguments: tuple[str, ...], tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    result = CliRunner().invoke(cli, [*arguments, "--journal", str(tmp_path / "pipe")])
    assert result.exit_code == 2
    assert "cannot be used: it is not a file" in result.stderr


def test_a_config_of_a_device_on_standard_input(tmp_path: Path) -> None:
    (tmp_path / "e.jsonl").write_text(EVENT)
    done = abtui("map - e.jsonl", "< /dev/zero", tmp_path)
    assert done.returncode == 2
    assert done.stderr.decode().endswith(
        "Standard input is no file or pipe. Give a file there: a device may never end.\n"
    )


def abtui(arguments: str, redirect: str, cwd: Path) -> subprocess.CompletedProcess[bytes]:
    command = f"{sys.executable} -m abtui {arguments} {redirect}"
    return subprocess.run(["bash", "-c", command], cwd=cwd, capture_output=True, check=False)


@pytest.mark.parametrize(
    ("events", "redirect", "code", "bodies"),
    [
        ("-", "< /dev/zero", 2, 0),
        # An empty input is read, and holds no event.
        ("-", "< /dev/null", 1, 0),
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
    peak, code, said = over_a_pipe(name, 70, config, tmp_path)
    assert peak < 300
    # A report tells it on standard output.
    assert name == "check" or "stdin:1:1: error VALUE-TOO-LARGE: This value has 70,000,038 bytes" in said
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
