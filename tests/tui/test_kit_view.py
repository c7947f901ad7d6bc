"""The view of a text that is read: what it shows, keeps and redraws."""

from __future__ import annotations

import pytest
from textual.geometry import Offset
from textual.selection import Selection

from abtui.tui.kit.json_view import JSONView
from tests.tui.kit_app import KitApp, drawn_rows, painted, rows

LONG = [f'"key {at}": {at},' for at in range(20_000)]


def show(view: JSONView, text: str) -> None:
    """Show a text, all of whose rows are used."""
    view.show(text, {}, range(text.count("\n") + 1))


def shown(text: str) -> JSONView:
    view = JSONView()
    show(view, text)
    return view


async def test_shows_text_literally() -> None:
    view = shown('{\n  "a": "[red]x[/red]\x1b[31m"\n}')
    async with KitApp(view).run_test():
        assert rows(view)[:4] == ["  {", '   "a": "[red]x[/red]␛[31m"', "  }", ""]


async def test_only_the_lines_that_changed_are_redrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    view = shown("\n".join(LONG))
    async with KitApp(view).run_test(size=(80, 24)) as pilot:
        view.scroll_to(y=500, animate=False)
        await painted(pilot)
        with drawn_rows(view, monkeypatch) as drawn:
            lines = LONG.copy()
            lines[505], lines[3] = "changed", "not visible"
            show(view, "\n".join(lines))
            await painted(pilot)
            assert drawn == [5]
            drawn.clear()
            show(view, "\n".join(lines))
            await painted(pilot)
            assert not drawn
        assert view.scroll_offset.y == 500
        assert rows(view)[5] == "  changed"


@pytest.mark.parametrize(
    ("text", "top"),
    [("\n".join(["new", *LONG[1:]]), 300), ("\n".join(LONG[2:]), 300), ("\n".join(["other"] * 900), 0)],
    ids=["edited", "shifted", "another"],
)
async def test_the_scroll_position_stays_while_the_text_is_similar(text: str, top: int) -> None:
    view = shown("\n".join(LONG))
    async with KitApp(view).run_test(size=(80, 24)) as pilot:
        view.scroll_to(y=300, animate=False)
        await painted(pilot)
        show(view, text)
        await painted(pilot)
        assert view.scroll_offset.y == top


async def test_keys_keep_the_cursor_in_view() -> None:
    view = shown("\n".join(LONG))
    async with KitApp(view).run_test(size=(80, 24)) as pilot:
        view.focus()
        await pilot.press("end")
        await pilot.wait_for_animation()
        assert rows(view)[23] == "  " + LONG[-1]
        await pilot.press("home")
        await pilot.wait_for_animation()
        await pilot.press("pagedown", "pagedown")
        await pilot.wait_for_animation()
        assert view.scroll_offset.y > 10


async def test_text_is_selected_with_the_mouse() -> None:
    view = shown("first line\n\tsecond 注文 line\nthird")
    app = KitApp(view)
    async with app.run_test() as pilot:
        await pilot.mouse_down(view, offset=(2 + 6, 0))
        await pilot.hover(view, offset=(2 + 4, 1))
        await pilot.hover(view, offset=(2 + 9, 1))
        await pilot.mouse_up(view, offset=(2 + 9, 1))
        await painted(pilot)
        selected = app.screen.get_selected_text()
        assert selected is not None
        assert selected.startswith("line\n\tse")
        assert view.text_selection is not None


def test_the_text_of_a_selection() -> None:
    view = shown("first\nse\u2028cond\nthird")
    assert view.get_selection(Selection(Offset(2, 0), Offset(2, 2))) == ("rst\nse\u2028cond\nth", "\n")
    assert view.get_selection(Selection(None, None)) == ("first\nse\u2028cond\nthird", "\n")
