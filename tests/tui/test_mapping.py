"""Writing the config with help: completion, the form, mapping an event to a goal."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.events import Paste
from textual.widgets import Input, Static

from abtui.tui.dialogs.mapping import MapEvent
from abtui.tui.dialogs.questions import ConfirmKey
from abtui.tui.kit.completion_list import CompletionList
from abtui.tui.screens.config.form_lines import Stop
from tests.kit import CONFIG, event, until
from tests.tui.kit import KEY, mapped, notes, of_config, payload, words, workbench

CATALOG = "catalog: { goals: [purchase, signup], units: [user_id, anonymous_id] }\n"
LITERAL = "literal-key-0123456789"
BLOCK = CONFIG.replace(
    "  goalMapping: { Order Completed: purchase }\n", "  goalMapping:  # names\n    Order Completed: purchase\n"
)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(BLOCK + CATALOG)
    return path


@pytest.fixture
def events(tmp_path: Path) -> Path:
    path = tmp_path / "events.jsonl"
    rows = [
        event(),
        event(event="Signed Up", messageId="m2"),
        event(event="Signed Up", messageId="m3"),
        event(type="page", name="Home", messageId="m4"),
        event(userId=..., anonymousId="a", messageId="m5"),
    ]
    path.write_text("\n".join(rows))
    return path


async def test_names_and_goals_are_completed_while_the_yaml_is_broken(config: Path, events: Path) -> None:
    config.write_text(config.read_text().replace("  application: website\n", ""))
    async with workbench(config, events, size=(80, 24)) as (pilot, screen):
        await pilot.press("down", "3")
        editor = of_config(screen).editor
        popup = of_config(screen).query_one(CompletionList)
        line = editor.text.splitlines().index("    Order Completed: purchase")
        editor.move_cursor((line, len("    Order Completed: purchase")))
        await pilot.press("enter", "s")
        assert screen.state.session.reading.config is None
        assert [item.label for item in popup.candidates] == ["Signed Up"]
        assert popup.candidates[0].note == "2 events"
        assert popup.region.bottom <= 24
        await pilot.press("tab")
        assert editor.document[line + 1] == "    Signed Up: "
        assert [item.label for item in popup.candidates] == ["purchase", "signup"]
        await pilot.press("down", "enter")
        assert editor.document[line + 1] == "    Signed Up: signup"
        assert not popup.is_open
        assert payload(screen)["goals"][0]["name"] == "signup"
        await pilot.press("enter")
        assert editor.document[line + 2] == "    ", "with nothing to take enter is a new line"
        await pilot.press("ctrl+space")
        assert not popup.is_open, "both names are mapped"
        await pilot.press("backspace", "backspace", "ctrl+space")
        assert [item.label for item in popup.candidates] == ["application"]
        await pilot.press("escape")
        assert not popup.is_open
        assert screen.state.screen == "config", "the first escape closes the list, the second one leaves"
        await pilot.press("ctrl+space")
        await pilot.click(popup, offset=(2, 1))
        assert editor.document[line + 2] == "  application: "
        await pilot.press("escape", "escape")
        assert screen.state.screen == "events"


async def test_a_change_of_the_config_out_of_view_does_not_scroll_it_aside(config: Path, events: Path) -> None:
    async with workbench(config, events, size=(80, 24)) as (pilot, screen):
        await pilot.press("3")
        editor = of_config(screen).editor
        editor.goto(3, 12)
        await pilot.press("x", "f2", "u", "3")
        await until(pilot, lambda: editor.size.width > 0)
        assert editor.scroll_offset.x == 0


async def test_the_form_and_the_yaml_are_one(config: Path, events: Path) -> None:
    async with workbench(config, events, size=(100, 40)) as (pilot, screen):
        await pilot.press("ctrl+g")
        editor, form = of_config(screen).editor, of_config(screen).form
        assert screen.focused is form
        assert form.cursor is None, "no key is written before a field was gone to"
        assert KEY not in pilot.app.export_screenshot()
        # A row is written, at its end, with the keyboard alone.
        form.go(Stop("goalMapping", "add"))
        await pilot.press(*"Signed", "tab")
        assert form.cursor == Stop("goalMapping", "value", 1), "behind the key comes its value"
        assert [item.label for item in of_config(screen).query_one(CompletionList).candidates] == ["purchase", "signup"]
        assert not any("no goal yet" in line.text for line in form._lines), "what is being written is not judged"
        await pilot.press("escape", "down")
        assert any("no goal yet" in line.text for line in form._lines)
        form.go(Stop("goalMapping", "value", 1))
        await pilot.press(*"signup")
        assert "    Order Completed: purchase\n    Signed Up: signup\n" in editor.text
        assert "# names" in editor.text
        await mapped(pilot, screen)
        # Another key of the same name is told, and not written.
        form.go(Stop("goalMapping", "key", 0))
        await pilot.press("ctrl+u", *"Signed Up")
        assert form.problem == "Another row has this key."
        await pilot.press("escape")
        assert "Signed U: purchase" in editor.text
        # Toggles: by a click, and taken back.
        await pilot.press("u", "u", "u", "ctrl+g")
        form.go(Stop("enablePageViewTracking", "toggle"))
        await pilot.press("space", "space", "space")
        assert "enablePageViewTracking: false" in editor.text
        await mapped(pilot, screen)
        assert screen.state.corpus.counts["never-leaves"] == 2
        await pilot.press("ctrl+z")
        assert "enablePageViewTracking: true" in editor.text
        # What is typed into one field is one step of undo.
        form.go(Stop("environment", "value"), 0)
        await pilot.press(*"my-")
        assert "environment: my-staging" in editor.text
        await pilot.press("ctrl+z")
        assert "environment: staging" in editor.text
        assert form.cursor == Stop("environment", "value")
        # A change on disk shows, and the cursor stays.
        session = screen.state.session
        session.saved_text = session.text
        config.write_text(session.text.replace("staging", "elsewhere"))
        await until(pilot, lambda: "elsewhere" in session.text)
        await pilot.pause()
        assert form.text == "elsewhere"
        assert form.cursor == Stop("environment", "value")


async def test_the_form_of_a_broken_yaml_is_read_only(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("ctrl+g", "ctrl+g")
        of_config(screen).editor.move_cursor((0, 0))
        await pilot.press("[", "ctrl+g")
        form = of_config(screen).form
        assert form.is_read_only
        before = of_config(screen).editor.text
        await pilot.press("x")
        assert of_config(screen).editor.text == before
        assert form.problem
        # From nothing at all it begins a config, with what the events have.
        screen.state.config.apply("")
        await pilot.pause()
        form.go(Stop("unitMapping", "add"))
        await pilot.press(*"userI")
        popup = of_config(screen).query_one(CompletionList)
        assert [item.label for item in popup.candidates] == ["userId"]
        await pilot.click(popup, offset=(2, 1))
        assert screen.focused is form
        assert form.cursor == Stop("unitMapping", "value", 0), "behind the key comes its value"
        await pilot.press(*"user_id")
        text = of_config(screen).editor.text
        assert text == "destination: classic\n\nsettings:\n  unitMapping:\n    userId: user_id\n"
        # A toggle is pressed with the mouse, on its label too.
        form.go(Stop("enablePageViewTracking", "toggle"))
        await pilot.pause()
        row = next(at for at, box in form._stops if box.stop == form.cursor)
        await pilot.click(form, offset=(14, row - form.scroll_offset.y))
        assert "  enablePageViewTracking: true\n" in of_config(screen).editor.text


async def test_the_api_key_is_never_shown_in_the_form(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("ctrl+g", "tab", "shift+tab", "ctrl+u", *"f00dfeed-typed-key")
        assert "apiKey: f00dfeed-typed-key" in of_config(screen).editor.text
        shown = pilot.app.export_screenshot()
        assert "typed-key" not in shown
        assert "contains the key" in " ".join(
            item.message for item in of_config(screen).form.form.field("apiKey").findings
        )
        await pilot.press("down", "up", "backspace")
        assert isinstance(pilot.app.screen, ConfirmKey)
        await pilot.press("tab", "enter")
        assert 'apiKey: ""' in of_config(screen).editor.text, "a part of the mask is not written"
        await pilot.press("ctrl+z", "ctrl+z")
        assert of_config(screen).form.text == "${KEY}", "what was taken back is not typed on"
        await pilot.press("down")
        assert "typed" not in pilot.app.export_screenshot()


async def test_an_event_is_mapped_to_a_goal(config: Path, events: Path) -> None:
    async with workbench(config, events, size=(80, 24)) as (pilot, screen):
        await pilot.press("slash", *"type:track", "enter", "down", "m")
        await until(pilot, lambda: isinstance(pilot.app.screen, MapEvent))
        dialog = pilot.app.screen
        await pilot.press(*"sig", "tab")
        assert dialog.query_one(Input).value == "signup"
        note = str(dialog.query_one("#map-note", Static).visual)
        assert 'settings.goalMapping["Signed Up"]: signup' in note
        assert dialog.query_one("#map").region.bottom <= 24
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.screen is screen)
        assert "    Signed Up: signup\n" in of_config(screen).editor.text
        assert payload(screen)["goals"][0]["name"] == "signup"
        await mapped(pilot, screen)
        assert screen.state.selection.index == 1, (
            "the filter has found its events anew, and the cursor is on the same one"
        )
        await pilot.press("escape")
        # A page says why not; an event without a unit gets the identity it has.
        await pilot.press("down", "down", "m")
        await until(pilot, lambda: isinstance(pilot.app.screen, MapEvent))
        assert not pilot.app.screen.query(Input)
        await pilot.press("escape", "down", "m")
        await until(pilot, lambda: isinstance(pilot.app.screen, MapEvent))
        await pilot.click("#offer-0")
        await until(pilot, lambda: pilot.app.screen is screen)
        assert "anonymousId: anonymous_id" in of_config(screen).editor.text
        assert payload(screen)["units"] == [{"type": "anonymous_id", "uid": "a"}]
        await pilot.press("u")
        assert "anonymousId" not in of_config(screen).editor.text


async def test_the_beginning_of_a_known_goal_is_completed_before_it_is_mapped(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        for keys, goal in (
            (("enter", "enter"), "signup"),
            (("enter", "backspace", *["backspace"] * 2, "enter"), "sig"),
        ):
            await pilot.press("1", "home", "down", "m")
            await until(pilot, lambda: isinstance(pilot.app.screen, MapEvent))
            await pilot.press("ctrl+u", *"sig")
            await pilot.press(*keys)
            await until(pilot, lambda: pilot.app.screen is screen)
            assert payload(screen)["goals"][0]["name"] == goal


async def test_findings_are_told_where_the_cursor_is(config: Path, events: Path) -> None:
    config.write_text(config.read_text().replace("environment: staging", "environment: ''"))
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("3")
        editor, rows = of_config(screen).editor, of_config(screen).effect.rows
        await pilot.press("alt+n")
        assert editor.cursor_location[0] == 4
        assert "environment" in rows.text
        editor.move_cursor((0, 0))
        rows.focus()
        await pilot.press("home", "down", "enter")
        assert screen.focused is editor
        assert editor.cursor_location[0] > 0


@pytest.fixture
def keyed(tmp_path: Path) -> Path:
    """A config with the key itself in it."""
    path = tmp_path / "keyed.yaml"
    path.write_text(CONFIG.replace("${KEY}", LITERAL))
    return path


async def test_the_form_writes_nothing_before_a_field_was_gone_to(keyed: Path, events: Path) -> None:
    async with workbench(keyed, events) as (pilot, screen):
        before, form = keyed.read_text(), of_config(screen).form
        assert LITERAL in before
        await pilot.press("ctrl+g", "5", "x", "space", "backspace", "delete", "ctrl+u", "ctrl+s")
        form.on_paste(Paste("pasted"))
        assert screen.focused is form
        assert screen.state.session.text == keyed.read_text() == before
        assert "a click goes to a field" in notes(screen)
        for key in ("tab", "down", "enter", "up"):
            await pilot.press(key)
            assert form.cursor == Stop("collectorEndpoint", "value"), "the first that is no secret"
            form.leave_fields()
        # Shown anew, it has no field again.
        await pilot.press("tab", "ctrl+g", "ctrl+g")
        assert form.cursor is None
        # A masked key is replaced, or removed, only if that is said.
        for how in ("x", "backspace", "ctrl+u", "ctrl+w", "delete", "ctrl+k", "paste", "completion"):
            form.go(Stop("apiKey", "value"), 0 if how in ("delete", "ctrl+k") else None)
            if how == "paste":
                form.on_paste(Paste("pasted"))
            elif how == "completion":
                form.action_complete()
                assert of_config(screen).query_one(CompletionList).is_open
                await pilot.press("enter")
            else:
                await pilot.press(how)
            await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmKey))
            removes = how not in ("x", "paste", "completion")
            title = words(pilot.app.screen, ".dialog-title")
            assert title == f"{'Remove' if removes else 'Replace'} the key in API Key?", how
            assert LITERAL not in pilot.app.export_screenshot()
            # What is typed on is no answer, and Enter keeps it.
            await pilot.press("7", "enter")
            await until(pilot, lambda: pilot.app.screen is screen)
            assert screen.state.session.text == before, how
        form.go(Stop("apiKey", "value"))
        await pilot.press("n")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmKey))
        await pilot.press("tab", "enter")
        await until(pilot, lambda: pilot.app.screen is screen)
        await pilot.press("e", "w")
        assert "apiKey: new\n" in screen.state.session.text
        await pilot.press("ctrl+underscore")
        assert screen.state.session.text == before
