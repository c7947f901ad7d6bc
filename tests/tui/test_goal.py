"""The Goal screen: where the events of a goal end, what brings them back, and that it stays true while things change."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from abtui.core.config.corpus_names import CorpusNames
from abtui.core.corpus.funnel import Funnel, FunnelResult
from abtui.core.corpus.mapper import Mapper
from abtui.core.events import Event, Stored, read_stored
from abtui.core.remedy import with_settings
from abtui.tui import themes
from abtui.tui.comparing import Baseline, Pass
from abtui.tui.corpus import Corpus, shapes
from abtui.tui.corpus.rows import map_stored
from abtui.tui.screens.goal.counting import Counting, Trial
from abtui.tui.screens.goal.goal_input import GoalInput
from abtui.tui.screens.goal.outline import entries, form_of, outline
from abtui.tui.screens.goal.screen import GoalScreen
from abtui.tui.screens.goal.search import Search
from abtui.tui.screens.goal.stations import StationsView
from abtui.tui.session import Session
from abtui.tui.state import Progress
from abtui.tui.workbench import Workbench
from tests.kit import CONFIG, ENV, config_with, event, until
from tests.tui.kit import KEY, notes, workbench
from tests.tui.screen_text import screen_text

CATALOG = "catalog:\n  goals: [purchase, purchase_b2b, signup]\n  units: [user_id, anonymous_id]\n  environments: [staging]\n  applications: [website]\n"
WRONG = ["order_completed", "Order completed"]


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A config with a catalog; two events of purchase arrive, two have another name, and one is opted out."""
    config, events = tmp_path / "shop.yaml", tmp_path / "events.jsonl"
    config.write_text(CONFIG + CATALOG)
    rows = [event(messageId="m1"), event(messageId="m2"), *(event(event=name, messageId=name) for name in WRONG)]
    rows += [event(messageId="m5", integrations={"All": False}), event(event="Signed Up", messageId="m6")]
    events.write_text("\n".join(rows))
    return config, events


def search(screen: Workbench) -> Search:
    return screen.query_one(GoalScreen)._search


async def known(pilot: Pilot[int], screen: Workbench) -> None:
    """Until the result and the trial of the selected loss are known."""
    found = search(screen)
    await until(pilot, lambda: found.complete and not (found.trial and found.trial.is_under_way))


async def opened(pilot: Pilot[int], screen: Workbench) -> str:
    await pilot.press("2")
    await until(pilot, lambda: bool(screen.query(GoalScreen)) and screen.state.screen == "goal")
    await known(pilot, screen)
    return shown(pilot)


def shown(pilot: Pilot[int]) -> str:
    return screen_text(pilot.app)  # type: ignore[arg-type]


def row_of(text: str, part: str) -> str:
    return next(line for line in text.split("\n") if part in line)


async def test_why_purchase_is_short_and_how_enter_mends_it() -> None:
    async with workbench(size=(120, 35)) as (pilot, screen):
        text = await opened(pilot, screen)
        assert "Where is my goal?" in text
        assert "16 events were meant for it: ● 12 arrive, 4 are lost." in text
        selected = row_of(text, "3 have another name    ")
        assert selected.startswith("  ▌│ ╰╴ ○ 3 have another name")
        assert "Enter  Map 3 names to purchase  then 15 arrive" in selected
        assert "■ 1 opted out             integrations says AB Smartly: false none: a customer said no" in text
        assert "What Enter adds  to goalMapping, demo" in text
        assert "29 +     Order completed: purchase" in text
        assert "Then ● 15 of 16 arrive. Nothing else changes." in text
        await pilot.press("enter")
        await known(pilot, screen)
        text = shown(pilot)
        assert "16 events were meant for it: ● 15 arrive, 1 is lost." in text
        assert "Lines 29 to 31 added" in notes(screen)
        assert '"Order Completed ": purchase' in screen.state.session.text
        assert "▌│ ╰╴ ■ 1 opted out" in text
        await pilot.press("enter")
        assert "No change of the config brings them back: a customer said no." in notes(screen)


