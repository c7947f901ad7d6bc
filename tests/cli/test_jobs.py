"""With several processes every command gives the same bytes as with one, and ends at once when it is interrupted."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest

from abtui.cli import inputs
from tests.cli.kit import KEY, abtui
from tests.generate import actions_config_text, event_lines
from tests.kit import CONFIG

BROKEN = (
    '{"type":"track","event":"Cut","properties":{"a":',
    '{"type":"nothing"}',
    '{"kind":1}',
    "[",
    "]",
    "12,",
    "words",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Events in several files, of which one is large, one compressed, one broken off, and one a table."""
    path = tmp_path_factory.mktemp("jobs")
    (path / "config.yaml").write_text(CONFIG)
    (path / "other.yaml").write_text(actions_config_text())
    lines = [line.decode() for line in islice(event_lines(), 600)]
    for at, broken in enumerate(BROKEN):
        lines.insert(97 * at, broken)
    inside = path / "events"
    inside.mkdir()
    text = "\r\n".join(lines)
    (inside / "large.jsonl").write_text("\ufeff" + text, newline="")
    (inside / "packed.jsonl.gz").write_bytes(gzip.compress("\n".join(lines[200:300]).encode()))
    (inside / "cut.jsonl.gz").write_bytes(gzip.compress("\n".join(lines[:99]).encode())[:-20])
    (inside / "list.json").write_text(f"[{','.join(lines[300:340])}]")
    (inside / "table.csv").write_text("type,event,userId\ntrack,Order Completed,u1\ntrack,,u2\n")
    return path


@pytest.fixture(autouse=True)
def short_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "stretch_for", lambda _sources, _workers: 100_000)


@pytest.mark.parametrize(
    ("jobs", "arguments"),
    [
        (2, ("map", "config.yaml", "events", "--explain")),
        (3, ("map", "config.yaml", "events", "--format", "body")),
        (2, ("map", "config.yaml", "events", "--format", "json")),
        (3, ("map", "config.yaml", "events", "--format", "table")),
        (3, ("map", "config.yaml", "events/table.csv", "events/list.json", "--format", "table")),
        (2, ("diff", "config.yaml", "other.yaml", "events", "--format", "json")),
        (3, ("diff", "config.yaml", "other.yaml", "events", "--findings", "--examples", "9")),
        (2, ("experiments", "config.yaml", "events", "--format", "json", "--unit", "u-36904")),
        (2, ("test", "other.yaml", "--record", "events")),
        (3, ("test", "config.yaml", "--record", "events", "--record", "events/large.jsonl", "--all")),
    ],
)
def test_the_same_for_any_number_of_jobs(jobs: int, arguments: tuple[str, ...], folder: Path) -> None:
    one = abtui(*arguments, "--jobs", "1", "--now", "2026-05-01", cwd=folder)
    several = abtui(*arguments, "--jobs", str(jobs), "--now", "2026-05-01", cwd=folder)
    assert several.stdout == one.stdout
    assert one.stdout
    assert several.returncode == one.returncode
    assert sorted(several.stderr.splitlines()) == sorted(one.stderr.splitlines())


def test_recorded_events_are_found_where_several_processes_have_read_them(folder: Path) -> None:
    """More events than are written out are referred to by their numbers, which no process knows alone."""
    large = ("--record", "events/large.jsonl")
    done = abtui("test", "config.yaml", *large, *large, "--all", "-o", "golden.abtui.yaml", "--jobs", "3", cwd=folder)
    assert b"1,200 cases in golden.abtui.yaml, from 1,200 events." in done.stderr
    assert (folder / "golden.abtui.yaml").read_text().count("    file: events/large.jsonl\n") == 1_200
    assert abtui("test", "config.yaml", "golden.abtui.yaml", cwd=folder).returncode == 0


def test_ctrl_c_ends_all_processes(folder: Path) -> None:
    """Of a terminal's Ctrl-C all processes hear; the first one says so, and what it wrote to is closed at once."""
    command = [sys.executable, "-m", "abtui", "map", "config.yaml", *["events"] * 50, "--jobs", "2"]
    process = subprocess.Popen(
        command,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"KEY": KEY},
        process_group=0,
    )
    assert process.stdout is not None
    assert process.stdout.read(1)
    os.killpg(process.pid, signal.SIGINT)
    _, told = process.communicate()
    assert process.returncode == 130
    assert told.splitlines()[-1] == b"interrupted"
    assert b"Traceback" not in told
