"""The workbench reads a catalog file beside the config, and again when it changes."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path

from textual.pilot import Pilot

from abtui.tui.workbench import Workbench
from tests.kit import CONFIG, event, until
from tests.tui.kit import of_config, replace_config, workbench

NAMED = CONFIG + "catalog: !file catalog.yaml\n"


async def change(pilot: Pilot[int], path: Path, text: str, true: Callable[[], bool]) -> None:
    """Write a file until it was noticed: when a watcher begins to look is nobody's promise."""
    turns = count()

    def noticed() -> bool:
        if next(turns) % 20 == 0:
            path.write_text(text)
        return true()

    await until(pilot, noticed)


def codes(screen: Workbench) -> list[str]:
    return [item.code for item in of_config(screen).effect.rows.findings]


def said(screen: Workbench) -> str:
    return " ".join(f"{item.message} {item.hint}" for item in of_config(screen).effect.rows.findings)


async def test_a_catalog_file_is_read_and_followed(tmp_path: Path) -> None:
    config, catalog, events = (tmp_path / name for name in ("config.yaml", "catalog.yaml", "events.jsonl"))
    config.write_text(NAMED)
    catalog.write_text("goals: [refund]\n")
    events.write_text(event())
    async with workbench(config, events) as (pilot, screen):

        def fate() -> str:
            outcome = screen.state.selection.outcome
            return "" if outcome is None else outcome.fate

        assert fate() == "ignored"
        await change(pilot, catalog, "goals: [purchase]\n", lambda: fate() == "accepted")
        await pilot.press("3")
        await change(pilot, catalog, "goals: [\n", lambda: "CONFIG-CATALOG-FILE" in codes(screen))
        assert screen.state.session.reading.config is not None


async def test_a_catalog_file_that_is_named_while_typing_is_watched(tmp_path: Path) -> None:
    config, events = tmp_path / "config.yaml", tmp_path / "events.jsonl"
    config.write_text(CONFIG)
    events.write_text(event())
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("3")
        await replace_config(pilot, screen, CONFIG + "catalog: !file no/where.yaml\n")
        assert "does not exist" in said(screen)
        await replace_config(pilot, screen, NAMED)
        assert "does not exist" in said(screen)
        catalog = tmp_path / "catalog.yaml"
        await change(pilot, catalog, "units: [other]\n", lambda: "CONFIG-CATALOG" in codes(screen))
        assert screen.state.session.modified


async def test_a_catalog_file_outside_is_told_with_the_flag(tmp_path: Path) -> None:
    # It needs a workbench of its own: whether files outside are read is said when it is opened.
    (tmp_path / "outside.yaml").write_text("goals: [top-secret]\n")
    (tmp_path / "inside").mkdir()
    config, events = tmp_path / "inside" / "config.yaml", tmp_path / "events.jsonl"
    config.write_text(CONFIG + "catalog: !file ../outside.yaml\n")
    events.write_text(event())
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("3")
        told = said(screen)
        assert "--allow-files-outside" in told
        assert "top-secret" not in told
