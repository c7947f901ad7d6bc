"""The lines of the form, and one line of text under edit: values, without an app."""

from __future__ import annotations

import pytest

from abtui.core.config.form import read_form
from abtui.core.config.reader import read_config
from abtui.tui.widgets.config_pane import _common_length
from abtui.tui.widgets.form_lines import FormLine, Stop, form_lines, value_at
from abtui.tui.widgets.line_text import LineText

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


def test_each_field_has_its_label_value_and_description() -> None:
    found = lines(TEXT)
    assert [line.text for line in found if line.kind == "label"] == [
        "API Key *",
        "Collector Endpoint *",
        "Environment *",
        "Application",
        "Unit Mapping *  0 rows",
        "Goal Mapping  2 rows, ctrl+d removes one",
    ]
    assert sum(line.kind == "toggle" for line in found) == 3
    assert sum(line.kind == "about" for line in found) == 9


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
    assert _common_length(one, other) == count
