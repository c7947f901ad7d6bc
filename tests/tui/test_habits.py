"""Habits: keys of one's own, help, $EDITOR, the last session, drafts, and what happens when something unexpected does."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest
from textual.app import App
from textual.command import CommandList, CommandPalette
from textual.keys import format_key
from textual.widgets import Button, Static

from abtui.core.events import Stored
from abtui.core.keymap import keymap_template, read_keymap
from abtui.core.saved_state import Draft, DraftEvent, masked_draft
from abtui.core.text.key_names import is_character
from abtui.services import own_files
from abtui.services.drafts import DraftFile, drafts_folder
from abtui.services.own_files import settings_folder, state_folder
from abtui.tui.app import WorkbenchApp
from abtui.tui.dialogs.help import Help
from abtui.tui.dialogs.questions import ConfirmQuit, RestoreDraft
from abtui.tui.keys import all_bound
from abtui.tui.kit.event_list import EventList
from abtui.tui.palette import commands
from abtui.tui.work.last_session import LastSession
from abtui.tui.workbench import Workbench
from tests.kit import until
from tests.services.test_own_files import ended_pid
from tests.tui.kit import KEY, NOW, notes, payload, workbench

# Keys


def test_every_action_with_an_id_is_in_the_template_and_has_keys_that_exist() -> None:
    bounds = all_bound()
    assert {"event.send", "app.quit", "rows.up", "file.editor"} <= {bound.id for bound in bounds}
    assert read_keymap(keymap_template(bounds), bounds).problems == ()
    for bound in bounds:
        for key in bound.keys:
            assert is_character(key) or format_key(key.split("+")[-1]), key


def test_no_two_actions_of_the_table_have_one_key() -> None:
    taken: dict[tuple[str, str], set[str]] = {}
    for bound in all_bound():
        for key in bound.keys:
            taken.setdefault((bound.scope, key), set()).add(bound.id)
    assert {at: ids for at, ids in taken.items() if len(ids) > 1} == {}


async def test_the_keymap_file_changes_keys_and_is_told_what_is_wrong(config: Path, events: Path) -> None:
    settings_folder().mkdir(parents=True)
    path = settings_folder() / "keymap.yaml"
    path.write_text("event.new: X\nevent.sned: Z\nrows.down: ctrl+n\nlist.verdict: n\ncopy.curl: none\n")
    async with workbench(config, events) as (pilot, screen):
        assert "line 2: There is no action `event.sned`. Did you mean `event.send`?" in notes(screen)
        await pilot.press("ctrl+n")
        assert screen.query_one(EventList).cursor == 1
        await pilot.press("down", "c")
        assert screen.query_one(EventList).cursor == 1, "the own key is gone"
        await pilot.press("n")
        assert screen.state.corpus.filter.text == "fate:accepted"
        await pilot.press("X")
        assert len(screen.state.corpus) == 5
        titles = {command.title: command.help for command in commands(screen)}
        assert titles["Event: New"].startswith("X ")
        path.write_text("event.new: alt+n\n")
        await until(pilot, lambda: _looked(pilot.app))
        await pilot.press("escape", "alt+n")
        assert len(screen.state.corpus) == 6


def _looked(app: App[int]) -> bool:
    assert isinstance(app, WorkbenchApp)
    app.check_keymap()
    return app._keymap.get("event.new") == "alt+n"


async def test_help_and_palette_tell_of_every_action_what_has_the_focus_first(config: Path, events: Path) -> None:
    async with workbench(config, events, size=(80, 24)) as (pilot, screen):
        titles = {command.title for command in commands(screen)}
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(pilot.app.screen, Help))
        text = str(pilot.app.screen.query_one("#keys-found", Static).visual)
        assert text.startswith("Here: Events\n  Up  k")
        assert "Send the selected event" in text
        await pilot.press(*"filter")
        found = str(pilot.app.screen.query_one("#keys-found", Static).visual)
        assert "Filter the list" in found
        assert "Send the selected event" not in found
        await pilot.press("escape", "e", "f1")
        await until(pilot, lambda: isinstance(pilot.app.screen, Help))
        text = str(pilot.app.screen.query_one("#keys-found", Static).visual)
        assert text.startswith("You are typing text here")
        assert "Here: Event" in text
        assert "Ctrl+_" in text, "undoing what was typed"
        await pilot.press("f1")
        assert pilot.app.screen is screen
        assert {"Event: Send", "Rows: Down", "Target: local", "Event: Why", "Tour"} <= titles
        assert "Theme: nord" in titles
        assert titles - {command.title for command in commands(screen)} == {
            title for title in titles if "Rows" in title
        }
        await pilot.press("ctrl+p")
        await until(pilot, lambda: isinstance(pilot.app.screen, CommandPalette))
        await pilot.press(*"target: local")
        found = pilot.app.screen.query_one(CommandList)
        await until(pilot, lambda: ["Target: local" in str(option.prompt) for option in found.options] == [True])
        await pilot.press("enter")
        await until(
            pilot, lambda: screen.state.session.target is not None and screen.state.session.target.name == "local"
        )


# $EDITOR


def editor(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: str) -> None:
    script = tmp_path / "editor.py"
    script.write_text(f"import sys, pathlib\npath = pathlib.Path(sys.argv[-1])\n{code}")
    monkeypatch.setenv("VISUAL", f"'{sys.executable}' '{script}' --wait")


async def test_the_event_and_the_config_are_edited_in_the_editor(
    config: Path, events: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor(monkeypatch, tmp_path, "path.write_text(path.read_text().replace('Order Completed', 'Changed'))")
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("E")
        assert "No other editor can run in this terminal" in notes(screen)
        monkeypatch.setattr(pilot.app, "suspend", nullcontext)
        await pilot.press("E")
        assert payload(screen)["goals"][0]["name"] == "Changed"
        assert screen.state.corpus.edited == {0}
        await pilot.press("u")
        assert payload(screen)["goals"][0]["name"] == "purchase"
        await pilot.press("f5", "alt+e")
        assert "Changed: purchase" in screen.state.session.text
        await pilot.press("escape", "u")
        assert not screen.state.session.modified
        editor(monkeypatch, tmp_path, "sys.exit(2)")
        await pilot.press("E")
        assert "The editor ended with code 2" in notes(screen)
        monkeypatch.setenv("VISUAL", "no-such-editor")
        await pilot.press("E")
        assert "The editor of $VISUAL was not found." in notes(screen)
        editor(monkeypatch, tmp_path, "path.write_text('copy.curl: none\\nevent.new: alt+0\\n')")
        offered = {command.title: command.callback for command in commands(screen)}
        offered["App: Open the keymap file"]()
        await until(pilot, lambda: "2 actions with keys of your own" in notes(screen))


# The last session


async def test_the_same_files_open_as_they_were_left(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("ctrl+t", "down", "down", "slash", *"type:page", "enter")
        await until(pilot, lambda: screen.state.corpus.shown == 1)
        pilot.app.theme = "nord"
        await pilot.press("2", "ctrl+q")
    async with workbench(config, events) as (pilot, screen):
        state = screen.state
        await until(pilot, lambda: state.corpus.shown == 1)
        assert state.selection.index == 2
        assert screen.query_one(EventList).cursor == 0
        assert state.screen == "goal"
        assert pilot.app.theme == "nord"
        assert state.filter_of_before == "type:page"
        assert state.session.target is not None
        assert state.session.target.name == "local"
    text = own_files.session_path().read_text()
    assert KEY not in text
    assert "Order Completed" not in text
    async with workbench() as (pilot, screen):
        state = screen.state
        assert state.session.path is None
        assert (state.screen, state.filter_text, pilot.app.theme) == ("events", "", "abtui-dark"), (
            "the demo opens fresh"
        )
        offered = {command.title: command.callback for command in commands(screen)}
        offered["File: Reopen the last session"]()
        await until(pilot, lambda: f"{events}:1" in _sources(screen))


async def test_what_cannot_be_noted_is_told_once_and_tried_again(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        keeper = screen.query_one(LastSession)
        own_files.session_path().unlink(missing_ok=True)
        own_files.session_path().mkdir(parents=True)
        for _ in range(2):
            keeper._note_in_thread()
            await until(pilot, lambda: keeper._noted is None)
        assert notes(screen).count("The state of the screen cannot be saved") == 1


def _sources(screen: Workbench) -> list[str]:
    return [screen.state.corpus.item(index).source for index in range(len(screen.state.corpus))]


# Drafts


async def test_unsaved_work_is_kept_without_keys_and_cleared_when_it_is_saved_or_given_up(
    config: Path, events: Path
) -> None:
    async with workbench(config, events) as (pilot, screen):
        screen.state.config.edit({("settings", "apiKey"): "literal-key-0123456789"}, "changed")
        await pilot.press("n", "space")
        await until(pilot, lambda: bool(list(drafts_folder().glob("*.json"))))
        [path] = drafts_folder().glob("*.json")
        text = path.read_text()
        assert "literal-key-0123456789" not in text
        assert "****" in text
        await until(pilot, lambda: "The config contains the API key" in notes(screen))
        await pilot.press("escape", "ctrl+q")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmQuit))
        pilot.app.screen.query_one("#discard", Button).press()
        await until(pilot, lambda: not pilot.app.is_running)
        assert list(drafts_folder().iterdir()) == []


async def test_the_drafts_of_a_run_that_was_killed_are_offered(config: Path, events: Path) -> None:
    left = config.read_text().replace("purchase", "buy").replace("${KEY}", KEY)
    config.write_text(config.read_text().replace("${KEY}", KEY))
    kept = (DraftEvent(1, f"{events}:2", '{"type": "track", "event": "Edited"}'), DraftEvent(9, "pasted #1", "{}"))
    file = DraftFile()
    draft = Draft(
        version=1,
        at="2026-01-31T12:31:00",
        config=str(config),
        events=(str(events),),
        config_text=left,
        kept=kept,
    )
    file.put(masked_draft(draft, {}, ()), file.turn())
    assert KEY not in file.path.read_text()
    file.close()
    file.path.rename(file.path.with_name(f"draft-{ended_pid()}-00.json"))
    async with workbench_with_dialog(config, events) as (pilot, screen):
        question = pilot.app.screen
        assert "Unsaved changes from 2026-01-31 12:31" in str(question.query_one(".dialog-title", Static).visual)
        question.query_one("#restore", Button).press()
        await until(pilot, lambda: screen.state.corpus.edited == {1, 4})
        assert screen.state.session.text == left
        assert screen.state.session.modified
        assert '"Edited"' in str(screen.state.corpus.item(1).text)
        await pilot.press("u")
        assert not screen.state.session.modified
        await until(pilot, lambda: not list(drafts_folder().glob("*-00.json")))
        assert list(drafts_folder().iterdir()), "this run's own has taken its place"
        # What a draft could not get its key back for does not take the key from the file, either.
        saved = config.read_text()
        screen.state.config.apply(saved.replace(KEY, "****"))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "lacks its API key" in screen.state.notice.text)
        assert config.read_text() == saved


async def test_a_draft_replaces_no_event_that_came_meanwhile(config: Path, events: Path) -> None:
    kept = (DraftEvent(4, "live #1", '{"type": "track", "event": "Edited"}'),)
    draft = Draft(
        version=1,
        at="2026-01-31T12:31:00",
        config=str(config),
        events=(str(events),),
        config_text=None,
        kept=kept,
    )
    file = DraftFile()
    file.put(draft, file.turn())
    file.close()
    file.path.rename(file.path.with_name(f"draft-{ended_pid()}-00.json"))
    async with workbench_with_dialog(config, events) as (pilot, screen):
        screen.state.corpus.add([Stored("live #1", '{"type": "track", "event": "Other"}')])
        pilot.app.screen.query_one("#restore", Button).press()
        await until(pilot, lambda: screen.state.corpus.edited == {5})
        assert [str(screen.state.corpus.item(index).text)[28:33] for index in (4, 5)] == ["Other", "Edite"]


async def test_the_drafts_of_several_runs_are_asked_about_once(config: Path, events: Path) -> None:
    for number in range(3):
        file = DraftFile()
        text = config.read_text().replace("purchase", f"buy{number}")
        at = f"2026-01-31T12:3{number}:00"
        draft = Draft(version=1, at=at, config=str(config), events=(str(events),), config_text=text, kept=())
        file.put(draft, file.turn())
        file.close()
        file.path.rename(file.path.with_name(f"draft-{ended_pid()}-0{number}.json"))
    async with workbench_with_dialog(config, events) as (pilot, screen):
        question = pilot.app.screen
        assert "Unsaved changes from 2026-01-31 12:32" in str(question.query_one(".dialog-title", Static).visual)
        [told] = [str(part.visual) for part in question.query(Static) if "Older ones" in str(part.visual)]
        assert "Older ones, from 2 more runs:\n2026-01-31 12:31: the config (config.yaml)\n2026-01-31 12:30: " in told
        question.query_one("#restore", Button).press()
        await until(pilot, lambda: "buy2" in screen.state.session.text)
        assert pilot.app.screen is screen, "no second question"
        assert [path.name[-7:-5] for path in sorted(drafts_folder().glob("*-0[01].json"))] == ["00", "01"]
    async with workbench_with_dialog(config, events) as (pilot, screen):
        pilot.app.screen.query_one("#discard", Button).press()
        await until(pilot, lambda: not list(drafts_folder().glob("*.json")))


def workbench_with_dialog(config: Path, events: Path) -> object:
    from contextlib import asynccontextmanager

    @asynccontextmanager
    async def opened():  # type: ignore[no-untyped-def]
        app = WorkbenchApp(str(config), [str(events)], env={"KEY": KEY}, now=NOW)
        async with app.run_test(size=(120, 35)) as pilot:
            await until(pilot, lambda: isinstance(app.screen, RestoreDraft))
            screen = app.screen_stack[-2]
            assert isinstance(screen, Workbench)
            await until(pilot, lambda: len(screen.state.corpus) == 4)
            yield pilot, screen

    return opened()


# The unexpected

CRASH = """
import asyncio, sys
from abtui.tui.app import WorkbenchApp
from abtui.tui.work.last_session import LastSession
from abtui.tui.workbench import Workbench
from textual.widgets import Input

