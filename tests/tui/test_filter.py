"""The filter while there is much to filter: keys go where they are meant to, and the cursor keeps its event."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.events import Key
from textual.pilot import Pilot
from textual.widgets import Input

from abtui.tui.corpus import Stored
from abtui.tui.kit.event_row import EventRow
from abtui.tui.screens import reading
from abtui.tui.screens.workbench import WorkbenchScreen
from abtui.tui.widgets.top_bar import CountBar, Counts
from tests.kit import event, until
from tests.tui.kit import words, workbench
from tests.tui.widget_apps import OneWidget

MANY = 6_000


def fill(screen: WorkbenchScreen, many: int = MANY) -> None:
    """Many events, mapped; every tenth is a page."""
    corpus = screen.corpus
    first = corpus.add([Stored(f"many:{n}", event()) for n in range(many)])
    made = [EventRow(type="track" if n % 10 else "page", name=f"n{n}", verdict="send") for n in range(many)]
    assert corpus.place(corpus.generation, first, made, {})
    screen._count()


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
        box, total = screen.query_one("#filter-text", Input), len(screen.corpus)
        for before in ("list", "filter", "result"):
            if before == "filter":
                # From the filter, while it is at work.
                burst(pilot, "/", *"source:9", "escape", "escape")
            elif before == "result":
                await pilot.press("3")
            burst(pilot, "/", *"goal:purchase one snot")
            await until(pilot, lambda: box.value.endswith("snot") and not screen.corpus.filtering)
            assert box.value == "goal:purchase one snot", before
            assert screen.focused is box
            assert box.display
            assert pilot.app.screen is screen, "no dialog"
            assert len(screen.corpus) == total, "no event was added"
            assert screen.result.tab != "response", "nothing was sent"
            await pilot.press("escape", "escape")
            await until(pilot, lambda: screen.corpus.shown == total and screen.focused is screen.event_list)


async def test_keys_in_the_filter_are_taken_in_order(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        box = screen.query_one("#filter-text", Input)
        burst(pilot, "/", "a", "b", "backspace", "c", "home", "d", "end", "enter", "end")
        await until(pilot, lambda: box.value == "dac")
        await until(pilot, lambda: screen.focused is screen.event_list)
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
        notes: set[str] = set()
        bar, box = screen.query_one(CountBar), screen.query_one("#filter-text", Input)
        screen.watch(bar, "counts", lambda counts: notes.add(counts.reading))
        screen.event_list.cursor = 3004
        await until(pilot, lambda: screen._current == 3004)
        for text, count in (("type:page", 601), ("-type:track name:n*00", 59)):
            box.value = text
            await until(pilot, lambda count=count: screen.event_list.count == count)
            assert screen._current == 3004
            burst(pilot, "escape")
            await until(pilot, lambda: screen.event_list.count == 6004)
            assert screen.event_list.cursor == 3004
        assert "filtering…" in notes
        assert bar.counts.reading == ""


async def test_the_list_grows_with_the_screen(config: Path, events: Path) -> None:
    async with workbench(config, events, size=(81, 30)) as (pilot, screen):
        for columns, width in ((80, 80), (120, 38), (160, 38), (200, 76), (500, 100)):
            await pilot.resize_terminal(columns, 30)
            await until(pilot, lambda width=width: screen.query_one("#events").outer_size.width == width)


async def test_a_slash_in_an_editor_is_a_character(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("e", "slash", "a")
        assert "/a" in screen.event_pane.editor.text
        await pilot.press("f5", "slash", "b")
        assert "/b" in screen.config_pane.editor.text
        await pilot.press("escape", "slash", "slash", "x")
        assert screen.query_one("#filter-text", Input).value == "/x"
        await pilot.press("escape", "e", "escape", "slash")
        assert screen.focused is screen.query_one("#filter-text", Input)


async def test_marks_are_set_counted_and_filtered_by(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("space", "down", "space")
        assert list(screen.corpus.marked) == [0, 2]
        assert screen.event_list.cursor == 3
        assert "* 2 marked" in words(screen, "#count-bar")
        assert screen.event_list.render_line(0).text[1] == "*"
        await pilot.press("slash", *"is:marked", "enter")
        await until(pilot, lambda: screen.event_list.count == 2)
        await pilot.press("a")
        assert not screen.corpus.marked
        await pilot.press("escape", "a")
        await until(pilot, lambda: screen.event_list.count == 4)
        await pilot.press("a")
        assert len(screen.corpus.marked) in (0, 4)


async def test_the_filter_tells_what_it_knows(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("slash")
        assert words(screen, "#filter-note").startswith("type: verdict: fate: finding:")
        await pilot.press(*"is:")
        assert words(screen, "#filter-note") == "is: marked edited changed sent"
        await pilot.press(*"zz")
        assert words(screen, "#filter-note").startswith("! `is:` has no value `zz`")
        await until(pilot, lambda: "matches `is:zz`" in screen.event_list.empty_text)
        assert screen.event_list.empty_text.endswith("Escape in this list shows all 4.")
        await pilot.press("escape", "escape")
        await until(pilot, lambda: screen.event_list.count == 4)
        assert not screen.event_list.empty_text
        assert not screen.query_one("#filter-note").display


async def test_a_file_that_changed_is_told_in_place(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        events.write_text(events.read_text().replace("Signed Up", "Signed In"))
        await pilot.press("down")
        assert "changed since it was read" in words(screen, "#banner")
        assert "Signed In" not in screen.event_pane.editor.text
        screen.map_anew()
        await until(pilot, lambda: screen.corpus.mapped == 4)
        assert screen.corpus.counts == {"unreadable": 4}


async def test_how_far_it_is_is_told_in_words_and_by_a_bar() -> None:
    bar = CountBar(id="count-bar")
    async with OneWidget(bar).run_test(size=(120, 3)) as pilot:
        bar.counts = Counts(total=1_000_000, reading="reading", share=0.5)
        await pilot.pause()
        assert "1,000,000 events  reading ━━━━━━╌╌╌╌╌╌ 50%" in str(bar.visual)
        bar.counts = Counts(total=4, mapped=1, fates={"ignored": 1})
        await pilot.pause()
        told = "4 events  mapping ━━━╌╌╌╌╌╌╌╌╌ 25%  ? 3 are unknown, ○ 1 is ignored"
        assert str(bar.visual) == told
        await pilot.resize_terminal(60, 3)
        await pilot.pause()
        assert str(bar.visual) == "4 events  mapping ━╌╌╌╌ 25% 3? 1○"
