"""The event list: any number of rows, of which only the visible ones are asked for."""

from __future__ import annotations

import pytest
from abtui.tui.widgets.event_list import EventList
from abtui.tui.widgets.fates import FATE_LOOKS, fate_parts
from rich.cells import cell_len
from rich.style import Style
from textual.widget import Widget

from abtui.tui.kit.event_row import EventRow, RowFate
from abtui.tui.kit.severities import GRAVEST, SEVERITY_LOOKS
from abtui.tui.kit.signs import CHANGED, EDITED, MARKED, RECEIPTS
from abtui.tui.kit.slim_bar import SlimBar

from .widget_apps import OneWidget, drawn_rows, painted, rows, styled

MANY = 100_000_000


def event(index: int) -> EventRow:
    return EventRow("track", f"Event {index}", "send", "arrives", source=f"orders.jsonl:{index + 1}")


class Provider:
    def __init__(self) -> None:
        self.asked: list[int] = []

    def __call__(self, index: int) -> EventRow:
        self.asked.append(index)
        return event(index)


async def test_only_visible_rows_are_asked_for() -> None:
    provider = Provider()
    events = EventList(provider, MANY)
    async with OneWidget(events).run_test(size=(80, 24)) as pilot:
        await painted(pilot)
        assert set(provider.asked) == set(range(24))
        events.focus()
        await painted(pilot)
        provider.asked.clear()
        await pilot.press("G")
        await painted(pilot)
        assert set(provider.asked) <= {0, *range(MANY - 24, MANY)}
        assert "Event 99999999" in rows(events)[23]


async def test_keys_move_the_cursor_and_tell() -> None:
    events = EventList(event, 1000)
    app = OneWidget(events)
    moves = [("down", 1), ("j", 2), ("k", 1), ("up", 0), ("up", 0), ("pagedown", 23), ("pagedown", 46), ("pageup", 23)]
    moves += [("end", 999), ("down", 999), ("home", 0), ("G", 999), ("g", 0)]
    async with app.run_test(size=(80, 24)) as pilot:
        events.focus()
        for key, row in moves:
            await pilot.press(key)
            assert events.cursor == row, key
            assert app.last_row == row
            assert f"▌● arrives      track    Event {row} " in "\n".join(rows(events))


async def test_the_mouse_moves_the_cursor_and_a_double_click_selects() -> None:
    events = EventList(event, 1000)
    app = OneWidget(events)
    async with app.run_test(size=(80, 24)) as pilot:
        events.scroll_to(y=100, animate=False)
        await painted(pilot)
        await pilot.click(events, offset=(5, 7))
        assert events.cursor == 107
        assert app.count(EventList.Selected) == 0
        await pilot.double_click(events, offset=(5, 8))
        assert app.count(EventList.Selected) == 1
        assert app.last_row == 108
        events.focus()
        await pilot.press("enter")
        assert app.count(EventList.Selected) == 2


async def test_a_click_below_the_rows_does_nothing() -> None:
    events = EventList(event, 2)
    app = OneWidget(events)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.click(events, offset=(5, 7))
        assert events.cursor == 0


async def test_the_first_row_is_told_without_a_key() -> None:
    events = EventList(event)
    app = OneWidget(events)
    async with app.run_test() as pilot:
        assert not app.seen
        events.count = 3
        await painted(pilot)
        assert (len(app.seen), app.last_row) == (1, 0)
        events.set_rows(event, 10, cursor=4)
        await painted(pilot)
        assert app.last_row == 4


async def test_rows_given_before_the_start_are_told_once() -> None:
    events = EventList()
    events.set_rows(event, 10, cursor=4)
    app = OneWidget(events)
    async with app.run_test() as pilot:
        await painted(pilot)
        assert (len(app.seen), app.last_row) == (1, 4)


async def test_growing_keeps_the_cursor_and_draws_only_new_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    events = EventList(event, 10)
    app = OneWidget(events)
    async with app.run_test(size=(80, 24)) as pilot:
        events.cursor = 5
        await painted(pilot)
        told = len(app.seen)
        with drawn_rows(events, monkeypatch) as drawn:
            events.count = 12
            await painted(pilot)
            assert set(drawn) <= {10, 11, 12}
        assert "Event 11" in rows(events)[11]
        events.count = 1_000_000
        await painted(pilot)
        with drawn_rows(events, monkeypatch) as drawn:
            events.count = 2_000_000
            await painted(pilot)
            assert not drawn
        assert events.cursor == 5
        assert events.virtual_size.height == 2_000_000
        assert len(app.seen) == told


