"""The Experiment screen: what counts, what does not and why, one unit's story, and the change that mends it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from abtui.core.config.reader import read_config
from abtui.core.experiments.overview import ExperimentView, GoalView, Unit
from abtui.core.experiments.stories import Moment
from abtui.services.folders import sample_folder
from abtui.tui.experiments import Experiments
from abtui.tui.kit.drawing import Piece, width_of
from abtui.tui.kit.marks import ASCII, UNICODE
from abtui.tui.messages import FilesOpened
from abtui.tui.offer import Offer
from abtui.tui.screens.experiment import words
from abtui.tui.screens.experiment.parts import UnitList
from abtui.tui.screens.experiment.timeline import timeline
from abtui.tui.screens.experiment.times import clock, day
from abtui.tui.screens.experiment.words import Shown
from abtui.tui.workbench import Workbench
from tests.core.experiment_cases import T, exposed
from tests.kit import CONFIG, event, until
from tests.tui.kit import KEY, notes, workbench
from tests.tui.screen_text import screen_text

STORY = "10-shopping-session.jsonl:19"


def shown(screen: Workbench) -> str:
    return screen_text(screen.app)


async def counted(pilot: Pilot[int], screen: Workbench) -> str:
    """Until all is counted, and the change that is offered was measured."""

    def known() -> bool:
        found = screen.state.experiments
        return found is not None and found.complete and (found.offer is None or bool(found.offer.result))

    await until(pilot, known)
    await pilot.pause()
    return shown(screen)


def select(screen: Workbench, source: str) -> None:
    corpus = screen.state.corpus
    screen.state.event.select(next(at for at in range(len(corpus)) if corpus.item(at).source.endswith(source)))


async def test_a_purchase_does_not_count_and_enter_mends_it() -> None:
    copied: list[str] = []
    async with workbench(sample_folder() / "experiment.yaml", sample_folder(), size=(120, 35)) as (pilot, screen):
        pilot.app.copy_to_clipboard = copied.append  # type: ignore[method-assign]
        state = screen.state
        assert state.experiments is None, "nothing is counted before somebody looks"
        select(screen, STORY)
        await pilot.press("5")
        text = await counted(pilot, screen)
        assert "tent_size_guide  unit anonymous_id:  1 unit exposed,  0 of 13 purchase count,  ◇ 13 do not" in text
        assert "What these events say, not what the console counts." in text
        assert "experiment 1 of 4, goal: purchase" in text
        assert "◇  1 is of anonymous_uuid  " in text
        assert "Map `anonymousId` to `anonymous_id`" in text
        assert "◇ DOES NOT COUNT   1 of 1 purchase" in text
        assert "18:45 ┃◆ exposed to B guide" in text
        assert "18:45 ╎· Product Viewed" in text, "what was before the exposure is seen, too"
        assert "18:49 ┃◇ purchase  has another unit type" in text
        assert "Then ● 1 of 13 counts." in text
        await pilot.press("y")
        (note,) = copied
        assert note.startswith(
            "## Experiment tent_size_guide: purchase of 0a771269-1b6b-4645-a5b6-0a0d40234a86 has another"
        )
        for part in (
            "0 of" not in note,
            "13 of 13 do not count",
            f"source `{STORY}`",
            "then 1 of 13 counts",
            words.TOLD,
        ):
            assert part is True or (isinstance(part, str) and part in note)

        await pilot.press("enter")
        await until(pilot, lambda: "● 1 of 13 purchase counts,  ◇ 12 do not" in shown(screen))
        assert "anonymousId: anonymous_id" in state.session.text
        assert "u undoes it" in shown(screen)
        await pilot.press("u")
        await until(pilot, lambda: "0 of 13 purchase count,  ◇ 13 do not" in shown(screen))

        # The units, other goals and other experiments; the event is the one everywhere.
        listed = screen.query_one(UnitList)
        assert listed.unit is not None
        await pilot.press("home", "down")
        assert listed.unit is not None
        assert state.selection.index == listed.unit.event
        await pilot.press("enter")
        assert "map one to it in `unitMapping`, such as `anonymousId`." in notes(screen)
        await pilot.press("g")
        await until(pilot, lambda: state.experiments is not None and "goal: purchase" not in shown(screen))
        await pilot.press("right")
        await until(pilot, lambda: "checkout_one_page  unit user_id:  2 units exposed" in shown(screen))
        await pilot.press("home", "enter")
        assert "Nothing to mend. They were not exposed in these events." in notes(screen)
        await pilot.press("left", "left")
        await until(pilot, lambda: "experiment 4 of 4" in shown(screen))
        assert listed.unit is not None
        await pilot.press("o")
        assert (state.screen, state.selection.index) == ("events", listed.unit.event)


async def test_the_goal_that_is_looked_for_is_followed_to_its_last_station() -> None:
    async with workbench(size=(120, 35)) as (pilot, screen):
        await pilot.press("2")
        await until(pilot, lambda: "Attributed" in shown(screen) and "being counted" not in shown(screen))
        text = shown(screen)
        assert "16 events were meant for it: ● 12 arrive, 4 are lost." in text
        assert "◇ 6 were never exposed    u-14420, u-20417 … are in no exper… none: not exposed in these events" in text
        assert "Attributed                1" in text
        await pilot.press("end")
        await until(pilot, lambda: "The 5 that have no anonymous_id  ◇ does not count" in shown(screen))
        assert "They arrive, and count in no experiment." in shown(screen)
        # Its goal and its event are those of the Experiment screen.
        await pilot.press("5")
        text = await counted(pilot, screen)
        assert "goal: purchase" in text
        # An edit is counted, too: the exposure gets another variant.
        screen.state.look_into("checkout_one_page", "purchase")
        exposure = next(at for at in range(99) if screen.state.corpus.item(at).source == "05-experiment-viewed.json:1")
        screen.state.event.select(exposure)
        screen.state.event.edit(screen.state.selection.text.replace('"variant": 1', '"variant": 0'))
        await until(pilot, lambda: "A control" not in shown(screen) and "A               ▄" in shown(screen))


async def test_without_exposures_the_funnel_stays_and_the_screen_says_what_belongs_there(tmp_path: Path) -> None:
    config, events = tmp_path / "shop.yaml", tmp_path / "events.jsonl"
    config.write_text(CONFIG)
    events.write_text("\n".join(event(messageId=f"m{at}") for at in range(3)))
    async with workbench(config, events, size=(80, 24)) as (pilot, screen):
        await pilot.press("2")
        await until(pilot, lambda: "Known goal" in shown(screen))
        assert "Attributed" not in shown(screen)
        assert screen.state.experiments is None
        await pilot.press("5")
        await until(pilot, lambda: "None of these events is an exposure." in shown(screen))
        assert " o  Open files with exposures" in shown(screen)
        assert "Open what `abtui collector` recorded" in " ".join(shown(screen).split())
        # With an experiment in the config all goals show: none of them counts, as nobody was exposed.
        screen.state.config.apply(f"{CONFIG}experiments:\n  - name: banner\n    unitType: user_id\n")
        await until(
            pilot,
            lambda: "banner  unit user_id:  0 units exposed,  0 of 3 purchase count,  ◇ 3 do not" in shown(screen),
        )
        assert "3 were never exposed" in await counted(pilot, screen)
        assert "Fix: add the exposures." in shown(screen)
        await pilot.press("2")
        await until(pilot, lambda: "Attributed" in shown(screen))


async def test_a_small_screen_opens_the_story_with_enter(tmp_path: Path) -> None:
    config = sample_folder() / "experiment.yaml"
    async with workbench(config, sample_folder() / "10-shopping-session.jsonl", size=(60, 18)) as (pilot, screen):
        screen.state.look_into("", "purchase")
        select(screen, STORY)
        await pilot.press("5")
        text = await counted(pilot, screen)
        assert "1 exposed,  0 of 1 purchase count,  ◇ 1 does not" in text
        assert "◆" not in text
        await pilot.press("enter")
        await until(pilot, lambda: "◆ exposed to B guide" in shown(screen))
        await pilot.press("escape")
        await until(pilot, lambda: "◆" not in shown(screen))
        assert screen.state.screen == "experiment"
        await pilot.press("enter", "enter")
        await until(pilot, lambda: "● 1 of 1 purchase counts" in shown(screen))


SHOP = f"{CONFIG}experiments:\n  - {{name: checkout, unitType: user_id, variants: [control, one_page]}}\n"
BOUGHT = "2026-04-11T05:30:05.548Z"


def bought(uid: str = "u1", **fields: Any) -> str:
    return event(**{"userId": uid, "messageId": f"m-{uid}", "timestamp": BOUGHT, "originalTimestamp": BOUGHT, **fields})


def viewed(*args: Any, **own: Any) -> str:
    payload = {**exposed(*args, **own), "publishedAt": T}
    return event(event="Experiment Viewed", messageId=f"e-{args}", userId="u1", properties={"absmartly": payload})


def files(folder: Path, config: str, *events: str) -> tuple[Path, Path]:
    (folder / "shop.yaml").write_text(config)
    (folder / "events.jsonl").write_text("\n".join(events))
    return folder / "shop.yaml", folder / "events.jsonl"


async def test_what_came_past_segment_is_opened_like_events(tmp_path: Path) -> None:
    config, events = files(tmp_path, SHOP, bought())
    received = tmp_path / "received.jsonl"
    received.write_text(json.dumps({"accepted": {"body": exposed("u1", 1)}}))
    copied: list[str] = []
    async with workbench(config, events, size=(120, 35)) as (pilot, screen):
        pilot.app.copy_to_clipboard = copied.append  # type: ignore[method-assign]
        await pilot.press("5")
        assert "◇ 1 was never exposed  add the exposures" in await counted(pilot, screen)
        screen.post_message(FilesOpened([str(received)]))
        await until(pilot, lambda: "1 unit exposed,  ◐ 1 of 1 purchase counts" in shown(screen))
        assert "◆ exposed to B one_page" in shown(screen)
        assert "Read 1 request or row that came past Segment from received.jsonl. 5 counts them." in notes(screen)
        await pilot.press("y")
        assert "exposed to `B one_page`, past Segment" in copied[0]


async def test_what_came_past_segment_is_counted_without_any_event(tmp_path: Path) -> None:
    sent = tmp_path / "sent.jsonl"
    goal = {"name": "purchase", "achievedAt": T + 1, "properties": {}}
    sent.write_text(
        f"{json.dumps(exposed('u1', 1))}\n{json.dumps({**exposed('u1'), 'exposures': [], 'goals': [goal]})}\n"
    )
    async with workbench(files(tmp_path, SHOP)[0], sent, size=(120, 35)) as (pilot, screen):
        await pilot.press("5")
        await until(pilot, lambda: "1 unit exposed,  ◐ 1 of 1 purchase counts" in shown(screen))
        await pilot.press("o")
        assert "The goal came past Segment, so there is no event of it." in notes(screen)


async def test_exposures_that_are_switched_off_are_turned_on_with_enter(tmp_path: Path) -> None:
    off = SHOP.replace("enableExposureTracking: true", "enableExposureTracking: false")
    assert off != SHOP
    async with workbench(*files(tmp_path, off, viewed("u1", 1), bought()), size=(120, 35)) as (pilot, screen):
        await pilot.press("5")
        text = await counted(pilot, screen)
        assert "◇ 1 was never exposed  Turn on Exposure Tracking" in text
        assert "Then ◐ 1 of 1 counts." in text
        screen.state.look_for("purchase")
        await pilot.press("2")
        await until(pilot, lambda: "turn on Exposure Tracking" in shown(screen))
        await pilot.press("5", "enter")
        await until(pilot, lambda: "◐ 1 of 1 purchase counts" in shown(screen))
        assert "enableExposureTracking: true" in screen.state.session.text


async def test_without_an_experiment_in_the_config_the_toggle_is_told_as_well(tmp_path: Path) -> None:
    off = CONFIG.replace("enableExposureTracking: true", "enableExposureTracking: false")
    async with workbench(*files(tmp_path, off, viewed("u1", 1), bought()), size=(120, 35)) as (pilot, screen):
        await pilot.press("5")
        await until(pilot, lambda: "none of 1 exposure event is sent." in shown(screen))
        assert "Turn on Exposure Tracking in the config" in " ".join(shown(screen).split())


async def test_an_exposure_of_another_unit_is_told_as_such(tmp_path: Path) -> None:
    """The SDK's context names the unit otherwise: the config is right, and is not blamed."""
    async with workbench(*files(tmp_path, SHOP, viewed("u1", 1, kind="userId"), bought()), size=(120, 35)) as (pilot, screen):  # fmt: skip
        await pilot.press("5")
        text = await counted(pilot, screen)
        assert "◇ 1 was exposed as userId  name it user_id in the SDK" in text
        assert "as userId: it counts by user_id" in text
        assert "from here on goals count" not in text
        await pilot.press("f")
        await until(pilot, lambda: "Exposures and goals name the unit" in shown(screen))


