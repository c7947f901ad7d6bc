"""Lines, columns and cells; the document behind the editor."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style
from textual.geometry import Offset

from abtui.tui.kit import cells
from abtui.tui.kit.code_document import CodeDocument, UnwrappedDocument, difference, split_lines
from abtui.tui.kit.highlight import LONGEST, Highlighter, Syntax
from abtui.tui.kit.painting import Layer, paint
from abtui.tui.kit.tab_strip import TabStrip
from abtui.tui.kit.underlines import Mark, by_line, changed_lines, gravest, reach

LINES = st.text(alphabet=st.sampled_from("ab \té注🎉\x1b\u202e\u0301👩\u200d\ud800"), max_size=40)


@pytest.mark.parametrize(
    ("line", "width", "as_shown"),
    [
        ("", 0, ""),
        ("abc", 3, "abc"),
        ("\tx", 5, "    x"),
        ("ab\tx", 5, "ab  x"),
        ("注\tx", 5, "注  x"),
        ("注文", 4, "注文"),
        ("a\x1b[31m", 6, "a␛[31m"),
        ("a\u202eb", 3, "a\ufffdb"),
        ("\u2028", 1, "\ufffd"),
        ("\ud800", 1, "\ufffd"),
        ("\x7f\x85", 2, "␡\ufffd"),
    ],
)
def test_width_and_what_is_shown(line: str, width: int, as_shown: str) -> None:
    assert cells.width(line) == width
    assert cells.displayed(line) == as_shown


@given(LINES)
def test_columns_and_cells_agree(line: str) -> None:
    for column in range(len(line)):
        cell = cells.cell_at(line, column)
        assert cells.column_at(line, cell) >= column or cells.cell_at(line, column + 1) == cell
        assert cells.cell_at(line, cells.column_at(line, cell)) <= cell
    assert cells.column_at(line, cells.width(line)) == len(line)


def test_a_long_wide_line_is_measured_in_pieces() -> None:
    line = "é注" * 5000
    assert cells.width(line) == 15_000
    assert cells.column_at(line, 7_500) == 5_000
    assert cells.cell_at(line, 5_001) == 7_501


@given(
    LINES,
    st.integers(0, 30),
    st.integers(1, 30),
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 25)), max_size=4),
)
def test_paint_always_fills_the_room_with_safe_text(
    line: str, left: int, room: int, spans: list[tuple[int, int]]
) -> None:
    layers = [Layer(start, end, Style(bold=True)) for start, end in spans]
    strip = paint(line, left, room, Style(), layers)
    assert strip.cell_length == room
    strip.text.encode()
    assert not any(character in strip.text for character in "\x1b\t\u202e")


def test_paint_lays_later_styles_over_earlier_ones_and_reaches_behind_the_end() -> None:
    layers = [Layer(0, 3, Style(bold=True)), Layer(2, 4, Style(italic=True))]
    segments = list(paint("abc", 0, 6, Style(), layers))
    assert [
        (segment.text, bool(segment.style.bold), bool(segment.style.italic))
        for segment in segments
        if segment.style is not None
    ] == [
        ("ab", True, False),
        ("c", True, True),
        (" ", False, True),
        ("  ", False, False),
    ]


def test_half_of_a_wide_character_at_the_edge_is_blank() -> None:
    assert paint("注文", 1, 2, Style(), []).text == "  "
    assert paint("注文", 2, 2, Style(), []).text == "文"


@pytest.mark.parametrize(
    ("line", "left", "shown"),
    [("abcde", 0, "abc›"), ("abcd", 0, "abcd"), ("abcde", 1, "bcde"), ("注文a", 0, "注 ›"), ("注文", 0, "注文")],
)
def test_a_line_that_goes_on_behind_the_border_says_so(line: str, left: int, shown: str) -> None:
    assert paint(line, left, 4, Style(), [], Style()).text == shown


def test_tabs_without_room_have_shorter_words_before_they_lose_letters() -> None:
    strip = TabStrip([("a", "Payload"), ("b", "Request"), ("c", "Why")], short={"Request": "Req"})
    assert strip._fitting_labels(17) == ["Payload", "Request", "Why"]
    assert strip._fitting_labels(16) == ["Payload", "Req", "Why"]


@given(st.text(max_size=60), st.integers(0, 20))
def test_cut_is_one_safe_line_of_exactly_that_width(text: str, room: int) -> None:
    line = cells.cut(text, room)
    assert cell_len(line) == room
    assert "\n" not in line
    assert "\x1b" not in line


@pytest.mark.parametrize(
    ("text", "room", "line"),
    [("abc", 3, "abc"), ("abcd", 3, "ab…"), ("注文が", 5, "注文…"), ("a", 3, "a  "), ("a", 0, "")],
)
def test_a_line_is_cut_to_its_room(text: str, room: int, line: str) -> None:
    assert cells.cut(text, room) == line


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a\n",
        "\n\n",
        "a\r\nb\r\n",
        "a\rb",
        "a\r\nb\nc\rd",
        '{"a": "x\u2028y\x85z\x0b\x0c\x1c"}\n',
        "no newline at the end",
    ],
)
def test_a_document_gives_back_the_text_it_was_given(text: str) -> None:
    assert CodeDocument(text).text == text


TEXTS = st.text(alphabet=st.sampled_from('ab{}"\n\u2028é注'), max_size=20)


@given(TEXTS, st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), TEXTS), max_size=5))
def test_edits_change_a_document_as_they_change_a_string(text: str, edits: list[tuple[int, int, str]]) -> None:
    told: list[tuple[int, list[str], list[str]]] = []
    document = CodeDocument(text, lambda first, old, new: told.append((first, old, new)))
    for first, second, insert in edits:
        start, end = sorted((min(first, len(text)), min(second, len(text))))
        before = split_lines(text)
        result = document.replace_range(place(text, end), place(text, start), insert)
        assert result.replaced_text == text[start:end]
        text = text[:start] + insert + text[end:]
        assert document.text == text
        assert result.end_location == place(text, start + len(insert))
        row, old, new = told[-1]
        assert before[:row] + new + before[row + len(old) :] == document.lines
    assert document.get_size(4).height == len(document.lines)


ANY_BREAKS = st.text(alphabet="ab \r\n\ufeff\u2028", max_size=20)


@given(ANY_BREAKS, ANY_BREAKS)
def test_a_difference_is_replaced_and_undone_with_any_line_breaks(text: str, other: str) -> None:
    document = CodeDocument(text)
    start, end, new = difference(text, other)
    first, last = document.get_location_from_index(start), document.get_location_from_index(end)
    assert document.get_index_from_location(first) == start
    result = document.replace_range(first, last, new)
    assert document.text == other
    assert document.lines == split_lines(other)
    document.replace_range(first, result.end_location, result.replaced_text)
    assert document.text == text
    assert document.lines == split_lines(text)


def place(text: str, index: int) -> tuple[int, int]:
    before = text[:index].split("\n")
    return len(before) - 1, len(before[-1])


def test_rows_are_lines() -> None:
    rows = UnwrappedDocument(CodeDocument("ab\n\t注x\n"))
    assert rows.height == 3
    assert rows.location_to_offset((1, 2)) == Offset(6, 1)
    assert rows.offset_to_location(Offset(5, 1)) == (1, 1)
    assert rows.offset_to_location(Offset(99, 99)) == (2, 0)
    assert rows.get_offsets(2) == []
    with pytest.raises(ValueError, match="no line 3"):
        rows.get_offsets(3)


@pytest.mark.parametrize(
    ("syntax", "line", "kinds"),
    [
        ("json", '  "a": "b",', [("key", '"a"'), ("punctuation", ":"), ("string", '"b"'), ("punctuation", ",")]),
        (
            "json",
            "[1.5, true]",
            [("punctuation", "["), ("number", "1.5"), ("punctuation", ","), ("constant", "true"), ("punctuation", "]")],
        ),
        ("json", "// c", [("comment", "// c")]),
        ("yaml", "a: 12", [("key", "a"), ("punctuation", ":"), ("number", "12")]),
        ("yaml", "a: true # c", [("key", "a"), ("punctuation", ":"), ("constant", "true"), ("comment", "# c")]),
        ("yaml", "- x", [("punctuation", "-"), ("string", "x")]),
        ("text", '"a": 1', []),
        ("json", "x" * (LONGEST + 1), []),
        ("json", "", []),
    ],
)
def test_highlighting_of_one_line(syntax: Syntax, line: str, kinds: list[tuple[str, str]]) -> None:
    assert [(kind, line[start:end]) for start, end, kind in Highlighter(syntax).spans(line)] == kinds


@given(st.text(max_size=40), st.sampled_from(["json", "yaml"]))
def test_highlighting_never_fails_and_stays_inside_the_line(line: str, syntax: Syntax) -> None:
    for start, end, _ in Highlighter(syntax).spans(line):
        assert 0 <= start < end <= len(line)


@pytest.mark.parametrize(
    ("column", "end_column", "line", "span"),
    [
        (3, 5, "abcdef", (2, 4)),
        (3, None, '  "a b": 1', (2, 7)),
        (3, None, "  word, x", (2, 6)),
        (1, None, ", x", (0, 1)),
        (99, None, "ab", (2, 3)),
        (2, 2, "ab", (1, 2)),
        (1, 99, "ab", (0, 2)),
        (None, None, "ab", None),
    ],
)
def test_what_a_mark_underlines(
    column: int | None, end_column: int | None, line: str, span: tuple[int, int] | None
) -> None:
    assert reach(Mark(1, column, end_column, "error", ""), line) == span


def test_marks_by_line() -> None:
    one, two = Mark(1, 1, None, "warning", "a"), Mark(1, 3, None, "error", "b")
    other = Mark(4, 1, None, "info", "c")
    assert by_line([one, other, two]) == {0: [one, two], 3: [other]}
    assert changed_lines(by_line([one, other]), by_line([two, other])) == [0]
    assert gravest([one, two]) == "error"
    assert gravest([]) is None