async def test_shrinking_moves_the_cursor_onto_the_last_row() -> None:
    events = EventList(event, 100)
    app = OneWidget(events)
    async with app.run_test(size=(80, 24)) as pilot:
        events.cursor = 90
        await painted(pilot)
        events.count = 3
        await painted(pilot)
        assert events.cursor == 2
        assert app.last_row == 2
        assert [bool(row) for row in rows(events)[:4]] == [True, True, True, False]
        events.count = 0
        await painted(pilot)
        assert rows(events) == [""] * 24
        events.count = 50
        await painted(pilot)
        assert (events.cursor, app.last_row) == (0, 0)


async def test_a_move_redraws_two_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    events = EventList(event, MANY)
    async with OneWidget(events).run_test(size=(80, 24)) as pilot:
        events.cursor = 10
        await painted(pilot)
        with drawn_rows(events, monkeypatch) as drawn:
            events.cursor = 11
            await painted(pilot)
        assert sorted(drawn) == [10, 11]


async def test_rows_are_asked_for_again_on_request() -> None:
    names = ["old", "old", "old"]
    events = EventList(lambda index: EventRow("track", names[index], "send"), 3)
    async with OneWidget(events).run_test(size=(80, 24)) as pilot:
        await painted(pilot)
        names[1] = "new"
        events.refresh_row(1)
        events.refresh_row(MANY)
        await painted(pilot)
        assert ["new" in row for row in rows(events)[:3]] == [False, True, False]


NAMES = [
    "[red]literal[/red]",
    "[@click=app.quit]x[/]",
    "two\nlines\tand tab",
    "esc \x1b[31m",
    "rtl \u202e",
    "注文完了" * 9,
    "👩\u200d👩\u200d👧 🎉" * 9,
    "a\u0301" * 40,
    "\ud800",
    "",
    "שלום",
]


@pytest.mark.parametrize("width", [10, 24, 40, 60, 120])
async def test_any_name_is_one_literal_safe_row(width: int) -> None:
    source = "a very long source name.jsonl:123456"
    events = EventList(
        lambda index: EventRow("identify", NAMES[index], "unsupported", "never-leaves", 12, 3456, source), len(NAMES)
    )
    async with OneWidget(events).run_test(size=(width, 20)) as pilot:
        await painted(pilot)
        for index, name in enumerate(NAMES):
            strip = events.render_line(index)
            assert strip.cell_length == cell_len(strip.text) == width
            assert not any(character in strip.text for character in "\n\t\x1b\u202e\ud800")
            assert strip.text.lstrip("▌ ").startswith("■")
            assert width < 60 or not name.startswith("[") or name[:8] in strip.text


@pytest.mark.parametrize(
    ("width", "text"),
    [
        (24, "▌▲ Order Completed…  2✗ "),
        (40, "▌▲ track    Order Completed       2✗ 1! "),
        (58, "▌▲ fails        track    Order Completed            2✗ 1! "),
        (80, "▌▲ fails        track    Order Completed         a.json                   2✗ 1! "),
    ],
)
async def test_narrow_rows_drop_columns(width: int, text: str) -> None:
    events = EventList(
        lambda index: EventRow(
            "track", "Order Completed" if width > 24 else "Order Completed Twice", "fail", "fails", 2, 1, "a.json"
        ),
        1,
    )
    async with OneWidget(events).run_test(size=(width, 5)) as pilot:
        await painted(pilot)
        assert events.render_line(0).text == text


async def test_the_cursor_looks_different_with_focus() -> None:
    events = EventList(event, 3)
    async with OneWidget(events).run_test() as pilot:
        events.screen.set_focus(None)
        await painted(pilot)
        blurred = styled(events.render_line(0), "▌")[0]
        events.focus()
        await painted(pilot)
        focused = styled(events.render_line(0), "▌")[0]
        assert focused != blurred
        assert focused.bold
        assert not styled(events.render_line(1), "▌")


