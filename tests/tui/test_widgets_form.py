"""The lines of the form, and one line of text under edit: values, without an app."""

from __future__ import annotations

import pytest

from abtui.core.config.form import read_form
from abtui.core.config.reader import read_config
from abtui.tui.kit.code_document import alike
from abtui.tui.screens.config.form_lines import FormLine, Stop, form_lines, value_at
from abtui.tui.screens.config.line_text import LineText
from abtui.tui.screens.config.unsaved import Unsaved, unsaved

TEXT = """\
settings:
  apiKey: 0badf00d0badf00d1234
  environment: staging
  enablePageViewTracking: true
  goalMapping:
    A: b
    C: 1
"""


def lines(text: str, width: int = 60) -> list[FormLine]:
    return form_lines(read_form(text, read_config(text, {}).findings), width)


def test_each_field_has_its_label_and_the_place_of_its_value() -> None:
    found = lines(TEXT)
    assert [line.text for line in found if line.kind in ("text", "title", "toggle")] == [
        "API Key",
        "Collector Endpoint *",
        "Environment",
        "Application",
        "Unit Mapping *",
        "Goal Mapping",
        "Enable Page View Tracking",
        "Enable App Screen View Tracking",
        "Enable Exposure Tracking",
    ]
    boxes = [line.boxes[0] for line in found if line.kind == "text"]
    assert len({box.start for box in boxes}) == len({box.end for box in boxes}) == 1, (
        "boxes of one kind stand below each other"
    )


def test_a_row_to_add_says_what_it_could_be_about() -> None:
    found = form_lines(read_form(TEXT), 60, adds={"goalMapping": "from 6 event names without one"})
    assert [line.text for line in found if line.kind == "add"] == ["", "from 6 event names without one"]


def test_findings_are_told_beside_where_there_is_room() -> None:
    assert not any(line.tone for line in form_lines(read_form(TEXT, read_config(TEXT, {}).findings), 60, told=False))


def test_a_finding_stands_below_its_row() -> None:
    found = lines(TEXT)
    at = next(at for at, line in enumerate(found) if line.boxes and line.boxes[0].stop == Stop("goalMapping", "key", 1))
    assert (found[at + 1].kind, found[at + 1].tone) == ("finding", "error")
    assert "`settings.goalMapping.C`" in found[at + 1].text


@pytest.mark.parametrize("width", [20, 38, 60, 200])
def test_boxes_stand_beside_each_other_within_the_width(width: int) -> None:
    for line in lines(TEXT, width):
        at = 0
        for box in line.boxes:
            assert at <= box.start < box.end <= max(width, 46)
            at = box.end


def test_no_line_has_the_key() -> None:
    form = read_form(TEXT)
    assert value_at(form, Stop("apiKey", "value")) == "****1234"
    assert "0badf00d" not in repr(lines(TEXT)) + repr(form)


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "The config is empty"), ("settings: {\n", "Fix the YAML first"), ("- a", "not a map")],
)
def test_what_is_no_form_says_so_first(text: str, said: str) -> None:
    assert said in lines(text, 200)[0].text


KEYS: dict[str, tuple[LineText, str, LineText | None]] = {
    "left": (LineText("ab", 1), "left", LineText("ab", 0)),
    "left of all": (LineText("ab", 0), "left", LineText("ab", 0)),
    "right": (LineText("ab", 2), "right", LineText("ab", 2)),
    "home": (LineText("ab", 2), "home", LineText("ab", 0)),
    "end": (LineText("ab", 0), "ctrl+e", LineText("ab", 2)),
    "back": (LineText("ab", 1), "backspace", LineText("b", 0)),
    "delete": (LineText("ab", 1), "delete", LineText("a", 1)),
    "a word": (LineText("one two  ", 9), "ctrl+w", LineText("one ", 4)),
    "all before": (LineText("ab", 1), "ctrl+u", LineText("b", 0)),
    "all behind": (LineText("ab", 1), "ctrl+k", LineText("a", 1)),
    "none of its keys": (LineText("ab", 1), "f1", None),
}


@pytest.mark.parametrize("case", KEYS)
def test_a_key(case: str) -> None:
    before, key, after = KEYS[case]
    assert before.key(key) == after


@pytest.mark.parametrize(
    ("one", "other", "count"), [("", "", 0), ("a", "", 0), ("abc", "abd", 2), ("abc", "abc", 3), ("xbc", "abc", 0)]
)
def test_how_much_two_texts_begin_alike(one: str, other: str, count: int) -> None:
    assert alike(one, other) == count


@pytest.mark.parametrize(
    ("saved", "text", "new", "count"),
    [
        ("a\nb", "a\nb", set(), 0),
        ("a\nb", "a\nx\ny\nb", {2, 3}, 2),
        ("a\nb\nc", "a\nx\nc", {2}, 1),
        ("a\nb\nc", "a", set(), 2),
        ("", "a\nb", {1, 2}, 2),
        ("a\nb\nc\nd", "x\nb\nc\ny", {1, 4}, 2),
    ],
)
def test_what_is_not_saved(saved: str, text: str, new: set[int], count: int) -> None:
    assert unsaved(saved, text) == Unsaved(frozenset(new), count)
