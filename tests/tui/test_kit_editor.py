"""The editor: text, marks, highlighting of what is visible, and how little it redraws."""

from __future__ import annotations

import json
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.document._document import Selection
from textual.events import Paste
from textual.geometry import Region
from textual.widgets import TextArea

from abtui.tui.kit import highlight
from abtui.tui.kit.code_editor import CodeEditor, Mark
from tests.tui.kit_app import KitApp, drawn_rows, painted, rows, styled

BIG = json.dumps({"items": [{"id": at, "name": f"product {at}", "price": at * 1.5} for at in range(7_000)]}, indent=2)
MINIFIED = json.dumps({"items": ["é注🎉 text" * 10 for _ in range(6_000)]}, ensure_ascii=False)


async def test_typing_changes_the_text_and_tells() -> None:
    editor = CodeEditor('{"a": 1}')
    app = KitApp(editor)
    async with app.run_test() as pilot:
        editor.focus()
        editor.goto(1, 8)
        await pilot.press("5", "enter", "x", "backspace")
        assert editor.text == '{"a": 15\n}'
        assert app.count(TextArea.Changed) == 4
        assert rows(editor)[:2] == ['   1 {"a": 15', "   2 }"]


async def test_load_tells_nobody_and_forgets_the_past() -> None:
    editor = CodeEditor("one\ntwo")
    app = KitApp(editor)
    async with app.run_test() as pilot:
        editor.focus()
        await pilot.press("x")
        editor.set_marks([Mark(1, 1, None, "error", "m")])
        app.seen.clear()
        editor.load("three\r\nfour\r\n")
        await painted(pilot)
        assert editor.text == "three\r\nfour\r\n"
        assert not app.seen
        assert not editor.marks
        assert editor.cursor_location == (0, 0)
        editor.undo()
        assert editor.text == "three\r\nfour\r\n"
        assert rows(editor)[:3] == ["   1 three", "   2 four", "   3"]


async def test_load_can_keep_the_place() -> None:
    editor = CodeEditor("\n".join(map(str, range(200))))
    async with KitApp(editor).run_test(size=(80, 20)) as pilot:
        editor.goto(150, 2)
        await painted(pilot)
        scroll = editor.scroll_offset
        editor.load("\n".join(map(str, range(1, 201))), keep_place=True)
        await painted(pilot)
        assert (editor.cursor_location, editor.scroll_offset) == ((149, 1), scroll)
        editor.load("short", keep_place=True)
        await painted(pilot)
        assert editor.cursor_location == (0, 5)
        assert editor.scroll_offset.y == 0


async def test_undo_and_redo() -> None:
    editor = CodeEditor("abc")
    async with KitApp(editor).run_test() as pilot:
        editor.focus()
        editor.goto(1, 4)
        await pilot.press("d", "enter", "e")
        assert editor.text == "abcd\ne"
        while editor.text != "abc":
            before = editor.text
            await pilot.press("ctrl+z")
            assert editor.text != before
        for _ in range(3):
            await pilot.press("ctrl+y")
        assert editor.text == "abcd\ne"
        assert rows(editor)[:2] == ["   1 abcd", "   2 e"]


LINES = "a: 1\n\nb:\n  c: 2\n"
BREAKS = {
    "LF": LINES,
    "CRLF": LINES.replace("\n", "\r\n"),
    "mixed": LINES.replace("\n", "\r\n", 2),
    "CR only": LINES.replace("\n", "\r"),
    "a byte order mark": f"\ufeff{LINES}",
    "no line break at the end": LINES.rstrip("\n"),
}


async def test_a_change_by_the_program_is_undone_exactly_with_any_line_breaks() -> None:
    editor = CodeEditor()
    async with KitApp(editor).run_test():

        def check(text: str, other: str) -> None:
            editor.load(text)
            editor.rewrite(other)
            assert editor.text == other
            editor.undo()
            assert editor.text == text
            editor.redo()
            assert editor.text == other

        for text in BREAKS.values():
            check(text, text.replace("b:", "b:\r\n  d: 3"))
            check(text, text.replace("1", ""))
        some = st.text(alphabet="ab \r\n\ufeff", max_size=12)
        settings(max_examples=50)(given(some, some)(check))()


