"""The Events screen: what becomes of the selected event, at every key, and what the right lower panel shows of it."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from textual.events import Key

from abtui.core.corpus.mapper import Mapper
from abtui.tui import workers
from abtui.tui.app import WorkbenchApp
from abtui.tui.corpus.rows import message_id_of
from abtui.tui.kit.message_line import MessageLine
from abtui.tui.screens.events import answer as answer_module
from abtui.tui.screens.events.answer import Answer
from abtui.tui.screens.events.empty import Empty
from abtui.tui.screens.events.finding_list import FindingList
from abtui.tui.workbench import Workbench
from tests.kit import CONFIG, event, until
from tests.tui.events_kit import editor, event_list, line, payload_view, plate, result, said, title
from tests.tui.kit import KEY, NOW, notes, paste, payload, workbench
from tests.tui.screen_text import screen_text

NAME = (2, len('  "event": "'))
"""Where the name of an event begins in its text."""


async def test_the_payload_follows_each_key(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("e")
        assert screen.focused is editor(screen)
        editor(screen).move_cursor(NAME)
        await pilot.press("X")
        assert payload(screen)["goals"][0]["name"] == "XOrder Completed"
        await pilot.press("Y")
        assert payload(screen)["goals"][0]["name"] == "XYOrder Completed"
        assert '"XYOrder Completed"' in payload_view(screen).text
        assert screen.state.corpus.edited == {0}
        await pilot.press("backspace", "backspace")
        assert payload(screen)["goals"][0]["name"] == "purchase"
        assert "Esc to the list" in line(screen, "#keys")


async def test_one_key_maps_the_event_once(config: Path, events: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mapped: list[bool] = []
    outcome = Mapper.outcome

    def counted(self: Mapper, *arguments: object, explain: bool = False) -> object:
        mapped.append(explain)
        return outcome(self, *arguments, explain=explain)  # type: ignore[arg-type]

    async with workbench(config, events) as (pilot, screen):
        await pilot.press("e")
        editor(screen).move_cursor(NAME)
        monkeypatch.setattr(Mapper, "outcome", counted)
        editor(screen).insert("X")
        assert mapped == [True]
        mapped.clear()
        screen.state.event.select(1)
        assert mapped == [True]


async def test_while_the_json_is_broken_the_last_journey_stays(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        before = screen.query_one(Answer).journey
        await pilot.press("e")
        editor(screen).move_cursor((1, 0))
        await pilot.press("}")
        assert screen.state.selection.stale
        assert plate(screen).startswith("? UNKNOWN")
        assert screen.query_one(Answer).journey == before
        assert payload(screen)["goals"][0]["name"] == "purchase"
        assert editor(screen).marks
        assert editor(screen).marks[0].line == 2
        await pilot.press("backspace")
        assert not screen.state.selection.stale
        assert not editor(screen).marks
        assert not plate(screen).startswith("? UNKNOWN")


async def test_selecting_shows_each_event(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("down")
        assert payload(screen)["goals"][0]["name"] == "Signed Up"
        await pilot.press("end")
        assert "NEVER LEAVES" in plate(screen)
        assert "Segment says Success" in line(screen, "#says")
        assert payload_view(screen).text.split() == ["Nothing", "is", "sent:", "the", "event", "has", "no", "unit."]
        await pilot.press("w")
        assert "unit mapping `userId`: the event has no top-level field" in said(screen)
        await pilot.press("f")
        assert "UNIT-NONE" in said(screen)
        await pilot.press("escape")
        await pilot.click("#event-list", offset=(5, 2 * event_list(screen).row_height))
        assert event_list(screen).cursor == 2
        assert payload(screen)["goals"][0]["name"] == "Page: Home"


async def test_the_right_panel_says_what_it_shows(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        assert title(result(screen)) == "Payload  PUT /v1/context"
        stories = (("w", "Why  every step of the mapping"), ("r", "Request  PUT /v1/context"), ("d", "Difference"))
        for key, words in stories:
            await pilot.press(key)
            assert title(result(screen)) == words
            await pilot.press("down")
            assert title(result(screen)) == words, "another event is shown in the same way"
            await pilot.press("up", key)
            assert title(result(screen)).startswith("Payload")
        await pilot.press("r")
        request = screen.query_one("#request")
        assert "X-API-Key: ****0123" in "\n".join(request.render_line(y).text for y in range(8))
        assert KEY not in screen_text(screen.app)
        await pilot.press("escape")
        assert title(result(screen)).startswith("Payload")
        assert screen.focused is event_list(screen)
        # The difference is there with a baseline.
        await pilot.press("b", "d")
        await until(pilot, lambda: title(result(screen)).startswith("Difference  with"))


async def test_where_there_is_room_for_one_text_a_key_chooses(config: Path, events: Path) -> None:
    async with workbench(config, events, size=(80, 24)) as (pilot, screen):
        parts = [screen.query_one(name) for name in ("#event-part", "#payload-part", "#config-part")]
        assert [part.display for part in parts] == [False, True, False]
        await pilot.press("p")
        assert [part.display for part in parts] == [True, False, False]
        await pilot.press("w")
        assert [part.display for part in parts] == [False, True, False]
        await pilot.press("e", "f4")
        assert screen.focused is payload_view(screen)
        await pilot.press("escape", "f6")
        assert isinstance(screen.focused, FindingList)
        assert not event_list(screen).is_on_screen or not screen.query_one("#list").display
        await pilot.press("escape")
        assert screen.focused is event_list(screen)


async def test_on_a_tiny_screen_tab_shows_the_texts(config: Path, events: Path) -> None:
    async with workbench(config, events, size=(60, 18)) as (pilot, screen):
        assert not screen.query_one("#details").is_on_screen
        await pilot.press("tab")
        assert screen.focused is payload_view(screen)
        await pilot.press("p")
        assert screen.focused is editor(screen)
        await pilot.press("f4")
        assert screen.focused is payload_view(screen)
        await pilot.press("escape")
        assert screen.focused is event_list(screen)
        assert event_list(screen).region.height == 4
        for key in ("w", "r", "f"):
            await pilot.press(key)
            assert screen.focused is not None
            assert screen.region.contains_region(screen.focused.region)
            await pilot.press("escape")


async def test_what_is_copied_has_no_key(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        copied = {}
        for key in ("y", "c", "Y"):
            await pilot.press(key)
            copied[key] = pilot.app.clipboard
        assert copied["y"].startswith("## Order Completed is accepted")
        assert '"X-API-Key: $ABSMARTLY_API_KEY"' in copied["c"]
        assert json.loads(copied["Y"])["goals"][0]["name"] == "purchase"
        for command in screen.palette_commands():
            if command.title.startswith("Copy "):
                command.run()
                copied[command.title] = pilot.app.clipboard
        assert json.loads(copied["Copy outcome"])["verdict"] == "send"
        assert "X-API-Key: ****0123" in copied["Copy request"]
        assert "Copy findings" in copied
        assert KEY not in "".join(copied.values()) + pilot.app.export_screenshot()
        await pilot.press("end", "c")
        assert "There is no request to copy" in notes(screen)


async def test_pasting_outside_an_editor_adds_events(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        corpus = screen.state.corpus
        await paste(
            pilot, f'Here they are:\n{event(event="Pasted")}\nanalytics.track("Clicked", {{plan: "pro"}})\n{{"type": '
        )
        await until(pilot, lambda: corpus.mapped == len(corpus) == 7)
        assert payload(screen)["goals"][0]["name"] == "Pasted"
        assert event_list(screen).cursor == 4
        assert corpus.counts["unreadable"] == 1
        await pilot.press("end")
        assert plate(screen).startswith("! NO EVENT"), "with the word and the mark of the sentence above"
        await pilot.press("up")
        assert "NEVER LEAVES" in plate(screen)
        assert '"Clicked"' in editor(screen).text
        for number in (8, 9):
            await paste(pilot, 'analytics.track("Clicked", {plan: "pro"})')
            await until(pilot, lambda count=number: corpus.mapped == len(corpus) == count)
        ids = {message_id_of(corpus.item(index)) for index in (5, 7, 8)}
        assert len(ids) == 3, "the same line of code pasted again is another event"
        await paste(pilot, '{"payload": {"type": "track", "event": "Inside"}}')
        await until(pilot, lambda: corpus.mapped == len(corpus) == 10)
        assert corpus.item(9).source.endswith(" $.payload"), "the way to an event in an envelope"
        await paste(pilot, '{"payload": {"type": "Track", "event": "Inside"}}')
        await until(pilot, lambda: "1 object that is no event added" in notes(screen))


async def test_what_was_added_is_removed_and_brought_back(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        corpus = screen.state.corpus
        await pilot.press("delete")
        assert len(corpus) == 4, "an event of a file stays"
        await paste(pilot, f"{event(event='First', messageId='p1')}\n{event(event='Second', messageId='p2')}")
        await until(pilot, lambda: len(corpus) == corpus.mapped == 6)
        await pilot.press("end", "space", "slash", *"type:track", "enter")
        await until(pilot, lambda: corpus.shown == 5)
        position = corpus.position_of(4)
        assert position is not None
        event_list(screen).cursor = position
        await until(pilot, lambda: screen.state.selection.index == 4)
        await pilot.press("delete")
        await until(pilot, lambda: len(corpus) == corpus.mapped == 5 and corpus.shown == 4)
        assert payload(screen)["goals"][0]["name"] == "Second"
        {extra.title: extra.run for extra in screen.palette_commands()}["Event: Bring back the removed event"]()
        await until(pilot, lambda: len(corpus) == corpus.mapped == 6)
        assert payload(screen)["goals"][0]["name"] == "First"


async def test_pasting_into_the_editor(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("e")
        editor(screen).move_cursor(NAME)
        await paste(pilot, "Big ")
        assert payload(screen)["goals"][0]["name"] == "Big Order Completed"
        await paste(pilot, event(event="Whole"))
        await until(pilot, lambda: len(screen.state.corpus) == 5)
        assert payload(screen)["goals"][0]["name"] == "Whole"
        # In an empty editor they are what is edited.
        await pilot.press("escape", "n")
        await until(pilot, lambda: screen.focused is editor(screen))
        editor(screen).clear()
        await paste(pilot, event(event="Typed"))
        assert len(screen.state.corpus) == 6
        assert payload(screen)["goals"][0]["name"] == "Typed"


async def test_an_edit_taken_back_leaves_nothing_unsaved(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("e", "x")
        assert screen.state.corpus.edited
        await pilot.press("ctrl+z")
        assert not screen.state.corpus.edited
        await pilot.press("ctrl+q")
        await until(pilot, lambda: pilot.app.return_value == 0)


async def test_a_payload_the_collector_would_refuse_says_so(config: Path, tmp_path: Path) -> None:
    path = tmp_path / "undated.json"
    path.write_text(event(sentAt=...))
    async with workbench(config, path) as (pilot, screen):
        assert plate(screen).startswith("✗ REFUSED   by the collector")
        assert payload_view(screen).marks
        await pilot.press("w")
        assert "! `publishedAt` is null: `$.sentAt` is missing" in said(screen)


async def test_names_are_shown_literally(config: Path, tmp_path: Path) -> None:
    path = tmp_path / "odd.jsonl"
    names = ("[red]x[/]", "[/]", "\x1b[31mred", "[@click=quit]q[/]")
    path.write_text("\n".join(event(event=name, messageId=name) for name in names))
    async with workbench(config, path) as (pilot, screen):
        for mode in ("w", "f", "r"):
            await pilot.press(mode)
            await pilot.press("escape", mode, *("down",) * 4, "home", "escape")
        assert "[red]x[/]" in screen_text(screen.app)
        assert "\x1b[31mred" not in pilot.app.export_screenshot()


async def test_a_huge_event_does_not_stop_the_screen(config: Path, tmp_path: Path) -> None:
    path = tmp_path / "huge.json"
    path.write_text(event(properties={f"key {n}": "x" * 40 for n in range(8000)}))
    async with workbench(config, path) as (pilot, screen):
        await pilot.press("e")
        editor(screen).move_cursor(NAME)
        await pilot.press("X")
        await until(pilot, lambda: payload(screen)["goals"][0]["name"] == "XOrder Completed")
        # The letters come when the fields are located.
        await until(pilot, lambda: bool(payload_view(screen).gutter_rows))


# Odd moments


async def test_keys_in_a_burst_are_taken_in_order(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("e")
        text = editor(screen)
        text.load("")
        for key in ("a", "b", "backspace", "c", "enter", "d", "up", "end", "e", "home", "f", "ctrl+z"):
            pilot.app.post_message(Key(key, key if len(key) == 1 else None))
        await until(pilot, lambda: text.text == "ace\nd")


async def test_choosing_a_target_does_not_freshen_a_stale_result(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("e")
        editor(screen).move_cursor((1, 0))
        await pilot.press("}")
        screen.state.tell("target")
        assert screen.state.selection.stale
        assert editor(screen).marks
        assert plate(screen).startswith("? UNKNOWN")


async def test_a_long_paste_and_a_long_edit_are_kept(config: Path, events: Path) -> None:
    long = event(event="Long", properties={f"key {n}": "x" * 40 for n in range(4000)})
    async with workbench(config, events) as (pilot, screen):
        corpus = screen.state.corpus
        await paste(pilot, long)
        await until(pilot, lambda: len(corpus) == 5 and payload(screen)["goals"][0]["name"] == "Long")
        await pilot.press("e")
        editor(screen).move_cursor(NAME)
        await pilot.press("X")
        screen.state.event.select(0)
        assert '"XLong"' in str(corpus.item(4).text)
        assert 4 in corpus.edited


async def test_what_is_being_read_is_named_until_it_is_known_that_nothing_is_there(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Needs an app of its own, whose files are read when the test says so."""
    empty = tmp_path / "orders.jsonl"
    empty.write_text("")
    asked: list[tuple[object, ...]] = []
    read = workers.read_files
    monkeypatch.setattr(workers, "read_files", lambda *arguments: asked.append(arguments))
    app = WorkbenchApp(str(config), [str(empty), str(tmp_path / "other.json")], env={}, now=NOW)
    async with app.run_test(size=(120, 35)) as pilot:
        await until(pilot, lambda: bool(asked))
        screen = app.screen
        assert isinstance(screen, Workbench)
        await until(pilot, lambda: event_list(screen).empty_text == "Reading orders.jsonl and 1 more…")
        assert line(screen, "#sentence") == "Reading orders.jsonl and 1 more…"
        assert screen.query_one("#body").display
        [(paths, sdk, post, cancelled)] = asked
        read(paths[:1], sdk, post, cancelled)  # type: ignore[arg-type, index]
        await until(pilot, lambda: isinstance(screen.focused, Empty))
        assert not screen.query_one("#body").display


