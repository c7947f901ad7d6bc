"""The event list of the kit: rows of one height, one line or two, of which only the visible ones are asked for."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from rich.style import Style
from textual.widget import Widget

from abtui.tui import themes
from abtui.tui.kit.event_list import EventList, EventRow
from abtui.tui.kit.marks import ASCII, LOOKS, UNICODE
from abtui.tui.kit.signs import EDITED, MARKED, RECEIPTS, receipt_sign
from abtui.tui.kit.slim_bar import SlimBar
from tests.tui.kit_app import KitApp, colour, drawn_rows, painted, rows, styled

MANY = 100_000_000
LOST = EventRow("page", "Store Finder", "send", "ignored", becomes="Page: Store Finder", lost="no such goal")
NEVER = EventRow("screen", "Cart", "drop", "never-leaves", lost="screen tracking is off")
MADE = [EventRow("track", "Order Completed", "send", "arrives", becomes="purchase"), LOST, NEVER]


def event(index: int) -> EventRow:
    return EventRow("track", f"Event {index}", "send", "arrives", becomes=f"goal {index}")


def made(index: int) -> EventRow:
    return MADE[index]


async def test_only_visible_rows_are_asked_for_at_either_height() -> None:
    asked: list[int] = []

    def provide(index: int) -> EventRow:
        asked.append(index)
        return event(index)

    events = EventList(provide, MANY)
    async with KitApp(events).run_test(size=(48, 24)) as pilot:
        await painted(pilot)
        assert set(asked) == set(range(24))
        events.two_lines = True
        asked.clear()
        events.action_last()
        await painted(pilot)
        assert set(asked) <= {0, *range(MANY - 12, MANY)}
        assert "Event 99999999" in rows(events)[22]
        assert "→ goal 99999999" in rows(events)[23]


async def test_two_lines_are_chosen_while_all_rows_fit_and_left_for_good_by_a_list_that_grows() -> None:
    events = EventList(event, 10)
    async with KitApp(events).run_test(size=(48, 20)) as pilot:
        assert not events.two_lines
        events.choose_height()
        assert events.two_lines
        events.count = 4
        assert events.two_lines
        events.count = 11
        await painted(pilot)
        assert not events.two_lines
        assert events.virtual_size.height == 11
        events.count = 4
        assert not events.two_lines
        events.choose_height()
        assert events.two_lines


async def test_the_row_at_the_cursor_stays_in_its_place_when_the_height_changes() -> None:
    events = EventList(event, 1000)
    async with KitApp(events).run_test(size=(48, 20)) as pilot:
        events.cursor = 500
        await painted(pilot)
        at = 500 - events.scroll_offset.y
        events.two_lines = True
        await painted(pilot)
        assert 1000 - events.scroll_offset.y == min(at, 18)
        assert "Event 500" in rows(events)[min(at, 18)]
        events.two_lines = False
        await painted(pilot)
        assert "Event 500" in rows(events)[500 - events.scroll_offset.y]


@pytest.mark.parametrize("two_lines", [False, True])
async def test_keys_and_the_mouse_move_the_cursor_and_tell(two_lines: bool) -> None:
    events = EventList(event, 1000)
    app = KitApp(events)
    page = 11 if two_lines else 23
    moves = [("down", 1), ("j", 2), ("k", 1), ("up", 0), ("up", 0), ("pagedown", page), ("pageup", 0), ("end", 999)]
    moves += [("home", 0), ("G", 999)]
    async with app.run_test(size=(48, 24)) as pilot:
        events.two_lines = two_lines
        events.focus()
        for key, row in [*moves, ("down", 999), ("home", 0)]:
            await pilot.press(key)
            assert (events.cursor, app.last_row) == (row, row), key
            assert any(shown.startswith(f"▌● Event {row} ") for shown in rows(events))
        await pilot.click(events, offset=(5, 7))
        assert events.cursor == (3 if two_lines else 7)
        await pilot.double_click(events, offset=(5, 8))
        assert app.count(EventList.Selected) == 1
        assert app.last_row == (4 if two_lines else 8)


async def test_a_click_below_the_rows_does_nothing() -> None:
    events = EventList(event, 2)
    async with KitApp(events).run_test(size=(48, 24)) as pilot:
        await pilot.click(events, offset=(5, 7))
        assert events.cursor == 0


async def test_the_first_row_is_told_without_a_key_and_rows_given_before_the_start_once() -> None:
    empty, filled = EventList(event), EventList()
    filled.set_rows(event, 10, cursor=4)
    app = KitApp(empty)
    async with app.run_test() as pilot:
        assert not app.seen
        empty.count = 3
        await painted(pilot)
        assert (len(app.seen), app.last_row) == (1, 0)
        await app.mount(filled)
        await painted(pilot)
        assert (len(app.seen), app.last_row) == (2, 4)


async def test_a_list_that_gets_shorter_moves_the_cursor_onto_its_last_row() -> None:
    events = EventList(event, 100)
    app = KitApp(events)
    async with app.run_test(size=(48, 24)) as pilot:
        events.cursor = 90
        await painted(pilot)
        events.count = 3
        await painted(pilot)
        assert (events.cursor, app.last_row) == (2, 2)
        assert [bool(row) for row in rows(events)[:4]] == [True, True, True, False]
        events.count = 0
        await painted(pilot)
        assert rows(events) == [""] * 24
        events.count = 50
        await painted(pilot)
        assert (events.cursor, app.last_row) == (0, 0)


async def test_the_scrollbar_is_textuals_and_drawn_again_only_when_it_looks_different(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    events = EventList(event, 0)
    async with KitApp(events).run_test(size=(80, 24)) as pilot:
        bar = events.vertical_scrollbar

        def looks() -> list[list[tuple[str, Style | None]]]:
            bar._set_dirty()
            strips = Widget.render_lines(bar, bar.size.region)
            return [[(part.text, part.style) for part in strip] for strip in strips]

        for count, cursor in ((25, 0), (25, 24), (1000, 0), (1000, 500), (1000, 999), (1_000_000, 17), (30, 29)):
            events.count = count
            events.cursor = cursor
            await painted(pilot)
            with monkeypatch.context() as patch:
                patch.setattr(SlimBar, "render_line", Widget.render_line)
                textuals = looks()
            assert looks() == textuals, (count, cursor)
        bar._repaint_required = False
        bar.refresh()
        assert not bar._repaint_required
        events.count = 300
        assert bar._repaint_required


@pytest.mark.parametrize("two_lines", [False, True])
async def test_a_move_redraws_two_rows(two_lines: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    events = EventList(event, MANY)
    async with KitApp(events).run_test(size=(48, 24)) as pilot:
        events.two_lines = two_lines
        events.cursor = 4
        await painted(pilot)
        with drawn_rows(events, monkeypatch) as drawn_now:
            events.cursor = 5
            await painted(pilot)
        assert sorted(set(drawn_now)) == ([8, 9, 10, 11] if two_lines else [4, 5])
        with drawn_rows(events, monkeypatch) as drawn_now:
            events.refresh_row(2)
            events.refresh_row(MANY)
            await painted(pilot)
        assert sorted(set(drawn_now)) == ([4, 5] if two_lines else [2])


async def test_growing_keeps_the_cursor_and_draws_only_new_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    events = EventList(event, 4)
    app = KitApp(events)
    async with app.run_test(size=(48, 24)) as pilot:
        events.choose_height()
        events.cursor = 2
        await painted(pilot)
        told = len(app.seen)
        with drawn_rows(events, monkeypatch) as drawn_now:
            events.count = 5
            await painted(pilot)
        assert set(drawn_now) <= set(range(8, 12))
        events.count = 1_000_000
        await painted(pilot)
        with drawn_rows(events, monkeypatch) as drawn_now:
            events.count = 2_000_000
            await painted(pilot)
        assert not drawn_now
        assert (events.cursor, events.virtual_size.height, len(app.seen)) == (2, 2_000_000, told)


@pytest.mark.parametrize(
    ("width", "lines"),
    [
        (
            34,
            [
                "▌● Order Completed  arrives       ",
                " ○ page Store Find… ignored       ",
                " ■ screen Cart      never leaves  ",
            ],
        ),
        (
            48,
            [
                "▌● Order Completed → purchase     arrives       ",
                " ○ page Store Fin… → Page: Store… ignored       ",
                " ■ screen Cart       screen trac… never leaves  ",
            ],
        ),
        (
            60,
            [
                "▌● Order Completed       → purchase           arrives       ",
                " ○ page Store Finder     → Page: Store Finder ignored       ",
                " ■ screen Cart             screen tracking i… never leaves  ",
            ],
        ),
    ],
    ids=["34", "48", "60"],
)
async def test_a_row_of_one_line_has_the_goal_where_there_is_room(width: int, lines: list[str]) -> None:
    events = EventList(made, 3)
    async with KitApp(events).run_test(size=(width, 5)) as pilot:
        events.focus()
        await painted(pilot)
        assert [events.render_line(y).text for y in range(3)] == lines


async def test_a_row_of_two_lines_has_what_it_becomes_or_why_nothing_does() -> None:
    events = EventList(made, 3)
    async with KitApp(events).run_test(size=(48, 8)) as pilot:
        events.choose_height()
        await painted(pilot)
        assert rows(events)[2:] == [
            " ○ page Store Finder              ignored",
            "   → Page: Store Finder           no such goal",
            " ■ screen Cart                    never leaves",
            "   screen tracking is off",
            "",
            "",
        ]


async def test_the_scrollbar_takes_a_free_cell() -> None:
    events = EventList(event, 5)
    async with KitApp(events).run_test(size=(48, 8)) as pilot:
        await painted(pilot)
        before = events.render_line(1).text.index("arrives")
        events.count = 500
        await painted(pilot)
        assert events.show_vertical_scrollbar
        assert events.render_line(1).text.index("arrives") == before


async def test_weights_and_colours() -> None:
    events = EventList(made, 3)
    async with KitApp(events).run_test(size=(48, 8)) as pilot:
        events.cursor = 0
        events.screen.set_focus(None)
        await painted(pilot)
        plain, current = events.render_line(1), events.render_line(0)
        assert not plain.text.startswith(UNICODE.row)
        assert [
            part.style.color.name for part in plain if part.text.strip() == "page" and part.style and part.style.color
        ] == [colour("soft")]
        assert styled(plain, "ignored     ")[0].color.name == colour("ignored")  # type: ignore[union-attr]
        assert not styled(plain, "ignored     ")[0].bold
        assert styled(current, "arrives     ")[0].bold
        assert styled(current, "arrives     ")[0].bgcolor.name == colour("raised")  # type: ignore[union-attr]
        assert not current.text.startswith(UNICODE.row)
        events.focus()
        await painted(pilot)
        assert styled(events.render_line(0), UNICODE.row)[0].color.name == colour("accent")  # type: ignore[union-attr]
        events.two_lines = True
        await painted(pilot)
        assert styled(events.render_line(2), "ignored     ")[0].bold
        assert events.render_line(0).text[0] == events.render_line(1).text[0] == UNICODE.row
        assert styled(events.render_line(1), UNICODE.row)[0].bgcolor.name == colour("raised")  # type: ignore[union-attr]


async def test_in_16_colours_the_row_at_the_cursor_has_one_colour() -> None:
    events = EventList(made, 3)
    app = KitApp(events, theme=themes.SIXTEEN)
    async with app.run_test(size=(48, 8)) as pilot:
        await painted(pilot)
        styles = [part.style for part in events.render_line(0) if part.text.strip()]
        assert len({style.color for style in styles if style is not None}) == 1


NAMES = [
    "[red]literal[/red]",
    "[@click=app.quit]x[/]",
    "two\nlines\tand tab",
    "esc \x1b[31m",
    "rtl \u202e",
    "注文完了" * 9,
]
NAMES += ["👩\u200d👩\u200d👧 🎉" * 9, "a\u0301" * 40, "\ud800", "", "שלום"]


@pytest.mark.parametrize("two_lines", [False, True])
@pytest.mark.parametrize("width", [6, 10, 24, 34, 48, 62, 120])
async def test_any_text_is_one_literal_safe_row(width: int, two_lines: bool) -> None:
    events = EventList(
        lambda index: EventRow(
            NAMES[-index] if index % 2 else "identify",
            NAMES[index],
            "send",
            "never-leaves",
            becomes=NAMES[-index],
            lost=NAMES[index],
            flags=("marked",),
        ),
        len(NAMES),
    )
    async with KitApp(events).run_test(size=(width, 40)) as pilot:
        events.two_lines = two_lines
        events.signs = ("mark", "edit", "change", "receipt")
        await painted(pilot)
        for y in range(len(NAMES) * events.row_height):
            strip = events.render_line(y)
            assert strip.cell_length == cell_len(strip.text) == width
            assert not any(character in strip.text for character in "\n\t\x1b\u202e\ud800")


async def test_signs_tell_what_was_done_in_a_narrow_place() -> None:
    done = [
        EventRow("page", "x", "send", "ignored", flags=("marked", "edited"), changes=("goal",), receipt="accepted"),
        *(EventRow("page", "x", "send", receipt=receipt) for receipt in ("", *RECEIPTS)),
    ]
    events = EventList(lambda index: done[index], len(done))
    async with KitApp(events).run_test(size=(50, 10)) as pilot:
        await painted(pilot)
        assert events.render_line(0).text.startswith("▌○ page")
        events.signs = ("mark",)
        assert events.render_line(0).text.startswith("▌○* page")
        events.signs = ("mark", "edit", "change", "receipt")
        await painted(pilot)
        assert events.render_line(0).text.startswith("▌○*~Δ↑ page")
        assert [events.render_line(y).text[2:6] for y in range(1, 6)] == ["    ", "   …", "   ↑", "   ↯", "   ¿"]


def test_every_sign_has_one_cell_and_none_means_two_things() -> None:
    for signs in (UNICODE, ASCII):
        shown = [MARKED, signs.changed, *(signs.mark(fate) for fate in LOOKS), signs.row]
        shown += [receipt_sign(state, signs) for state in RECEIPTS]
        assert all(cell_len(sign) == 1 for sign in (*shown, EDITED))
        assert len({*shown, EDITED}) == len(shown) + 1
        assert all(sign.isascii() for sign in shown) == signs.plain


async def test_in_ascii_every_character_is() -> None:
    events = EventList(made, 3)
    app = KitApp(events)
    app.ascii = True
    async with app.run_test(size=(34, 8)) as pilot:
        events.two_lines = True
        events.focus()
        await painted(pilot)
        assert all(events.render_line(y).text.isascii() for y in range(8))
        assert rows(events)[:3] == ["|+ Order Completed  arrives", "|  -> purchase", " o page Store Find~ ignored"]


async def test_the_empty_list_says_so() -> None:
    events = EventList(empty_text="No events yet.\nPaste one anywhere.")
    async with KitApp(events).run_test(size=(16, 8)) as pilot:
        await painted(pilot)
        assert [row.strip() for row in rows(events)[:5]] == ["", "No events yet.", "Paste one", "anywhere.", ""]
        events.choose_height()
        assert not events.two_lines
        await pilot.press("down", "end", "enter", "pageup")
        assert events.cursor == 0