@pytest.mark.parametrize(
    ("text", "after"), [("a\r\nb\nc", "a\r\nb\nc\r\nd\r\ne"), ("a\rb", "a\rb\rd\re"), ("a\nb", "a\nb\nd\ne")]
)
async def test_what_is_typed_or_pasted_gets_the_line_breaks_of_the_text(text: str, after: str) -> None:
    editor = CodeEditor(text)
    async with KitApp(editor).run_test() as pilot:
        editor.focus()
        editor.move_cursor(editor.document.end)
        await pilot.press("enter")
        editor.type_over("d\ne")
        assert editor.text == after


async def test_editing_a_selection_over_lines() -> None:
    editor = CodeEditor("one\ntwo\nthree\nfour")
    async with KitApp(editor).run_test() as pilot:
        editor.focus()
        editor.selection = Selection((0, 1), (2, 2))
        assert editor.selected_text == "ne\ntwo\nth"
        await pilot.press("X")
        await painted(pilot)
        assert editor.text == "oXree\nfour"
        assert rows(editor)[:4] == ["   1 oXree", "   2 four", "", ""]
        await pilot.press("ctrl+z")
        assert editor.text == "one\ntwo\nthree\nfour"


async def test_wide_characters_tabs_and_control_characters() -> None:
    editor = CodeEditor("\t注文x\n\x1b[31mred\u202e\n")
    async with KitApp(editor).run_test() as pilot:
        editor.focus()
        editor.goto(1, 4)
        await painted(pilot)
        assert rows(editor)[:2] == ["   1     注文x", "   2 ␛[31mred\ufffd"]
        assert editor.cursor_screen_offset.x - editor.content_region.x - editor.gutter_width == 8
        await pilot.press("backspace", "é")
        assert editor.text == "\t注éx\n\x1b[31mred\u202e\n"
        await pilot.click(editor, offset=(editor.gutter.left + editor.gutter_width + 4, editor.gutter.top))
        assert editor.cursor_location == (0, 1)


async def test_line_separators_inside_strings_are_not_line_breaks() -> None:
    editor = CodeEditor('{"a": "x\u2028y"}')
    async with KitApp(editor).run_test() as pilot:
        editor.focus()
        await pilot.press("end", " ")
        assert editor.text == '{"a": "x\u2028y"} '
        assert editor.document.line_count == 1


async def test_marks_show_a_sign_and_a_place_and_go_away() -> None:
    editor = CodeEditor('{\n  "bad" 1\n}\n')
    async with KitApp(editor).run_test() as pilot:
        editor.set_marks(
            [
                Mark(2, 9, None, "error", "e"),
                Mark(3, 1, 2, "warning", "w"),
                Mark(4, 1, None, "info", "i"),
                Mark(99, 1, None, "error", "far"),
            ]
        )
        await painted(pilot)
        assert [row[:4] for row in rows(editor)[:4]] == ["   1", "✗  2", "!  3", "i  4"]
        (style,) = styled(editor.render_line(1), "1")
        assert style.underline
        assert styled(editor.render_line(2), "}")[0].underline
        editor.set_marks([])
        assert [row[0] for row in rows(editor)[:4]] == [" "] * 4
        assert not styled(editor.render_line(1), "1")[0].underline


async def test_only_lines_whose_marks_changed_are_redrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    editor = CodeEditor("a\nb\nc\nd")
    async with KitApp(editor).run_test() as pilot:
        editor.set_marks([Mark(1, 1, None, "error", "e"), Mark(2, 1, None, "error", "e")])
        await painted(pilot)
        with drawn_rows(editor, monkeypatch) as drawn:
            editor.set_marks([Mark(1, 1, None, "error", "e"), Mark(4, 1, None, "error", "e")])
            await painted(pilot)
        assert sorted(drawn) == [1, 3]


async def test_a_key_redraws_one_line_and_a_move_two(monkeypatch: pytest.MonkeyPatch) -> None:
    editor = CodeEditor(BIG)
    async with KitApp(editor).run_test() as pilot:
        editor.focus()
        editor.goto(5, 3)
        await painted(pilot)
        with drawn_rows(editor, monkeypatch) as drawn:
            await pilot.press("x")
            await painted(pilot)
            assert set(drawn) == {4}
            drawn.clear()
            await pilot.press("down")
            await painted(pilot)
            assert set(drawn) == {4, 5}


def on_screen(editor: CodeEditor) -> list[str]:
    """What was last drawn: unlike `rows`, a row that should have been redrawn and was not shows its old text."""
    strips = editor.render_lines(Region(0, 0, *editor.outer_size))
    return [strip.text.strip() for strip in strips]