async def test_what_is_wrong_with_an_experiment_stands_above_its_counts(tmp_path: Path) -> None:
    misspelt = (viewed("u1", 1, name="check_out"), viewed("u1", 0, T + 1, name="check_out"), bought())
    async with workbench(*files(tmp_path, SHOP, *misspelt), size=(120, 35)) as (pilot, screen):
        await pilot.press("5")
        text = await counted(pilot, screen)
        assert "check_out  unit user_id:  1 unit exposed,  ◐ 1 of 1 purchase counts" in text
        assert "! `checkout` is in the file and has no exposure; `check_out`" in text
        assert "! 1 unit was exposed to several variants" in text


async def test_goals_that_do_not_come_to_the_console_are_told(tmp_path: Path) -> None:
    listed = f"{SHOP}catalog: {{goals: [order]}}\n"
    async with workbench(*files(tmp_path, listed, viewed("u1", 1), bought()), size=(120, 35)) as (pilot, screen):
        await pilot.press("5")
        text = await counted(pilot, screen)
        assert "○ 1 purchase is ignored: no such goal in the console" in text
        assert "! `purchase`: the web console has no goal of this name and" in text
        assert "○ u1               B  is ignored by the console" in text


# Words and layout, without a screen

DAY = 86_400_000
NOON = 20_529 * DAY + 12 * 3_600_000


