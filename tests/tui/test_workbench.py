"""The workbench's stories, with the keyboard and the mouse, against the local collector."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path

from abtui.tui.screens.workbench import WorkbenchScreen
from textual.widgets import Input, Static

from abtui.tui.app import WorkbenchApp
from abtui.tui.dialogs.help import Help
from abtui.tui.dialogs.paths import PickPath
from abtui.tui.dialogs.questions import ConfirmQuit
from abtui.tui.kit.signs import EDITED
from tests.kit import CONFIG, event, until
from tests.tui.kit import NOW, paste, payload, replace_config, words, workbench


async def test_the_config_maps_as_it_is_typed(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("4")
        text = screen.config_pane.editor.text
        await replace_config(pilot, screen, text.replace("purchase", "bought"))
        await until(pilot, lambda: screen.corpus.mapped == len(screen.corpus))
        assert payload(screen)["goals"][0]["name"] == "bought"
        await replace_config(pilot, screen, text.replace("unitMapping", "unitMaping"))
        assert "CONFIG-MISSING" in words(screen, "#config-findings-text")
        assert payload(screen)["goals"][0]["name"] == "bought", "the last good config stays in use"
        await replace_config(pilot, screen, text.replace("PageViewTracking: true", "PageViewTracking: false"))
        await until(pilot, lambda: screen.corpus.mapped == len(screen.corpus))
        assert screen.corpus.counts == {"accepted": 2, "never-leaves": 2}
        assert config.read_text() == CONFIG, "nothing is written unasked"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: config.read_text() != CONFIG)
        assert "PageViewTracking: false" in config.read_text()
        assert not screen.session.modified


async def test_a_config_with_errors_opens(tmp_path: Path, events: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("settings: {environment: staging}")
    app = WorkbenchApp(str(broken), [str(events)], env={}, now=NOW)
    async with app.run_test(size=(140, 40)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, WorkbenchScreen))
        screen = app.screen
        assert isinstance(screen, WorkbenchScreen)
        await until(pilot, lambda: len(screen.corpus) == 4)
        assert "The config has errors" in words(screen, "#banner")
        assert screen.pane == "config"
        assert "CONFIG-MISSING" in words(screen, "#config-findings-text")
        await pilot.press("s")
        await replace_config(pilot, screen, CONFIG)
        await until(pilot, lambda: screen.corpus.mapped == 4)
        assert payload(screen)["goals"][0]["name"] == "purchase"


async def test_a_change_on_disk_maps_anew(config: Path, events: Path) -> None:
    def write(name: str) -> None:
        config.write_text(CONFIG.replace("purchase", name))

    async with workbench(config, events) as (pilot, screen):
        turns = count()

        def followed() -> bool:
            # Again and again: when a watcher begins to look is nobody's promise.
            if next(turns) % 20 == 0:
                write("from disk")
            return bool(payload(screen)["goals"][0]["name"] == "from disk")

        await until(pilot, followed)
        assert not screen.session.modified
        await pilot.press("4")
        await replace_config(pilot, screen, CONFIG.replace("purchase", "mine"))
        write("theirs")
        await until(pilot, lambda: any("Your changes are kept" in note.message for note in pilot.app._notifications))
        assert payload(screen)["goals"][0]["name"] == "mine", "unsaved text is not overwritten"


async def test_pasting_into_the_filter_and_the_config(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("slash")
        await paste(pilot, "sign")
        assert screen.event_list.count == 1
        await paste(pilot, event(event="Into the filter"))
        assert payload(screen)["goals"][0]["name"] == "Into the filter"
        await pilot.press("f5")
        await until(pilot, lambda: screen.focused is screen.config_pane.editor)
        await paste(pilot, event(event="Into the config"))
        assert len(screen.corpus) == 6
        assert not screen.session.modified
        assert screen.event_pane.display, "what was pasted is in view"
        assert "Into the config" in screen.event_pane.editor.text
        assert screen.focused is screen.event_list


async def test_opening_a_broken_config_puts_the_old_one_out_of_use(config: Path, events: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("settings: {environment: staging}")
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("o")
        await until(pilot, lambda: isinstance(pilot.app.screen, PickPath))
        pilot.app.screen.query_one(Input).value = str(broken)
        await pilot.press("enter")
        await until(pilot, lambda: screen.session.path == str(broken))
        assert screen.session.target is None
        assert screen.pane == "config"
        assert "The config has errors" in words(screen, "#banner")


async def test_saving_over_a_file_asks(config: Path, events: Path) -> None:
    before = events.read_text()
    async with workbench(config, events) as (pilot, _):
        await pilot.press("n", "ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, PickPath))
        pilot.app.screen.query_one(Input).value = str(events)
        await pilot.press("enter")
        await pilot.pause()
        assert events.read_text() == before
        await pilot.press("enter")
        await until(pilot, lambda: events.read_text() != before)


async def test_quitting_keeps_unsaved_text_unless_told(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("e", "space", "ctrl+q")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmQuit))
        await pilot.press("escape")
        assert pilot.app.screen is screen
        await pilot.press("ctrl+q")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmQuit))
        await pilot.click("#discard")
        await until(pilot, lambda: not pilot.app.is_running or pilot.app.return_value == 0)


async def test_quitting_with_nothing_unsaved(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, _):
        await pilot.press("q")
        await until(pilot, lambda: pilot.app.return_value == 0)


async def test_saving_edited_events(config: Path, events: Path, tmp_path: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("n")
        assert screen.corpus.item(4).source == "new #1"
        assert "1 unsaved event" in words(screen, "#target-bar")
        assert f" {EDITED}" not in words(screen, "#target-bar"), "the config is as it was"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, PickPath))
        pilot.app.screen.query_one(Input).value = str(tmp_path / "saved.jsonl")
        await pilot.click("#take")
        await until(pilot, lambda: (tmp_path / "saved.jsonl").exists())
        rows = (tmp_path / "saved.jsonl").read_text().splitlines()
        assert len(rows) == 5
        assert json.loads(rows[4])["originalTimestamp"] == NOW
        assert not screen.corpus.edited


async def test_files_are_opened_from_a_dialog(config: Path, events: Path, tmp_path: Path) -> None:
    async with workbench(config) as (pilot, screen):
        await pilot.press("n", "escape", "backspace")
        assert not len(screen.corpus)
        assert screen.event_pane.editor.text == ""
        assert "No event yet" in words(screen, "#banner")
        for path in (events, tmp_path / "nowhere.json"):
            await pilot.press("o")
            await until(pilot, lambda: isinstance(pilot.app.screen, PickPath))
            pilot.app.screen.query_one(Input).value = str(path)
            await pilot.press("enter")
            await pilot.pause()
        await until(pilot, lambda: len(screen.corpus) == 4)
        await until(
            pilot, lambda: any("nowhere.json does not exist" in note.message for note in pilot.app._notifications)
        )


async def test_help_lists_the_keys_in_force(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, _):
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(pilot.app.screen, Help))
        text = " ".join(str(node.visual) for node in pilot.app.screen.query(Static))
        assert "Send the selected event to the target" in text
        await pilot.press("escape")
        await pilot.press("l")
        assert not pilot.app.current_theme.dark
