"""The README says what is so: every finding, the keys, and a config that works."""

from __future__ import annotations

import re
from pathlib import Path

import click

from abtui.cli.commands import cli
from abtui.core.config.reader import read_config
from abtui.core.corpus.cases import Runner, read_cases
from abtui.core.corpus.mapper import Mapper
from abtui.core.events import Event
from abtui.core.fate import FATES
from abtui.core.findings import RULES
from abtui.tui.bindings import APP, WORKBENCH

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def test_findings_are_listed_from_the_table() -> None:
    rows = re.findall(r"^\| `([A-Z-]+)` \| (\w+) \| (.*) \|$", README, re.MULTILINE)
    assert rows == [(code, rule.severity, rule.title) for code, rule in RULES.items()]


def test_fates_are_listed_from_the_table() -> None:
    rows = re.findall(r"^\| `(.)` \| `(.)` \| ([\w ]+) \| `([a-z-]+)` \| (.*) \|$", README, re.MULTILINE)
    assert rows == [(of.mark, of.ascii, of.one, fate, of.meaning) for fate, of in FATES.items()]


def test_its_config_has_no_finding() -> None:
    [text] = re.findall(r"## The config\n+```yaml\n(.*?)```", README, re.DOTALL)
    reading = read_config(text, {"ABSMARTLY_API_KEY": "k" * 20, "ABSMARTLY_STAGING_KEY": "s" * 20})
    assert reading.config is not None
    assert reading.findings == ()


def test_its_cases_pass() -> None:
    [cases] = re.findall(r"```yaml\n(config: config.yaml.*?)```", README, re.DOTALL)
    [settings] = re.findall(r"## The config\n+```yaml\n(.*?)```", README, re.DOTALL)
    config = read_config(settings, {}).config
    file = read_cases(cases, "readme.abtui.yaml").file
    assert config is not None
    assert file is not None
    runner = Runner(Mapper(config))
    assert {runner.run(case, file, case.event)[0].status for case in file.cases if isinstance(case.event, Event)} == {
        "passed"
    }


def test_its_commands_exist() -> None:
    named = set(re.findall(r"^(?:.*bin/)?abtui (\w+)(?![\w.])", README, re.MULTILINE)) | set(
        re.findall(r"run: abtui (\w+)", README)
    )
    assert {"map", "check", "diff", "test", "init", "collector", "explain"} <= named
    assert named <= set(cli.list_commands(click.Context(cli)))


def test_its_keys_are_bound() -> None:
    [table] = re.findall(r"\| key \| does \|\n\|---\|---\|\n((?:\|.*\n)+)", README)
    named = {name for cell in re.findall(r"^\| (.*?) \|", table, re.MULTILINE) for name in re.findall(r"`(.+?)`", cell)}
    spelled = {
        "slash": "/",
        "right_square_bracket": "]",
        "left_square_bracket": "[",
        "ctrl+right_square_bracket": "Ctrl+]",
        "question_mark": "?",
        "full_stop": ".",
        "semicolon": ";",
        "less_than_sign": "<",
        "greater_than_sign": ">",
        "plus": "+",
        "minus": "-",
        "equals_sign": "=",
        "escape": "Escape",
        "space": "Space",
        "delete": "Delete",
    }
    bound = {spelled.get(key, key) for binding in (*WORKBENCH, *APP) for key in binding.key.split(",")}
    bound |= {"Ctrl+" + key[5:].upper() for key in bound if key.startswith("ctrl+")} | {
        key.upper() for key in bound if key.startswith("f") and key[1:].isdigit()
    }
    commands = {"type:track fate:ignored finding:UNIT-* goal:purchase user:979 is:marked text", "git:HEAD", "$EDITOR"}
    # Completion and undo are keys of the editors.
    assert named - commands - {"Ctrl+Space", "Ctrl+_"} <= bound
