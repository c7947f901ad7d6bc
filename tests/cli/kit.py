"""What tests of the command line share: the command in this process, and files for it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from abtui.services.folders import sample_folder
from tests.kit import run_abtui

ROOT = Path(__file__).parents[2]
SAMPLES = sample_folder()
KEY = "f00dfeedbeefcafe0123"


def abtui(*arguments: str, stdin: bytes = b"", cwd: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run the command line."""
    env = {"KEY": KEY, "ABSMARTLY_API_KEY": KEY, "COLUMNS": "120"}
    return run_abtui(*arguments, stdin=stdin, cwd=cwd, env=env)


def written(folder: Path, text: str, *events: str, name: str = "events.jsonl") -> tuple[str, str]:
    """A config file and an events file."""
    (folder / "config.yaml").write_text(text)
    (folder / name).write_text("\n".join(events), encoding="utf-8")
    return str(folder / "config.yaml"), str(folder / name)


def lines(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, object]]:
    return [json.loads(line) for line in done.stdout.splitlines()]
