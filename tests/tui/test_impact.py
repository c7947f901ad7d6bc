"""The Impact screen: which events a change moves, because of which line, and Enter takes it back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Input, Static

from abtui.core.config.migrated import migrated_config
from abtui.core.config.reader import read_config
from abtui.core.corpus.comparison.moves import Move, Moves
from abtui.tui.comparing import Baseline
from abtui.tui.dialogs.comparing import CompareWith
from abtui.tui.kit.diff_view import DiffView
from abtui.tui.kit.marks import UNICODE
from abtui.tui.screens.impact.move_list import MoveList
from abtui.tui.screens.impact.screen import ImpactScreen
from abtui.tui.screens.impact.subject import Subject
from abtui.tui.screens.impact.words import headline
from abtui.tui.state import Progress
from abtui.tui.workbench import Workbench
from tests.kit import CONFIG, ENV, event, until
from tests.services.test_git import git
from tests.tui.kit import notes, workbench
from tests.tui.screen_text import screen_text

GOAL = "Order Completed: purchase"
CATALOG = "catalog: { goals: [purchase, Signed Up, 'Page: Home'], units: [user_id], environments: [staging], applications: [website] }\n"
PAGES_OFF = ("enablePageViewTracking: true", "enablePageViewTracking: false")


@pytest.fixture
def judged(config: Path) -> Path:
    """The config with a catalog, so that the console's answer is known."""
    config.write_text(CONFIG + CATALOG)
    return config


async def change(pilot: Pilot[int], screen: Workbench, old: str, new: str) -> None:
    """Change the config's text by hand."""
    text = screen.state.session.text
    assert text.count(old) == 1
    screen.state.config.apply(text.replace(old, new))
    await pilot.pause()


def shown(screen: Workbench) -> str:
    """What is on screen, without the space between its columns."""
    return " ".join(screen_text(screen.app).split())


async def impact(pilot: Pilot[int], screen: Workbench) -> ImpactScreen:
    await pilot.press("4")
    await until(pilot, lambda: bool(screen.query(MoveList)) and screen.state.screen == "impact")
    await pilot.pause()
    return screen.query_one(ImpactScreen)


async def test_nothing_to_compare_with_says_what_to_do(config: Path, events: Path) -> None:
    async with workbench(config, events, size=(80, 24)) as (pilot, screen):
        await impact(pilot, screen)
        assert "which events a change of the config moves" in shown(screen)
        assert "…" not in shown(screen)
        assert "b pins the outcomes as they are now" in shown(screen)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(screen.app.screen, CompareWith))


async def test_unsaved_changes_show_their_moves_and_enter_takes_one_back(judged: Path, events: Path) -> None:
    async with workbench(judged, events) as (pilot, screen):
        await change(pilot, screen, *PAGES_OFF)
        await impact(pilot, screen)
        await until(pilot, lambda: "Take back line 7" in shown(screen))
        text = shown(screen)
        assert "Against the saved config, of 4 events: ■ 1 now never leaves, 3 stay as they are" in text
        assert "● arrives ━━▶ ■ never leaves 1 page Home enablePageViewTracking" in text
        assert "line 7: true, now false" in text
        assert "The one that is lost" in text
        assert "was ● arrives as the goal Page: Home" in text
        assert "now ■ never leaves: page tracking is off, line 7" in text
        assert "Segment still says Success. Nobody is told." in text
        assert "Enter Take back line 7 it arrives again" in text
        assert screen.state.selection.index == 2, "the event of the move is the selected one"
        await pilot.press("enter")
        await pilot.pause()
        assert not screen.state.session.modified
        await change(pilot, screen, *PAGES_OFF)
        await until(pilot, lambda: "Take back line 7" in shown(screen))


