"""The action: one change, tried and measured before it is promised; Enter makes it, and `u` takes it back."""

from __future__ import annotations

from pathlib import Path

from textual.pilot import Pilot

from abtui.tui.dialogs.all_changes import AllChanges
from abtui.tui.workbench import Workbench
from tests.kit import until
from tests.tui.events_kit import event_list, line, plate
from tests.tui.kit import mapped, notes, payload, words, workbench
from tests.tui.screen_text import screen_text

WRONG_CASE, UNDATED = 65, 82
"""Events of the demo: a name that the config has in other letters, and one without `sentAt`."""
MEASURED = "then 81 of 102 arrive"


async def offered(pilot: Pilot[int], screen: Workbench, index: int, title: str, result: str = MEASURED) -> None:
    """Select an event, and wait until the change for it is measured."""
    screen.state.event.select(index)
    await until(pilot, lambda: (offer := screen.state.remedy) and (offer.title, offer.result) == (title, result))


def fate(screen: Workbench) -> str:
    outcome = screen.state.selection.outcome
    return "" if outcome is None else outcome.fate


async def all_changes(pilot: Pilot[int], screen: Workbench) -> str:
    """Press the key for all certain changes; the lines that are shown, or what is said instead."""
    state = screen.state
    await until(pilot, lambda: state.review.usage is not None)
    state.say("")
    await pilot.press("full_stop")
    await until(pilot, lambda: isinstance(pilot.app.screen, AllChanges) or state.notice.text)
    return words(pilot.app.screen, "#preview") if isinstance(pilot.app.screen, AllChanges) else state.notice.text


async def test_a_change_is_measured_then_made_and_taken_back() -> None:
    async with workbench() as (pilot, screen):
        state, promised = screen.state, list[tuple[str, str]]()
        before = state.session.text
        state.listen(
            "remedy", screen, lambda: state.remedy and promised.append((state.remedy.title, state.remedy.result))
        )
        await offered(pilot, screen, WRONG_CASE, "Map it to purchase")
        # Until it was measured nothing was promised.
        assert (promised[0], promised[-1]) == (("Map it to purchase", ""), ("Map it to purchase", MEASURED))
        assert set(promised) == {promised[0], promised[-1]}
        assert line(screen, "#action") == f"Enter  Map it to purchase   {MEASURED}"
        assert line(screen, "#keys").startswith("Enter fix")
        # It is one of all that are certain.
        assert "29 +     Order completed: purchase" in await all_changes(pilot, screen)
        await pilot.press("escape")
        await pilot.press("enter")
        assert fate(screen) == "arrives"
        assert payload(screen)["goals"][0]["name"] == "purchase"
        assert "Line 29 added." in notes(screen)
        await mapped(pilot, screen)
        assert state.corpus.counts["arrives"] == 81
        assert state.remedy is None
        await pilot.press("u")
        assert state.session.text == before
        assert fate(screen) == "ignored"

        # What an event lacks is put in, in this copy only; the config stays.
        await mapped(pilot, screen)
        await offered(pilot, screen, UNDATED, "Put in sentAt, in this copy only")
        text = state.selection.text
        await pilot.press("enter")
        assert fate(screen) == "arrives"
        assert '"sentAt"' in state.selection.text
        assert state.session.text == before
        await pilot.press("u")
        assert state.selection.text == text
        assert fate(screen) == "refused"
        assert state.corpus.edited == set()

        # What was offered for another text is gone with the first key.
        await offered(pilot, screen, UNDATED, "Put in sentAt, in this copy only")
        state.event.edit(text.replace('"userId"', '"userID"'))
        assert state.remedy is None, "so that Enter makes no change that nobody sees"
        assert "Put in" not in line(screen, "#action")
        state.event.edit(text)
        await offered(pilot, screen, WRONG_CASE, "Map it to purchase")
        whole = state.selection.text
        state.event.edit("{ no event")
        assert state.remedy is None, "nothing is known of a text that cannot be read"
        state.event.edit(whole)
        await offered(pilot, screen, WRONG_CASE, "Map it to purchase")
        state.event.select(WRONG_CASE + 1)
        assert state.remedy is None, "what was offered for another event is not made for this one"
        await offered(pilot, screen, WRONG_CASE, "Map it to purchase")
        state.config.apply(f"# another\n{before}")
        assert state.remedy is None


async def test_the_mended_event_stays_under_the_filter_until_another_is_selected() -> None:
    async with workbench() as (pilot, screen):
        state, view = screen.state, event_list(screen)
        state.filter_by("fate:ignored")
        await until(pilot, lambda: view.count == 5)
        await offered(pilot, screen, WRONG_CASE, "Map it to purchase")
        at = view.cursor
        await pilot.press("enter")
        await mapped(pilot, screen)
        await until(pilot, lambda: not state.corpus.filtering and fate(screen) == "arrives")
        assert state.selection.index == WRONG_CASE
        assert state.corpus.index_at(view.cursor) == WRONG_CASE
        assert view.cursor == at
        assert "ARRIVES" in plate(screen)
        await pilot.press("down")
        assert view.count == 4
        assert state.corpus.position_of(WRONG_CASE) is None
        assert state.selection.index == state.corpus.index_at(view.cursor)
        # Taken back, it is there again, and the cursor is on its event.
        here = state.selection.index
        await pilot.press("u")
        await mapped(pilot, screen)
        await until(pilot, lambda: not state.corpus.filtering and view.count == 5)
        assert state.selection.index == state.corpus.index_at(view.cursor) == here


async def test_all_certain_changes_are_shown_and_made_with_one_enter(bad: tuple[Path, Path]) -> None:
    async with workbench(*bad) as (pilot, screen):
        state, before = screen.state, screen.state.session.text
        preview = await all_changes(pilot, screen)
        assert "3 certain changes" in screen_text(pilot.app)
        assert "4 -   collectorEndpoint: https://acme.absmartly.iop/v1" in preview
        assert "4 +   collectorEndpoint: https://acme.absmartly.io/v1" in preview
        assert "13 +   unitMapping: { userId: user_id }" in preview
        await pilot.press("escape")
        assert state.session.text == before
        await all_changes(pilot, screen)
        await pilot.press("enter")
        assert [line for line in state.session.text.split("\n") if line not in before] == [
            "  collectorEndpoint: https://acme.absmartly.io/v1",
            "    Order Completed: purchase   # bought",
            "  unitMapping: { userId: user_id }",
        ]
        await mapped(pilot, screen)
        assert state.corpus.counts["accepted"] == 2
        # Nothing certain is left; what is in sight is not denied: it is said what else can be done.
        assert await all_changes(pilot, screen) == "There is no finding that one certain change would mend."
        state.event.select(1)
        state.event.edit(state.selection.text.replace('"sentAt"', '"sent"'))
        await until(pilot, lambda: state.remedy)
        assert await all_changes(pilot, screen) == "Put in sentAt, in this copy only: Enter does it for this event."
        state.event.select(2)
        said = await all_changes(pilot, screen)
        assert said.startswith("Page event requires page name.")
        assert "No single change of the config is certain to help. Set the call's `name`." in said
        await pilot.press("u")
        assert state.session.text == before