# Without an outcome


async def test_without_events_a_paste_is_what_is_offered(config: Path) -> None:
    async with workbench(config, size=(120, 35)) as (pilot, screen):
        await until(pilot, lambda: isinstance(screen.focused, Empty))
        text = screen_text(screen.app)
        for words in (
            "No events yet:",
            "Paste an event",
            "what you paste",
            "Open files",
            "Listen to an SDK",
            "See the demo",
        ):
            assert words in text
        await paste(pilot, event(event="Pasted"))
        await until(pilot, lambda: screen.focused is event_list(screen))
        assert payload(screen)["goals"][0]["name"] == "Pasted"
        await pilot.press("delete")
        await until(pilot, lambda: isinstance(screen.focused, Empty))
        await pilot.press("d")
        await until(pilot, lambda: len(screen.state.corpus) > 40 and not screen.state.reading)
        assert screen.state.session.text == CONFIG, "the config of the person stays"
        assert screen.query_one("#body").display


@pytest.mark.parametrize("size", [(200, 50), (80, 24), (60, 18)])
async def test_the_offers_fit_every_screen(config: Path, size: tuple[int, int]) -> None:
    async with workbench(config, size=size) as (pilot, screen):
        await until(pilot, lambda: isinstance(screen.focused, Empty))
        ways = [way.region for way in screen.query(".way")]
        assert all(screen.region.contains_region(way) for way in ways)
        assert ways[-1].right == screen.query_one("#paste").region.right