async def test_a_pinned_baseline_tells_what_an_edit_does(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        await pilot.press("b")
        await impact(pilot, screen)
        assert "No event changes: each goes the same way under both configs." in shown(screen)
        await change(pilot, screen, GOAL, "Order Completed: order")
        text = shown(screen)
        assert "Against the pinned outcomes, of 4 events: 1 changes otherwise, 3 stay as they are" in text
        assert "◐ other payload 1 Order Completed: purchase, now order goalMapping" in text
        assert "→ order, was purchase" in text
        assert "was ◐ accepted as purchase" in text
        assert "now ◐ accepted as order, line 10" in text
        await pilot.press("d")
        diff = " ".join(screen.query_one(DiffView).text.split())
        assert '~ "name": "purchase" → "order"' in diff
        assert 'Its goal is "order", and was "purchase".' in diff
        assert 'by settings.goalMapping["Order Completed"]: purchase → order' in diff
        await pilot.press("escape", "x")
        await until(pilot, lambda: screen.state.corpus.shown == 1)
        await pilot.press("x")
        await until(pilot, lambda: screen.state.corpus.shown == 4)
        await change(pilot, screen, "Order Completed: order", "Order Completed: [")
        await impact(pilot, screen)
        assert "The config has errors (line 10" in shown(screen)
        assert "1 changes otherwise" in shown(screen)
        await pilot.press("enter")
        assert "The move cannot be taken back. The YAML has to be mended first." in notes(screen)
        await change(pilot, screen, "Order Completed: [", GOAL)
        assert "has errors" not in shown(screen)
        assert "No event changes" in shown(screen)
        await pilot.press("b")
        assert "which events a change of the config moves" in shown(screen)


async def test_the_events_of_a_move_are_listed(judged: Path, events: Path) -> None:
    async with workbench(judged, events) as (pilot, screen):
        await change(pilot, screen, *PAGES_OFF)
        await change(pilot, screen, GOAL, "Order Completed: order")
        await impact(pilot, screen)
        await until(pilot, lambda: len(screen.query_one(MoveList).moves) == 2)
        await pilot.press("o")
        await until(pilot, lambda: screen.state.corpus.shown == 1)
        assert screen.state.screen == "events"
        assert screen.state.baseline is not None, "what was saved is the baseline now"
        assert screen.state.filter_text.startswith("fate:")
        await impact(pilot, screen)
        before = screen.state.selection.index
        await pilot.press("down")
        await until(pilot, lambda: screen.state.selection.index not in (before, None))
        await pilot.press("o")
        await until(pilot, lambda: screen.state.corpus.shown == 1)
        assert screen.state.corpus.index_at(0) != before


async def test_exactly_the_events_of_the_move_are_listed(judged: Path, tmp_path: Path) -> None:
    many = tmp_path / "many.jsonl"
    names = ["Order Completed", "Signed Up", "Order Completed", "Other"]
    many.write_text("\n".join(event(event=name, messageId=str(at)) for at, name in enumerate(names)))
    async with workbench(judged, many) as (pilot, screen):
        # Both are ignored now, each by a line of its own.
        await change(pilot, screen, GOAL, "Order Completed: nowhere")
        await change(pilot, screen, "purchase, Signed Up, ", "purchase, ")
        await impact(pilot, screen)
        await until(pilot, lambda: len(screen.query_one(MoveList).moves) == 2)
        corpus = screen.state.corpus
        for keys, indexes in ((("o",), [0, 2]), (("4", "down", "o"), [1]), (("4", "up", "o"), [0, 2])):
            await pilot.press(*keys)
            await until(pilot, lambda found=indexes: list(corpus.shown_indexes()) == found)  # type: ignore[misc]
            assert screen.state.filter_text == "fate:ignored is:moved"


async def test_an_event_edited_since_is_compared_with_its_pinned_text(config: Path, events: Path) -> None:
    async with workbench(config, events) as (pilot, screen):
        state = screen.state
        await pilot.press("b")
        state.event.select(0)
        state.event.edit(state.selection.text.replace("Order Completed", "XOrder Completed"))
        await impact(pilot, screen)
        await until(pilot, lambda: "their own text was edited" in shown(screen))
        assert "→ XOrd…, was purchase" in shown(screen)
        await pilot.press("enter")
        await until(pilot, lambda: "no line of the config does it" in shown(screen))
        state.event.edit(state.selection.text.replace("XOrder", "Order"))
        await pilot.pause()
        assert "No event changes" in shown(screen)
        await pilot.press("1", "n")
        assert state.comparison.result is not None
        assert state.comparison.result.changed == 0, "an event that was added is compared as it is"


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
async def test_another_config_becomes_the_baseline(
    config: Path, events: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for command in (["init", "-q"], ["add", "config.yaml"], ["commit", "-q", "-m", "as it was"]):
        git(tmp_path, *command)
    config.write_text(CONFIG.replace(GOAL, "Order Completed: order"))
    (tmp_path / "other.yaml").write_text(CONFIG.replace(GOAL, "Order Completed: [").replace("  ]", ""))
    async with workbench(config, events) as (pilot, screen):

        async def ask(place: str) -> None:
            await pilot.press("B")
            await until(pilot, lambda: isinstance(screen.app.screen, CompareWith))
            await answer(place)

        async def answer(place: str) -> None:
            screen.app.screen.query_one(Input).value = place
            await pilot.press("enter")

        def problem() -> str:
            found = screen.app.screen.query("#compare-problem")
            return str(found.first(Static).visual) if found else ""

        await ask("none.yaml")
        await until(pilot, lambda: "none.yaml" in problem())
        await answer("other.yaml")
        await until(pilot, lambda: "has errors" in problem())
        await pilot.click("#head")
        await until(pilot, lambda: screen.state.screen == "impact" and isinstance(screen.focused, MoveList))
        assert "Against git:HEAD:" in shown(screen)
        assert "Order Completed: purchase, now order" in shown(screen)
        (tmp_path / "other.yaml").write_text(CONFIG.replace("userId: user_id", "userId: customer"))
        await ask("other.yaml")
        await until(pilot, lambda: "Against other.yaml" in shown(screen))
        await until(pilot, lambda: "unitMapping" in shown(screen))


async def test_many_events_are_compared_beside_the_screen(config: Path, tmp_path: Path) -> None:
    many = tmp_path / "many.jsonl"
    kinds = (event(), event(type="page", name="Home"))
    many.write_text("\n".join(kinds[number % 2] for number in range(2_000)))
    async with workbench(config, many) as (pilot, screen):
        state = screen.state
        await pilot.press("b")
        await change(pilot, screen, GOAL, "Order Completed: order")
        state.event.select(1_998)
        state.event.edit(state.selection.text.replace("Order Completed", "XOrder Completed"))
        await until(pilot, lambda: state.comparison.share == 1 and state.comparison.moves is not None)
        await until(pilot, lambda: state.comparison.result is not None and state.comparison.result.changed == 1_000)
        moves = state.comparison.moves
        assert moves is not None
        found = [list(state.comparison.events_of(move.key)) for move in moves.changed]
        assert sorted(map(len, found)) == [1, 999]
        assert [1_998] in found
        await impact(pilot, screen)
        await pilot.press("tab", "end")
        await until(pilot, lambda: state.selection.index == 1_996)
        await pilot.press("x")
        await until(pilot, lambda: state.corpus.shown == 1_000)


@pytest.mark.parametrize("size", [(60, 18), (80, 24), (110, 30), (120, 35), (200, 50)])
async def test_the_line_and_the_action_never_go(judged: Path, events: Path, size: tuple[int, int]) -> None:
    async with workbench(judged, events, size=size) as (pilot, screen):
        await change(pilot, screen, *PAGES_OFF)
        found = await impact(pilot, screen)
        await until(pilot, lambda: "Take back line 7" in shown(screen))
        text = shown(screen)
        assert "never leaves" in text
        assert "line 7" in text
        assert "it arrives again" in text
        assert ("as the goal Page: Home" in text) == (size > (60, 18))
        assert ("The one that is lost" in text) == (size >= (110, 30))
        assert all(
            isinstance(part, Widget) and part.region.bottom <= size[1]
            for part in found.query("*").results()
            if part.display
        )


async def test_a_note_about_a_move_has_no_key_in_it(
    judged: Path, events: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with workbench(judged, events) as (pilot, screen):
        copied: list[str] = []
        monkeypatch.setattr(screen.app, "copy_to_clipboard", copied.append)
        await change(pilot, screen, *PAGES_OFF)
        await impact(pilot, screen)
        await pilot.press("y")
        (text,) = copied
        assert text.startswith("## 1 event: arrives, now never leaves\n")
        assert "**Cause:** enablePageViewTracking, line 7: true, now false" in text
        assert "**Fix:** Take back line 7: it arrives again." in text


async def test_no_events_and_no_config(tmp_path: Path, config: Path) -> None:
    empty = tmp_path / "none.jsonl"
    empty.write_text("")
    async with workbench(config, empty) as (pilot, screen):
        await impact(pilot, screen)
        assert "There are no events to compare." in shown(screen)


async def test_a_classic_config_is_the_baseline_of_the_one_it_became(events: Path, tmp_path: Path) -> None:
    """What moves is told, and of an event that both send, that they send it twice."""
    (tmp_path / "classic.yaml").write_text(CONFIG)
    old = read_config(CONFIG, {}).config
    assert old is not None
    new = tmp_path / "actions.yaml"
    new.write_text(migrated_config(CONFIG, old, "classic.yaml").text)
    async with workbench(new, events) as (pilot, screen):
        await pilot.press("B")
        await until(pilot, lambda: isinstance(screen.app.screen, CompareWith))
        screen.app.screen.query_one(Input).value = str(tmp_path / "classic.yaml")
        await pilot.press("enter")
        await until(pilot, lambda: screen.state.screen == "impact" and "Against" in shown(screen))
        comparison = screen.state.comparison
        await until(pilot, lambda: comparison.result is not None and comparison.result.crossing is not None)
        assert comparison.result is not None
        assert comparison.result.crossing is not None
        assert comparison.result.crossing.sent_twice
        await pilot.press("1")
        await pilot.press("d")
        await until(pilot, lambda: "connected together, they send it twice" in shown(screen))


@pytest.mark.parametrize(
    ("width", "said"),
    [
        (90, "Against new.yaml: ● 7 arrive, ■ 7 never leave, ✗ 3 refused, 8 change, 20 stay"),
        (62, "Against new.yaml: ● 7 arrive, ■ 7, ✗ 3, 8 change, 20 stay"),
    ],
)
def test_the_numbers_have_as_many_words_as_there_is_room_for(width: int, said: str) -> None:
    moved = [
        Move(was="unknown", now=now, events=count, causes=(), names=(), goals=())
        for now, count in (("arrives", 7), ("never-leaves", 7), ("refused", 3))
    ]
    changed = Move(was="arrives", now="arrives", events=8, causes=(), names=(), goals=())
    moves = Moves(events=45, moves=tuple(moved), changed=(changed,), stay=20, before={}, after={})
    used = read_config(CONFIG, ENV).config
    assert used is not None
    baseline = Baseline("new.yaml", "new", used, 0)
    row = headline(Subject(baseline, Progress(share=1, moves=moves, baseline=baseline)), width, UNICODE)
    assert "".join(piece.text for piece in row) == said
