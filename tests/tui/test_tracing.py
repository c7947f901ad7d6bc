"""Provenance on the screen: what belongs together lights up, what is unused is dimmed, and one key goes there."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from abtui.tui.kit.code_document import split_lines
from abtui.tui.kit.code_editor import CodeEditor
from abtui.tui.kit.code_view import CodeView
from abtui.tui.kit.lights import Lights, LocatedText, Stretch
from abtui.tui.screens.workbench import WorkbenchScreen
from tests.kit import CONFIG, until
from tests.tui.kit import workbench

HAND = """{
  // by hand
  "type": "track", "event": "Order Completed",
  "userId": "old",
  "context": {"ip": "::1"},
  "userId":
      "u1",
  "properties": {"total": 5,},
  "originalTimestamp": "2026-01-01T00:00:00.000Z", "sentAt": "2026-01-01T00:00:01.000Z"
}"""


def lit(code: CodeEditor | CodeView) -> list[str]:
    """The text of what is lit."""
    lines = code.source.split("\n")
    return [lines[start[0]][start[1] : head[1] if head[0] == start[0] else None] for start, _, head in code.lit]


def said(screen: WorkbenchScreen) -> str:
    return screen.result.border_subtitle or ""


async def test_the_cursor_lights_up_what_belongs_together(tmp_path: Path) -> None:
    config, events = tmp_path / "c.yaml", tmp_path / "e.json"
    config.write_text(CONFIG)
    events.write_text(HAND)
    async with workbench(config, events, size=(240, 50)) as (pilot, screen):
        editor, view = screen.event_pane.editor, screen.result.query_one(CodeView)
        await pilot.press("e")
        editor.goto(7, 9)
        await until(pilot, lambda: lit(view) == ['"uid": "u1"'])
        assert lit(editor) == ['"userId"']
        assert said(screen) == "$.userId → $.units[0].uid · unitMapping.userId (config line 11)"
        assert lit(screen.config_pane.editor) == ["unitMapping: { userId: user_id }"]
        # The first of two is dropped by JSON.parse; what decides alone is told so.
        editor.goto(4, 5)
        await until(pilot, lambda: "uses the last one" in said(screen))
        assert lit(view) == []
        editor.goto(3, 5)
        await until(pilot, lambda: said(screen) == "$.type decides; nothing of it is sent")
        # To the payload with a key, up and down in it, and back to what made it.
        editor.goto(8, 20)
        await until(pilot, lambda: lit(view) == ['"total": 5'])
        await pilot.press("ctrl+right_square_bracket")
        assert screen.focused is view
        assert view.cursor == [line.strip() for line in view.source.split("\n")].index('"total": 5')
        await pilot.press("k", "k", "k")
        await until(pilot, lambda: said(screen).startswith("$.goals[0].name ← $.event · goalMapping.Order Completed"))
        assert lit(editor) == ['"event": "Order Completed"']
        await pilot.press("enter")
        assert screen.focused is editor
        assert editor.selection.end == (2, 19)
        # What the config alone made leads there.
        await pilot.press("f4", "home", "j", "j", "j", "j")
        await until(pilot, lambda: said(screen).startswith("$.units[0].type ← unitMapping"))
        await pilot.press("enter")
        assert screen.focused is screen.config_pane.editor
        assert screen.config_pane.editor.selection.end == (10, 0)
        await pilot.press("f3")
        # What is unused, and what a later key drops, is dimmed on request, and follows the text.
        await pilot.press("alt+i")
        await until(pilot, lambda: [stretch.start for stretch in editor.dimmed] == [(3, 2), (4, 2)])
        assert screen.event_pane.border_subtitle == "1 field dimmed: unused (i)"
        editor.goto(4, 4)
        await pilot.press("backspace")
        await until(pilot, lambda: screen.result.stale and editor.dimmed == ())
        await pilot.press("alt+i", "ctrl+z")
        # A line of the config leads as well.
        await pilot.press("f5")
        screen.config_pane.editor.goto(11, 1)
        await until(pilot, lambda: lit(view) == ['"type": "user_id"', '"uid": "u1"'])
        # A click in the payload does what a key does.
        await pilot.click(view, offset=(8, 1))
        await until(pilot, lambda: said(screen).startswith("$.publishedAt ← $.sentAt"))


async def test_long_and_other_texts(tmp_path: Path) -> None:
    """A long event is located beside the screen; a line of code has no fields to light, which is told."""
    config, events = tmp_path / "c.yaml", tmp_path / "e.json"
    config.write_text(CONFIG)
    events.write_text(HAND.replace('{"total": 5,}', '{"long": "' + "x" * 70_000 + '", "total": 5}'))
    async with workbench(config, events, size=(120, 35)) as (pilot, screen):
        editor, view = screen.event_pane.editor, screen.result.query_one(CodeView)
        await pilot.press("e")
        editor.goto(7, 9)
        await until(pilot, lambda: lit(view) == ['"uid": "u1"'])
        editor.replace('analytics.track("Order Completed", {total: 5}, {userId: "u1"});', (0, 0), editor.document.end)
        await pilot.press("alt+i")
        await until(pilot, lambda: screen.event_pane.border_subtitle == "not a JSON object itself: nothing to dim")
        assert (editor.lit, editor.dimmed) == ((), ())
        await pilot.press("f4", "j")
        await until(pilot, lambda: said(screen).startswith("$.publishedAt"))
        await pilot.press("enter")
        assert screen.focused is view


def test_lights_are_asked_by_row() -> None:
    lights = Lights([Stretch((1, 2), (3, 1), (1, 5)), Stretch((3, 4), (3, 6), (3, 6)), Stretch((2, 0), (2, 1), (2, 1))])
    assert [lights.columns(row, 9) for row in range(5)] == [[], [(2, 9)], [(0, 9)], [(0, 1), (4, 6)], []]
    assert lights.columns(1, 9, heads=True) == [(2, 5)]
    assert not Lights().on(0)


@given(st.text(alphabet='{}[]",:1a \r\n/*', max_size=60))
def test_any_text_has_stretches_within_it(text: str) -> None:
    located = LocatedText(text)
    lines = split_lines(text)
    for row in range(-1, len(lines) + 1):
        for column in range(-1, 9):
            place = located.field_at((row, column))
            if place is None:
                continue
            start, end, head = located.stretch(place)
            assert (0, 0) <= start <= head <= end <= (len(lines) - 1, len(lines[-1]))
            assert start[1] <= len(lines[start[0]])


def test_the_field_at_a_place() -> None:
    text = LocatedText('{ "a": 1,\n  "b": {"c":\r\n  [2] }  ,\n\n}')
    found = {
        spot: text.field_at(spot) for spot in [(0, 5), (0, 8), (0, 9), (1, 0), (1, 30), (2, 0), (2, 5), (3, 0), (9, 9)]
    }
    assert {spot: place and place.path for spot, place in found.items()} == {
        (0, 5): ("a",), (0, 8): ("a",), (0, 9): (), (1, 0): ("b",), (1, 30): ("b", "c"), (2, 0): ("b", "c"),
        (2, 5): ("b", "c"), (3, 0): (), (9, 9): (),
    }  # fmt: skip
