"""The tour on screen: each step from each of its neighbours, with the keyboard and the mouse, at the size of a projector."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual.pilot import Pilot

from abtui.core.tour import Step, tour_steps
from abtui.tui.app import WorkbenchApp
from abtui.tui.kit.caption import Caption
from abtui.tui.kit.event_list import EventList
from abtui.tui.state import State
from abtui.tui.workbench import Workbench
from tests.kit import until
from tests.tour_claims import CLAIMS, Claim
from tests.tui.kit import NOW
from tests.tui.screen_text import screen_text

STEPS = tour_steps()


@asynccontextmanager
async def tour(size: tuple[int, int]) -> AsyncIterator[tuple[Pilot[int], Workbench]]:
    """The tour at its first step."""
    app = WorkbenchApp(None, (), env={}, now=NOW, tour=True)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: isinstance(app.screen, Workbench))
        screen = app.screen
        assert isinstance(screen, Workbench)
        await until(pilot, lambda: screen.state.touring)
        await settled(pilot, screen, 0)
        yield pilot, screen


async def settled(pilot: Pilot[int], screen: Workbench, number: int) -> None:
    """Wait until a step is completely there."""
    state = screen.state

    def there() -> bool:
        corpus, effect = state.corpus, state.effect
        mapped = corpus.mapped == len(corpus) and not corpus.filtering
        return (
            mapped
            and state.filter_text == STEPS[number].filter
            and (effect.share == 1 or not (STEPS[number].config or STEPS[number].config_file))
        )

    await until(pilot, lambda: f"{number + 1} of {len(STEPS)}" in screen_text(screen.app))
    await until(pilot, there)


def seen(state: State) -> dict[str, object]:
    """All that a step says of the workbench, as it is there."""
    return {
        "screen": state.screen,
        "source": state.selection.source,
        "text": state.selection.text,
        "config": state.session.text,
        "fate": state.selection.outcome and state.selection.outcome.fate,
        "goal": state.goal,
        "filter": state.filter_text,
        "shown": state.corpus.shown,
        "edited": len(state.corpus.edited),
        "counts": dict(state.corpus.counts),
        "notice": state.notice.text,
        "baseline": state.baseline,
    }


def assert_true_to(screen: Workbench, step: Step, claim: Claim) -> None:
    """What the step claims is what is there, and nothing of its sentence is hidden."""
    state, outcome = screen.state, screen.state.selection.outcome
    assert outcome is not None
    assert (state.screen, outcome.source) == (step.screen, step.event)
    assert (outcome.fate, outcome.reason.code) == (claim.fate, claim.reason)
    assert (state.goal, state.filter_text, state.corpus.shown) == (step.goal, step.filter, claim.shown)
    caption = screen.query_one(Caption)
    words = " ".join(screen_text(screen.app).split())
    assert all(word in words for word in step.sentence.split())
    assert caption.size.height <= 2
    assert not caption.region.overlaps(screen.query_one("#screens").region)
    if step.screen == "events":
        assert screen.query_one(EventList).has_focus, "Enter is for the action"


async def test_each_step_from_each_neighbour() -> None:
    async with tour((60, 18)) as (pilot, screen):
        states = []
        for number, (step, claim) in enumerate(zip(STEPS, CLAIMS, strict=True)):
            if number:
                await pilot.press("right")
            await settled(pilot, screen, number)
            assert_true_to(screen, step, claim)
            states.append(seen(screen.state))
        await pilot.press("right")
        await settled(pilot, screen, len(STEPS) - 1)
        assert seen(screen.state) == states[-1], "there is nothing behind the last step"
        for number in reversed(range(len(STEPS) - 1)):
            await pilot.press("left")
            await settled(pilot, screen, number)
            assert seen(screen.state) == states[number]
            assert_true_to(screen, STEPS[number], CLAIMS[number])


async def test_what_enter_does_is_undone_by_the_next_step() -> None:
    async with tour((100, 30)) as (pilot, screen):
        state = screen.state
        await pilot.press("right")
        await settled(pilot, screen, 1)
        before = seen(state)
        await until(pilot, lambda: state.remedy is not None)
        await pilot.press("enter")
        assert state.session.modified
        assert state.selection.outcome is not None
        assert state.selection.outcome.fate == "arrives"
        await pilot.press("right")
        await settled(pilot, screen, 2)
        assert not state.session.modified
        await until(pilot, lambda: state.remedy is not None)
        await pilot.press("enter")
        assert len(state.corpus.edited) == 1
        await pilot.press("left")
        await settled(pilot, screen, 1)
        assert seen(state) == before


async def test_quick_keys_and_wandering_off() -> None:
    async with tour((100, 30)) as (pilot, screen):
        state, first = screen.state, seen(screen.state)
        await pilot.press(*["right"] * 9, *["left"] * 9)
        await settled(pilot, screen, 0)
        assert seen(state) == first, "however quick the keys, the screen is that of the step they lead to"
        await pilot.press("down", "v", "b", "e", "x", "right", "escape")
        assert state.corpus.edited, "where text is typed, the keys are those of the editor"
        assert state.touring
        await pilot.press("3")
        await pilot.click(Caption, offset=(100 - 7, 0))
        await settled(pilot, screen, 1)
        assert not state.corpus.edited
        await pilot.press("left")
        await settled(pilot, screen, 0)
        assert seen(state) == first


async def test_it_ends_and_begins_again() -> None:
    async with tour((100, 30)) as (pilot, screen):
        state = screen.state
        await pilot.press("right", "right", "escape")
        assert not state.touring
        assert not screen.query(Caption)
        assert state.selection.source == STEPS[2].event, "everything stays as it is"
        await pilot.press("right", "T")
        await until(pilot, lambda: state.touring)
        await settled(pilot, screen, 0)
        await pilot.press("e", "x", "escape", "T")
        assert not state.touring
        await pilot.press("T")
        assert not state.touring, "the tour does not throw away what was edited"
        assert "abtui tour" in state.notice.text


async def test_the_keys_have_their_words_where_there_is_room() -> None:
    async with tour((120, 35)) as (pilot, screen):
        assert "← back  → next  Esc end" in screen_text(screen.app)
        await pilot.press("right")
        await settled(pilot, screen, 1)
        assert screen.query_one(Caption).region.bottom == screen.query_one("#message").region.y


async def test_what_the_tour_changed_is_restored_and_enter_goes_on() -> None:
    async with tour((100, 30)) as (pilot, screen):
        state = screen.state
        demo = state.session.text
        await until(pilot, lambda: state.remedy is None)
        await pilot.press("enter")
        await settled(pilot, screen, 1)
        await pilot.press(*["right"] * 5)
        await settled(pilot, screen, 6)
        assert state.session.modified
        await pilot.press("escape")
        assert (state.session.text, state.session.modified, state.filter_text) == (demo, False, "")
        assert "Now it is your turn" in state.notice.text
        await pilot.press("T")
        await until(pilot, lambda: state.touring)
        await pilot.press(*["right"] * 5)
        await settled(pilot, screen, 5)
        # What the tour changed is nothing to be asked about.
        await pilot.press("ctrl+q")
        await until(pilot, lambda: pilot.app._exit)
        assert not state.session.modified
