"""`abtui FILES...` opens the workbench: which file is the config is told by its content, and only one can be."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from abtui.cli.commands import cli

YAML = "destination: classic\nsettings: {environment: staging}\n"


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in (
        ("c1.yaml", YAML),
        ("c2.yaml", YAML),
        ("e.json", '{"type": "track"}'),
        ("README.md", f"# A\n\nA text.\n\n{YAML}"),
    ):
        Path(name).write_text(text)


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("words", "opened"),
    [
        ([], (None, ())),
        (["e.json", "c2.yaml"], ("c2.yaml", ("e.json",))),
        (["c1.yaml", "e.json"], ("c1.yaml", ("e.json",))),
        (["README.md"], (None, ("README.md",))),
        (["open", "--", "e.json"], (None, ("e.json",))),
    ],
)
def test_what_is_opened(words: list[str], opened: tuple[str | None, Sequence[str]]) -> None:
    seen: list[tuple[str | None, Sequence[str]]] = []

    def open_workbench(config: str | None, events: Sequence[str]) -> int:
        seen.append((config, events))
        return 0

    assert CliRunner().invoke(cli, words, obj=open_workbench).exit_code == 0
    assert seen == [opened]


@pytest.mark.usefixtures("files")
def test_a_port_is_for_listening() -> None:
    result = CliRunner().invoke(cli, ["c1.yaml", "--port", "8765"], obj=lambda _config, _events: 0)
    assert (result.exit_code, "--port goes with --listen." in result.output) == (2, True)


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("command", [[], ["open"], ["serve"]])
def test_two_configs_are_a_usage_error(command: list[str]) -> None:
    found = subprocess.run(
        [sys.executable, "-m", "abtui", *command, "c1.yaml", "e.json", "c2.yaml"], capture_output=True, text=True
    )
    assert found.returncode == 2
    assert (
        "c1.yaml and c2.yaml are both configs. Name one. To compare them: abtui diff c1.yaml c2.yaml EVENTS"
        in found.stderr
    )