async def test_losses_their_events_and_what_can_be_done_with_them(files: tuple[Path, Path]) -> None:
    copied: list[str] = []
    async with workbench(*files, size=(120, 35)) as (pilot, screen):
        pilot.app.copy_to_clipboard = copied.append  # type: ignore[method-assign]
        text = await opened(pilot, screen)
        state = screen.state
        assert "5 events were meant for it: ● 2 arrive, 3 are lost." in text
        assert "Also in the console: purchase_b2b" in text
        assert "The 2 that have another name  ○ ignored" in text
        assert state.selection.index == 0
        await pilot.press("tab", "down")
        assert state.selection.index == 3
        assert "▌ ○ Order completed" in shown(pilot)
        await pilot.press("escape")
        assert isinstance(screen.focused, StationsView)
        await pilot.press("up")
        assert state.selection.index == 4
        assert "The one that opted out  ■ never leaves" in shown(pilot)
        await pilot.press("y")
        (note,) = copied
        assert note.startswith("## Goal purchase: 1 of 5 events opted out")
        for part in ("5 events were meant for it: 2 arrive, 3 are lost.", "messageId `m5`", "integrations says All: false", "None: a customer said no."):  # fmt: skip
            assert part in note
        await pilot.press("down", "y")
        assert "Map 2 names to purchase: then 4 of 5 arrive." in copied[-1]
        state.filter_by("type:page")
        await pilot.press("o")
        assert (state.screen, state.selection.index, state.filter_text) == ("events", 2, "")
        await pilot.press("2", "escape")
        assert state.screen == "events"


async def test_the_key_bar_names_enter_only_where_it_changes_something(files: tuple[Path, Path]) -> None:
    async with workbench(*files, size=(120, 35)) as (pilot, screen):
        assert "Enter fix" in await opened(pilot, screen)
        await pilot.press("home")
        assert "Enter fix" not in shown(pilot)
        await pilot.press("end")
        assert "Enter fix" in shown(pilot)


async def test_the_mouse_selects_a_loss_and_does_the_action(files: tuple[Path, Path]) -> None:
    async with workbench(*files, size=(120, 35)) as (pilot, screen):
        lines = (await opened(pilot, screen)).split("\n")
        opted = next(y for y, line in enumerate(lines) if "opted out" in line)
        named = next(y for y, line in enumerate(lines) if "2 have another name" in line)
        await pilot.click(offset=(10, opted))
        assert screen.state.selection.index == 4
        await pilot.click(offset=(10, named))
        await known(pilot, screen)
        assert "purchase" not in screen.state.session.text.replace("Order Completed: purchase", "").split("catalog")[0]
        at = shown(pilot).split("\n")[named].index("Map 2 names")
        await pilot.click(offset=(at + 3, named))
        await known(pilot, screen)
        assert "● 4 arrive, 1 is lost." in shown(pilot)


async def test_another_goal_is_typed_chosen_or_not_there(files: tuple[Path, Path]) -> None:
    async with workbench(*files, size=(120, 35)) as (pilot, screen):
        await opened(pilot, screen)
        await pilot.press("g", *"sig")
        assert isinstance(screen.focused, GoalInput)
        assert "signup" in shown(pilot)
        await pilot.press("enter")
        await known(pilot, screen)
        assert "The console has the goal signup, and no event was meant for it." in shown(pilot)
        await pilot.press("g", *"purchase_b", "escape", "enter")
        await known(pilot, screen)
        text = shown(pilot)
        assert "No event was meant for purchase_b, and the console has no such goal." in text
        assert "Also in the console: purchase, purchase_b2b" in text
        assert "Enter  Look for purchase" in text
        await pilot.press("enter")
        await known(pilot, screen)
        assert screen.state.goal == "purchase"
        assert "5 events were meant for it" in shown(pilot)
        # What was typed and not looked for is taken back.
        await pilot.press("g", "x", "escape")
        assert (screen.query_one(GoalInput).value, screen.state.screen) == ("purchase", "goal")
        await pilot.press("escape")
        assert screen.state.screen == "events"
        # The goal that was typed last stays, whichever event is selected.
        await pilot.press("2")
        assert "5 events were meant for it" in shown(pilot)