def moment(minute: int, what: str, name: str = "", variant: int = 1, reason: str = "", event: int = 0) -> Moment:
    return Moment(NOON + minute * 60_000, what, name, variant, reason, event)  # type: ignore[arg-type]


def unit(*moments: Moment, reason: str = "beforeExposure", event: int = 9, variant: int | None = 1) -> Unit:
    return Unit("u-20991", "user_id", variant, reason, NOON, event, 1, moments)


def view(**given: Any) -> Shown:
    goal = GoalView("purchase", 195, 164, {0: 71, 1: 93}, {0: 71, 1: 93}, (("beforeExposure", 22), ("noTrackedUnit", 9)), (), (), 0, given.get("counted", {}))  # fmt: skip
    found = ExperimentView("checkout_one_page", 214, "user_id", ("control", "treatment"), {0: 408, 1: 402}, 6, (("purchase", 195),), goal, {})  # fmt: skip
    found = found._replace(**{name: value for name, value in given.items() if name in found._fields})
    config = read_config(f"{CONFIG}catalog: {{ goals: [purchase] }}\n", {"KEY": KEY}).config
    assert config is not None
    offer = given.get("offer")
    known = Experiments(
        1.0, {found.name: found.participants}, found, offer=offer, offer_for=("sameUidOtherType",) if offer else ()
    )
    return Shown(known, found, config)