async def test_a_new_line_moves_the_lines_below() -> None:
    editor = CodeEditor("\n".join("abcdefgh"))
    async with KitApp(editor).run_test() as pilot:
        editor.focus()
        editor.goto(3, 2)
        await painted(pilot)
        await pilot.press("enter")
        await painted(pilot)
        assert on_screen(editor)[:9] == ["1 a", "2 b", "3 c", "4", "5 d", "6 e", "7 f", "8 g", "9 h"]
        await pilot.press("backspace", "backspace", "backspace")
        await painted(pilot)
        assert on_screen(editor)[:9] == ["1 a", "2 b", "3 d", "4 e", "5 f", "6 g", "7 h", "", ""]


async def test_one_more_digit_in_the_line_numbers_moves_every_line() -> None:
    editor = CodeEditor("\n".join("x" * 99))
    async with KitApp(editor).run_test() as pilot:
        editor.focus()
        editor.goto(90, 1)
        await painted(pilot)
        await pilot.press("enter")
        await painted(pilot)
        drawn = editor.render_lines(Region(0, 0, *editor.outer_size))
        assert {strip.text.index("x") for strip in drawn if "x" in strip.text} == {editor.gutter.left + 6}


async def test_only_visible_lines_are_highlighted(monkeypatch: pytest.MonkeyPatch) -> None:
    lexed: list[str] = []
    original = highlight._lexed

    def count(line: str, syntax: Literal["json", "yaml"]) -> highlight.Spans:
        lexed.append(line)
        return original(line, syntax)

    monkeypatch.setattr(highlight, "_lexed", count)
    editor = CodeEditor(BIG)
    async with KitApp(editor).run_test(size=(80, 24)) as pilot:
        await painted(pilot)
        assert 0 < len(lexed) <= 24
        lexed.clear()
        editor.focus()
        await pilot.press("right", "x", "y")
        assert len(lexed) == 2
        editor.scroll_to(y=1_000, animate=False)
        await painted(pilot)
        assert len(lexed) <= 26


async def test_colours_follow_the_theme() -> None:
    editor = CodeEditor('{"a": "b"}')
    app = KitApp(editor)
    async with app.run_test() as pilot:
        colours = {}
        for theme in ("textual-dark", "textual-light", "ansi-dark"):
            app.theme = theme
            await painted(pilot)
            (key,), (value,) = styled(editor.render_line(0), '"a"'), styled(editor.render_line(0), '"b"')
            assert key.color != value.color
            colours[theme] = key.color
        assert len(set(colours.values())) == 3


async def test_syntax_can_be_changed() -> None:
    editor = CodeEditor("a: 1 # c", syntax="text")
    async with KitApp(editor).run_test() as pilot:
        await painted(pilot)
        assert not styled(editor.render_line(0), "# c")
        editor.syntax = "yaml"
        await painted(pilot)
        assert styled(editor.render_line(0), "# c")[0].italic


@pytest.mark.parametrize(
    ("text", "row"), [(BIG, 20_000), (MINIFIED, 0), (BIG.replace("\n", ""), 0)], ids=["pretty", "wide", "minified"]
)
async def test_500_kb_stay_editable(text: str, row: int) -> None:
    editor = CodeEditor()
    async with KitApp(editor).run_test() as pilot:
        editor.load(text)
        editor.focus()
        editor.move_cursor((row, 7))
        await pilot.press("x", "enter", "y", "delete", "up", "end", "z")
        await painted(pilot)
        lines = text.split("\n")
        line = lines[row]
        indent = line[: min(7, len(line) - len(line.lstrip()))]
        lines[row : row + 1] = [line[:7] + "xz", f"{indent}y{line[8:]}"]
        assert editor.text == "\n".join(lines)
        assert any("xz" in shown for shown in rows(editor)) or row == 0
        for _ in range(20):
            if editor.text == text:
                break
            await pilot.press("ctrl+z")
        assert editor.text == text
        await pilot.press("ctrl+end")
        editor.select_all()
        await pilot.press("delete")
        assert editor.text == ""
        assert editor.virtual_size.height == 1


