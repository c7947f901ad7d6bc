"""Lint, types, import rules, and what may be loaded when: part of the one test command."""

from __future__ import annotations

import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest

from abtui.core.destinations import DESTINATIONS

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
    ],
    ids=["lint", "format", "types"],
)
def test_each_tool_finds_nothing(command: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_import_rules_hold() -> None:
    code = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_import_circle() -> None:
    graph = grimp.build_graph("abtui")
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    # Loaded with the first case file.
    imports["abtui.pytest_plugin"].discard("abtui.pytest_plugin.collecting")
    # A part of the state knows the whole by its type alone.
    for part in ("abtui.tui.event_state", "abtui.tui.config_state"):
        imports[part].discard("abtui.tui.state")
    TopologicalSorter(imports).prepare()  # Raises CycleError.


@pytest.mark.parametrize(
    ("arguments", "never"),
    [
        (["--version"], ["click", "msgspec", "orjson", "textual", "httpx"]),
        (["--help"], ["textual", "httpx", "starlette", "uvicorn", "watchfiles", "rich"]),
        (["explain", "UNIT-NONE"], ["textual", "httpx", "starlette", "uvicorn", "watchfiles", "rich"]),
    ],
)
def test_what_a_command_does_not_load(arguments: list[str], never: list[str]) -> None:
    code = (
        "import sys, abtui.__main__ as m\n"
        f"sys.argv = ['abtui', *{arguments!r}]\n"
        "try: m.main()\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        f"loaded = [name for name in {never!r} if name in sys.modules]\n"
        "assert not loaded, loaded"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_module_is_over_400_lines() -> None:
    long = {
        str(path): count for path in (ROOT / "abtui").rglob("*.py") if (count := path.read_text().count("\n")) > 400
    }
    assert not long


def test_only_a_destination_names_its_settings() -> None:
    """Everything else reads the table of settings, so that a second destination is one folder."""
    shared = {"apiKey", "collectorEndpoint", "environment", "application"}
    names = {
        item.name
        for destination in DESTINATIONS.values()
        for table in (destination.settings, *(section.settings for section in destination.sections))
        for item in table
    } - shared
    snake = {re.sub("[A-Z]", lambda match: f"_{match[0].lower()}", name) for name in names}
    pattern = re.compile("|".join(rf"\b{name}\b" for name in sorted((names | snake) - {"identify"})))
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in (ROOT / "abtui").rglob("*")
        if path.suffix in (".py", ".json", ".yaml", ".jinja", ".html") and "destinations" not in path.parts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]
    assert not found
