"""The workbench's stories, with the keyboard and the mouse, against the local collector."""

from __future__ import annotations

import json
from pathlib import Path

from textual.widgets import Input, Static

from abtui.tui.dialogs.help import Help
from abtui.tui.dialogs.paths import PickPath
from tests.kit import until
from tests.tui.events_kit import line
from tests.tui.kit import NOW, workbench


async def test_saving_edited_events(config: Path, events: Path, tmp_path: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("n")
        assert screen.state.corpus.item(4).source == "new #1"
        assert screen.state.row(4).flags == ("edited",)
        assert f"{config.name} *" not in line(screen, "#header"), "the config is as it was"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, PickPath))
        pilot.app.screen.query_one(Input).value = str(tmp_path / "saved.jsonl")
        await pilot.click("#take")
        await until(pilot, lambda: (tmp_path / "saved.jsonl").exists())
        rows = (tmp_path / "saved.jsonl").read_text().splitlines()
        assert len(rows) == 5
        assert json.loads(rows[4])["originalTimestamp"] == NOW
        assert not screen.state.corpus.edited


async def test_help_lists_the_keys_in_force(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, _):
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(pilot.app.screen, Help))
        text = " ".join(str(node.visual) for node in pilot.app.screen.query(Static))
        assert "Send the selected event to the target" in text
        await pilot.press("escape")
        await pilot.press("l")
        assert not pilot.app.current_theme.dark