def text_of(rows: list[list[Piece]]) -> list[str]:
    return ["".join(piece.text for piece in row).rstrip() for row in rows]


def test_the_sentence_in_the_room_that_there_is() -> None:
    said = {width: text_of([words.headline(view(), width, UNICODE)])[0] for width in (120, 84, 60)}
    assert said == {
        120: "checkout_one_page  #214, unit user_id:  810 units exposed,  ● 164 of 195 purchase count,  ◇ 31 do not",
        84: "checkout_one_page:  810 units exposed,  ● 164 of 195 purchase count,  ◇ 31 do not",
        60: "check…: 810 exposed,  ● 164 of 195 purchase count,  ◇ 31 do not",
    }
    assert "- 31 do not" in text_of([words.headline(view(), 120, ASCII)])[0]


def test_the_counts_in_each_form() -> None:
    assert text_of(words.count_rows(view(), 66, UNICODE, roomy=True, most=20)) == [
        "  Exposed  once a unit, by its first exposure",
        "",
        "  A control       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ 408  50.4 %",
        "  B treatment     ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ 402  49.6 %",
        "  6 units saw both and stay in the first.",
        "",
        "  purchase  units with one that counts, in % of the exposed",
        "",
        "  A control       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ 71  17.4 %",
        "  B treatment     ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ 93  23.1 %",
        "",
        "  31 do not count  and what helps",
        " ◇ 22 came before the exposure  expose on the page, not after",
        " ◇  9 have no user_id           send the user_id with the goal",
        "",
    ]
    assert text_of(words.count_rows(view(), 78, ASCII, roomy=False, most=4)) == [
        "  A control      408 exposed     71 with purchase  17.4 %",
        "  B treatment    402 exposed     93 with purchase  23.1 %",
        "  31 do not count  and what helps",
        "   ... 2 more rows",
    ]


