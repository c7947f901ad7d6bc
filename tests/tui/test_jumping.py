"""Jump mode: from anywhere to anywhere in view with one or two letters."""

from __future__ import annotations

from pathlib import Path

import pytest
from abtui.tui.screens.jumping import JumpLabels

from abtui.tui.kit.code_view import CodeView
from abtui.tui.screens.workbench import WorkbenchScreen
from abtui.tui.widgets.jump_labels import JumpColumn, labels
from abtui.tui.widgets.tab_strip import TabStrip
from tests.kit import until
from tests.tui.kit import Workbench, workbench


@pytest.mark.parametrize("count", [0, 1, 26, 27, 60, 300, 676])
def test_no_label_begins_another(count: int) -> None:
    made = labels(count)
    assert len(set(made)) == count
    assert not [one for one in made for other in made if one != other and other.startswith(one)]
    assert all(len(label) == 1 for label in made) is (count <= 26)


async def jump(bench: Workbench, x: int, y: int, key: str = ";") -> None:
    """Jump to the place whose label stands at a column and row."""
    pilot, screen = bench
    await pilot.press(key)
    await until(pilot, lambda: isinstance(pilot.app.screen, JumpLabels) and bool(pilot.app.screen.query(JumpColumn)))
    here = [
        label
        for column in pilot.app.screen.query(JumpColumn)
        for row, label in enumerate(column.labels)
        if (column.region.x, column.region.y + row) == (x, y)
    ]
    assert here
    await pilot.press(*here[0])
    await until(pilot, lambda: pilot.app.screen is screen)


@pytest.mark.parametrize("size", [(140, 40), (80, 24)])
async def test_letters_go_to_what_they_label(config: Path, events: Path, size: tuple[int, int]) -> None:
    async with workbench(config, events, size=size) as (pilot, screen):
        rows = screen.event_list.region
        await jump((pilot, screen), rows.x, rows.y + 2)
        assert screen.event_list.cursor == 2
        if screen.narrow:
            spots = [spot for spot in screen._spots() if spot.y == screen.query_one("#panes").region.y]
            await jump((pilot, screen), spots[0].x, spots[0].y)
        else:
            await jump((pilot, screen), screen.event_pane.editor.region.x, screen.event_pane.editor.region.y)
        assert screen.focused is screen.event_pane.editor
        text = screen.event_pane.editor.text
        # From an editor, with Alt; to a tab of the result, which takes the focus.
        strip = screen.result.query_one("#result-tabs")
        await until(pilot, lambda: bool(strip.region))
        await jump((pilot, screen), strip.region.x + screen_tab(screen, "request"), strip.region.y, "alt+j")
        assert screen.result.tab == "request"
        assert screen.focused is screen.result.query_one(CodeView)
        assert screen.event_pane.editor.text == text
        # Any other key only ends it.
        await pilot.press(";")
        await until(pilot, lambda: isinstance(pilot.app.screen, JumpLabels))
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is screen)
        assert screen.focused is screen.result.query_one(CodeView)


def screen_tab(screen: WorkbenchScreen, name: str) -> int:
    """The column of a tab of the result."""
    strip = screen.result.query_one("#result-tabs", TabStrip)
    return strip.jump_spots()[strip.names.index(name)].x
