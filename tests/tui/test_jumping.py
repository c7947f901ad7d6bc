"""Jump mode: from anywhere to anywhere in view with one or two letters."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from abtui.tui.dialogs.jumping import JumpLabels
from abtui.tui.kit.jump_labels import JumpColumn, labels
from abtui.tui.workbench import Workbench
from tests.kit import until
from tests.tui.events_kit import editor, event_list, payload_view
from tests.tui.kit import workbench


@pytest.mark.parametrize("count", [0, 1, 26, 27, 60, 300, 676])
def test_no_label_begins_another(count: int) -> None:
    made = labels(count)
    assert len(set(made)) == count
    assert not [one for one in made for other in made if one != other and other.startswith(one)]
    assert all(len(label) == 1 for label in made) is (count <= 26)


async def jump(bench: tuple[Pilot[int], Workbench], x: int, y: int, key: str = ";") -> None:
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
        rows, high = event_list(screen).region, event_list(screen).row_height
        await jump((pilot, screen), rows.x, rows.y + 2 * high)
        assert event_list(screen).cursor == 2
        # To the payload, to the event, and from there, with Alt, back.
        where = payload_view(screen).region
        await jump((pilot, screen), where.x, where.y)
        assert screen.focused is payload_view(screen)
        await pilot.press("e")
        text, where = editor(screen).text, event_list(screen).region
        await jump((pilot, screen), where.x, where.y, "alt+j")
        assert screen.focused is event_list(screen)
        assert event_list(screen).cursor == 0
        assert editor(screen).text != text, "another event is selected, and nothing was typed"
        assert not screen.state.corpus.edited
        # To a fate in the sentence, which filters by it, and to another screen.
        sentence = screen.query_one("#sentence")
        spots = sentence.jump_spots()  # type: ignore[attr-defined]
        await jump((pilot, screen), sentence.region.x + spots[0].x, sentence.region.y)
        await until(pilot, lambda: screen.state.filter_text.startswith("fate:"))
        # Any other key only ends it.
        await pilot.press(";")
        await until(pilot, lambda: isinstance(pilot.app.screen, JumpLabels))
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is screen)
        assert screen.focused is event_list(screen)