def test_goals_that_the_collector_refuses_are_in_the_sentence() -> None:
    refused = view(refused={"purchase": 3, "refund": 2})
    assert text_of([words.headline(refused, 120, UNICODE)])[0].endswith("◇ 31 do not,  ✗ 3 refused")
    none = view(goal=None, refused={"purchase": 3, "refund": 2})
    assert text_of([words.headline(none, 120, UNICODE)])[0].endswith("no goal,  ✗ 5 refused")


def test_a_small_number_is_seen_and_many_variants_are_bounded() -> None:
    sizes = {0: 1_000_000, **dict.fromkeys(range(1, 40), 1)}
    rows = text_of(words.count_rows(view(sizes=sizes, names=("ctrl", "変種")), 66, UNICODE, roomy=True, most=40))
    assert "  B 変種          ▄ 1  0.0 %" in rows
    assert "  and 34 more variants" in rows


def test_exposures_and_goals_by_day_stand_below_each_other() -> None:
    first = NOON // DAY
    found = view(days={first: 400, first + 1: 0, first + 3: 100, first + 5: 50}, counted={first + 3: 7, first + 5: 1})
    rows = text_of(words.count_rows(found, 66, UNICODE, roomy=True, most=30))
    by_day = [row for row in rows if "by day" in row]
    assert by_day == [
        "  by day          █  ▂ ▁  17 Mar to 22 Mar",
        "  by day             █ ▂  17 Mar to 22 Mar",
    ]
    # One day tells nothing, and a wrong date would spread the others over centuries.
    for days in ({first: 3}, {first: 3, first + 1: 2, 10**9: 1}):
        assert "by day" not in "".join(text_of(words.count_rows(view(days=days), 66, UNICODE, roomy=True, most=30)))


