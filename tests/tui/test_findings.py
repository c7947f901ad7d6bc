"""What is worth a look in one pane: words, what becomes of the events, and one key to each of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from abtui.core.corpus.finding_index import FindingIndex
from abtui.core.findings import finding
from abtui.tui.finding_rows import FindingGroup, FindingPlace, Outline
from abtui.tui.screens.events.finding_list import Beside, FindingList
from abtui.tui.workbench import Workbench
from tests.kit import until
from tests.tui.events_kit import BAD, editor, event_list, finding_list, plate, result, said, title
from tests.tui.kit import of_config, workbench


def drawn(screen: Workbench) -> list[str]:
    view = finding_list(screen)
    return [text for y in range(view.size.height) if (text := view.render_line(y).text.rstrip())]


def test_the_cursor_finds_back_to_its_group_or_goes_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    view = FindingList(
        lambda _code, _number: FindingPlace(finding("DATE-MISSING", "…"), ""), lambda _: Beside(None, "")
    )
    view.post_message = lambda _message: True  # type: ignore[method-assign]
    monkeypatch.setattr(FindingList, "has_focus", True)

    def codes(*names: str) -> list[FindingGroup]:
        return [FindingGroup(name, 9 - at) for at, name in enumerate(names)]

    def current() -> str:
        return "" if view.current is None else view.current.group.code

    everything = ("VIEW-NAME", "DATE-MISSING", "GOAL-NO-NAME", "EVENT-REPEATED")
    view.set_groups(codes(*everything))
    names = [group.code for group in view.outline.groups]
    view.set_reactive(FindingList.cursor, 1)
    # All is looked at anew: they come back one by one.
    for some in ((), names[3:], [names[0], names[3]], names):
        view.set_groups(codes(*some))
    assert current() == names[1]
    view.set_groups(codes(names[0], names[2], names[3]))
    assert current() == names[2]
    view.set_groups(codes(names[0]))
    assert current() == names[0]


async def open_panel(pilot: Pilot[int], screen: Workbench) -> None:
    """Open the panel, and wait until keys are its own."""
    await pilot.press("f6")
    await until(pilot, lambda: isinstance(screen.focused, FindingList))


def panel_codes(screen: Workbench) -> set[str]:
    return {group.code for group in finding_list(screen).outline.groups}


async def test_findings_are_gone_through_with_keys_alone(bad: tuple[Path, Path]) -> None:
    async with workbench(*bad) as (pilot, screen):
        state, view = screen.state, finding_list(screen)
        await until(pilot, lambda: state.review.usage is not None and "COVERAGE-GOAL" in panel_codes(screen))
        await open_panel(pilot, screen)
        lines = drawn(screen)
        assert lines[0].startswith("▌■ 2 The event has no unit")
        assert "Home, Order Completed" in lines[1]
        assert not [row for row in lines if "UNIT-NONE" in row], "codes are for details"
        assert "causes in 3 events" in title(screen.query_one("#worth"))
        # What the selected event has is beside, and the key tells what a finding means.
        assert "The event has no unit" in said(screen)
        await pilot.press("e")
        assert title(result(screen)).startswith("Worth a look  what it means")
        assert "UNIT-NONE" in said(screen)
        await pilot.press("e", "y")
        assert pilot.app.clipboard.startswith("## The event has no unit (UNIT-NONE)")

        # Open, go to the second place, and from there to the event and the field.
        await pilot.press("right", "down", "down", "enter")
        assert event_list(screen).cursor == 1
        assert screen.focused is editor(screen)
        await pilot.press("escape")
        await open_panel(pilot, screen)
        view.cursor = view.outline.position("VIEW-NAME", None) or 0
        await pilot.press("right", "right", "enter")
        assert event_list(screen).cursor == 2
        row = editor(screen).selection.end[0]
        assert '"name": 7' in editor(screen).text.splitlines()[row]
        assert plate(screen).startswith("▲ FAILS")

        # Only this cause's events.
        await pilot.press("escape")
        await open_panel(pilot, screen)
        assert view.current is not None
        view.cursor = view.outline.position("VIEW-NAME", None) or 0
        await pilot.press("enter")
        await until(pilot, lambda: event_list(screen).count == 1)
        assert state.filter_text == "finding:VIEW-NAME"
        assert screen.focused is event_list(screen)

        # Only errors.
        await open_panel(pilot, screen)
        await pilot.press("V", "V")
        assert title(screen.query_one("#worth")).endswith("errors")
        assert view.outline.hidden

        # From a finding of the config to its line.
        await pilot.press("V")
        view.cursor = view.outline.position("CONFIG-ENDPOINT-IOP", None) or 0
        await pilot.press("enter")
        assert state.screen == "config"
        assert "iop" in BAD.splitlines()[of_config(screen).editor.cursor_location[0]]


async def test_the_panel_follows_edits_and_the_mouse(bad: tuple[Path, Path]) -> None:
    async with workbench(*bad) as (pilot, screen):
        await open_panel(pilot, screen)
        await until(pilot, lambda: "VIEW-NAME" in panel_codes(screen))
        await pilot.click(FindingList, offset=(10, 0))
        assert finding_list(screen).outline.open == {"UNIT-NONE"}
        await pilot.click(FindingList, offset=(10, 6))
        await pilot.click(FindingList, offset=(10, 8), times=2)
        assert event_list(screen).cursor == 2
        row = next(at for at, text in enumerate(editor(screen).text.splitlines()) if '"name": 7' in text)
        editor(screen).move_cursor((row, editor(screen).document[row].index("7")))
        await pilot.press("delete", *'"a"')
        await until(pilot, lambda: "VIEW-NAME" not in panel_codes(screen))
        assert finding_list(screen).outline.groups[0].code == "UNIT-NONE"


async def test_on_a_large_screen_it_stands_below_the_list(bad: tuple[Path, Path]) -> None:
    async with workbench(*bad, size=(200, 50)) as (pilot, screen):
        await until(pilot, lambda: bool(panel_codes(screen)))
        assert screen.query_one("#worth").is_on_screen
        assert event_list(screen).is_on_screen
        await open_panel(pilot, screen)
        assert event_list(screen).is_on_screen
        await pilot.press("f")
        assert screen.focused is event_list(screen)


def test_a_group_of_any_size_costs_nothing() -> None:
    index = FindingIndex()
    index.add(0, [("UNIT-NONE",)] * 300_000)
    outline = Outline()
    outline.set_groups([FindingGroup("GOAL-NEAR", 7), FindingGroup("UNIT-NONE", index.counts()["UNIT-NONE"])])
    outline.toggle("UNIT-NONE")
    assert len(outline) == 300_002
    assert outline.row(300_000).place == 299_999
    assert outline.row(300_001).group.code == "GOAL-NEAR"
    assert outline.position("GOAL-NEAR", None) == 300_001
    assert outline.position("UNIT-NONE", 5) == 6
    outline.next_least()
    outline.next_least()
    assert outline.position("GOAL-NEAR", None) is None
    assert outline.hidden == 1
    assert finding("UNIT-NONE", "x").severity == "error"
