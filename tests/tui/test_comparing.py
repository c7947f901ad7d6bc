"""A baseline is pinned, or taken from a file or a commit, and the screen tells what an edit does to the events."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from abtui.tui.dialogs.comparing import CompareWith
from abtui.tui.screens.workbench import WorkbenchScreen
from abtui.tui.widgets.diff_view import DiffView
from abtui.tui.widgets.events_pane import EventsPane
from abtui.tui.widgets.impact_panel import ImpactPanel
from tests.kit import CONFIG, event, until
from tests.services.test_git import git
from tests.tui.kit import words, workbench

GOAL = "Order Completed: purchase"


async def edit_config(pilot: Pilot[int], screen: WorkbenchScreen, old: str, new: str) -> None:
    """Change the config's text by hand, in one piece."""
    await until(pilot, lambda: bool(screen.config_pane.children))
    text = screen.config_pane.editor.text
    assert text.count(old) == 1
    screen.config_pane.change(text.replace(old, new))
    await pilot.pause()


def bar(screen: WorkbenchScreen) -> str:
    return words(screen, "#target-bar")


def panel(screen: WorkbenchScreen) -> str:
    """The panel's text, without the space between its columns."""
    return " ".join(screen.query_one(ImpactPanel).text.split())


def diff(screen: WorkbenchScreen) -> str:
    return " ".join(screen.query_one(DiffView).text.split())


async def open_panel(pilot: Pilot[int], screen: WorkbenchScreen) -> None:
    await pilot.press("6")
    await until(pilot, lambda: isinstance(screen.focused, ImpactPanel))


