"""The workbench's stories, with the keyboard and the mouse, against the local collector."""

from __future__ import annotations

import json
from pathlib import Path

from abtui.tui.widgets.titles import TitledPane
from textual.widgets import Input, Static

from abtui.tui.corpus.rows import message_id_of
from abtui.tui.dialogs.help import Help
from abtui.tui.dialogs.paths import PickPath
from abtui.tui.help_rows import help_rows
from abtui.tui.kit.signs import EDITED
from tests.kit import event, until
from tests.tui.kit import KEY, NOW, paste, payload, words, workbench


async def test_the_payload_follows_each_key(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("e")
        screen.event_pane.editor.move_cursor((2, len('  "event": "')))
        await pilot.press("X")
        assert payload(screen)["goals"][0]["name"] == "XOrder Completed"
        await pilot.press("Y")
        assert payload(screen)["goals"][0]["name"] == "XYOrder Completed"
        assert screen.corpus.edited == {0}
        await pilot.press("backspace", "backspace")
        assert payload(screen)["goals"][0]["name"] == "purchase"
        # Where keys are text, the pane says so, and the last row has the way out; the same message stands there once.
        assert [titled(screen.event_pane), titled(screen.config_pane)] == [True, False]
        assert " esc List" in screen.query_one("#keys").render_line(0).text
        await pilot.press("ctrl+s", "ctrl+s", "ctrl+s")
        await until(pilot, lambda: [note.message[:15] for note in pilot.app._notifications] == ["Nothing to save"])
        await pilot.press("f5", "ctrl+g")
        assert [titled(screen.event_pane), titled(screen.config_pane)] == [False, True]
        here = {row.keys: row.words for row in help_rows(screen) if row.group.startswith("Here")}
        assert {"^g", "^space"} <= set(here)
        assert not [words for words in here.values() if words.startswith(("Scroll", "Page"))]
        await pilot.press("escape")
        assert not titled(screen.config_pane)


def titled(pane: TitledPane) -> bool:
    return pane._border_title is not None and pane._border_title.plain.startswith(" EDIT ")


async def test_while_the_json_is_broken_the_last_result_stays(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("e")
        editor = screen.event_pane.editor
        editor.move_cursor((1, 0))
        await pilot.press("}")
        assert screen.result.stale
        assert payload(screen)["goals"][0]["name"] == "purchase"
        assert "STALE" in words(screen, "#banner")
        assert editor.marks
        assert editor.marks[0].line == 2
        await pilot.press("ctrl+r")
        assert screen.result.tab != "response", "a broken event must not be sent"
        await pilot.press("backspace")
        assert not screen.result.stale
        assert not editor.marks


async def test_selecting_shows_each_event(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("down")
        assert payload(screen)["goals"][0]["name"] == "Signed Up"
        await pilot.press("end")
        assert "the event has no unit" in words(screen, "#banner")
        assert "green there, yet nothing is sent" in words(screen, "#banner")
        assert words(screen).startswith("No payload: nothing is sent.")
        assert "unit mapping `userId`: the event has no top-level field" in words(screen)
        await pilot.press("f")
        assert "UNIT-NONE" in words(screen)
        await pilot.click("#event-list", offset=(5, 2))
        assert screen.event_list.cursor == 2
        await pilot.press("p")
        assert payload(screen)["goals"][0]["name"] == "Page: Home"


async def test_pasting_outside_an_editor_adds_events(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        await paste(
            pilot, f'Here they are:\n{event(event="Pasted")}\nanalytics.track("Clicked", {{plan: "pro"}})\n{{"type": '
        )
        await until(pilot, lambda: screen.corpus.mapped == len(screen.corpus) == 7)
        assert payload(screen)["goals"][0]["name"] == "Pasted"
        assert screen.event_list.cursor == 4
        assert screen.corpus.counts["unreadable"] == 1
        await pilot.press("down")
        assert "no unit" in words(screen, "#banner")
        assert '"Clicked"' in screen.event_pane.editor.text
        for number in (8, 9):
            await paste(pilot, 'analytics.track("Clicked", {plan: "pro"})')
            await until(pilot, lambda count=number: screen.corpus.mapped == len(screen.corpus) == count)
        ids = {message_id_of(screen.corpus.item(index)) for index in (5, 7, 8)}
        assert len(ids) == 3, "the same line of code pasted again is another event"
        await paste(pilot, '{"payload": {"type": "track", "event": "Inside"}}')
        await until(
            pilot, lambda: any("1 object that is no event added" in note.message for note in pilot.app._notifications)
        )


async def test_what_was_added_is_removed_and_brought_back(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        corpus = screen.corpus
        await pilot.press("delete")
        assert len(corpus) == 4, "an event of a file stays"
        await paste(pilot, f"{event(event='First', messageId='p1')}\n{event(event='Second', messageId='p2')}")
        screen._read([str(events)])
        await until(pilot, lambda: len(corpus) == 10 and corpus.mapped == 10)
        await pilot.press("b", "end", "space", "slash", *"type:track", "enter")
        await until(pilot, lambda: corpus.shown == 8)
        screen.event_list.cursor = corpus.position_of(4)
        await until(pilot, lambda: screen._current == 4 and not screen._is_read_beside())
        await pilot.press("delete")
        await until(pilot, lambda: len(corpus) == corpus.mapped == 9 and corpus.shown == 7)
        assert corpus.edited == {4}
        assert set(corpus.marked) == {8}
        assert payload(screen)["goals"][0]["name"] == "Second"
        assert [corpus.item(index).source for index in (4, 5)] == ["pasted #2", f"{events}:1"]
        assert sum(corpus.counts.values()) == 9
        {extra.title: extra.run for extra in screen.palette_commands()}["Event: Bring back the removed event"]()
        await until(pilot, lambda: len(corpus) == corpus.mapped == 10)
        assert payload(screen)["goals"][0]["name"] == "First"
        assert corpus.edited == {4, 9}


async def test_pasting_into_the_editor(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("e")
        screen.event_pane.editor.move_cursor((2, len('  "event": "')))
        await paste(pilot, "Big ")
        assert payload(screen)["goals"][0]["name"] == "Big Order Completed"
        await paste(pilot, event(event="Whole"))
        await until(pilot, lambda: len(screen.corpus) == 5)
        assert payload(screen)["goals"][0]["name"] == "Whole"


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


async def test_an_edit_taken_back_leaves_nothing_unsaved(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("e", "x")
        assert screen.corpus.edited
        await pilot.press("ctrl+z")
        assert not screen.corpus.edited
        await pilot.press("ctrl+q")
        await until(pilot, lambda: pilot.app.return_value == 0)


async def test_a_payload_the_collector_would_refuse_says_so(config: Path, tmp_path: Path) -> None:
    path = tmp_path / "undated.json"
    path.write_text(event(sentAt=...))
    async with workbench(config, path) as (pilot, screen):
        # First, as the end is cut where the room is short.
        assert words(screen, "#banner").startswith(
            "✗ refused by the collector: The event has no `sentAt`, so `publishedAt` is null\n"
        )
        await pilot.press("w")
        assert "! `publishedAt` is null: `$.sentAt` is missing" in words(screen)


async def test_the_filter_narrows_the_list_and_is_taken_back(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("slash", *"sign")
        assert screen.event_list.count == 1
        assert payload(screen)["goals"][0]["name"] == "Signed Up"
        await pilot.press("escape", "escape")
        assert screen.event_list.count == 4
        await pilot.press("v")
        assert screen.event_list.count == 3
        await pilot.press("v")
        assert screen.event_list.count == 1
        await pilot.press("escape", *"vvv")
        assert screen.event_list.count == 1, "the last choice is what has findings"
        await pilot.press("escape", "t", "t")
        assert screen.event_list.count == 1
        assert payload(screen)["goals"][0]["name"] == "Page: Home"
        assert "1 shown" in words(screen, "#count-bar")


async def test_the_filter_is_a_query(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        box = screen.query_one("#filter-text", Input)
        await pilot.press("slash", *"-type:track")
        assert screen.event_list.count == 1
        await pilot.press("escape", "escape", "slash", *"finding:UNIX")
        assert "has no value" in words(screen, "#filter-note")
        await pilot.press("backspace", *"T-N")
        await pilot.press("right")
        await until(pilot, lambda: box.value == "finding:UNIT-NONE")
        assert screen.event_list.count == 1
        assert words(screen, "#filter-note").startswith("finding:")
        await pilot.press("enter", "v")
        assert words(screen, "#filter-note").strip() == ""
        assert box.value == "fate:accepted", "the keys write the filter too"
        await pilot.press("escape")
        assert box.value == ""
        assert not box.display


async def test_what_is_copied_has_no_key(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, _):
        copied = {}
        for key in ("y", "c", "Y"):
            await pilot.press(key)
            copied[key] = pilot.app.clipboard
        assert json.loads(copied["y"])["goals"][0]["name"] == "purchase"
        assert '"X-API-Key: $ABSMARTLY_API_KEY"' in copied["c"]
        assert json.loads(copied["Y"])["verdict"] == "send"
        shown = pilot.app.export_screenshot()
        assert KEY not in "".join(copied.values()) + shown
        assert "****0123" in shown


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


async def test_narrow_screens_show_one_pane(config: Path, events: Path) -> None:
    async with workbench(config, events, size=(80, 24)) as (pilot, screen):
        # What is edited has its result below it.
        stories = (
            ("1", ["events"]),
            ("2", ["event", "result"]),
            ("f4", ["result"]),
            ("4", ["config", "result"]),
            ("f2", ["events"]),
        )
        for key, panes in stories:
            await pilot.press(key)
            shown = [name for name in ("events", "event", "config", "result") if screen.query_one(f"#{name}").display]
            assert shown == panes
        await pilot.press("w")
        assert screen.query_one("#result").display
        await pilot.click("#panes", offset=(12, 0))
        assert screen.query_one("#event").display


async def test_help_lists_the_keys_in_force(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, _):
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(pilot.app.screen, Help))
        text = " ".join(str(node.visual) for node in pilot.app.screen.query(Static))
        assert "Send the selected event to the target" in text
        await pilot.press("escape")
        await pilot.press("l")
        assert not pilot.app.current_theme.dark


async def test_names_are_shown_literally(config: Path, tmp_path: Path) -> None:
    path = tmp_path / "odd.jsonl"
    path.write_text(
        "\n".join(
            event(event=name, messageId=name) for name in ("[red]x[/]", "[/]", "\x1b[31mred", "[@click=quit]q[/]")
        )
    )
    async with workbench(config, path) as (pilot, screen):
        for tab in ("w", "f", "p"):
            await pilot.press(tab)
            for _ in range(4):
                await pilot.press("down")
            await pilot.press("home")
        assert "[red]x[/]" in words(screen, "#banner")
        assert "\x1b[31mred" not in pilot.app.export_screenshot()


async def test_a_huge_event_does_not_stop_the_screen(config: Path, tmp_path: Path) -> None:
    path = tmp_path / "huge.json"
    path.write_text(event(properties={f"key {n}": "x" * 40 for n in range(8000)}))
    async with workbench(config, path) as (pilot, screen):
        await pilot.press("e")
        screen.event_pane.editor.move_cursor((2, len('  "event": "')))
        await pilot.press("X")
        await until(pilot, lambda: payload(screen)["goals"][0]["name"] == "XOrder Completed")
