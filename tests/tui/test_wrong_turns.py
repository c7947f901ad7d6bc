"""What a slip of the hand must not write, and what must not be shown as if it were so."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.events import Key
from textual.widgets import Input

from abtui.services.drafts import drafts_folder
from abtui.services.own_files import session_path, update_session
from abtui.services.processes import SERVED
from abtui.tui.app import WorkbenchApp
from abtui.tui.dialogs.comparing import CompareWith
from abtui.tui.dialogs.paths import PickPath
from abtui.tui.escapes import AltParser
from abtui.tui.work.drafts import Drafts
from abtui.tui.work.last_session import LastSession
from tests.kit import until
from tests.tui.events_kit import editor, event_list, line, payload_view, plate, result
from tests.tui.kit import notes, of_config, paste, payload, workbench
from tests.tui.screen_text import screen_text


async def test_no_dialog_opens_with_its_text_selected(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, _screen):
        for keys, kind in (("n,ctrl+s", PickPath), ("escape,B", CompareWith)):
            await pilot.press(*keys.split(","))
            await until(pilot, lambda kind=kind: isinstance(pilot.app.screen, kind))
            line = pilot.app.screen.query_one(Input)
            before = line.value
            await pilot.press("x")
            assert line.value == f"{before}x"
            await pilot.press("escape")


# Escape and a key at once

BYTES: dict[str, list[tuple[str, str | None]]] = {
    "\x1b1": [("alt+1", None)],
    "\x1b9": [("alt+9", None)],
    "\x1b-": [("alt+minus", None)],
    "\x1b/": [("alt+slash", None)],
    "\x1b ": [("alt+space", None)],
    "\x1bq": [("alt+q", None)],
    "\x1bS": [("alt+shift+s", None)],
    "\x1b\r": [("alt+enter", None)],
    "\x1b\t": [("alt+tab", None)],
    "\x1bé": [("alt+é", None)],
    "\x1b[": [("alt+left_square_bracket", None)],
    "\x1b1ab": [("alt+1", None), ("a", "a"), ("b", "b")],
    # What is none of these is read as ever.
    "\x1b": [("escape", "\x1b")],
    "\x1b[A": [("up", None)],
    "\x1bOP": [("f1", None)],
    "\x1b\x7f": [("ctrl+w", None)],
    "\x1b[49;3u": [("alt+1", None)],
    "¡": [("inverted_exclamation_mark", "¡")],
}


@pytest.mark.parametrize("sent", BYTES)
def test_escape_and_a_character_are_one_key_without_a_character(sent: str, monkeypatch: pytest.MonkeyPatch) -> None:
    parser = AltParser()
    # An Escape with nothing behind it is known by the time that passes, here none.
    monkeypatch.setattr("textual.constants.ESCAPE_DELAY", 0)
    read = [*parser.feed(sent), *parser.tick()]
    assert [(key.key, key.character) for key in read if isinstance(key, Key)] == BYTES[sent]


async def test_alt_and_a_key_never_write(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        state, text = screen.state, editor(screen)
        for number, name in (("2", "goal"), ("3", "config"), ("4", "impact"), ("7", "sent"), ("1", "events")):
            await pilot.press("f3", f"alt+{number}")
            assert state.screen == name
            await pilot.press("f2")
        # Escape and the key, where Alt with it is nothing else.
        await pilot.press("f3", "alt+slash")
        assert screen.focused is screen.query_one("#filter-text")
        await pilot.press(*"sign", "alt+w")
        assert screen.focused is event_list(screen)
        assert screen.query_one("#filter-text", Input).value == "sign"
        assert result(screen).mode == "steps"
        await pilot.press("f3", "alt+t")
        assert screen.focused is event_list(screen)
        assert state.filter_text == "sign type:track"
        # Out of an open list of completions, too.
        await pilot.press("f5")
        config_editor = of_config(screen).editor
        await until(pilot, lambda: screen.focused is config_editor)
        before = config_editor.text
        config_editor.action_complete()
        await pilot.press("alt+9", "f5", "alt+é")
        assert screen.focused is event_list(screen)
        # A key that has a binding with Alt keeps it.
        await pilot.press("f5", "alt+n")
        assert screen.focused is config_editor
        assert (state.corpus.edited, config_editor.text) == (set(), before)
        assert text.text == state.selection.text
        # In a dialog it is Escape.
        await pilot.press("f2", "o")
        await until(pilot, lambda: isinstance(pilot.app.screen, PickPath))
        await pilot.press("alt+x")
        await until(pilot, lambda: pilot.app.screen is screen)


# Without a config


async def test_events_without_a_config_are_not_judged_by_any(events: Path, config: Path) -> None:
    async with workbench(None, events, size=(120, 35)) as (pilot, screen):
        state, session = screen.state, screen.state.session
        assert screen.focused is event_list(screen)
        assert [state.row(at).type for at in range(4)] == ["track", "track", "page", "track"]
        assert "Signed Up" in screen_text(screen.app)
        assert "no config" in line(screen, "#header")
        assert "no config yet" in plate(screen)
        assert "There is no config yet" in line(screen, "#says")
        assert payload_view(screen).text.startswith("There is no config yet")
        assert (session.mapper, session.target, state.corpus.counts) == (None, None, {})
        for key in ("s", "S", "ctrl+r", "h", "ctrl+t"):
            state.say("")
            await pilot.press(key)
            await until(pilot, lambda: "Sending is off. There is no config yet" in state.notice.text)
        for key, refusal in (
            ("m", "There is no config yet"),
            ("b", "There are no outcomes to pin. There is no config"),
        ):
            await pilot.press(key)
            assert refusal in state.notice.text
        # One key makes one, in no file; taken back, there is none again.
        await pilot.press("C")
        await until(pilot, lambda: state.corpus.mapped == len(state.corpus))
        assert payload(screen)["goals"][0]["name"] == "Order Completed"
        assert session.modified
        assert session.path is None
        assert session.target is not None
        assert session.target.name == "local"
        await pilot.press("f2", "C")
        assert len(session.text) > 1000, "where there is one, none is made"
        await pilot.press("u")
        assert session.missing
        # One key chooses one, whatever it is called.
        other = config.rename(config.with_name("ours.txt"))
        await pilot.press("o")
        await until(pilot, lambda: isinstance(pilot.app.screen, PickPath))
        pilot.app.screen.query_one(Input).value = str(other)
        await pilot.press("enter")
        await until(pilot, lambda: session.path == str(other) and state.corpus.mapped == 4)
        assert payload(screen)["goals"][0]["name"] == "purchase"


async def test_type_and_name_are_shown_while_the_config_has_errors(tmp_path: Path, events: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("settings: {environment: staging}")
    async with workbench(broken, events) as (pilot, screen):
        await pilot.press("f2")
        await paste(pilot, '{"type": "screen", "name": "Pasted"}\n{"type": ')
        await until(pilot, lambda: len(screen.state.corpus) >= 6)
        rows = [screen.state.row(at) for at in range(6)]
        assert [(row.type, row.name) for row in rows[:2]] == [("track", "Order Completed"), ("track", "Signed Up")]
        assert (rows[4].type, rows[4].name) == ("screen", "Pasted")
        assert rows[5].fate == "unreadable"
        await pilot.press("s")
        assert "Sending is off. The config has errors" in notes(screen)


# The demo


async def test_the_demo_opens_fresh_each_time() -> None:
    async with workbench() as (pilot, screen):
        first = pilot.app.theme
        await pilot.press("l", "down", "down", "e", "x")
        assert pilot.app.theme != first
        assert screen.state.corpus.edited
        screen.query_one(LastSession)._note_in_thread()
        for _ in range(5):
            screen.query_one(Drafts)._check_unsaved_work()
        await until(pilot, lambda: not [worker for worker in pilot.app.workers if worker.group == "drafts"])
        screen.leave(settled=False)
    assert not session_path().exists()
    assert not drafts_folder().exists() or not list(drafts_folder().glob("*.json"))
    # Not even what is remembered of a person's own files.
    update_session(lambda remembered: type(remembered)(themes={first: "nord"}))
    async with workbench() as (pilot, screen):
        assert pilot.app.theme == first
        assert screen.state.selection.index == 0


# Suspending, and reading


async def test_ctrl_z_suspends_where_there_is_a_shell(
    config: Path, events: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    suspended: list[str] = []
    async with workbench(config, events) as (pilot, screen):
        app = pilot.app
        monkeypatch.setattr(type(app), "action_suspend_process", lambda self: suspended.append("suspended"))
        await pilot.press("e", "x", "ctrl+z")
        assert not screen.state.corpus.edited, "without a shell it takes back what was typed, as in a browser"
        assert app._driver is not None
        monkeypatch.setattr(type(app._driver), "can_suspend", True)
        await pilot.press("x", "ctrl+z")
        assert suspended == ["suspended"]
        assert screen.state.corpus.edited
        await pilot.press("ctrl+underscore")
        assert not screen.state.corpus.edited
        await pilot.press("escape", "ctrl+z", "ctrl+g", "ctrl+z")
        assert len(suspended) == 3
        before = screen.state.session.text
        await pilot.press("tab", "x")
        assert screen.state.session.text != before
        assert "Ctrl+Z undo" in screen_text(app)
        await pilot.press("ctrl+z")
        assert screen.state.session.text == before
        assert len(suspended) == 3, "in a field of the form it takes back what was typed"
        of_config(screen).form.leave_fields()
        assert isinstance(app, WorkbenchApp)
        monkeypatch.setitem(app._env, SERVED, "1")
        await pilot.press("ctrl+z")
        assert len(suspended) == 3, "a browser has no shell to go back to"


async def test_a_message_goes_with_the_screen_and_an_error_stays(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        state = screen.state
        await pilot.press("b")
        assert state.notice.text.startswith("Pinned")
        await pilot.press("3")
        assert state.notice.text == ""
        await pilot.press("1")
        state.say("Pinned", severity="warning")
        state.compare_with(None)
        assert state.notice.text == "", "what it says is not true any more"
        state.say("Gone", severity="error")
        await pilot.press("2")
        assert state.notice.text == "Gone."