async def test_a_goal_that_loses_nothing(files: tuple[Path, Path]) -> None:
    files[1].write_text(event() + "\n" + event(messageId="m2"))
    async with workbench(*files, size=(120, 35)) as (pilot, screen):
        text = await opened(pilot, screen)
        assert "2 events were meant for it: ● 2 arrive." in text
        assert "Nothing is lost" in text
        assert "All 2 arrive." in text
        await pilot.press("enter", "o", "y")
        for why in (
            "there is nothing to change.",
            "there are no events to open.",
            "There is no loss to write a note about.",
        ):
            assert why in notes(screen)


async def test_it_stays_true_while_events_and_the_config_change(files: tuple[Path, Path]) -> None:
    async with workbench(*files, size=(120, 35)) as (pilot, screen):
        await opened(pilot, screen)
        state = screen.state
        state.add([Stored("new #1", event(messageId="m9"))])
        await known(pilot, screen)
        assert "6 events were meant for it: ● 3 arrive, 3 are lost." in shown(pilot)
        assert "then 5 arrive" in shown(pilot)
        state.config.apply(state.session.text.replace("  environments: [staging]", "  environments: [Staging]"))
        await known(pilot, screen)
        assert "6 events were meant for it: 6 are lost." in shown(pilot)
        state.config.apply(state.session.text.replace("  environments: [Staging]", "  environments: [staging]"))
        await pilot.press("1")
        state.event.select(0)
        state.event.edit(event(event="ORDER COMPLETED", messageId="m1"))
        # Nothing is counted until the screen comes into view again.
        assert search(screen)._counting is None
        await pilot.press("2")
        await known(pilot, screen)
        assert "6 events were meant for it: ● 2 arrive, 4 are lost." in shown(pilot)
        assert "Enter  Map 3 names to purchase" in shown(pilot)


async def test_an_action_that_cannot_be_done_now_is_not_offered(files: tuple[Path, Path]) -> None:
    async with workbench(*files, size=(120, 35)) as (pilot, screen):
        await opened(pilot, screen)
        good = screen.state.session.text
        screen.state.config.apply(good + "  - : {\n")
        await pilot.pause()
        assert "Enter  Map" not in shown(pilot)
        assert "The config has an error, so nothing is changed here." in shown(pilot)
        await pilot.press("enter")
        assert screen.state.session.text == good + "  - : {\n"
        screen.state.config.apply(good)
        await known(pilot, screen)
        assert "Enter  Map 2 names to purchase  then 4 arrive" in shown(pilot)


async def test_nothing_to_show_is_one_sentence_and_one_action(tmp_path: Path) -> None:
    broken, events = tmp_path / "broken.yaml", tmp_path / "e.jsonl"
    broken.write_text("destination: [\n")
    events.write_text(event())
    async with workbench(broken, events, size=(80, 24)) as (pilot, screen):
        await pilot.press("alt+2")
        await until(pilot, lambda: "The config has errors." in shown(pilot))
        assert "3  Go to the config" in shown(pilot)
        await pilot.press("enter", "y")
        assert screen.state.screen == "goal"
        screen.state.config.apply(CONFIG)
        await known(pilot, screen)
        text = shown(pilot)
        assert "1 event was meant for it: ◐ 1 is accepted." in text
        assert "? Known goal               ?" in text
        assert "It is not known whether the console takes them." in text
        assert "●" not in text.split("Seen")[0].split("\n", 2)[2]


@pytest.mark.parametrize(("size", "there", "gone"), [
    ((80, 24), ["Enter  Map 3 names to purchase  then 15 of 16 arrive", "29 +     Order completed: purchase", "● Accepted", "▄▄"], ["the collector said 200", "The 3 that"]),
    ((60, 18), ["○ 3 have another name                      Known goal 12", "Enter  Map 3 names to purchase  then 15 of 16 arrive", "29 +     Order completed"], ["Accepted", "▄▄"]),
    ((110, 30), ["the collector said 200", "The 3 that have another name", "then 15 arrive"], ["Its journey"]),
    ((200, 50), ["then 15 of 16 arrive", "Its journey", "○ IGNORED", "Segment says Success, the collector 200. Nobody is told."], []),
])  # fmt: skip
async def test_what_goes_first_as_the_screen_gets_smaller(
    size: tuple[int, int], there: list[str], gone: list[str]
) -> None:
    async with workbench(size=size) as (pilot, screen):
        text = await opened(pilot, screen)
        assert [part for part in there if part not in text] == []
        assert [part for part in gone if part in text] == []
        await pilot.press("enter")
        await known(pilot, screen)
        assert "● 15 arrive, 1 is lost." in shown(pilot)


