"""The tour on screen: each step from each of its neighbours, with the keyboard and the mouse, at the size of a projector."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Input, Static

from abtui.core.tour import Step
from abtui.tui.app import WorkbenchApp
from abtui.tui.kit.code_view import CodeView
from abtui.tui.screens.workbench import WorkbenchScreen
from abtui.tui.widgets.fates import FATE_LOOKS
from abtui.tui.widgets.tour_caption import TourCaption
from tests.kit import until
from tests.tour_claims import CLAIMS
from tests.tui.kit import NOW, words
from tests.tui.screen_text import screen_text

Tour = tuple[Pilot[int], WorkbenchScreen]


@asynccontextmanager
async def tour(size: tuple[int, int]) -> AsyncIterator[Tour]:
    """The tour at its first step."""
    app = WorkbenchApp(None, (), env={}, now=NOW, tour=True)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: isinstance(app.screen, WorkbenchScreen))
        screen = app.screen
        assert isinstance(screen, WorkbenchScreen)
        await until(pilot, lambda: screen.tour_settled == "arrives")
        yield pilot, screen


def state(screen: WorkbenchScreen) -> dict[str, object]:
    """All that a step says of the screen, as it is there."""
    return {
        "caption": words(screen, "#tour-title") + words(screen, "#tour-text"),
        "pane": screen.pane,
        "classes": {name for name in screen.classes if name != "-first"},
        "event": screen.event_pane.editor.text,
        "config": screen.config_pane.editor.text,
        "banner": words(screen, "#banner"),
        "tab": screen.result.tab,
        "filter": screen.query_one("#filter-text", Input).value,
        "shown": screen.event_list.count,
        "cursor": screen.event_list.cursor,
        "edited": len(screen.corpus.edited),
        "counts": dict(screen.corpus.counts),
        "findings": dict(screen.review._index.counts()),
        "toured": [node.id for node in screen.query(".-toured")],
        "notes": [note.message for note in screen.app._notifications],
    }


def assert_true_to(screen: WorkbenchScreen, step: Step) -> None:
    """What the step claims is what is on screen, and nothing of it is hidden."""
    expected, outcome = CLAIMS[step.name], screen._outcome
    assert outcome is not None
    assert (outcome.source, outcome.verdict, outcome.reason.code) == (step.event, expected.verdict, expected.reason)
    if step.tab != "diff":
        assert words(screen, "#banner").startswith(
            f"{FATE_LOOKS[expected.fate].glyph} {FATE_LOOKS[expected.fate].words}"
        )
    assert set(expected.findings) <= {finding.code for finding in outcome.findings}
    if step.tab == "payload" and CLAIMS[step.name].verdict == "send":
        payload = json.loads(screen.query_one(CodeView).text)
        assert payload.get("goals", [{}])[0].get("name") == expected.goal
    changed = {"an-id": "visitor-4711", "change": "Order completed: purchase"}.get(step.name, "")
    assert changed in screen_text(screen.app), "what was changed is in view"
    if CLAIMS[step.name].receipt:
        assert ("↑ accepted" if expected.receipt == "accepted" else "↯ refused") in words(screen)
        assert f"Segment would show  {expected.segment}" in words(screen)
    if step.field:
        view = screen.query_one(CodeView)
        assert view.text.split("\n")[view.cursor].strip() == f'{step.field}: "{expected.uid}"'
    look = screen.query_one(f"#{step.look}", Widget)
    assert look.display
    assert look.has_class("-toured")
    assert look.size.height >= 4
    caption, text = screen.query_one(TourCaption), screen.query_one("#tour-text", Static)
    assert caption.size.height <= 6
    assert (
        text.size.height
        == text.virtual_region.height
        >= text.get_content_height(screen.size, screen.size, text.size.width)
    ), step.name
    assert caption.region.bottom == screen.query_one("#keys").region.y
    assert not caption.region.overlaps(look.region)


async def test_each_step_from_each_neighbour() -> None:
    async with tour((60, 18)) as (pilot, screen):
        steps, seen = screen._tour_steps, {}
        for number, step in enumerate(steps):
            if number:
                await pilot.press(("right", "space", "enter")[number % 3])
            await until(pilot, lambda name=step.name: screen.tour_settled == name)  # type: ignore[misc]
            if step.sent:
                await until(pilot, lambda: "Segment would show  Success" in words(screen))
                said = "The collector said  Accepted" in words(screen)
                assert said is (CLAIMS[step.name].receipt == "accepted")
            assert_true_to(screen, step)
            seen[step.name] = state(screen)
        assert f"{len(steps)}/{len(steps)}" in words(screen, "#tour-title")
        await pilot.press("right")
        assert screen.tour_settled == steps[-1].name, "there is nothing behind the last step"
        for number, step in reversed(list(enumerate(steps[:-1]))):
            await pilot.press(("left", "backspace")[number % 2])
            await until(pilot, lambda name=step.name: screen.tour_settled == name)  # type: ignore[misc]
            assert state(screen) == seen[step.name], step.name


async def test_quick_keys_and_wandering_off() -> None:
    async with tour((100, 30)) as (pilot, screen):
        first = state(screen)
        # However quick the keys, the screen is that of the step they lead to.
        last = screen._tour_steps[-3]
        for _ in screen._tour_steps:
            screen.action_tour_next()
        await pilot.press("left", "left")
        await until(pilot, lambda: screen.tour_settled == last.name)
        assert_true_to(screen, last)
        for _ in screen._tour_steps:
            screen.action_tour_back()
        await until(pilot, lambda: screen.tour_settled == "arrives")
        assert state(screen) == first
        await pilot.press("down", "down", "1", "down", "v", "e", "x", "escape", "4", "z", "f2", "l")
        assert screen.session.modified
        await pilot.click("#tour-next")
        await until(pilot, lambda: screen.tour_settled == "why")
        assert not screen.session.modified
        assert not screen.corpus.edited
        await pilot.press("left")
        await until(pilot, lambda: screen.tour_settled == "arrives")
        assert state(screen) == first
        for key in ("right", "right", "right", "right"):
            await pilot.press(key)
        await until(pilot, lambda: screen.tour_settled == "an-id")
        await pilot.press("escape")
        assert not screen.query(TourCaption)
        assert not screen.query(".-toured")
        assert "visitor-4711" in screen.event_pane.editor.text, "it leaves everything as it is"
        await pilot.press("right", "T")
        assert not screen.query(TourCaption), "the tour does not throw away what was edited"
