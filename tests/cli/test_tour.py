"""`abtui tour` opens the workbench at its tour."""

from __future__ import annotations

from collections.abc import Sequence

from click.testing import CliRunner

from abtui.cli.commands import cli


def test_the_tour_is_of_the_demo() -> None:
    opened: list[tuple[str | None, Sequence[str], bool]] = []

    def open_workbench(config: str | None, events: Sequence[str], *, tour: bool = False) -> int:
        opened.append((config, events, tour))
        return 3

    assert CliRunner().invoke(cli, ["tour"], obj=open_workbench).exit_code == 3
    assert CliRunner().invoke(cli, ["tour", "config.yaml"], obj=open_workbench).exit_code == 2
    assert opened == [(None, (), True)]
