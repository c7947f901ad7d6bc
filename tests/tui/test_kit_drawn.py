"""The drawn widgets: what they show at the sizes of the screens, and what a click on them means."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.cells import cell_len
from textual.app import App
from textual.binding import Binding
from textual.widget import Widget
from textual.widgets import Input

from abtui.core.journey import Journey, Stage
from abtui.core.threads import Thread
from abtui.tui import themes
from abtui.tui.kit.action import Action, ActionClicked
from abtui.tui.kit.answer_rows import PlateWords, plate_row
from abtui.tui.kit.drawing import Piece, width_of
from abtui.tui.kit.header import Header, HeaderClicked, Tab
from abtui.tui.kit.journey import JourneyView, StageClicked, places
from abtui.tui.kit.key_bar import KeyBar, key_word
from abtui.tui.kit.marks import ASCII, LOOKS, UNICODE, LookName
from abtui.tui.kit.message_line import MessageLine
from abtui.tui.kit.panel import Gap, Panel
from abtui.tui.kit.plate import Plate
from abtui.tui.kit.sentence import FateClicked, Sentence, counted, legend
from abtui.tui.kit.tally import Bar, Tally, between, cells_of, line_of, spread
from abtui.tui.kit.text_input import TextInput
from abtui.tui.kit.threads import ThreadClicked, ThreadsView, thread_row
from tests.kit import until
from tests.tui.kit_app import KitApp, rows
from tests.tui.screen_text import screen_text

COUNTS: dict[LookName, int] = {"arrives": 4, "never-leaves": 3, "ignored": 2, "refused": 1}
IGNORED = Journey(
    fate="ignored",
    stages=(
        Stage("Segment", "passed", "received", "received"),
        Stage("destination", "passed", "sent unmapped", "own name", "answered"),
        Stage("collector", "passed", "accepted, 200", "200", "answered"),
        Stage("console", "ends", "no such goal", "no goal", "silent"),
    ),
    by="by the console",
    why="it has no goal “Order completed”",
    short="no goal “Order completed”",
    says="Segment says Success, the collector 200.",
    told="Nobody is told.",
)
LOST = Journey(
    fate="never-leaves",
    stages=(
        Stage("Segment", "passed", "received", "received"),
        Stage("destination", "ends", "screen views are off, line 14", "switched off", "silent"),
        Stage("collector", "unreached", "", ""),
        Stage("console", "unreached", "", ""),
    ),
    by="by the destination",
    why="screen views are off",
    short="screens are off",
    says="Segment says Success.",
)
THREADS = (
    Thread(letter="a", event="event", event_value='"Order completed"', through="unmapped", payload="name", payload_value='"Order completed"', culprit=True),
    Thread(letter="b", event="userId", event_value='"u-14420"', through="line 32", payload="user_id", payload_value='"u-14420"'),
    Thread(letter="c", event="anonymousId", event_value='"46fe8c6c…"', through="line 33", payload="anonymous_id", payload_value='"46fe8c6c…"'),
    Thread(letter="d", event="sentAt", event_value='"09:30"', through="as ms", payload="publishedAt", payload_value="1773"),
    Thread(letter="e", event="context.ip", event_value='"1.2.3.4"', through="not sent"),
)  # fmt: skip
TABS = [
    Tab(name.lower(), key, name)
    for key, name in zip("1234567", ["Events", "Goal", "Config", "Impact", "Experiment", "Live", "Sent"], strict=True)
]


def said(row: list[Piece]) -> str:
    return "".join(piece.text for piece in row)


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (116, "10 events:  ● 4 arrive,  ■ 3 never leave,  ○ 2 are ignored,  ✗ 1 is refused"),
        (74, "10 events: ● 4 arrive, ■ 3 never leave, ○ 2 are ignored, ✗ 1 is refused"),
        (58, "Of 10: ● 4 arrive ■ 3 never leave ○ 2 ignored ✗ 1 refused"),
        (40, "Of 10: ● 4 arrive ■ 3 ○ 2 ✗ 1"),
        (24, "10: ● 4 ■ 3 ○ 2 ✗ 1"),
    ],
)
def test_the_sentence_has_the_longest_form_that_fits(width: int, expected: str) -> None:
    assert said(counted(COUNTS, width, UNICODE)) == expected


def test_the_sentence_counts_things_in_one_order_without_zeros() -> None:
    counts: dict[LookName, int] = {
        "fails": 1,
        "unknown": 1200,
        "accepted": 2,
        "arrives": 0,
        "unreadable": 3,
        "ignored": 1,
    }
    row = said(counted(counts, 200, UNICODE))
    assert row == (
        "1,204 events:  ◐ 2 are accepted,  ? 1,200 are unknown,  ○ 1 is ignored,  ▲ 1 fails,  ! 3 are no events"
    )
    assert said(counted({"arrives": 1}, 80, ASCII, noun="unit")) == "1 unit:  + 1 arrives"
    assert said(counted({}, 80, UNICODE)) == "0 events"


def test_the_legend_has_the_signs_that_are_no_fates() -> None:
    assert said(legend(UNICODE)) == "→ becomes  a b c same field  + added  Δ changed  * marked"
    assert said(legend(ASCII)) == "-> becomes  a b c same field  + added  ^ changed  * marked"


async def test_a_click_on_a_fate_names_it() -> None:
    sentence, tally = Sentence(), Tally()
    app = KitApp(sentence, tally)
    async with app.run_test(size=(100, 4)) as pilot:
        sentence.show_counts(COUNTS)
        tally.show(Bar(COUNTS))
        await pilot.pause()
        await pilot.click(Sentence, offset=(2, 0))
        assert app.seen == []
        spots = {spot.x: spot.go for spot in sentence.jump_spots()}
        assert list(spots) == [12, 25, 43, 61]
        await pilot.click(Sentence, offset=(14, 0))
        await pilot.click(Tally, offset=(99 - 3, 0))
        await until(pilot, lambda: len(app.seen) == 2)
        assert [message.fate for message in app.seen if isinstance(message, FateClicked)] == ["arrives", "refused"]
        sentence.show(Piece("The config cannot be read", "refused", bold=True), Piece(": line 25."))
        assert rows(sentence) == ["The config cannot be read: line 25."]
        await pilot.resize_terminal(30, 4)
        await pilot.pause()
        assert rows(sentence) == ["The config cannot be read: li…"]


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=8), st.integers(1, 200))
def test_cells_are_shared_out_and_every_fate_keeps_its_mark(counts: list[int], width: int) -> None:
    cells = spread(counts, width)
    assert min(cells) >= 1
    assert sum(cells) == max(width, len(counts))
    if width > 2 * len(counts):
        order = sorted(range(len(counts)), key=lambda at: counts[at])
        assert all(cells[less] <= cells[more] + 1 for less, more in pairwise(order))


def test_a_line_is_whole_where_somebody_answered_and_broken_where_an_event_is_lost() -> None:
    assert said(line_of(COUNTS, 30, UNICODE)) == "●━━━━━━━━━━ ■╌╌╌╌╌╌╌ ○╌╌╌╌ ✗━ "
    assert said(line_of(COUNTS, 30, ASCII)) == "+========== #....... o.... x= "
    assert said(line_of({"arrives": 10**6, "fails": 1, "unknown": 3}, 12, UNICODE)) == "●━━━━━━ ? ▲ "
    assert said(line_of({"unknown": 5}, 6, UNICODE)) == "?──── "


def test_what_is_the_same_in_two_lines_is_as_long_in_both() -> None:
    before: dict[LookName, int] = {"arrives": 80, "never-leaves": 9, "ignored": 6, "refused": 3, "fails": 2}
    after: dict[LookName, int] = {"arrives": 83, "never-leaves": 9, "ignored": 3, "refused": 3, "fails": 2}
    same: tuple[LookName, ...] = ("never-leaves", "refused", "fails")
    for width in range(20, 200):
        rows = [line_of(counts, width, UNICODE, same) for counts in (before, after)]
        assert [width_of(row) for row in rows] == [width, width]
        lengths = [[width_of([p for p in row if p.target == fate]) for fate in same] for row in rows]
        assert lengths[0] == lengths[1], width


async def test_two_tallies_are_on_one_scale() -> None:
    tally = Tally()
    app = KitApp(tally)
    async with app.run_test(size=(30, 4)) as pilot:
        assert rows(tally) == ["·" + "╌" * 29]
        tally.show(Bar({"arrives": 1}, "saved", now=False), Bar({"arrives": 2}, "now"))
        await pilot.pause()
        assert rows(tally) == ["saved  ●━━━━━━━━━━", "now    ●" + "━" * 21]


OLD, NEW = Bar({"arrives": 5, "ignored": 5}), Bar({"arrives": 9, "refused": 1})


async def test_a_tally_slides_to_its_new_counts_once_they_are_known() -> None:
    tally = Tally()
    app = KitApp(tally)
    async with app.run_test(size=(40, 4)) as pilot:
        app.animation_level = "full"
        # Nothing slides that was not known before.
        tally.show(Bar({"unknown": 10}))
        tally.show(OLD)
        assert tally._share == 1.0
        before = rows(tally)
        # The events are counted anew: the line stays until it is known where it slides.
        tally.show(Bar({"unknown": 10}))
        assert rows(tally) == before
        tally.show(NEW)
        assert tally._share < 1.0
        await until(pilot, lambda: tally._share == 1.0)
        assert rows(tally) == ["●" + "━" * 34 + " ✗━━"]


async def test_a_tally_says_that_nothing_is_known_if_counting_takes_long() -> None:
    tally = Tally()
    app = KitApp(tally)
    async with app.run_test(size=(40, 4)) as pilot:
        app.animation_level = "full"
        tally.show(OLD)
        tally.show(Bar({"unknown": 10}))
        await until(pilot, lambda: rows(tally) == ["?" + "─" * 38])


async def test_a_tally_slides_when_the_typing_rests_and_not_where_nothing_may_move() -> None:
    tally = Tally()
    app = KitApp(tally, TextInput())
    async with app.run_test(size=(40, 4)) as pilot:
        tally.show(OLD)
        tally.show(NEW)
        last, slid = rows(tally), list[float]()
        assert last[0].endswith("✗━━")
        app.animation_level = "full"
        app.query_one(TextInput).focus()
        await pilot.pause()
        tally.watch(tally, "_share", lambda share: slid.append(share), init=False)
        for bar in (OLD, NEW, OLD):
            tally.show(bar)
            assert (rows(tally), slid) == (last, [])
        await until(pilot, lambda: slid[-1:] == [1.0])
        assert rows(tally)[0].count("○") == 1


@given(st.floats(0, 1))
def test_the_cells_on_the_way_fill_the_line(share: float) -> None:
    before, after = cells_of(COUNTS, 60), cells_of({"arrives": 1, "fails": 7}, 60)
    assert sum(between(before, after, share).values()) == 60
    assert between(before, after, 0) == before
    assert between(before, after, 1) == after


async def test_the_plate_tells_the_fate_by_whom_and_why() -> None:
    plate = Plate()
    app = KitApp(plate)
    async with app.run_test(size=(66, 6)) as pilot:
        assert rows(plate) == [""]
        plate.show_journey(IGNORED)
        assert rows(plate) == [" ○ IGNORED  it has no goal “Order completed”"]
        plate.styles.height = 3
        await pilot.pause()
        assert rows(plate) == ["", "  ○ IGNORED   by the console: it has no goal “Order completed”", ""]
        await pilot.resize_terminal(44, 6)
        await pilot.pause()
        assert rows(plate)[1] == "  ○ IGNORED   no goal “Order completed”"
        plate.show("never-leaves", "x" * 400)
        assert rows(plate)[1] == "  ■ NEVER LEAVES   " + "x" * 23 + "…"
        plate.show("does-not-count", "1 of 2 purchases")
        assert rows(plate)[1] == "  ◇ DOES NOT COUNT   1 of 2 purchases"


@pytest.mark.parametrize(
    ("width", "why", "said"),
    [
        (110, f"{'the function says ' * 5}so", f"{'the function says ' * 5}so"),
        (66, f"{'the function says ' * 5}so", "the function says the function says the function say…"),
        (44, f"{'the function says ' * 5}so", "it throws"),
        (66, f"it has no goal “{'Order ' * 12}x”", "it has no goal “Order Order Order Order Order Order…”"),
        (44, f"it has no goal “{'Order ' * 12}x”", "it throws"),
    ],
)
def test_a_long_reason_takes_the_room_there_is(width: int, why: str, said: str) -> None:
    words = PlateWords(f"by the destination: {why}", why, "it throws")
    row = plate_row("fails", words, width, 3, UNICODE)
    assert "".join(piece.text for piece in row) == f"  ▲ FAILS   {said}"


@pytest.mark.parametrize(("width", "columns"), [(62, (0, 16, 32, 48)), (129, (0, 38, 76, 114)), (41, (0, 10, 20, 30)), (57, (0, 16, 32, 48)), (39, (0, 10, 20, 30))])  # fmt: skip
def test_the_stages_stand_where_the_pictures_have_them(width: int, columns: tuple[int, ...]) -> None:
    assert places(width) == columns


async def test_the_journey_ends_where_the_event_does() -> None:
    view = JourneyView()
    app = KitApp(view)
    async with app.run_test(size=(62, 6)) as pilot:
        assert rows(view) == ["", "", ""]
        view.show(IGNORED)
        assert rows(view) == [
            "Segment         destination     collector       console",
            "●━━━━━━━━━━━━━━━●━━━━━━━━━━━━━━━●╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌○",
            "received        sent unmapped   accepted, 200   no such goal",
        ]
        view.show(LOST)
        assert rows(view)[1:] == [
            "●╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌■               ·               ·",
            "received        screen views are off, line 14",
        ]
        view.show_ghost(("what you paste", "your config", "the payload", "the goal"))
        assert rows(view)[1:] == [
            "·╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌·╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌·╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌·",
            "what you paste  your config     the payload     the goal",
        ]
        await pilot.click(JourneyView, offset=(40, 1))
        await until(pilot, lambda: bool(app.seen))
        assert [message.stage for message in app.seen if isinstance(message, StageClicked)] == ["collector"]


async def test_a_narrow_journey_has_short_words() -> None:
    view = JourneyView()
    app = KitApp(view, ascii=True)
    async with app.run_test(size=(41, 6)) as pilot:
        view.show(IGNORED)
        assert rows(view) == [
            "Segment   dest.     collector console",
            "+=========+=========+.........o",
            "received  own name  200       no goal",
        ]
        view.styles.height = 2
        await pilot.pause()
        assert rows(view)[0].startswith("+=")
        assert rows(view)[1].startswith("Segment")
        styles = [segment.style for segment in view.render_line(1) if "console" in segment.text]
        assert styles[0] is not None
        assert styles[0].bold


async def test_an_accepted_event_has_no_green_end() -> None:
    view = JourneyView()
    stages = (*IGNORED.stages[:3], Stage("console", "ends", "not known", "not known", "none"))
    app = KitApp(view)
    async with app.run_test(size=(62, 6)):
        view.show(Journey(fate="accepted", stages=stages, by="", why="", short="", says=""))
        assert rows(view)[1] == "●━━━━━━━━━━━━━━━●━━━━━━━━━━━━━━━●               ?"
        view.show(IGNORED, soft=True)
        colours = {segment.style.color.name for segment in view.render_line(1) if segment.text.strip() and segment.style and segment.style.color}  # fmt: skip
        assert colours == {themes.PALETTES[themes.DARK].soft}


async def test_a_line_is_drawn_in_motion_only_where_it_may_be() -> None:
    view = JourneyView()
    app = KitApp(view)
    async with app.run_test(size=(62, 6)) as pilot:
        view.show(IGNORED, animate=True)
        assert view._share == 1.0
        app.animation_level = "full"
        view.show(IGNORED, animate=True)
        assert view._share < 1.0
        # The next key comes before the line is finished: it repeats.
        view.show(LOST, animate=True)
        assert view._share == 1.0
        await pilot.pause()
        view.show(IGNORED, animate=True)
        await until(pilot, lambda: view._share == 1.0)
        assert rows(view)[1].endswith("○")


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (
            (66, 4),
            [
                "   event                       config      payload",
                ' a event "Order completed"  ── unmapped ─▶ name "Order completed"',
                ' b userId "u-14420"         ── line 32 ──▶ user_id "u-14420"',
                ' c anonymousId "46fe8c6c…"  ── line 33 ──▶ anonymous_id "46fe8c6…',
            ],
        ),
        (
            (58, 3),
            [
                ' a event "Order completed"   ─▶ name "Order completed"',
                ' b userId "u-14420"          ─▶ user_id "u-14420"',
                ' c anonymousId "46fe8c6c…"   ─▶ anonymous_id "46fe8c6c…"',
            ],
        ),
        (
            (44, 5),
            [
                ' a event "Order completed" ─▶ name',
                ' b userId "u-14420"        ─▶ user_id',
                ' c anonymousId "46fe8c6c…" ─▶ anonymous_id',
                ' d sentAt "09:30"          ─▶ publishedAt…',
                ' e context.ip "1.2.3.4"',
            ],
        ),
    ],
)
async def test_threads_lose_the_config_first_and_then_equal_values(size: tuple[int, int], expected: list[str]) -> None:
    view = ThreadsView()
    app = KitApp(view)
    async with app.run_test(size=(size[0], 8)) as pilot:
        view.styles.height = size[1]
        view.show(THREADS, "ignored")
        await pilot.pause()
        assert rows(view) == expected


def test_how_much_is_in_a_field_is_told_once_where_there_is_little_room() -> None:
    thread = Thread(letter="d", event="properties, 3 fields", payload="properties, 3 fields")
    row = "".join(piece.text for piece in thread_row(thread, [thread], "ignored", 42, UNICODE))
    assert row.rstrip() == " d properties, 3 fields ─▶ properties"


async def test_three_threads_go_before_their_titles() -> None:
    view = ThreadsView()
    app = KitApp(view)
    async with app.run_test(size=(90, 8)) as pilot:
        view.styles.height = 3
        view.show(THREADS, "ignored")
        await pilot.pause()
        assert [row[1] for row in rows(view)] == ["a", "b", "c"]


def test_a_line_goes_on_where_the_config_says_nothing() -> None:
    thread = Thread(letter="a", event="type", event_value='"alias"', payload="nothing is sent", culprit=True)
    row = said(thread_row(thread, (thread,), "never-leaves", 65, UNICODE))
    assert row == ' a type "alias"             ─────────────▶ nothing is sent'


async def test_a_thread_that_changes_is_drawn_alone() -> None:
    view = ThreadsView()
    app = KitApp(view)
    async with app.run_test(size=(120, 8)) as pilot:
        view.show(THREADS, "ignored")
        await pilot.pause()
        before = screen_text(app).splitlines()
        view.show((replace(THREADS[0], event_value='"typed"'), *THREADS[1:]), "ignored")
        await pilot.pause()
        after = screen_text(app).splitlines()
        assert [y for y, row in enumerate(after) if row != before[y]] == [1]
        assert '"typed"' in after[1]
        view.show(THREADS, "arrives")
        await pilot.pause()
        assert screen_text(app).splitlines() == before


async def test_the_culprit_is_shown_even_if_it_is_the_last() -> None:
    view = ThreadsView()
    app = KitApp(view)
    async with app.run_test(size=(44, 8)) as pilot:
        view.styles.height = 2
        view.show((*THREADS[1:], THREADS[0]), "ignored")
        await pilot.pause()
        assert [row[1] for row in rows(view)] == ["b", "a"]
        await pilot.click(ThreadsView, offset=(5, 1))
        await until(pilot, lambda: bool(app.seen))
        assert [message.thread.letter for message in app.seen if isinstance(message, ThreadClicked)] == ["a"]


@given(st.sampled_from(THREADS), st.integers(12, 140), st.text(max_size=80))
def test_a_thread_fits_whatever_its_names_are(thread: Thread, width: int, name: str) -> None:
    odd = replace(thread, event=name, payload=name, through=name)
    row = thread_row(odd, (odd, *THREADS), "ignored", width, UNICODE)
    assert width_of(row) <= max(width, 30)


async def test_the_action_promises_nothing_that_is_not_known() -> None:
    action = Action()
    app = KitApp(action)
    async with app.run_test(size=(60, 3)) as pilot:
        assert rows(action) == [""]
        action.show("Enter", "Map it to purchase", "then 5 of 10 arrive", "then 5 do")
        assert rows(action) == [" Enter  Map it to purchase   then 5 of 10 arrive"]
        await pilot.click(Action, offset=(40, 0))
        await pilot.click(Action, offset=(5, 0))
        await until(pilot, lambda: bool(app.seen))
        assert [message.key for message in app.seen if isinstance(message, ActionClicked)] == ["Enter"]
        await pilot.resize_terminal(40, 3)
        await pilot.pause()
        assert rows(action) == [" Enter  Map it to purchase   then 5 do"]
        action.show("Enter", "Map it to purchase", "then 81 of 102 arrive", "then 81 arrive")
        assert rows(action) == [" Enter  Map it to purchase   81 arrive"]
        action.show("Enter", "Bring the catalog")
        assert rows(action) == [" Enter  Bring the catalog"]
        action.show()
        assert rows(action) == [""]


async def test_a_message_keeps_the_key_that_undoes_it() -> None:
    line = MessageLine()
    app = KitApp(line)
    async with app.run_test(size=(60, 3)) as pilot:
        line.hint("Ctrl+Space completes")
        line.tell_done("Lines 20 and 21 added.", key="u")
        assert rows(line) == ["Lines 20 and 21 added. u undoes it      Ctrl+Space completes"]
        line.tell_done("x" * 100, key="u")
        assert rows(line) == ["x" * 47 + "… u undoes it"]
        line.tell_problem("Sending is off until the config can be read.")
        assert line.said == "Sending is off until the config can be read."
        line.clear()
        await pilot.pause()
        assert rows(line) == [" " * 40 + "Ctrl+Space completes"]


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (120, " ●━○ abtui    1 Events  2 Goal  3 Config  4 Impact  5 Experiment  6 Live  7 Sent            northlight.yaml  to staging"),
        (80, " ●━○   1 Events  2 Goal 3 Config 4 Impact 5 Experiment 6 Live 7 Sent    staging"),
        (60, " ●━○   1 Events  2 3 4 5 6 7                        staging"),
    ],
)  # fmt: skip
async def test_the_header_keeps_the_screens_and_the_target(width: int, expected: str) -> None:
    header = Header(TABS)
    app = KitApp(header)
    async with app.run_test(size=(width, 3)):
        header.tell(config="northlight.yaml", target="staging")
        assert rows(header) == [expected]


async def test_the_header_warns_of_production_and_names_what_is_clicked() -> None:
    header = Header(TABS)
    app = KitApp(header)
    async with app.run_test(size=(130, 3)) as pilot:
        header.tell(config="northlight.yaml", unsaved=True, target="live", production=True)
        assert rows(header)[0].endswith("northlight.yaml *  to live PRODUCTION")
        header.show("goal")
        assert header.active == "goal"
        assert len(header.jump_spots()) == len(TABS) + 2
        await pilot.click(Header, offset=(26, 0))
        await pilot.click(Header, offset=(125, 0))
        await pilot.click(Header, offset=(1, 0))
        await until(pilot, lambda: len(app.seen) == 2)
        header.jump_spots()[0].go()
        await until(pilot, lambda: len(app.seen) == 3)
        names = [message.name for message in app.seen if isinstance(message, HeaderClicked)]
        assert names == ["goal", "target", "events"]


class Keys(Widget, can_focus=True):
    BINDINGS = [  # noqa: RUF012
        Binding("enter", "app.bell", "Fix it", id="fix"),
        Binding("slash", "app.bell2", "Filter", id="filter"),
        Binding("ctrl+g", "app.bell3", "Form", id="form"),
        Binding("x", "app.bell4", "Other", id="other"),
    ]
    DEFAULT_CSS = "Keys { height: 1; }"


class KeysApp(KitApp):
    BINDINGS = [Binding("question_mark", "keys", "Keys", id="app.help")]  # noqa: RUF012
    pressed = 0

    def action_keys(self) -> None:
        self.pressed += 1

    def action_bell2(self) -> None: ...
    def action_bell3(self) -> None: ...


async def test_the_keys_are_those_of_the_focus() -> None:
    named = [("fix", "fix"), ("filter", "filter"), ("form", "form"), ("absent", "absent")]
    bar, field = KeyBar(lambda: named), Input()
    app = KeysApp(Keys(), bar, field)
    async with app.run_test(size=(110, 6)) as pilot:
        await pilot.pause()
        assert app.focused is app.widgets[0]
        row = rows(bar)[0]
        assert row.startswith(" Enter fix   / filter   Ctrl+G form   ")
        assert row.endswith("? all keys")
        assert cell_len(row) == 109
        await pilot.click(KeyBar, offset=(105, 0))
        await until(pilot, lambda: app.pressed == 1)
        field.focus()
        await pilot.pause()
        # A single character is text there.
        assert "?" not in rows(bar)[0]
        assert "/" not in rows(bar)[0]


def test_keys_are_written_as_people_do() -> None:
    names = ["ctrl+s", "enter", "escape", "slash", "question_mark", "f5", "S", "shift+tab", "up", "ctrl+@"]
    assert [key_word(name) for name in names] == ["Ctrl+S", "Enter", "Esc", "/", "?", "F5", "S", "Shift+Tab", "Up", "Ctrl+Space"]  # fmt: skip


async def test_a_panel_shows_where_the_focus_is() -> None:
    left = Panel(Input(), title="Events", words="and what becomes of them", right="10 of 10")
    right = Panel(Input(), title="Payload", words="a-very-long-name-of-a-file.jsonl:1")
    app = KitApp(left, right)
    async with app.run_test(size=(48, 20)) as pilot:
        await pilot.pause()
        assert rows(left._title) == ["▸ Events  and what becomes of them    10 of 10"]
        assert rows(right._title)[0].startswith("  Payload")
        right.query_one(Input).focus()
        await pilot.pause()
        assert rows(left._title)[0].startswith("  Events")
        assert rows(right._title)[0].startswith("▸ Payload")
        await pilot.resize_terminal(30, 20)
        await pilot.pause()
        # A sentence is left out, a name is cut.
        assert rows(left._title) == ["  Events            10 of 10"]
        assert rows(right._title) == ["▸ Payload  a-very-long-name-…"]
        right.name_it("Event", words="")
        assert rows(right._title) == ["▸ Event"]


@pytest.mark.parametrize(
    ("theme", "ascii", "expected"),
    [(themes.DARK, False, ""), (themes.CONTRAST_DARK, False, " │"), (themes.SIXTEEN, True, " |")],
)
async def test_a_rule_stands_in_the_gap_where_surfaces_are_one(theme: str, ascii: bool, expected: str) -> None:
    gap, row = Gap(), Gap(classes="-row")
    app = KitApp(gap, row, theme=theme, ascii=ascii)
    async with app.run_test(size=(6, 4)) as pilot:
        await pilot.pause()
        assert rows(gap)[0] == expected
        assert rows(row) == [expected.strip().replace("│", "─").replace("|", "-") * 6]


@pytest.mark.parametrize("theme", [*themes.CYCLE, "nord"])
async def test_a_change_of_the_theme_reaches_what_is_drawn(theme: str) -> None:
    sentence = Sentence()
    app: App[None] = KitApp(sentence, theme=themes.DARK)
    async with app.run_test(size=(100, 4)) as pilot:
        sentence.show_counts(COUNTS)
        app.theme = theme
        await pilot.pause()
        styles = [segment.style for segment in sentence.render_line(0) if "arrive" in segment.text]
        assert styles[0] is not None
        assert styles[0].color is not None
        expected = themes.PALETTES.get(theme, themes.PALETTES[themes.DARK]).arrives
        assert styles[0].color.name in (expected, "color(10)")
        assert LOOKS["arrives"].role == "arrives"