async def test_in_ascii_and_sixteen_colours() -> None:
    async with workbench(size=(110, 32)) as (pilot, screen):
        vars(pilot.app)["ascii"] = True
        pilot.app.theme = themes.SIXTEEN
        await opened(pilot, screen)
        screen.refresh(layout=True)
        await pilot.pause()
        body = "\n".join(shown(pilot).split("\n")[4:-4])
        assert [letter for letter in body if not letter.isascii()] == []
        assert "`- o 3 have another name" in body
        assert "Enter  Map 3 names to purchase" in body


async def test_hostile_names_stay_in_their_row_and_tell_no_key(files: tuple[Path, Path]) -> None:
    config, events = files
    config.write_text(
        config_with(goalMapping='{ Order Completed: "pur\\nchase\\e[31m" }') + f"catalog: {{goals: [{KEY}x]}}\n"
    )
    rows = [
        event(event="order\ncompleted\x1b[2J", userId=f"u\n{KEY}"),
        event(event=f"Order completed {'_' * 500}", messageId="2"),
    ]
    events.write_text("\n".join([event(messageId="3"), *rows]))
    async with workbench(config, events, size=(120, 35)) as (pilot, screen):
        screen.state.look_for("pur\nchase\x1b[31m")
        text = await opened(pilot, screen)
        assert KEY not in text
        assert "\x1b" not in text
        assert "events were meant for it" in text
        screen.state.look_for(f"{KEY}x")
        await known(pilot, screen)
        assert KEY not in shown(pilot)
        assert KEY not in screen.query_one(GoalInput).value


# Counting


def corpus_of(mapper: Mapper, values: list[str]) -> Corpus:
    corpus = Corpus()
    corpus.mapper = mapper
    corpus.add([Stored(f"e.jsonl:{at}", text) for at, text in enumerate(values, 1)])
    rows = [map_stored(corpus.item(at), mapper)[0] for at in range(len(corpus))]
    assert corpus.place(corpus.generation, 0, rows, {})
    return corpus


NAMES = ["Order Completed", "order_completed", "Signed Up", "Page: Home", "purchase", "Ordercompleted", "x"]
ODD: list[dict[str, Any]] = [{"userId": ...}, {"integrations": {"All": False}}, {"originalTimestamp": None}, {"type": "page", "name": "Home"}]  # fmt: skip


