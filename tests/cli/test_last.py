"""`--last` opens the files of the last session."""

from __future__ import annotations

from collections.abc import Sequence

from click.testing import CliRunner

from abtui.cli.commands import cli
from abtui.core.saved_state import Visit, with_visit
from abtui.services import own_files


def test_last_opens_what_was_open() -> None:
    opened: list[tuple[str | None, Sequence[str]]] = []

    def open_workbench(config: str | None, events: Sequence[str]) -> int:
        opened.append((config, events))
        return 0

    run = CliRunner().invoke
    none = run(cli, ["--last"], obj=open_workbench)
    assert none.exit_code == 2
    assert "you have not opened a file of your own yet" in none.stderr
    own_files.update_session(lambda remembered: with_visit(remembered, Visit(config="/a.yaml", events=("/b.jsonl",))))
    own_files.update_session(lambda remembered: with_visit(remembered, Visit()))
    assert run(cli, ["open", "--last"], obj=open_workbench).exit_code == 0
    assert opened == [("/a.yaml", ("/b.jsonl",))]
    assert run(cli, ["--last", "pyproject.toml"], obj=open_workbench).exit_code == 2