async def test_a_pinned_baseline_tells_what_an_edit_does(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("d")
        assert "No baseline" in diff(screen)
        await open_panel(pilot, screen)
        assert "No baseline. b pins" in panel(screen)
        await pilot.press("escape", "b")
        assert "Δ 0 vs pinned" in bar(screen)
        assert "Nothing changes for this event" in diff(screen)
        await edit_config(pilot, screen, GOAL, "Order Completed: order")
        assert "Δ 1 vs pinned" in bar(screen)
        assert "1 of 4 events changes: 1 in the goal." in panel(screen)
        assert "1 ~ renamed purchase → order" in panel(screen)
        assert "Renames the goal of 1 event." in panel(screen)
        assert '~ "name": "purchase" → "order"' in diff(screen)
        assert 'Its goal is "order", and was "purchase".' in diff(screen)
        assert 'by settings.goalMapping["Order Completed"]: purchase → order' in diff(screen)
        await pilot.press("x")
        await until(pilot, lambda: screen.corpus.shown == 1)
        await pilot.press("x")
        await until(pilot, lambda: screen.corpus.shown == 4)
        await edit_config(pilot, screen, "Order Completed: order", "Order Completed: [")
        assert "Δ 1 vs pinned" in bar(screen), "the last good config stays in use"
        assert "The config has errors: this compares its last good state" in panel(screen)
        await pilot.press("u")
        assert "has errors" not in panel(screen)
        await pilot.press("u")
        assert "Δ 0 vs pinned" in bar(screen)
        assert "None of 4 events changes" in panel(screen)
        await pilot.press("b")
        assert "pinned" not in bar(screen)
        assert "No baseline" in diff(screen)


async def test_a_number_shows_its_events(config: Path, events: Path) -> None:
    async with workbench(config, events, size=(80, 24)) as (pilot, screen):
        await pilot.press("b")
        await edit_config(pilot, screen, "enablePageViewTracking: true", "enablePageViewTracking: false")
        await until(pilot, lambda: screen.corpus.mapped == 4)
        await open_panel(pilot, screen)
        assert "1 - lost Page: Home" in panel(screen)
        assert "Stops 1 event." in panel(screen)
        await pilot.press("enter")
        await until(pilot, lambda: screen.corpus.shown == 1)
        assert screen.query_one(EventsPane).filter_text == "fate:never-leaves change:fate"
        lines = screen.query_one(ImpactPanel).text.split("\n")
        await open_panel(pilot, screen)
        await pilot.click(ImpactPanel, offset=(10, next(at for at, line in enumerate(lines) if "- lost" in line)))
        await until(pilot, lambda: screen.query_one(EventsPane).filter_text == "change:goal -goal:?*")
        assert screen.focused is screen.event_list
        await until(pilot, lambda: screen.corpus.shown == 1)
        await pilot.press("d")
        assert "It is no longer sent." in diff(screen)
        assert '- "name": "Page: Home"' in diff(screen)


async def test_an_event_edited_since_is_compared_with_its_pinned_text(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("b", "d", "e")
        editor = screen.event_pane.editor
        editor.move_cursor((2, len('  "event": "')))
        await pilot.press("X")
        assert "Δ 1 vs" in bar(screen)
        assert '~ "name": "purchase" → "XOrder Completed"' in diff(screen)
        assert "Its own text was edited since." in diff(screen)
        await pilot.press("backspace")
        assert "Δ 0 vs" in bar(screen)
        await pilot.press("escape", "n")
        assert "Δ 0 vs pinned" in bar(screen), "an event that was added is compared as it is"
        await edit_config(pilot, screen, GOAL, "Order Completed: order")
        assert "Δ 2 vs pinned" in bar(screen)


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
async def test_another_config_becomes_the_baseline(
    config: Path,
    events: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    for command in (["init", "-q"], ["add", "config.yaml"], ["commit", "-q", "-m", "as it was"]):
        git(tmp_path, *command)
    config.write_text(CONFIG.replace(GOAL, "Order Completed: order"))
    (tmp_path / "other.yaml").write_text(CONFIG.replace(GOAL, "Order Completed: [").replace("  ]", ""))
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("B")
        await until(pilot, lambda: isinstance(screen.app.screen, CompareWith))
        screen.app.screen.query_one(Input).value = "none.yaml"
        await pilot.press("enter")
        await until(pilot, lambda: bool(screen.app.screen.query("#compare-problem")))
        assert "none.yaml" in str(screen.app.screen.query_one("#compare-problem", Static).visual)
        screen.app.screen.query_one(Input).value = "other.yaml"
        await pilot.press("enter")
        await until(pilot, lambda: "has errors" in str(screen.app.screen.query_one("#compare-problem", Static).visual))
        await pilot.click("#head")
        await until(pilot, lambda: screen.baseline is not None)
        await until(pilot, lambda: isinstance(screen.focused, ImpactPanel))
        assert f"Against git:HEAD:{config}" in panel(screen)
        assert "1 ~ renamed purchase → order" in panel(screen)
        (tmp_path / "other.yaml").write_text(CONFIG.replace("userId: user_id", "userId: customer"))
        await pilot.press("B")
        await until(pilot, lambda: isinstance(screen.app.screen, CompareWith))
        screen.app.screen.query_one(Input).value = "other.yaml"
        await pilot.press("enter")
        await until(pilot, lambda: "Against other.yaml" in panel(screen))
        assert "3 ~ have user_id in place of customer" in panel(screen)
        assert "Δ 3 vs other.yaml" in bar(screen)


async def test_many_events_are_compared_beside_the_screen(config: Path, tmp_path: Path) -> None:
    many = tmp_path / "many.jsonl"
    kinds = (event(), event(type="page", name="Home"))
    many.write_text("\n".join(kinds[number % 2] for number in range(2_000)))
    async with workbench(config, many) as (pilot, screen):
        await pilot.press("b")
        await edit_config(pilot, screen, GOAL, "Order Completed: order")
        screen.event_list.cursor = 1_998
        await pilot.pause()
        await pilot.press("e")
        screen.event_pane.editor.move_cursor((2, len('  "event": "')))
        await pilot.press("X")
        await until(pilot, lambda: "Δ 1,000 vs pinned" in bar(screen))
        assert screen.corpus.changes(1_998) == ("reason", "goal")
        assert screen.corpus.changes(1_999) == ()
        await pilot.press("escape", "x")
        await until(pilot, lambda: screen.corpus.shown == 1_000)