@pytest.fixture(params=[40_000, shapes.LOOSE + 3])
def values(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Events of all kinds; once with a shape for each kind of row, and once with so few that most rows are loose."""
    monkeypatch.setattr(shapes, "_MOST", request.param)
    found = [event(event=name, messageId=f"{name}{at}") for at in range(3) for name in NAMES]
    found += [event(messageId=f"o{at}", **fields) for at, fields in enumerate(ODD)]
    return [*found, "{broken", json.dumps({"type": "purchase"})]


def session_of(text: str) -> Session:
    return Session(text, None, ENV, prefer_local=False)


def test_counting_in_slices_gives_the_same_as_all_events_at_once(values: list[str]) -> None:
    mapper = session_of(CONFIG + CATALOG).mapper
    assert mapper is not None
    corpus = corpus_of(mapper, values)
    whole = Funnel("purchase", mapper.config)
    for index in range(len(corpus)):
        item = read_stored(corpus.item(index))
        if isinstance(item, Event):
            whole.add(index, item, mapper.outcome(item))
    counting = Counting("purchase", corpus, mapper)
    slices = 1
    while not counting.more(lambda: True):
        slices += 1
    assert slices > 1
    assert counting.funnel.result() == whole.result()
    assert counting.counted == len(corpus)


def tried(text: str, values: list[str]) -> tuple[FunnelResult, Trial, Corpus]:
    """The result, and the change of its largest loss, tried in slices of one event."""
    session = session_of(text)
    assert session.mapper is not None
    corpus = corpus_of(session.mapper, values)
    counting = Counting("purchase", corpus, session.mapper)
    assert counting.more(lambda: False)
    before = counting.funnel.result()
    assert before.largest is not None
    assert before.largest.fix is not None
    remedy = with_settings(text, before.largest.fix.title, before.largest.fix.edits)
    assert remedy is not None
    config = session.read(remedy.after).config
    assert config is not None
    work = Pass(Baseline("now", "now", session.mapper.config, len(corpus), config_only=True), config, corpus, "")
    work.compare_until(len(corpus), lambda: False)
    measured = Progress(1.0, *work.result(), work.members.of)
    after = Counting("purchase", corpus, Mapper(config), measured.events_of_all(measured.all_moves))
    slices = 1
    while not after.more(lambda: True):
        slices += 1
    assert slices > 1
    return before, Trial(remedy, ()).with_result(after.funnel.result(), before, measured), corpus


def test_a_trial_measures_the_change_over_all_events(values: list[str]) -> None:
    before, trial, _ = tried(CONFIG + CATALOG, values)
    after = session_of(trial.remedy.after).mapper
    assert after is not None
    whole = Counting("purchase", corpus_of(after, values), after)
    assert whole.more(lambda: False)
    assert trial.result == whole.funnel.result()
    assert trial.result.through > before.through
    assert trial.others == 0


def test_a_change_that_all_requests_have_changes_others_too(values: list[str]) -> None:
    before, trial, corpus = tried(config_with(environment="Staging") + CATALOG, values)
    assert trial.result is not None
    sent = sum(corpus.facts(index).verdict == "send" for index in range(len(corpus)))
    assert trial.others == sent - (trial.result.through - before.through)


def test_each_form_has_every_loss() -> None:
    mapper = session_of(CONFIG + CATALOG).mapper
    assert mapper is not None
    corpus = corpus_of(mapper, [event(), event(event="order completed"), event(userId=..., anonymousId=...)])
    counting = Counting("purchase", corpus, mapper)
    counting.more(lambda: False)
    result = counting.funnel.result()
    for width, form in ((120, "wide"), (80, "narrow"), (60, "tiny")):
        assert form_of(width) == form
        rows = outline(result, form_of(width), result.largest, roomy=True)
        assert tuple(row.loss for row in rows if row.part == "loss") == entries(result)
        assert sum(row.part == "back" for row in rows) == (form != "wide")


async def test_a_name_that_is_a_letter_off_can_be_mapped_with_its_measured_result(files: tuple[Path, Path]) -> None:
    copied: list[str] = []
    files[1].write_text("\n".join(event(event="Order Complete", messageId=str(at)) for at in range(2)))
    async with workbench(*files, size=(120, 35)) as (pilot, screen):
        pilot.app.copy_to_clipboard = copied.append  # type: ignore[method-assign]
        screen.state.look_for("purchase")
        text = await opened(pilot, screen)
        assert "No event was meant for it." in text
        assert "2 are a letter off" in text
        assert "Enter  Map 1 name to purchase  then 2 arrive" in text
        assert "Then ● 2 of 2 arrive. Nothing else changes." in text
        await pilot.press("y")
        assert copied[0].startswith("## Goal purchase: 2 events are a letter off")
        assert "Map 1 name to purchase: then 2 of 2 arrive." in copied[0]
        await pilot.press("enter")
        await known(pilot, screen)
        assert "2 events were meant for it: ● 2 arrive." in shown(pilot)
        await pilot.press("u")
        await known(pilot, screen)
        assert "2 are a letter off" in shown(pilot)
        await pilot.press("o")
        assert (screen.state.screen, screen.state.selection.index) == ("events", 0)


async def test_names_of_the_events_are_offered_too(files: tuple[Path, Path]) -> None:
    async with workbench(*files, size=(120, 35)) as (pilot, screen):
        screen.state.names = lambda: CorpusNames(events=2, names=(("Order Complete", 2),))
        await opened(pilot, screen)
        assert "A letter off, and not counted: Order Complete 2" in shown(pilot)
        await pilot.press("g", *"order")
        assert "Order Complete 2 events" in shown(pilot)
        await pilot.press("tab")
        await known(pilot, screen)
        assert search(screen).goal == "Order Complete"