def test_the_line_is_whole_from_the_exposure_on() -> None:
    told = unit(
        moment(4, "does-not-count", "page Checkout", reason="beforeExposure"),
        moment(5, "exposed"),
        moment(6, "counts", "add_to_cart"),
        moment(9, "exposed", variant=0),
        moment(570, "does-not-count", "purchase", reason="noTrackedUnit", event=9),
        reason="noTrackedUnit",
    )
    rows = timeline(told, view(), 60, 40, UNICODE)
    assert text_of(rows) == [
        "12:04 · page Checkout",
        "      ╎  before the exposure",
        "12:05 ◆ exposed to B treatment",
        "      ┃  from here on goals count",
        "12:06 ● add_to_cart",
        "      ┃  counts for B",
        "12:09 ◆ exposed to A control",
        "      ┃  another variant than before: it stays in the first",
        "21:30 ◇ purchase",
        "         has no user_id",
    ]
    assert [row[1].role for row in rows[1::2]] == ["rule", "text", "arrives", "text", "text"]
    assert text_of(timeline(told, view(), 60, 5, ASCII)) == [
        "12:04 :. page Checkout  before the exposure",
        "12:05 |* exposed to B treatment  from here on goals count",
        "12:06 |+ add_to_cart  counts for B",
        "12:09 |* exposed to A control  another variant than before:~",
        "21:30 |- purchase  has no user_id",
    ]


def test_a_story_that_has_no_room_keeps_the_exposure_and_the_loss() -> None:
    many = [moment(6 + at, "counts", f"goal {at}", event=20 + at) for at in range(40)]
    told = unit(moment(1, "does-not-count", "home", reason="beforeExposure"), moment(5, "exposed"), *many, moment(1_500, "does-not-count", "purchase", reason="nearUid", event=9))  # fmt: skip
    for room in range(2, 12):
        rows = text_of(timeline(told, view(), 48, room, UNICODE))
        assert len(rows) <= room
        assert any("◇ purchase" in row for row in rows)
        assert rows[-1].endswith("more moments")
        if room > 4:
            assert any("◆ exposed to B" in row for row in rows)
            assert any("14 March" in row or "March" in row for row in rows), "another day is said"


@pytest.mark.parametrize("at", [-(2**63), 2**62, 0])
def test_times_of_no_calendar_are_told(at: int) -> None:
    assert (clock(at), day(at)) in (("?", ""), ("00:00", "1 January"))


def test_no_key_is_in_a_name() -> None:
    found = view(name=f"a {KEY}", unit_type=f"u {KEY}", names=(f"v {KEY}", "b"))
    told = unit(
        moment(1, "exposed", variant=0), moment(2, "does-not-count", f"g {KEY}", reason="noTrackedUnit", event=9)
    )
    rows = [
        words.headline(found, 120, UNICODE),
        *words.count_rows(found, 120, UNICODE, roomy=True, most=40),
        *words.count_rows(found, 120, UNICODE, roomy=False, most=40),
        *timeline(told, found, 120, 20, UNICODE),
        words.unit_row(told, found, "u-1", 120, UNICODE, current=False),
    ]
    said = "\n".join(text_of(rows))
    assert KEY not in said
    assert said.count("***") >= 4


def test_rows_fit_whatever_they_say() -> None:
    found = view(name="x" * 300, names=("\x1b[31m" + "é" * 200, "b"), offer=Offer("Map `a` to `b`", "then 3 of 4 count", "then 3 count", lambda: None))  # fmt: skip
    told = Unit("w" * 640, "user_id", 1, "sameUidOtherType", NOON, 9, 3, (moment(1, "exposed"), moment(2, "does-not-count", "g" * 500, reason="sameUidOtherType", event=9)))  # fmt: skip
    for width in (30, 46, 66, 120):
        rows = [
            *words.count_rows(found, width, UNICODE, roomy=width > 60, most=30),
            *timeline(told, found, width, 9, UNICODE),
            words.unit_row(told, found, told.uid, width, UNICODE, current=True),
            words.unit_line(found, told, told.uid, width, UNICODE),
        ]
        if width > 60:
            assert max(map(width_of, rows)) <= width
        assert "\x1b" not in json.dumps(text_of(rows))