async def test_a_line_wider_than_the_screen_scrolls_with_the_cursor() -> None:
    editor = CodeEditor("ab" * 300 + "END")
    async with KitApp(editor).run_test(size=(40, 10)) as pilot:
        editor.focus()
        await pilot.press("end")
        await painted(pilot)
        assert "END" in rows(editor)[0]
        await pilot.press("!")
        await painted(pilot)
        assert "END!" in rows(editor)[0]
        await pilot.press("home")
        await painted(pilot)
        assert rows(editor)[0].startswith("   1 abab")
        assert rows(editor)[0].endswith("›")
        # Not further to the right than it takes to see the cursor.
        await pilot.press("end", "home", *["right"] * 20)
        await painted(pilot)
        assert editor.scroll_offset.x == 0
        editor.load("short")
        await painted(pilot)
        assert not editor.show_horizontal_scrollbar


async def test_the_cursor_stays_visible_while_the_text_grows() -> None:
    editor = CodeEditor("\n".join(["x"] * 40))
    app = KitApp(editor)
    async with app.run_test(size=(60, 20)) as pilot:
        editor.focus()
        await pilot.press("ctrl+end", *["pagedown"] * 3, "end", "enter", "enter", "y")
        await painted(pilot)
        assert "  42 y" in rows(editor)[: editor.room.height]
        app.post_message(Paste("\n" * 30 + "long " * 40 + "END"))
        await painted(pilot)
        assert any(row.endswith("END") for row in rows(editor)[: editor.room.height])


async def test_goto_scrolls_to_the_place_and_clamps() -> None:
    editor = CodeEditor(BIG)
    async with KitApp(editor).run_test() as pilot:
        editor.goto(10_000, 3)
        await painted(pilot)
        assert editor.cursor_location == (9_999, 2)
        assert any(" 10000 " in row for row in rows(editor))
        editor.goto(10**9, 10**9)
        assert editor.cursor_location == editor.document.end
        editor.goto(-5, -5)
        assert editor.cursor_location == (0, 0)


async def test_text_that_is_pasted_may_be_taken_by_the_owner() -> None:
    taken: list[str] = []

    def take(text: str) -> bool:
        taken.append(text)
        return text.startswith("{")

    editor = CodeEditor("a", take_paste=take)
    app = KitApp(editor)
    async with app.run_test() as pilot:
        editor.focus()
        app.post_message(Paste('{"type": "track"}'))
        app.post_message(Paste("b\r\nc"))
        await painted(pilot)
        assert taken == ['{"type": "track"}', "b\r\nc"]
        assert editor.text == "b\nca"
        assert editor.cursor_location == (1, 1)
        assert app.pasted == []


async def test_pasting_into_a_read_only_editor_is_left_to_what_is_around_it() -> None:
    editor = CodeEditor("a", read_only=True)
    app = KitApp(editor)
    async with app.run_test() as pilot:
        editor.focus()
        app.post_message(Paste("d"))
        await painted(pilot)
        assert editor.text == "a"
        assert app.pasted == ["d"]


async def test_read_only_shows_a_cursor_and_changes_nothing() -> None:
    editor = CodeEditor("abc", read_only=True)
    async with KitApp(editor).run_test() as pilot:
        editor.focus()
        await pilot.press("x", "delete", "right")
        assert editor.text == "abc"
        assert editor.cursor_location == (0, 1)


@pytest.mark.parametrize(
    ("text", "at", "partner"),
    [
        ('{"a": [1]}', (0, 0), (0, 9)),
        ('{"a": [1]}', (0, 9), (0, 0)),
        ("[\n {}\n]", (2, 0), (0, 0)),
        ("[\n {}\n]", (1, 1), (1, 2)),
        ("[)", (0, 0), None),
        ("[", (0, 0), None),
        ("x", (0, 0), None),
        ("[" + "\n" * 1_000 + "]", (0, 0), None),
        ("[" + "1," * 50_000 + "]", (0, 0), None),
    ],
    ids=range(9),
)
def test_partner_of_a_bracket(text: str, at: tuple[int, int], partner: tuple[int, int] | None) -> None:
    assert CodeEditor(text).find_matching_bracket(text.split("\n")[at[0]][at[1]], at) == partner


async def test_the_placeholder_shows_while_there_is_no_text() -> None:
    editor = CodeEditor(placeholder="Paste an event")
    async with KitApp(editor).run_test() as pilot:
        editor.focus()
        assert rows(editor)[0] == "   1 Paste an event"
        await pilot.press("x")
        assert rows(editor)[0] == "   1 x"
