"""What the forms of a report have in common."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abtui.core.report import Cell, FieldChange, Report
from abtui.core.report.shape import (
    Parts,
    bar_blocks,
    code_spans,
    code_text,
    compared,
    headline,
    pieces,
    shortened,
)


@pytest.mark.parametrize(
    ("bar", "width", "blocks"),
    [
        (0.0, 10, ""),
        (1.0, 10, "██████████"),
        (0.5, 4, "██"),
        (0.5, 1, "▌"),
        (0.000001, 10, "▏"),
        (7.0, 3, "███"),
        (-1.0, 3, ""),
        (float("nan"), 3, ""),
        (float("inf"), 3, "███"),
    ],
)
def test_a_bar_is_drawn_in_eighths(bar: float, width: int, blocks: str) -> None:
    assert bar_blocks(bar, width) == blocks


@given(st.text(max_size=3_000), st.integers(0, 500))
def test_shortened_tells_how_much_is_missing(text: str, limit: int) -> None:
    short = shortened(text, limit)
    assert len(short) <= max(limit, 0)
    if len(text) <= limit:
        assert short == text


def test_shortened_keeps_start_and_end() -> None:
    assert shortened("a" * 500 + "b" * 500, 60) == "a" * 15 + " … 971 characters left out … " + "b" * 14


@given(st.text(max_size=40), st.text(max_size=40))
def test_compared_is_the_values(old: str, new: str) -> None:
    one, other = compared(FieldChange("$", old, new), 1_000)
    assert one is not None
    assert other is not None
    assert (one.text, other.text) == (old, new)
    assert (one.start, one.end) == (other.start, other.end)
    if old != new:
        assert one.middle != other.middle


def test_compared_shows_what_differs_in_long_values() -> None:
    one, other = compared(FieldChange("$", "a" * 5_000 + "1" + "b" * 5_000, "a" * 5_000 + "2" + "b" * 5_000), 300)
    assert one is not None
    assert other is not None
    assert (one.middle, other.middle) == ("1", "2")
    assert len(one.text) <= 300
    assert compared(FieldChange("$", None, "x"), 10) == (None, Parts("", "x", ""))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Order Completed", "Order Completed"),
        ("Order Completed ", '"Order Completed "'),
        (" x", '" x"'),
        ("a  b", '"a  b"'),
        ("", '""'),
        (' "é" \t', '" \\"é\\" \\t"'),
        ('"quoted"', '"quoted"'),
        ("a\n", "a\n"),
    ],
)
def test_spaces_nobody_sees_are_in_quotes(text: str, shown: str) -> None:
    assert code_text(Cell(text, code=True)) == shown
    assert code_text(Cell(text)) == text


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("", []),
        ("`a` is b", [("a", True), (" is b", False)]),
        ("a `b", [("a `b", False)]),
        ("`a` `", [("a", True), (" `", False)]),
        ("``a``", [("``a``", False)]),
        ("``", [("``", False)]),
    ],
)
def test_code_in_a_sentence_is_found(text: str, spans: list[tuple[str, bool]]) -> None:
    assert list(code_spans(text)) == spans


@pytest.mark.parametrize(
    ("text", "most", "parts"),
    [
        ("settings.unitMapping.user_id", 20, "settings.|unitMapping.|user_id"),
        ("user_id", 3, "user_|id"),
        ('a["Order Completed"].b', 20, 'a[|"Order Completed"].|b'),
        ("22-exposure-mistakes.json:106", 20, "22-|exposure-|mistakes.|json:|106"),
        ("https://a.example/b", 20, "https://|a.|example/|b"),
        ("1,204.5 -3 1.2.3", 1, "1,204.5 -3 1.2.3"),
        ('{"a":"b","c":[1]}', 20, '{"a":|"b",|"c":[|1]}'),
        ('"Page:" a->b .x -', 1, '"Page:" a->b .x -'),
    ],
)
def test_long_text_is_cut_into_pieces(text: str, most: int, parts: str) -> None:
    assert pieces(text, most) == parts.split("|")


@given(st.text(alphabet="a1 .[/:-_],\"'", max_size=60), st.integers(1, 20))
def test_pieces_are_the_text(text: str, most: int) -> None:
    parts = pieces(text, most)
    assert "".join(parts) == text
    assert not any(before[-1:].isdigit() and after[:1].isdigit() for before, after in pairwise(parts))


@pytest.mark.parametrize(
    ("title", "ok", "verdict", "line"),
    [
        ("x.yaml", True, "", "Passed: x.yaml"),
        ("x.yaml", False, "", "Failed: x.yaml"),
        ("x.yaml", False, "Differs", "Differs: x.yaml"),
        ("", True, "", "Passed"),
    ],
)
def test_the_headline_says_whether_all_is_well(title: str, ok: bool, verdict: str, line: str) -> None:
    assert headline(Report(title=title, ok=ok, summary=(), verdict=verdict)) == line
