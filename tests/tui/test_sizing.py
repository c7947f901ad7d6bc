"""Panes take room from each other, and one may have it all."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import msgspec
import pytest
from abtui.tui.screens.layout import PANES, Layout
from abtui.tui.screens.workbench import WorkbenchScreen
from abtui.tui.sizes import LEAST, LayoutSizes, exchanged, neighbour, with_drawer
from abtui.tui.widgets.drawer import PanelKind
from textual.pilot import Pilot
from textual.widgets import Static, TextArea

from tests.kit import until
from tests.tui.kit import workbench

THREE = {"events": 24.0, "event": 36.0, "result": 40.0}
FOUR = {"events": 24.0, "event": 24.0, "config": 24.0, "result": 28.0}


@pytest.mark.parametrize(
    ("shown", "grows", "shrinks", "by", "sizes"),
    [
        (THREE, "events", "event", 4, LayoutSizes(events=28, result=40)),
        (THREE, "events", "event", -4, LayoutSizes(events=20, result=40)),
        (THREE, "event", "result", 4, LayoutSizes(events=24, result=36)),
        (THREE, "event", "result", 90, LayoutSizes(events=24, result=LEAST)),
        (THREE, "result", "event", -90, LayoutSizes(events=24, result=LEAST)),
        (THREE, "events", "event", -90, LayoutSizes(events=LEAST, result=40)),
        (FOUR, "config", "result", 4, LayoutSizes(events=24, config=28, result=24)),
        ({"events": 24.0, "config": 36.0, "result": 40.0}, "config", "result", 4, LayoutSizes(events=24, result=36)),
    ],
)
def test_panes_take_room_from_each_other(
    shown: dict[str, float], grows: str, shrinks: str, by: float, sizes: LayoutSizes
) -> None:
    assert exchanged(LayoutSizes(), shown, grows, shrinks, by) == sizes


def test_neighbours_and_the_drawer() -> None:
    assert [neighbour(THREE, name) for name in ("events", "event", "result", "drawer")] == [
        "event",
        "result",
        "event",
        None,
    ]
    assert neighbour({"event": 100.0}, "event") is None
    assert [with_drawer(LayoutSizes(events=30), height) for height in (5, 40, 99)] == [
        LayoutSizes(events=30, drawer=15), LayoutSizes(events=30, drawer=40), LayoutSizes(events=30, drawer=80),
    ]  # fmt: skip
    assert msgspec.convert({"events": 30}, LayoutSizes) == LayoutSizes(events=30)


def widths(screen: WorkbenchScreen) -> list[int]:
    """The widths of the panes in view, from left to right."""
    return [pane.outer_size.width for pane in screen._panes() if pane.display]


async def resized(pilot: Pilot[int], screen: WorkbenchScreen, before: list[int]) -> list[int]:
    await until(pilot, lambda: widths(screen) != before)
    return widths(screen)


async def test_keys_and_mouse_move_borders(config: Path, events: Path) -> None:
    async with workbench(config, events, size=(140, 30)) as (pilot, screen):
        designed = widths(screen)
        await pilot.press(">")
        wider = await resized(pilot, screen, designed)
        assert wider[0] > designed[0]
        assert wider[2] == pytest.approx(designed[2], abs=1)
        kept = screen.sizes
        # The border between event and result, dragged ten cells to the left, or where the result begins.
        x = screen.result.region.x
        await pilot.mouse_down(screen, offset=(x, 10))
        await pilot.hover(screen, offset=(x - 10, 10))
        await pilot.mouse_up(screen, offset=(x - 10, 10))
        dragged = await resized(pilot, screen, wider)
        assert dragged[2] == pytest.approx(wider[2] + 10, abs=1)
        await pilot.hover(screen, offset=(x - 20, 10))
        assert widths(screen) == dragged
        screen.sizes = kept
        assert await resized(pilot, screen, dragged) == wider
        await pilot.press("=")
        assert await resized(pilot, screen, wider) == designed
        # Zoomed, the pane in focus is alone; another one in focus takes its place, and the same key goes back.
        await pilot.press("z")
        assert await resized(pilot, screen, designed) == [140]
        assert any(key.binding.action == "unzoom" for key in screen.active_bindings.values())
        await pilot.press("e")
        await until(pilot, lambda: isinstance(screen.focused, TextArea) and screen.event_pane.display)
        assert widths(screen) == [140]
        await pilot.press("alt+z")
        assert await resized(pilot, screen, [140]) == designed
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: screen.narrow)
        before = screen.sizes
        await pilot.press("escape", "greater_than_sign", "plus")
        assert screen.sizes == before


async def test_config_beside_the_event_where_there_is_room(config: Path, events: Path) -> None:
    async with workbench(config, events, size=(200, 30)) as (pilot, screen):
        await pilot.press("4")
        await until(pilot, lambda: screen.config_pane.display)
        assert screen.event_pane.display
        before = widths(screen)
        assert len(before) == 4
        await pilot.press("f5", "escape")
        screen.pane = "config"
        screen.action_widen(1)
        after = await resized(pilot, screen, before)
        assert after[2] > before[2]
        assert after[:2] == pytest.approx(before[:2], abs=1)


async def test_the_drawer_is_higher_and_lower(
    config: Path,
    events: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kind = PanelKind("findings", "Findings", lambda: Static("all of them", id="findings"))
    monkeypatch.setattr(Layout, "_panels", lambda screen: [kind])
    async with workbench(config, events, size=(140, 40)) as (pilot, screen):
        await pilot.press("minus")
        assert screen.sizes == LayoutSizes()
        screen.action_show_panel("findings")
        drawer = screen.query_one("#drawer")
        await until(pilot, lambda: bool(drawer.region))
        height = drawer.region.height
        await pilot.press("plus")
        await until(pilot, lambda: drawer.region.height > height)
        # Its upper border, dragged down again.
        top, higher = drawer.region.y, drawer.region.height
        await pilot.mouse_down(screen, offset=(30, top))
        await pilot.hover(screen, offset=(30, top + 5))
        await pilot.mouse_up(screen, offset=(30, top + 5))
        await until(pilot, lambda: drawer.region.height < higher)
        assert drawer.region.y == pytest.approx(top + 5, abs=1)
        screen.pane = "drawer"
        screen.action_zoom()
        await until(pilot, lambda: drawer.region.height > 30)


async def test_what_is_styled_for_an_arrangement_is_all_that_it_changes(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):

        def styles() -> list[object]:
            return [node._css_styles.get_rules().copy() for node in screen.walk_children(with_self=True)]

        for size in ((), ("-narrow",), ("-narrow", "-short")):
            screen.update_classes({"-narrow": "-narrow" in size, "-short": "-short" in size})
            for (pane, _), zoomed in product(PANES, (False, True)):
                opened = {"-config-open": pane == "config", "-drawer-open": pane != "result", "-zoomed": zoomed}
                screen.update_classes({**{f"-{name}": name == pane for name, _ in PANES}, **opened})
                found = styles()
                screen.app.stylesheet.update(screen)
                assert found == styles(), (size, pane, zoomed)
        screen.update_classes({"-narrow": False, "-short": False, "-zoomed": False})
        for pane, _ in PANES:
            screen.action_show_pane(pane)
            await pilot.pause()
            found = styles()
            screen.app.stylesheet.update(screen)
            assert found == styles(), pane
