"""The panes of event, payload and config: gutter, weights, folds, the place at fault, and what happens to them when one types."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style
from textual.strip import Strip

from abtui.core.threads import Thread, letters
from abtui.tui import themes
from abtui.tui.kit.folds import LEAST, Fold, Folds, find_folds
from abtui.tui.kit.json_editor import JSONEditor
from abtui.tui.kit.json_lines import Gutter
from abtui.tui.kit.json_view import JSONView
from abtui.tui.kit.lights import LocatedText
from abtui.tui.kit.ties import config_ties, event_ties, payload_ties
from tests.tui.kit_app import KitApp, colour, drawn_rows, painted, rows

EVENT = json.dumps(
    {
        "type": "track",
        "event": "Order completed",
        "userId": "u-14420",
        "properties": {"order_id": "NL-2026-10600", "total": 1290},
        "context": {"page": {"path": "/", "title": "t"}, "ip": "1", "library": {"name": "a"}},
        "sentAt": "2026-03-18T09:30:01.173Z",
    },
    indent=2,
)
GUTTER = {2: Gutter("a", "ignored"), 3: Gutter("b"), 4: Gutter("c"), 5: Gutter("c"), 6: Gutter("c")}
FOLDED = [
    "  {",
    '   "type": "track",',
    'a○ "event": "Order completed",',
    'b  "userId": "u-14420",',
    'c  "properties": {',
    'c   "order_id": "NL-2026-10600",',
    'c   "total": 1290',
    "   },",
    "   ⋯ context: 10 lines, not used",
    '   "sentAt": "2026-03-18T09:30:01.173Z"',
    "  }",
]


def weight(strip: Strip, text: str) -> Style:
    """The style of the part of a row that has a text."""
    return next(part.style for part in strip if text in part.text and part.style is not None)


def name_of(style: Style) -> str:
    assert style.color is not None
    return style.color.name


@pytest.mark.parametrize("kind", [JSONEditor, JSONView])
async def test_what_is_read_has_a_gutter_folds_and_a_narrow_indentation(
    kind: type[JSONEditor] | type[JSONView],
) -> None:
    pane = kind()
    async with KitApp(pane).run_test(size=(48, 14)) as pilot:
        pane.screen.set_focus(None)
        await painted(pilot)
        pane.show(EVENT, GUTTER, at=2)
        await painted(pilot)
        assert rows(pane) == [*FOLDED, "", "", ""]
        assert pane.folds == (Fold(8, 17, "context"),)
        assert pane.source == EVENT
        located = pane.located()
        assert located is not None
        assert located.text == EVENT


async def test_weights() -> None:
    view = JSONView()
    async with KitApp(view).run_test(size=(48, 14)) as pilot:
        view.screen.set_focus(None)
        await painted(pilot)
        view.show(EVENT, GUTTER, at=2)
        await painted(pilot)
        fault, used, unused = (view.render_line(y) for y in (2, 3, 1))
        assert (name_of(weight(fault, "a")), weight(fault, "a").bold) == (colour("accent"), True)
        assert name_of(weight(fault, "○")) == colour("ignored")
        assert (weight(fault, "Order").bold, name_of(weight(fault, "Order"))) == (True, colour("text"))
        assert not weight(fault, '"event"').bold
        assert {part.style.bgcolor.name for part in fault if part.style and part.style.bgcolor} == {colour("raised")}
        assert name_of(weight(used, '"userId"')) == colour("soft")
        assert (name_of(weight(used, "14420")), weight(used, "14420").bold) == (colour("text"), None)
        assert name_of(weight(unused, '"track"')) == colour("soft")
        assert {part.style.bgcolor.name for part in used if part.style and part.style.bgcolor} == {colour("pane")}


async def test_in_16_colours_the_row_at_fault_has_one_colour() -> None:
    view = JSONView()
    app = KitApp(view, theme=themes.SIXTEEN)
    async with app.run_test(size=(48, 14)) as pilot:
        view.screen.set_focus(None)
        view.show(EVENT, GUTTER, at=2)
        await painted(pilot)
        styles = [part.style for part in view.render_line(2) if part.text.strip()]
        assert len({style.color for style in styles if style is not None}) == 1
        assert weight(view.render_line(2), "Order").bold


async def test_a_long_row_is_cut_and_scrolls_only_with_the_focus() -> None:
    view = JSONView()
    async with KitApp(view).run_test(size=(24, 14)) as pilot:
        view.screen.set_focus(None)
        await painted(pilot)
        view.show(EVENT, GUTTER, at=2)
        await painted(pilot)
        assert rows(view)[2] == 'a○ "event": "Order com…'
        assert view.max_scroll_x == 0
        view.focus()
        await painted(pilot)
        view.scroll_to(x=12, animate=False)
        await painted(pilot)
        assert rows(view)[2].startswith("a○")
        assert "completed" in rows(view)[2]
        view.screen.set_focus(None)
        await painted(pilot)
        assert rows(view)[2] == 'a○ "event": "Order com…'


async def test_it_opens_at_the_fault_and_stays_while_that_is_in_sight() -> None:
    text = json.dumps({f"key {at}": at for at in range(200)}, indent=1)
    view = JSONView()
    async with KitApp(view).run_test(size=(40, 12)) as pilot:
        view.show(text, {101: Gutter("a", "refused")}, at=101)
        await painted(pilot)
        assert view.cursor == 101
        at = next(y for y, row in enumerate(rows(view)) if row.startswith("a✗"))
        assert at == 4
        top = view.scroll_offset.y
        view.show(text.replace("7", "8"), {103: Gutter("a", "refused")}, at=103)
        await painted(pilot)
        assert view.scroll_offset.y == top
        view.show(text.replace("7", "9"), {}, at=2)
        await painted(pilot)
        assert view.scroll_offset.y == 0


async def test_a_pane_that_is_filled_before_it_has_a_size_opens_at_the_fault_too() -> None:
    text = json.dumps({f"key {at}": at for at in range(200)}, indent=1)
    for pane in (JSONView(), JSONEditor()):
        pane.display = False
        async with KitApp(pane).run_test(size=(40, 12)) as pilot:
            pane.show(text, {}, at=150)
            pane.display = True
            await painted(pilot)
            assert pane.scroll_offset.y > 100


async def test_only_rows_whose_ties_changed_are_redrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    view = JSONView()
    async with KitApp(view).run_test(size=(48, 14)) as pilot:
        view.screen.set_focus(None)
        view.show(EVENT, GUTTER, at=2)
        await painted(pilot)
        with drawn_rows(view, monkeypatch) as drawn_now:
            view.tie({**GUTTER, 3: Gutter("x")}, at=2)
            await painted(pilot)
        assert drawn_now == [3]


async def test_folds_open_with_enter_and_with_a_click() -> None:
    view = JSONView()
    app = KitApp(view)
    async with app.run_test(size=(48, 24)) as pilot:
        view.show(EVENT, GUTTER, at=2)
        view.focus()
        await pilot.press("home", *["down"] * 8)
        assert view.cursor == 8
        await pilot.press("down")
        assert view.cursor == 18
        await pilot.press("up", "enter")
        assert not view.folds
        assert '   "context": {' in rows(view)
        # Ties that change do not fold it again, another text does.
        view.tie(GUTTER, at=3)
        assert not view.folds
        view.show(EVENT.replace("NL", "DE"), GUTTER, at=2)
        await painted(pilot)
        assert view.folds
        await pilot.click(view, offset=(6, 8))
        assert not view.folds


async def test_yaml_has_soft_keys_and_comments_and_no_folds() -> None:
    view = JSONView()
    text = 'settings:\n  goalMapping:\n    "Order: x": purchase # c\n    unused: y\n# comment\n'
    async with KitApp(view).run_test(size=(48, 14)) as pilot:
        view.screen.set_focus(None)
        await painted(pilot)
        view.show(text, {2: Gutter("a")}, syntax="yaml")
        await painted(pilot)
        assert rows(view)[:5] == [
            "  settings:",
            "   goalMapping:",
            'a   "Order: x": purchase # c',
            "    unused: y",
            "  # comment",
        ]
        assert name_of(weight(view.render_line(2), '"Order: x":')) == colour("soft")
        assert name_of(weight(view.render_line(2), "purchase")) == colour("text")
        assert name_of(weight(view.render_line(3), "y")) == colour("soft")


async def test_the_editor_folds_nothing_while_it_has_the_focus() -> None:
    editor = JSONEditor()
    app = KitApp(editor)
    async with app.run_test(size=(48, 24)) as pilot:
        editor.screen.set_focus(None)
        await painted(pilot)
        editor.show(EVENT, GUTTER, at=2)
        await painted(pilot)
        assert editor.folds
        editor.focus()
        await painted(pilot)
        assert not editor.folds
        assert rows(editor)[2] == 'a○  "event": "Order completed",'
        assert rows(editor)[8] == '    "context": {'
        # The cursor is where an edit is wanted.
        assert editor.cursor_location == (2, len('  "event": '))
        await pilot.press("right", "N", "o", " ")
        assert '"No Order completed"' in editor.text
        text = editor.text
        editor.show(text, GUTTER, at=2)
        await pilot.press("ctrl+underscore")
        assert editor.text != text
        editor.screen.set_focus(None)
        await painted(pilot)
        assert editor.folds


async def test_a_click_on_the_folded_editor_is_about_the_place_that_was_drawn() -> None:
    editor = JSONEditor()
    async with KitApp(editor).run_test(size=(48, 11)) as pilot:
        editor.screen.set_focus(None)
        await painted(pilot)
        editor.show(EVENT, GUTTER, at=2)
        await painted(pilot)
        await pilot.click(editor, offset=(FOLDED[9].index("2026"), 9))
        await painted(pilot)
        assert editor.document[18][editor.cursor_location[1] :].startswith("2026-03-18")
        assert editor.cursor_location[0] == 18
        assert not editor.folds
        # It is still at the place of the click.
        assert "sentAt" in rows(editor)[9]


async def test_an_edit_from_outside_hides_nothing() -> None:
    editor = JSONEditor()
    async with KitApp(editor).run_test(size=(48, 24)) as pilot:
        editor.screen.set_focus(None)
        await painted(pilot)
        editor.show(EVENT, GUTTER, at=2)
        await painted(pilot)
        editor.insert("x", (10, 0))
        await painted(pilot)
        assert not editor.folds
        assert any(row.lstrip().startswith("x") for row in rows(editor))


async def test_a_terminal_that_loses_the_focus_leaves_the_text_as_it_is() -> None:
    editor = JSONEditor()
    app = KitApp(editor)
    async with app.run_test(size=(48, 24)) as pilot:
        editor.show(EVENT, GUTTER, at=2)
        editor.focus()
        await painted(pilot)
        app.app_focus = False
        await painted(pilot)
        assert not editor.has_focus
        assert not editor.folds
        app.app_focus = True
        await painted(pilot)
        assert editor.has_focus
        assert not editor.folds


async def test_a_key_redraws_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    editor = JSONEditor()
    async with KitApp(editor).run_test(size=(48, 24)) as pilot:
        editor.show(EVENT, GUTTER, at=2)
        editor.focus()
        await painted(pilot)
        with drawn_rows(editor, monkeypatch) as drawn_now:
            await pilot.press("x")
            editor.tie(GUTTER, at=2)
            await painted(pilot)
        assert set(drawn_now) == {2}


async def test_the_placeholder_shows_while_there_is_no_text() -> None:
    editor = JSONEditor(placeholder="Paste an event")
    async with KitApp(editor).run_test(size=(30, 5)) as pilot:
        await painted(pilot)
        assert rows(editor)[0] == "  Paste an event"
        await pilot.press("x")
        assert rows(editor)[0] == "  x"


async def test_in_ascii_every_sign_is() -> None:
    view = JSONView()
    app = KitApp(view)
    app.ascii = True
    async with app.run_test(size=(24, 14)) as pilot:
        view.show(EVENT, GUTTER, at=2)
        await painted(pilot)
        assert all(row.isascii() for row in rows(view))
        assert rows(view)[2] == 'ao "event": "Order com~'


@pytest.mark.parametrize("width", [3, 10, 31, 60])
async def test_any_text_fills_its_rows_exactly(width: int) -> None:
    text = (
        '{\n\t"a": "注文完了注文完了",\n    "b\x1b[31m": "👩\u200d👩\u200d👧 🎉\u202e",\n"'
        + "x" * 5000
        + '": [1, 2]}\n{"tail": [\n1,\n2,\n3,\n4]}'
    )
    for pane in (JSONView(), JSONEditor()):
        async with KitApp(pane).run_test(size=(width, 12)) as pilot:
            for focused in (False, True):
                pane.screen.set_focus(pane if focused else None)
                pane.show(text, {1: Gutter("a", "refused"), 3: Gutter("注")}, at=1)
                await painted(pilot)
                for y in range(12):
                    strip = pane.render_line(y)
                    assert strip.cell_length == pane.room.width
                    assert not any(character in strip.text for character in "\n\t\x1b\u202e")


# Folds


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 6)), max_size=6), st.integers(0, 9))
def test_rows_and_lines_of_folds(parts: list[tuple[int, int]], tail: int) -> None:
    folds, row, shown = [], 0, []
    for gap, length in parts:
        shown += range(row, row + gap)
        row += gap
        shown.append(row)
        folds.append(Fold(row, row + length - 1, ""))
        row += length
    shown += range(row, row + tail)
    found = Folds(row + tail, folds)
    assert found.height == len(shown)
    assert [found.row_of(line) for line in range(found.height)] == shown
    for at in range(row + tail):
        fold = found.at(at)
        assert shown[found.line_of(at)] == (fold.first if fold else at)
        assert (fold is not None) == any(one.first <= at <= one.last for one in folds)


VALUES = st.recursive(
    st.none() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=30,
)


@given(st.dictionaries(st.text(max_size=4), VALUES), st.lists(st.integers(0, 60)), st.sampled_from([0, 1, 2, None]))
def test_folds_hide_nothing_that_is_used(value: dict[str, object], kept: list[int], indent: int | None) -> None:
    text = json.dumps(value, indent=indent)
    lines = text.split("\n")
    folds = find_folds(lines, kept)
    for fold in folds:
        assert not any(fold.first <= row <= fold.last for row in kept)
        assert 0 < fold.first < fold.last < len(lines)
        assert fold.last - fold.first + 1 >= LEAST
    assert all(one.last < other.first for one, other in pairwise(folds))


@pytest.mark.parametrize(
    ("text", "folds"),
    [
        ('{\n "a": {\n  "b": 1,\n  "c": 2\n }\n}', [Fold(1, 4, "a")]),
        ('{\n "a": [\n  [\n   1,\n   2\n  ],\n  3\n ]\n}', [Fold(1, 7, "a")]),
        ('[\n {\n  "b": 1,\n  "c": 2\n }\n]', [Fold(1, 4, "")]),
        ('{\n "a": {\n  "b": 1,\n  "c": 2 },\n "d": 1\n}', []),
        ('{\n "a": {\n  "b": 1,\n"c": 2\n }\n}', []),
        ('{\n "a": {\n  "b": 1,\n  "c": 2', []),
        ('{\n "a": {\n  "b": 1,\n  "c": 2\n ]\n}', []),
        ("{}", []),
        ("", []),
    ],
    ids=range(9),
)
def test_only_what_begins_and_ends_on_rows_of_its_own_is_folded(text: str, folds: list[Fold]) -> None:
    assert list(find_folds(text.split("\n"), ())) == folds


# Ties

THREADS = (
    Thread(
        letter="a",
        event_path=("event",),
        event_paths=(("event",),),
        payload_path=("goals", 0, "name"),
        payload_paths=(("goals", 0, "name"),),
        culprit=True,
    ),
    Thread(letter="b", event_paths=(("properties",),), payload_paths=(("goals", 0, "properties"),), lines=(4, 5)),
    Thread(letter="c", event_paths=(("missing",), ("properties", "total"))),
)
PAYLOAD = json.dumps({"goals": [{"name": "x", "properties": {"order_id": "y", "total": 1}}]}, indent=1)


def test_threads_become_letters_and_a_mark_at_the_fault() -> None:
    found = letters(THREADS)
    event = event_ties(LocatedText(EVENT), found, "ignored")
    assert event == ({2: Gutter("a"), 4: Gutter("b"), 5: Gutter("b"), 6: Gutter("c")}, 2)
    payload = payload_ties(LocatedText(PAYLOAD), found, "ignored")
    assert payload == ({3: Gutter("a", "ignored"), 4: Gutter("b"), 5: Gutter("b"), 6: Gutter("b")}, 3)
    assert event_ties(None, found, "ignored") == ({}, None)
    assert config_ties(found, "ignored") == ({3: Gutter("b"), 4: Gutter("b")}, None)


def test_without_a_payload_the_mark_stands_in_the_event_and_the_config() -> None:
    stopped = Thread(letter="a", event_path=("type",), event_paths=(("type",),), culprit=True, lines=(2,))
    found = letters([stopped])
    assert event_ties(LocatedText(EVENT), found, "never-leaves") == ({1: Gutter("a", "never-leaves")}, 1)
    assert config_ties(found, "never-leaves") == ({1: Gutter("a", "never-leaves")}, 1)
