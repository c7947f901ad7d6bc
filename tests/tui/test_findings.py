"""The findings of everything in one panel, and their fixes with one key."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from abtui.core.corpus.finding_index import FindingIndex
from abtui.core.findings import finding
from abtui.tui.kit.code_editor import CodeEditor
from abtui.tui.screens.workbench import WorkbenchScreen
from abtui.tui.widgets.finding_list import FindingList
from abtui.tui.widgets.finding_rows import FindingGroup, FindingPlace, Outline
from abtui.tui.widgets.findings_panel import FindingsPanel
from tests.kit import config_with, event, until
from tests.tui.kit import words, workbench

BAD = config_with(
    collectorEndpoint="https://acme.absmartly.iop/v1",
    goalMapping="\n    # what counts\n    order completed: purchase   # bought",
    unitMapping="{ user_id: userId }",
)


@pytest.fixture
def bad(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "config.yaml").write_text(BAD)
    rows = [event(type="page", name="Home", messageId="p"), event(), event(type="page", name=7, messageId="q")]
    (tmp_path / "events.jsonl").write_text("\n".join(rows))
    return tmp_path / "config.yaml", tmp_path / "events.jsonl"


def drawn(screen: WorkbenchScreen) -> list[str]:
    view = screen.query_one(FindingList)
    return [text for y in range(view.size.height) if (text := view.render_line(y).text.rstrip())]


def test_the_cursor_finds_back_to_its_group_or_goes_to_the_next() -> None:
    view = FindingList(lambda _code, _number: FindingPlace(finding("DATE-MISSING", "…"), ""))
    view.post_message = lambda _message: True  # type: ignore[method-assign]

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


async def open_panel(pilot: Pilot[int], screen: WorkbenchScreen) -> None:
    """Open the panel, and wait until keys are its own."""
    await pilot.press("f6")
    await until(pilot, lambda: isinstance(screen.focused, FindingList))


def panel_codes(screen: WorkbenchScreen) -> set[str]:
    return {group.code for group in screen.query_one(FindingList).outline.groups}


async def test_findings_are_gone_through_and_fixed_with_keys_alone(bad: tuple[Path, Path]) -> None:
    async with workbench(*bad) as (pilot, screen):
        await open_panel(pilot, screen)
        await until(pilot, lambda: screen.review.usage is not None and "COVERAGE-GOAL" in panel_codes(screen))
        lines = drawn(screen)
        assert "✗ error UNIT-NONE" in lines[0]
        assert lines[0].startswith("▌▸")
        assert "2 events" in lines[0]
        assert "The event has no unit" in words(screen, "#findings-why-text")

        # Open, go to the second place, and from there to the event and the field.
        await pilot.press("right", "down", "down", "enter")
        assert screen.event_list.cursor == 1
        assert screen.pane == "event"
        view = screen.query_one(FindingList)
        await open_panel(pilot, screen)
        await pilot.press("home", "down", "down", "down")
        assert view.current is not None
        assert view.current.group.code == "VIEW-NAME"
        await pilot.press("enter", "down", "enter")
        assert screen.event_list.cursor == 2
        line = screen.event_pane.editor.selection.end[0]
        assert '"name": 7' in screen.event_pane.editor.text.splitlines()[line]

        # From a finding of the config to its line.
        await open_panel(pilot, screen)
        place = view.outline.position("CONFIG-ENDPOINT-IOP", None)
        assert place is not None
        view.cursor = place
        await pilot.press("right", "down", "enter")
        assert screen.pane == "config"
        assert "iop" in BAD.splitlines()[screen.config_pane.editor.selection.end[0]]

        # Only errors, only this finding's events.
        await open_panel(pilot, screen)
        await pilot.press("V", "V", "f")
        assert {row[3] for row in drawn(screen) if row[1] in "▸▾"} == {"✗"}
        assert [screen.corpus.index_at(at) for at in range(screen.corpus.shown)] == [2]
        await pilot.press("V", "home")

        # Fixed, and taken back.
        await until(pilot, lambda: "fixes this" in words(screen, "#findings-note"))
        await pilot.press("full_stop")
        assert "{ userId: user_id }" in screen.session.text
        await until(pilot, lambda: "UNIT-NONE" not in panel_codes(screen))
        await pilot.press("u")
        assert screen.session.text == BAD
        await until(pilot, lambda: "UNIT-NONE" in panel_codes(screen) and screen.review.usage is not None)


async def test_fixes_until_nothing_certain_is_left(bad: tuple[Path, Path]) -> None:
    async with workbench(*bad, size=(80, 24)) as (pilot, screen):
        await open_panel(pilot, screen)
        for _ in range(8):
            await until(pilot, lambda: screen.review.usage is not None)
            panel = screen.query_one(FindingsPanel)
            groups = panel.list.outline.groups
            fixable = [group for group in groups if _has_fix(screen, group.code)]
            if not fixable:
                break
            panel.list.cursor = groups.index(fixable[0])
            await pilot.press("full_stop")
        text = screen.session.text
        assert "    # what counts\n    Order Completed: purchase   # bought" in text
        assert "https://acme.absmartly.io/v1\n" in text
        assert "{ userId: user_id }" in text
        assert not panel_codes(screen) & {"UNIT-NONE", "COVERAGE-GOAL", "CONFIG-ENDPOINT-IOP"}


def _has_fix(screen: WorkbenchScreen, code: str) -> bool:
    place = screen.review.place(code, 0)
    return screen.review.fix(place.finding, place.index) is not None


async def test_the_events_own_findings_tab_tells_of_the_fix(bad: tuple[Path, Path]) -> None:
    async with workbench(*bad) as (pilot, screen):
        await pilot.press("down", "f")
        await until(pilot, lambda: "→ . fixes this: Swap `user_id: userId` to" in words(screen))
        await pilot.press("full_stop")
        assert "{ userId: user_id }" in screen.session.text
        await until(pilot, lambda: "→ . fixes this: Rename the key `order completed`" in words(screen))
        await pilot.press("full_stop")
        await until(pilot, lambda: "fixes this" not in words(screen))
        assert screen.query_one("#config-editor", CodeEditor).text == screen.session.text


async def test_the_panel_follows_edits_and_the_mouse(bad: tuple[Path, Path]) -> None:
    async with workbench(*bad) as (pilot, screen):
        await open_panel(pilot, screen)
        await until(pilot, lambda: "VIEW-NAME" in panel_codes(screen))
        await pilot.click(FindingList, offset=(10, 0))
        assert screen.query_one(FindingList).outline.open == {"UNIT-NONE"}
        await pilot.click(FindingList, offset=(10, 3))
        await pilot.click(FindingList, offset=(10, 4), times=2)
        assert screen.event_list.cursor == 2
        editor = screen.event_pane.editor
        line = next(at for at, text in enumerate(editor.text.splitlines()) if '"name": 7' in text)
        editor.move_cursor((line, editor.document[line].index("7")))
        await pilot.press("delete", *'"a"')
        await until(pilot, lambda: "VIEW-NAME" not in panel_codes(screen))
        assert screen.query_one(FindingList).outline.groups[0].code == "UNIT-NONE"


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