async def test_the_empty_list_says_so() -> None:
    events = EventList(empty_text="No events yet.\nPaste one anywhere.")
    async with OneWidget(events).run_test(size=(16, 8)) as pilot:
        await painted(pilot)
        assert [row.strip() for row in rows(events)[:5]] == ["", "No events yet.", "Paste one", "anywhere.", ""]
        await pilot.press("down", "end", "enter", "pageup")
        assert events.cursor == 0


def test_every_fate_and_severity_has_its_own_mark_of_one_cell() -> None:
    for glyphs in ([look.glyph for look in FATE_LOOKS.values()], [look.glyph for look in SEVERITY_LOOKS.values()]):
        assert len(set(glyphs)) == len(glyphs)
        assert all(cell_len(glyph) == 1 for glyph in glyphs)
    assert set(GRAVEST) == set(SEVERITY_LOOKS)


def test_only_what_arrives_is_green() -> None:
    assert [fate for fate, look in FATE_LOOKS.items() if "success" in look.colour] == ["arrives"]


async def test_a_fate_shows_its_mark_words_and_colour() -> None:
    fates: list[RowFate] = list(FATE_LOOKS)
    events = EventList(lambda index: EventRow("page", "x", "send", fates[index]), len(fates))
    async with OneWidget(events).run_test() as pilot:
        await painted(pilot)
        colours = {}
        for index, (fate, look) in enumerate(FATE_LOOKS.items()):
            assert f"{look.glyph} {look.words} " in events.render_line(index).text
            colours[fate] = styled(events.render_line(index), f"{look.glyph} {look.words:<13}")[0].color
        # The cursor's row has the cursor's colours.
        assert len({colours[fate] for fate in fates[1:]}) == 4


@pytest.mark.parametrize(
    ("counts", "words", "marks"),
    [
        ({}, "", ""),
        ({"arrives": 4}, "  ● 4 arrive", " 4●"),
        (
            {"unreadable": 1, "fails": 1, "never-leaves": 3, "arrives": 1200, "ignored": 0},
            "  ● 1,200 arrive, ■ 3 never leave, ▲ 1 fails, ! 1 no event",
            " 1,200● 3■ 1▲ 1!",
        ),
        (
            {"refused": 1, "ignored": 1, "unknown": 2, "accepted": 2},
            "  ◐ 2 are accepted, ? 2 are unknown, ○ 1 is ignored, ✗ 1 is refused",
            " 2◐ 2? 1○ 1✗",
        ),
    ],
)
def test_counts_are_told_in_the_order_of_fates(counts: dict[RowFate, int], words: str, marks: str) -> None:
    assert "".join(text for text, _ in fate_parts(counts, short=False)) == words
    assert "".join(text for text, _ in fate_parts(counts, short=True)) == marks


async def test_signs_tell_what_was_done() -> None:
    made = [
        EventRow("page", "x", "send", "ignored", flags=("marked", "edited"), changes=("goal",), receipt="accepted"),
        *(EventRow("page", "x", "send", receipt=receipt) for receipt in ("", *RECEIPTS)),
    ]
    events = EventList(lambda index: made[index], len(made))
    async with OneWidget(events).run_test(size=(50, 10)) as pilot:
        await painted(pilot)
        assert events.render_line(0).text.startswith("▌○ page")
        events.signs = ("mark", "change", "receipt")
        await painted(pilot)
        assert events.render_line(0).text.startswith("▌*Δ↑○ page")
        assert [events.render_line(y).text[1:4] for y in range(1, 6)] == ["   ", "  …", "  ↑", "  ↯", "  ¿"]
    signs = [MARKED, EDITED, CHANGED, *RECEIPTS.values()]
    marks = {look.glyph for look in (*FATE_LOOKS.values(), *SEVERITY_LOOKS.values())}
    assert len({*signs, *marks}) == len(signs) + len(marks)
    assert all(cell_len(sign) == 1 for sign in signs)


async def test_of_a_long_source_the_line_is_in_view() -> None:
    events = EventList(lambda index: EventRow("page", "x", "send", source="/a/very/long/path/orders.jsonl:17"), 1)
    async with OneWidget(events).run_test(size=(80, 5)) as pilot:
        await painted(pilot)
        assert "…/path/orders.jsonl:17" in events.render_line(0).text


async def test_the_scrollbar_is_textuals_and_drawn_again_only_when_it_looks_different(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    events = EventList(event, 0)
    async with OneWidget(events).run_test(size=(80, 24)) as pilot:
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