async def test_on_a_tiny_screen_the_last_session_has_room(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("ctrl+q")
    async with workbench(config, size=(60, 18)) as (pilot, screen):
        await until(pilot, lambda: isinstance(screen.focused, Empty))
        rows = screen_text(screen.app).split("\n")
        at = rows.index(" Last time")
        assert rows[at + 1].startswith(" r ")


async def test_the_fault_and_the_focus_stay_in_sight_on_a_smaller_screen(config: Path, tmp_path: Path) -> None:
    path = tmp_path / "no-goal.json"
    path.write_text(event(event="Elsewhere"))
    config.write_text(f"{CONFIG}catalog: {{ goals: [purchase], units: [user_id] }}\n")
    async with workbench(config, path, size=(200, 50)) as (pilot, screen):
        await pilot.press("tab")
        assert isinstance(screen.focused, FindingList)
        view = payload_view(screen)
        at = view.lines.index('      "name": "Elsewhere",')
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: screen.focused is event_list(screen))
        await until(pilot, lambda: view.scroll_offset.y <= view.line_of(at) < view.scroll_offset.y + view.size.height)


async def test_without_a_catalog_the_command_for_one_is_offered(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        assert plate(screen).startswith("◐ ACCEPTED")
        assert "Bring the catalog" in line(screen, "#action")
        await pilot.press("enter")
        assert pilot.app.clipboard == f"abtui catalog pull {config}"
        assert "Run it in a shell" in notes(screen)


async def test_the_demo_says_what_to_do_with_ones_own_events() -> None:
    async with workbench(size=(120, 35)) as (pilot, screen):
        assert screen.query_one("#own").display
        await paste(pilot, event(event="Mine"))
        assert "Your own: paste" in screen_text(screen.app)


# What moves, and what is said


async def test_the_line_is_drawn_only_when_another_event_is_selected_by_hand(
    config: Path, events: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with workbench(config, events) as (_pilot, screen):
        answer = screen.query_one(Answer)
        times = iter([100.0, 100.1, 100.2, 200.0])
        monkeypatch.setattr(answer_module, "time", SimpleNamespace(monotonic=times.__next__))
        drawn = [answer._by_hand(index) for index in (1, 1, 2, 3, 0)]
        monkeypatch.undo()
    assert drawn == [True, False, False, False, True]


async def test_the_hint_tells_what_the_letters_are(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        hint = screen.query_one(MessageLine)
        await until(pilot, lambda: "a b c tie a field to what it becomes" in hint.render_line(0).text)
        await pilot.press("e")
        editor(screen).move_cursor(NAME)
        await until(pilot, lambda: "$.event → $.goals[0].name" in hint.render_line(0).text)
        await pilot.press("escape", "3")
        await until(pilot, lambda: "tie a field" not in hint.render_line(0).text)