class Failing(WorkbenchApp):
    def action_fail(self):
        raise RuntimeError("cannot send with %(key)s")

async def main():
    app = Failing(%(config)r, [%(events)r], env={"KEY": "%(key)s"})
    app.bind("f11", "fail")
    async def press(pilot):
        while not isinstance(app.screen, Workbench) or not len(app.screen.state.corpus):
            await pilot.pause(0.01)
        # Not by the pilot, which would wait for motion that no longer ends in an app that has crashed.
        for key in ("n", "f11"):
            app.simulate_key(key)
    await app.run_async(headless=True, size=(120, 35), auto_pilot=press)
    sys.exit(app.return_code)

asyncio.run(main())
"""


def test_the_unexpected_ends_calmly_with_the_work_kept_and_no_key_anywhere(config: Path, events: Path) -> None:
    script = config.with_name("failing.py")
    script.write_text(CRASH % {"key": KEY, "config": str(config), "events": str(events)})
    done = subprocess.run(
        [sys.executable, str(script)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.getcwd()},
    )
    told = " ".join((done.stdout + done.stderr).split())
    assert done.returncode == 1, told
    assert "abtui met something unexpected and had to end: RuntimeError: cannot send with ****" in told
    assert "they will be offered when you open the same files again" in told
    assert "Traceback" not in told
    [report] = (state_folder() / "reports").iterdir()
    text = report.read_text()
    assert "action_fail" in text
    assert "new_event" in text
    [draft] = drafts_folder().glob("*.json")
    assert "Order Completed" in draft.read_text()
    for path in [report, draft, *state_folder().rglob("*.json")]:
        assert KEY not in path.read_text()
        assert path.stat().st_mode & 0o777 == 0o600
    assert KEY not in told
