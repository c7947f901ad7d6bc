"""A baseline is pinned, or taken from a file or a commit, and the screen tells what an edit does to the events."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from abtui.tui.screens.comparing_dialog import CompareWith
from abtui.tui.screens.workbench import WorkbenchScreen
from abtui.tui.widgets.diff_view import DiffView
from abtui.tui.widgets.impact_panel import ImpactPanel
from tests.core.test_every_finding import CONFIG
from tests.tui.test_workbench import config, events, until, words, workbench  # noqa: F401

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


async def test_a_pinned_baseline_tells_what_an_edit_does(config: Path, events: Path) -> None:  # noqa: F811
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("d")
        assert "No baseline" in screen.query_one(DiffView).text
        await pilot.press("6")
        await until(pilot, lambda: isinstance(screen.focused, ImpactPanel))
        panel = screen.query_one(ImpactPanel)
        assert "No baseline. b pins" in panel.text
        await pilot.press("escape", "b")
        assert "± 0 of 4 vs pinned" in bar(screen)
        assert "Nothing changes for this event" in screen.query_one(DiffView).text
        await edit_config(pilot, screen, GOAL, "Order Completed: order")
        assert "± 1 of 4 vs pinned" in bar(screen)
        assert "1 of 4 events changes: 1 in the goal." in panel.text
        assert "purchase → order" in panel.text
        assert "Renames the goal of 1 event." in panel.text
        diff = screen.query_one(DiffView).text
        assert '~       "name": "purchase" → "order"' in diff
        assert 'Its goal is "order", and was "purchase".' in diff
        assert 'by settings.goalMapping["Order Completed"]: purchase → order' in diff
        await pilot.press("x")
        await until(pilot, lambda: screen.corpus.shown == 1)
        await pilot.press("x")
        await until(pilot, lambda: screen.corpus.shown == 4)
        await pilot.press("u")
        assert "± 0 of 4 vs pinned" in bar(screen)
        assert "None of 4 events changes" in panel.text
        await pilot.press("b")
        assert "pinned" not in bar(screen)
