"""Provenance on the screen: what belongs together lights up, and one key goes there."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from abtui.tui.kit.code_document import split_lines
from abtui.tui.kit.code_editor import CodeEditor
from abtui.tui.kit.json_view import JSONView
from abtui.tui.kit.lights import Lights, LocatedText, Stretch
from abtui.tui.workbench import Workbench
from tests.kit import CONFIG, until
from tests.tui.events_kit import editor, payload_view
from tests.tui.kit import of_config, workbench

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


def lit(code: CodeEditor | JSONView) -> list[str]:
    """The text of what is lit."""
    lines = code.source.split("\n")
    return [lines[start[0]][start[1] : head[1] if head[0] == start[0] else None] for start, _, head in code.lit]


def told(screen: Workbench) -> str:
    """What the message line says at its right end."""
    return screen.state.hint


async def test_the_cursor_lights_up_what_belongs_together(tmp_path: Path) -> None:
    config, events = tmp_path / "c.yaml", tmp_path / "e.json"
    config.write_text(CONFIG)
    events.write_text(HAND)
    async with workbench(config, events, size=(240, 50)) as (pilot, screen):
        text, view = editor(screen), payload_view(screen)
        await pilot.press("e")
        text.goto(7, 9)
        await until(pilot, lambda: lit(view) == ['"uid": "u1"'])
        assert lit(text) == ['"userId"']
        assert told(screen) == "$.userId → $.units[0].uid · unitMapping.userId (config line 11)"
        config_view = screen.query_one("#config-view", JSONView)
        assert lit(config_view) == ["unitMapping: { userId: user_id }"]
        # The first of two is dropped by JSON.parse; what decides alone is told so.
        text.goto(4, 5)
        await until(pilot, lambda: "uses the last one" in told(screen))
        assert lit(view) == []
        text.goto(3, 5)
        await until(pilot, lambda: told(screen) == "$.type decides; nothing of it is sent")
        # To the payload with a key, up and down in it, and back to what made it.
        text.goto(8, 20)
        await until(pilot, lambda: lit(view) == ['"total": 5'])
        await pilot.press("ctrl+right_square_bracket")
        assert screen.focused is view
        assert view.cursor == [line.strip() for line in view.source.split("\n")].index('"total": 5')
        await pilot.press("k", "k", "k")
        await until(pilot, lambda: told(screen).startswith("$.goals[0].name ← $.event · "))
        assert lit(text) == ['"event": "Order Completed"']
        await pilot.press("enter")
        assert screen.focused is text
        assert text.selection.end == (2, 19)
        # What the config alone made leads there.
        await pilot.press("f4", "home", "j", "j", "j", "j")
        await until(pilot, lambda: told(screen).startswith("$.units[0].type ← unitMapping"))
        await pilot.press("enter")
        assert screen.state.screen == "config"
        assert of_config(screen).editor.cursor_location[0] == 10
        await pilot.press("f2")
        # A line of the config leads as well, and a click in the payload does what a key does.
        screen.set_focus(config_view)
        config_view.cursor = 10
        await until(pilot, lambda: lit(view) == ['"type": "user_id"', '"uid": "u1"'])
        await pilot.click(view, offset=(8, 1))
        await until(pilot, lambda: told(screen).startswith("$.publishedAt ← $.sentAt"))
        # In the list nothing is lit.
        await pilot.press("escape")
        await until(pilot, lambda: lit(view) == [] and lit(text) == [])


async def test_long_and_other_texts(tmp_path: Path) -> None:
    """A long event is located beside the screen; a line of code has no fields to light."""
    config, events = tmp_path / "c.yaml", tmp_path / "e.json"
    config.write_text(CONFIG)
    events.write_text(HAND.replace('{"total": 5,}', '{"long": "' + "x" * 70_000 + '", "total": 5}'))
    async with workbench(config, events, size=(120, 35)) as (pilot, screen):
        text, view = editor(screen), payload_view(screen)
        await pilot.press("e")
        text.goto(7, 9)
        await until(pilot, lambda: lit(view) == ['"uid": "u1"'])
        text.replace('analytics.track("Order Completed", {total: 5}, {userId: "u1"});', (0, 0), text.document.end)
        await until(pilot, lambda: lit(view) == [])
        assert text.lit == ()
        await pilot.press("f4", "home", "j")
        await until(pilot, lambda: told(screen).startswith("$.publishedAt"))
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


@given(
    st.text(alphabet='{}[]",:1a\\ \r\n/é', max_size=30),
    st.data(),
    st.text(alphabet='{}[]",:1a\\ \r\né', max_size=3),
)
def test_what_is_typed_into_a_text_is_located_as_if_anew(value: str, data: st.DataObject, typed: str) -> None:
    text = f'{{"a": "{value}", "b": ["", "c", {{"a": 12, "d": "{value}"}}],\r\n "a": "z"}}'
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 3)))
    changed = text[:start] + typed + text[end:]
    found, anew = LocatedText(text).typed(changed), LocatedText(changed)
    if found is not None:
        for offset in range(len(changed) + 1):
            assert found.index.at(offset) == anew.index.at(offset)
            assert found.spot(offset) == anew.spot(offset)


def test_only_what_is_typed_inside_a_string_leaves_all_else_where_it_is() -> None:
    text = LocatedText('{"a": "b",\n "c": [1, ""]}')
    inside = [
        '{"a": "xb",\n "c": [1, ""]}',
        '{"a": "bb",\n "c": [1, ""]}',
        '{"a": "",\n "c": [1, ""]}',
        '{"a": "b",\n "c": [1, "é"]}',
    ]
    assert all(text.typed(changed) is not None for changed in inside)
    others = [
        '{"ab": "b",\n "c": [1, ""]}',
        '{"a": "b\\"",\n "c": [1, ""]}',
        '{"a": "b",\n "c": [12, ""]}',
        "",
        '{"a": "b\n",\n "c": [1, ""]}',
    ]
    assert not any(text.typed(changed) for changed in others)


def test_the_field_at_a_place() -> None:
    text = LocatedText('{ "a": 1,\n  "b": {"c":\r\n  [2] }  ,\n\n}')
    found = {
        spot: text.field_at(spot) for spot in [(0, 5), (0, 8), (0, 9), (1, 0), (1, 30), (2, 0), (2, 5), (3, 0), (9, 9)]
    }
    assert {spot: place and place.path for spot, place in found.items()} == {
        (0, 5): ("a",), (0, 8): ("a",), (0, 9): (), (1, 0): ("b",), (1, 30): ("b", "c"), (2, 0): ("b", "c"),
        (2, 5): ("b", "c"), (3, 0): (), (9, 9): (),
    }  # fmt: skip
