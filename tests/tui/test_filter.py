"""The filter while there is much to filter: keys go where they are meant to, and the cursor keeps its event."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.events import Key
from textual.pilot import Pilot
from textual.widgets import Input

from abtui.tui.corpus import Stored
from abtui.tui.kit.event_row import EventRow
from abtui.tui.work import reading
from abtui.tui.workbench import Workbench
from tests.kit import event, until
from tests.tui.events_kit import editor, event_list, line, plate, title
from tests.tui.kit import paste, payload, words, workbench

MANY = 6_000


def fill(screen: Workbench, many: int = MANY) -> None:
    """Many events, mapped; every tenth is a page."""
    corpus = screen.state.corpus
    first = corpus.add([Stored(f"many:{n}", event()) for n in range(many)])
    made = [EventRow(type="track" if n % 10 else "page", name=f"n{n}", verdict="send") for n in range(many)]
    assert corpus.place(corpus.generation, first, made, {})
    screen.state.tell("events")


def burst(pilot: Pilot[int], *keys: str) -> None:
    """Keys that are there before the first of them is handled."""
    for key in keys:
        name = {" ": "space", "/": "slash", ":": "colon"}.get(key, key)
        pilot.app.post_message(Key(name, key if len(key) == 1 else None))


@pytest.mark.parametrize("size", [(140, 40), (80, 24)], ids=["wide", "narrow"])
async def test_keys_after_the_slash_are_text(
    config: Path, events: Path, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Each slice is the least there is: the filter is at work while the keys come in.
    monkeypatch.setattr(reading, "_FILTER_SECONDS", 0.0)
    async with workbench(config, events, size=size) as (pilot, screen):
        fill(screen)
        box, total = screen.query_one("#filter-text", Input), len(screen.state.corpus)
        for before in ("list", "filter", "details"):
            if before == "filter":
                # From the filter, while it is at work.
                burst(pilot, "/", *"source:9", "escape", "escape")
            elif before == "details":
                await pilot.press("f3", "f4")
            burst(pilot, "/", *"goal:purchase one snot")
            await until(pilot, lambda: box.value.endswith("snot") and not screen.state.corpus.filtering)
            assert box.value == "goal:purchase one snot", before
            assert screen.focused is box
            assert box.display
            assert pilot.app.screen is screen, "no dialog"
            assert len(screen.state.corpus) == total, "no event was added"
            assert not screen.state.corpus.receipts, "nothing was sent"
            await pilot.press("escape", "escape")
            await until(pilot, lambda: screen.state.corpus.shown == total and screen.focused is event_list(screen))


async def test_keys_in_the_filter_are_taken_in_order(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        box = screen.query_one("#filter-text", Input)
        burst(pilot, "/", "a", "b", "backspace", "c", "home", "d", "end", "enter", "end")
        await until(pilot, lambda: box.value == "dac")
        await until(pilot, lambda: screen.focused is event_list(screen))
        burst(pilot, "/", "e", "escape", "/", "f")
        await until(pilot, lambda: box.value == "f")
        assert screen.focused is box


async def test_an_empty_filter_left_and_entered_at_once_stays(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        box = screen.query_one("#filter-text", Input)
        burst(pilot, "/", "escape", "/")
        await pilot.pause()
        assert screen.focused is box
        assert box.display
        burst(pilot, "escape")
        await until(pilot, lambda: not box.display)


async def test_the_cursor_keeps_its_event(config: Path, events: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Each slice is the least there is, so that there are many.
    monkeypatch.setattr(reading, "_FILTER_SECONDS", 0.0)
    async with workbench(config, events) as (pilot, screen):
        fill(screen)
        titles: set[str] = set()
        box, panel = screen.query_one("#filter-text", Input), screen.query_one("#list")
        screen.state.listen("filter", screen, lambda: titles.add(title(panel)))
        screen.state.listen("shown", screen, lambda: titles.add(title(panel)))
        event_list(screen).cursor = 3004
        await until(pilot, lambda: screen.state.selection.index == 3004)
        for text, count in (("type:page", 601), ("-type:track name:n*00", 59)):
            box.value = text
            await until(pilot, lambda count=count: event_list(screen).count == count)
            assert screen.state.selection.index == 3004
            burst(pilot, "escape")
            await until(pilot, lambda: event_list(screen).count == 6004)
            assert event_list(screen).cursor == 3004
        assert any("filtering" in said for said in titles)
        assert "filtering" not in title(panel)


async def test_the_list_has_its_width_at_every_size(config: Path, events: Path) -> None:
    async with workbench(config, events, size=(81, 30)) as (pilot, screen):
        for columns, rows, width in ((80, 30, 34), (120, 35, 48), (200, 50, 62), (60, 18, 60)):
            await pilot.resize_terminal(columns, rows)
            await until(pilot, lambda width=width: screen.query_one("#list").outer_size.width == width)


async def test_a_slash_in_an_editor_is_a_character(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("e", "slash", "a")
        assert "/a" in editor(screen).text
        await pilot.press("escape", "slash", "slash", "x")
        assert screen.query_one("#filter-text", Input).value == "/x"
        await pilot.press("escape", "e", "escape", "slash")
        assert screen.focused is screen.query_one("#filter-text", Input)


async def test_marks_are_set_counted_and_filtered_by(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("space", "down", "space")
        assert list(screen.state.corpus.marked) == [0, 2]
        assert event_list(screen).cursor == 3
        assert "2 marked" in title(screen.query_one("#list"))
        assert "*" in event_list(screen).render_line(0).text
        await pilot.press("slash", *"is:marked", "enter")
        await until(pilot, lambda: event_list(screen).count == 2)
        await pilot.press("a")
        assert not screen.state.corpus.marked
        await pilot.press("escape", "a")
        await until(pilot, lambda: event_list(screen).count == 4)
        await pilot.press("a")
        assert len(screen.state.corpus.marked) in (0, 4)


async def test_the_filter_tells_what_it_knows(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("slash")
        assert words(screen, "#filter-note").startswith("type: verdict: fate: finding:")
        await pilot.press(*"is:")
        assert words(screen, "#filter-note") == "is: marked edited changed sent moved"
        await pilot.press(*"zz")
        assert words(screen, "#filter-note").startswith("! `is:` has no value `zz`")
        await until(pilot, lambda: "matches `is:zz`" in event_list(screen).empty_text)
        assert event_list(screen).empty_text.endswith("Escape in this list shows all 4.")
        await pilot.press("escape", "escape")
        await until(pilot, lambda: event_list(screen).count == 4)
        assert not event_list(screen).empty_text
        assert not screen.query_one("#filter-note").display


async def test_a_file_that_changed_is_told_in_place(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        events.write_text(events.read_text().replace("Signed Up", "Signed In"))
        await pilot.press("down")
        await until(pilot, lambda: "changed since it was read" in plate(screen))
        assert "Signed In" not in editor(screen).text
        screen.state.map_anew()
        await until(pilot, lambda: screen.state.corpus.mapped == 4)
        assert screen.state.corpus.counts == {"unreadable": 4}


async def test_how_far_it_is_is_told_in_words() -> None:
    """What is not mapped yet is counted as unknown, never as a guess."""
    async with workbench() as (pilot, screen):
        total = len(screen.state.corpus)
        screen.state.mapping_waits = True
        screen.state.map_anew()
        assert "are unknown" in line(screen, "#sentence")
        screen.state.reading = "reading"
        screen.state.tell("events")
        assert "reading" in title(screen.query_one("#list"))
        screen.state.reading = ""
        screen.state.mapping_waits = False
        screen.state.tell("events")
        await until(pilot, lambda: "unknown" not in line(screen, "#sentence"))
        # Text that holds no event is no event.
        assert f"{total - 1} events:" in line(screen, "#sentence")


async def test_the_filter_narrows_the_list_and_is_taken_back(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("slash", *"sign")
        assert event_list(screen).count == 1
        assert payload(screen)["goals"][0]["name"] == "Signed Up"
        await pilot.press("escape", "escape")
        assert event_list(screen).count == 4
        await pilot.press("v")
        assert event_list(screen).count == 3
        await pilot.press("v")
        assert event_list(screen).count == 1
        await pilot.press("escape", *"vvv")
        assert event_list(screen).count == 1, "the last choice is what has findings"
        await pilot.press("escape", "t", "t")
        assert event_list(screen).count == 1
        assert payload(screen)["goals"][0]["name"] == "Page: Home"
        assert "1 of 4" in title(screen.query_one("#list"))


async def test_the_filter_is_a_query(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        box = screen.query_one("#filter-text", Input)
        await pilot.press("slash", *"-type:track")
        assert event_list(screen).count == 1
        await pilot.press("escape", "escape", "slash", *"finding:UNIX")
        assert "has no value" in words(screen, "#filter-note")
        await pilot.press("backspace", *"T-N")
        await pilot.press("right")
        await until(pilot, lambda: box.value == "finding:UNIT-NONE")
        assert event_list(screen).count == 1
        assert words(screen, "#filter-note").startswith("finding:")
        await pilot.press("enter", "v")
        assert words(screen, "#filter-note").strip() == ""
        assert box.value == "fate:accepted", "the keys write the filter too"
        await pilot.press("escape")
        assert box.value == ""
        assert not box.display


async def test_pasting_into_the_filter(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("slash")
        await paste(pilot, "sign")
        assert event_list(screen).count == 1
        await paste(pilot, event(event="Into the filter"))
        assert payload(screen)["goals"][0]["name"] == "Into the filter"
