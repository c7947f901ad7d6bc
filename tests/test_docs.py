"""The pages of docs/ are what their command writes, and README and pages say what is so."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from abtui.cli.commands import cli
from abtui.cli.formats import FORMATS
from abtui.core.config.reader import read_config
from abtui.core.corpus.cases import Runner, read_cases
from abtui.core.corpus.mapper import Mapper
from abtui.core.events import Event
from abtui.core.experiments.reader import read_experiments_file
from docs.write import PAGES, page
from tests.sessions.record import COLUMNS
from tests.sessions.stories import STORIES, Story

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROOFS = (ROOT / "docs" / "proofs.md").read_text(encoding="utf-8")
INTERACTIVE = re.compile(r"^abtui$|^python3 -m venv|^\s*#")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_what_the_command_writes(name: str) -> None:
    written = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert written == page(name), "run: python docs/write.py"


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= 150


def test_every_linked_file_exists() -> None:
    for text, folder in (
        (README, ROOT),
        *(
            ((ROOT / "docs" / name).read_text(encoding="utf-8"), ROOT / "docs")
            for name in os.listdir(ROOT / "docs")
            if name.endswith(".md")
        ),
    ):
        for link in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
            assert (folder / link).exists(), link


def test_the_config_has_no_finding() -> None:
    [text] = re.findall(r"## The config\n+```yaml\n(.*?)```", README, re.DOTALL)
    reading = read_config(text, {"ABSMARTLY_API_KEY": "k" * 20, "ABSMARTLY_STAGING_KEY": "s" * 20})
    assert reading.config is not None
    assert reading.findings == ()


def test_the_experiments_have_no_finding() -> None:
    [text] = re.findall(
        r"```yaml\n(experiments:.*?)```", (ROOT / "docs" / "live.md").read_text(encoding="utf-8"), re.DOTALL
    )
    file = read_experiments_file(text, "experiments.yaml")
    assert [experiment.name for experiment in file.experiments] == ["checkout_one_page"]
    assert file.findings == ()


def test_the_cases_pass() -> None:
    [cases] = re.findall(r"```yaml\n(config: config.yaml.*?)```", PROOFS, re.DOTALL)
    [settings] = re.findall(r"## The config\n+```yaml\n(.*?)```", README, re.DOTALL)
    config = read_config(settings, {}).config
    file = read_cases(cases, "readme.abtui.yaml").file
    assert config is not None
    assert file is not None
    runner = Runner(Mapper(config))
    assert {runner.run(case, file, case.event)[0].status for case in file.cases if isinstance(case.event, Event)} == {
        "passed"
    }


def test_the_commands_exist() -> None:
    text = README + PROOFS
    text = "\n".join(re.findall(r"```(?:sh|yaml)\n(.*?)```", text, re.DOTALL))
    named = set(re.findall(r"^abtui (\w+) +[^ ]", text, re.MULTILINE))
    named |= set(re.findall(r"run: abtui (\w+)", text))
    assert {"map", "check", "diff", "test", "init", "explain"} <= named
    assert named <= set(cli.list_commands(click.Context(cli)))


def test_the_readmes_commands_run_as_pasted(tmp_path: Path) -> None:
    """All but the installation and the workbench, one after the other, in a folder that has nothing at first."""
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if not INTERACTIVE.search(line)]
    assert len(lines) >= 10
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "abtui").write_text(f'#!/bin/sh\nexec {sys.executable} -m abtui "$@"\n')
    (programs / "abtui").chmod(0o755)
    folder = tmp_path / "work"
    folder.mkdir()
    env = {name: value for name, value in os.environ.items() if not name.startswith("ABSMARTLY_")}
    env |= {"PATH": f"{programs}{os.pathsep}{env['PATH']}", "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    shell = shutil.which("sh")
    assert shell is not None
    for line in lines:
        done = subprocess.run(
            [shell, "-c", line],
            cwd=folder,
            env=env,
            capture_output=True,
            text=True,
            timeout=180,
            stdin=subprocess.DEVNULL,
        )
        assert done.returncode == 0, (line, done.stdout, done.stderr)


def test_the_pages_name_every_format() -> None:
    for text in (README.lower(), PROOFS.lower()):
        missing = [name for name in FORMATS if name not in text]
        assert not missing


@pytest.mark.parametrize("story", STORIES, ids=[story.name for story in STORIES])
def test_a_recorded_session_is_that_of_its_story(story: Story) -> None:
    text = (ROOT / "docs" / "sessions" / f"{story.name}.txt").read_text(encoding="utf-8")
    parts = text.split(f"\n{'─' * COLUMNS}\n")
    assert len(parts) // 2 == len(story.moves), "run: python -m tests.sessions.record"
    for move, why, screen in zip(story.moves, parts[::2], parts[1::2], strict=False):
        assert why.endswith(move.why)
        assert re.search(move.sees, screen, re.DOTALL), move.sees
