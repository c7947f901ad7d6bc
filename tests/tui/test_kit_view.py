"""The read-only view: what it shows, keeps and redraws."""

from __future__ import annotations

import json
from typing import Literal

import pytest
from textual.geometry import Offset
from textual.selection import Selection

from abtui.tui.kit import highlight
from abtui.tui.kit.code_view import CodeView
from abtui.tui.kit.lights import Stretch
from abtui.tui.kit.underlines import Mark
from tests.tui.kit_app import KitApp, drawn_rows, painted, rows, styled

LONG = [f'  "key {at}": {at},' for at in range(20_000)]


async def test_shows_text_literally() -> None:
    view = CodeView('{\n  "a": "[red]x[/red]\x1b[31m"\n}')
    async with KitApp(view).run_test():
        assert rows(view)[:4] == ["  {", '    "a": "[red]x[/red]␛[31m"', "  }", ""]


async def test_http_has_headers_and_a_json_body() -> None:
    view = CodeView("PUT https://a/v1/context HTTP/1.1\nX-API-Key: ****1a2b\n\n" + json.dumps({"a": 1}), "http")
    async with KitApp(view).run_test() as pilot:
        await painted(pilot)
        assert styled(view.render_line(0), "PUT")[0].bold
        header, key = styled(view.render_line(1), "X-API-Key")[0], styled(view.render_line(3), '"a"')[0]
        assert header.color == key.color


async def test_only_the_lines_that_changed_are_redrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    view = CodeView("\n".join(LONG))
    async with KitApp(view).run_test(size=(80, 24)) as pilot:
        view.scroll_to(y=500, animate=False)
        await painted(pilot)
        with drawn_rows(view, monkeypatch) as drawn:
            lines = LONG.copy()
            lines[505], lines[3] = "changed", "not visible"
            view.set_text("\n".join(lines))
            await painted(pilot)
            assert drawn == [5]
            drawn.clear()
            view.set_text("\n".join(lines))
            await painted(pilot)
            assert not drawn
        assert view.scroll_offset.y == 500
        assert rows(view)[5] == "  changed"


async def test_only_visible_lines_are_highlighted(monkeypatch: pytest.MonkeyPatch) -> None:
    lexed: list[str] = []
    original = highlight._lexed

    def count(line: str, syntax: Literal["json", "yaml"]) -> highlight.Spans:
        lexed.append(line)
        return original(line, syntax)

    monkeypatch.setattr(highlight, "_lexed", count)
    view = CodeView("\n".join(LONG))
    async with KitApp(view).run_test(size=(80, 24)) as pilot:
        await painted(pilot)
        assert 0 < len(lexed) <= 24


@pytest.mark.parametrize(
    ("text", "top"),
    [("\n".join(["new", *LONG[1:]]), 300), ("\n".join(LONG[2:]), 300), ("\n".join(["other"] * 900), 0)],
    ids=["edited", "shifted", "another"],
)
async def test_the_scroll_position_stays_while_the_text_is_similar(text: str, top: int) -> None:
    view = CodeView("\n".join(LONG))
    async with KitApp(view).run_test(size=(80, 24)) as pilot:
        view.scroll_to(y=300, animate=False)
        await painted(pilot)
        view.set_text(text)
        await painted(pilot)
        assert view.scroll_offset.y == top


async def test_the_caller_may_decide_about_the_scroll_position() -> None:
    view = CodeView("\n".join(LONG))
    async with KitApp(view).run_test(size=(80, 24)) as pilot:
        view.scroll_to(y=300, animate=False)
        await painted(pilot)
        view.set_text("\n".join("other" for _ in range(900)), place="keep")
        await painted(pilot)
        assert view.scroll_offset.y == 300
        view.set_text("\n".join("other" for _ in range(900)), place="top")
        await painted(pilot)
        assert view.scroll_offset.y == 0
        view.set_text("short", place="keep")
        await painted(pilot)
        assert rows(view)[:2] == ["  short", ""]


async def test_marks_and_lights_do_not_need_colour() -> None:
    view = CodeView("a\nb\nc\nd")
    async with KitApp(view).run_test() as pilot:
        view.set_marks([Mark(1, None, None, "error", ""), Mark(2, 1, None, "warning", "")])
        view.set_lights([Stretch((1, 0), (2, 1), (1, 1))], [Stretch((3, 0), (3, 1), (3, 1))])
        await painted(pilot)
        assert rows(view)[:4] == ["✗ a", "!▌b", " ▌c", " ·d"]
        assert styled(view.render_line(1), "b")[0].underline
        view.set_marks([])
        view.set_lights()
        assert rows(view)[:4] == ["  a", "  b", "  c", "  d"]


async def test_what_is_stale_is_drawn_dim() -> None:
    view = CodeView('"a": 1')
    async with KitApp(view).run_test() as pilot:
        await painted(pilot)
        assert not styled(view.render_line(0), '"a"')[0].dim
        view.stale = True
        await painted(pilot)
        assert styled(view.render_line(0), '"a"')[0].dim
        view.stale = False
        await painted(pilot)
        assert not styled(view.render_line(0), '"a"')[0].dim


async def test_keys_and_wheel_scroll() -> None:
    view = CodeView("\n".join(LONG))
    async with KitApp(view).run_test(size=(80, 24)) as pilot:
        view.focus()
        await pilot.press("end")
        await pilot.wait_for_animation()
        assert rows(view)[23] == "  " + LONG[-1]
        await pilot.press("home")
        await pilot.wait_for_animation()
        await pilot.press("pagedown")
        await pilot.wait_for_animation()
        assert view.scroll_offset.y > 10


async def test_text_is_selected_with_the_mouse() -> None:
    view = CodeView("first line\n\tsecond 注文 line\nthird")
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
    view = CodeView("first\nse\u2028cond\nthird")
    assert view.get_selection(Selection(Offset(2, 0), Offset(2, 2))) == ("rst\nse\u2028cond\nth", "\n")
    assert view.get_selection(Selection(None, None)) == ("first\nse\u2028cond\nthird", "\n")
